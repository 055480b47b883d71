"""Security Hub: settings and standards, which moto lacks (declared only: there are no findings)."""

from __future__ import annotations

from typing import Any

from qops.local.router.registry import Answer, Call, after, operation

_SERVICE = "securityhub"


@after(_SERVICE, "EnableSecurityHub")
async def remember(call: Call, _answer: Answer) -> None:
    """Keeps who makes findings."""
    generator = call.params.get("ControlFindingGenerator") or "SECURITY_CONTROL"
    call.records("hub").update(ControlFindingGenerator=generator, AutoEnableControls=True)


@operation(_SERVICE, "UpdateSecurityHubConfiguration")
async def update(call: Call) -> Answer:
    """Changes settings."""
    for key in ("ControlFindingGenerator", "AutoEnableControls"):
        if key in call.params:
            call.records("hub")[key] = call.params[key]
    return {}


@after(_SERVICE, "DescribeHub")
async def describe(call: Call, answer: Answer) -> None:
    """Answers settings."""
    answer.update(call.records("hub"))


@after(_SERVICE, "DisableSecurityHub")
async def forget(call: Call, _answer: Answer) -> None:
    """Forgets everything."""
    call.records("hub").clear()
    call.records("standards").clear()


@operation(_SERVICE, "BatchEnableStandards")
async def enable_standards(call: Call) -> Answer:
    """Subscribes to standards."""
    made = []
    for request in call.params["StandardsSubscriptionRequests"]:
        standard = request["StandardsArn"]
        name = standard.partition("standards/")[2] or standard.partition("ruleset/")[2]
        arn = call.arn(f"subscription/{name}")
        call.records("standards")[arn] = {
            "StandardsSubscriptionArn": arn,
            "StandardsArn": standard,
            "StandardsInput": request.get("StandardsInput") or {},
            "StandardsStatus": "READY",
        }
        made.append(call.records("standards")[arn])
    return {"StandardsSubscriptions": made}


@operation(_SERVICE, "GetEnabledStandards")
async def enabled_standards(call: Call) -> Answer:
    """Lists subscriptions."""
    wanted = call.params.get("StandardsSubscriptionArns")
    found = call.records("standards")
    return {
        "StandardsSubscriptions": [one for arn, one in found.items() if not wanted or arn in wanted]
    }


@operation(_SERVICE, "BatchDisableStandards")
async def disable_standards(call: Call) -> Answer:
    """Ends subscriptions."""
    ended: list[dict[str, Any]] = []
    for arn in call.params["StandardsSubscriptionArns"]:
        subscription = call.records("standards").pop(arn, None)
        if subscription is not None:
            ended.append({**subscription, "StandardsStatus": "DELETING"})
    return {"StandardsSubscriptions": ended}
