"""EC2: moto forgets descriptions of security group rules that refer to a group or a prefix list."""

from __future__ import annotations

from typing import Any

from qops.local.router.registry import Answer, Call, after

_SERVICE = "ec2"
_AUTHORIZE = ("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress")
_REVOKE = ("RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress")


@after(_SERVICE, *_AUTHORIZE)
async def remember(call: Call, answer: Answer) -> None:
    """Keeps the descriptions by rule."""
    described = [
        (permission, target)
        for permission in call.params.get("IpPermissions") or []
        for kind in ("UserIdGroupPairs", "PrefixListIds")
        for target in permission.get(kind) or []
        if target.get("Description")
    ]
    for rule in answer.get("SecurityGroupRules") or []:
        for permission, target in described:
            if _is(rule, permission, target):
                call.records("rules")[rule["SecurityGroupRuleId"]] = target["Description"]
    _complete(call, answer)


@after(_SERVICE, "ModifySecurityGroupRules")
async def change(call: Call, _answer: Answer) -> None:
    """Keeps changed descriptions."""
    for entry in call.params.get("SecurityGroupRules") or []:
        identifier = entry.get("SecurityGroupRuleId")
        description = (entry.get("SecurityGroupRule") or {}).get("Description")
        if identifier in call.records("rules"):
            call.records("rules")[identifier] = description


@after(_SERVICE, "DescribeSecurityGroupRules")
async def describe(call: Call, answer: Answer) -> None:
    """Answers the descriptions."""
    _complete(call, answer)


@after(_SERVICE, *_REVOKE)
async def forget(call: Call, _answer: Answer) -> None:
    """Forgets the descriptions with the rules."""
    for identifier in call.params.get("SecurityGroupRuleIds") or []:
        call.records("rules").pop(identifier, None)


def _is(rule: dict[str, Any], permission: dict[str, Any], target: dict[str, Any]) -> bool:
    group = (rule.get("ReferencedGroupInfo") or {}).get("GroupId")
    referenced = (group, rule.get("PrefixListId"))
    wanted = (target.get("GroupId"), target.get("PrefixListId"))
    ports = (rule.get("FromPort"), rule.get("ToPort"), rule.get("IpProtocol"))
    asked = (permission.get("FromPort"), permission.get("ToPort"), permission.get("IpProtocol"))
    return bool(referenced == wanted and ports == asked)


def _complete(call: Call, answer: Answer) -> None:
    for rule in answer.get("SecurityGroupRules") or []:
        description = call.records("rules").get(rule.get("SecurityGroupRuleId", ""))
        if description and not rule.get("Description"):
            rule["Description"] = description
