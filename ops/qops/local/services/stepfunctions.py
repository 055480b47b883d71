"""Step Functions: MiniStack forgets whether a state machine is traced."""

from __future__ import annotations

from qops.local.router.registry import Answer, Call, after

_SERVICE = "stepfunctions"
_KEY = "tracingConfiguration"


@after(_SERVICE, "CreateStateMachine", "UpdateStateMachine")
async def remember(call: Call, answer: Answer) -> None:
    """Keeps the setting."""
    arn = call.params.get("stateMachineArn") or answer.get("stateMachineArn")
    if _KEY in call.params and arn:
        call.records("tracing")[arn] = call.params[_KEY]


@after(_SERVICE, "DescribeStateMachine")
async def describe(call: Call, answer: Answer) -> None:
    """Answers the setting."""
    tracing = call.records("tracing").get(answer["stateMachineArn"], {"enabled": False})
    answer.setdefault(_KEY, tracing)


@after(_SERVICE, "DeleteStateMachine")
async def forget(call: Call, _answer: Answer) -> None:
    """Forgets the setting with the state machine."""
    call.records("tracing").pop(call.params["stateMachineArn"], None)
