"""CloudFormation: how long a stack may take, which MiniStack forgets."""

from __future__ import annotations

from qops.local.router.registry import Answer, Call, after

_SERVICE = "cloudformation"
_KEPT = ("TimeoutInMinutes", "DisableRollback", "NotificationARNs")


@after(_SERVICE, "CreateStack")
async def remember(call: Call, answer: Answer) -> None:
    """Keeps the settings."""
    kept = {key: call.params[key] for key in _KEPT if call.params.get(key)}
    call.records("stacks")[answer["StackId"]] = kept


@after(_SERVICE, "DescribeStacks")
async def describe(call: Call, answer: Answer) -> None:
    """Answers the settings."""
    for stack in answer.get("Stacks") or []:
        stack.update(call.records("stacks").get(stack["StackId"], {}))
