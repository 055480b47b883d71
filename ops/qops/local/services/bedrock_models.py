"""Bedrock's control plane: the life of the foundation models that the platform is set up with.

The local cloud has none of them: its Converse is answered by the command grammar. What it says of
them is what Bedrock's documentation (Model lifecycle) said when the project's facts were taken,
2026-11: they are active, and no end is announced. Of any other model it knows nothing, and
answers as Bedrock does where there is no such model.
"""

from __future__ import annotations

from qops.local.router.registry import Answer, Call, Fault, operation

_ACTIVE = {
    "anthropic.claude-sonnet-4-6": "Claude Sonnet 4.6",
    "anthropic.claude-haiku-4-5-20251001-v1:0": "Claude Haiku 4.5",
}


@operation("bedrock", "GetFoundationModel")
async def get_foundation_model(call: Call) -> Answer:
    """Describes a model by its id or ARN."""
    model = str(call.params["modelIdentifier"]).rpartition("/")[2]
    if model not in _ACTIVE:
        raise Fault("ResourceNotFoundException", f"There is no foundation model {model}.", 404)
    return {
        "modelDetails": {
            "modelArn": f"arn:aws:bedrock:{call.region}::foundation-model/{model}",
            "modelId": model,
            "modelName": _ACTIVE[model],
            "providerName": "Anthropic",
            "modelLifecycle": {"status": "ACTIVE"},
        }
    }
