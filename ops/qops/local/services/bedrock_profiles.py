"""Bedrock's control plane: application inference profiles, which moto lacks (declared only)."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from qops.local.router.registry import Answer, Call, Fault, operation

_SERVICE = "bedrock"


@operation(_SERVICE, "CreateInferenceProfile")
async def create_inference_profile(call: Call) -> Answer:
    """Makes a profile of a model, or of a profile across regions."""
    name = call.params["inferenceProfileName"]
    if any(one["inferenceProfileName"] == name for one in call.records("profiles").values()):
        raise Fault("ConflictException", f"A profile named {name} exists already.", 409)
    identifier = secrets.token_hex(6)
    arn = call.arn(f"application-inference-profile/{identifier}")
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    profile = {
        "inferenceProfileName": name,
        "inferenceProfileId": identifier,
        "inferenceProfileArn": arn,
        "createdAt": now,
        "updatedAt": now,
        "status": "ACTIVE",
        "type": "APPLICATION",
        "models": [{"modelArn": _model(call, call.params["modelSource"]["copyFrom"])}],
    }
    if call.params.get("description"):
        profile["description"] = call.params["description"]
    call.records("profiles")[identifier] = profile
    tags = call.params.get("tags") or []
    call.records("tags")[arn] = {tag["key"]: tag["value"] for tag in tags}
    return {"inferenceProfileArn": arn, "status": "ACTIVE"}


@operation(_SERVICE, "GetInferenceProfile")
async def get_inference_profile(call: Call) -> Answer:
    """Describes a profile."""
    return _profile(call)


@operation(_SERVICE, "ListInferenceProfiles")
async def list_inference_profiles(call: Call) -> Answer:
    """Lists profiles."""
    wanted = call.params.get("typeEquals") or "APPLICATION"
    found = [one for one in call.records("profiles").values() if one["type"] == wanted]
    return {"inferenceProfileSummaries": found}


@operation(_SERVICE, "DeleteInferenceProfile")
async def delete_inference_profile(call: Call) -> Answer:
    """Deletes a profile."""
    profile = _profile(call)
    del call.records("profiles")[profile["inferenceProfileId"]]
    call.records("tags").pop(profile["inferenceProfileArn"], None)
    return {}


def _profile(call: Call) -> dict[str, Any]:
    identifier = call.params["inferenceProfileIdentifier"].rpartition("/")[2]
    found: dict[str, Any] | None = call.records("profiles").get(identifier)
    if found is None:
        raise Fault("ResourceNotFoundException", f"Profile {identifier} does not exist.", 404)
    return found


def _model(call: Call, source: str) -> str:
    """The model behind a source: a model itself, or a profile named after region and model."""
    if ":foundation-model/" in source:
        return source
    if ":inference-profile/" in source:
        model = source.partition(":inference-profile/")[2].partition(".")[2]
        return call.arn(f"foundation-model/{model}").replace(f":{call.account}:", "::")
    raise Fault("ValidationException", f"No source of an inference profile: {source}")
