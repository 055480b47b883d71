"""Rules of the review that no control of a framework asks for; named in ``policies.toml``."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from qops.compliance.model import Evidence, Rule, Verdict, listed
from qops.inventory.model import KNOWN_LATER, Inventory, Resource

_ANYWHERE = frozenset({"0.0.0.0/0", "::/0"})
_POLICIES = (
    "aws_iam_policy",
    "aws_iam_role_policy",
    "aws_iam_user_policy",
    "aws_iam_group_policy",
)


def _bad(resource: Resource, attribute: str, value: str) -> Evidence:
    return Evidence(resource.address, attribute, value, Verdict.NOT_MET)


def _statements(text: Any) -> list[Mapping[str, Any]]:
    """The statements of a policy; none when it is not known yet."""
    try:
        found = json.loads(text)["Statement"]
    except (TypeError, ValueError, KeyError):
        return []
    return [one for one in listed(found) if isinstance(one, Mapping)]


def _place(at: int, statement: Mapping[str, Any]) -> str:
    return json.dumps(statement["Sid"], ensure_ascii=False) if statement.get("Sid") else str(at)


def _wildcard_actions(inventory: Inventory) -> Iterator[Evidence]:
    for one in inventory.of(*_POLICIES):
        for at, statement in enumerate(_statements(one.values.get("policy"))):
            if statement.get("Effect") != "Allow":
                continue
            place = f"policy.Statement[{_place(at, statement)}]"
            for action in listed(statement.get("Action") or []):
                if str(action).partition(":")[2] == "*" or action == "*":
                    # One by one: a second service in a statement that had one already is new.
                    yield _bad(one, f"{place}.Action[{action}]", "")
            if "NotAction" in statement:
                yield _bad(one, f"{place}.NotAction", "everything but some actions")


def _open_trust(inventory: Inventory) -> Iterator[Evidence]:
    for one in inventory.of("aws_iam_role"):
        for at, statement in enumerate(_statements(one.values.get("assume_role_policy"))):
            principal = statement.get("Principal")
            named = list(principal.values()) if isinstance(principal, Mapping) else [principal]
            everybody = any("*" in listed(each) for each in named)
            if statement.get("Effect") == "Allow" and everybody and not statement.get("Condition"):
                place = f"assume_role_policy.Statement[{_place(at, statement)}].Principal"
                yield _bad(one, place, "*")


def _open_groups(inventory: Inventory) -> Iterator[Evidence]:
    """Rules that are written into a group, or of the older type; the newer have a check."""
    for one in inventory.of("aws_security_group", "aws_security_group_rule"):
        rules = one.values.get("ingress") if one.type == "aws_security_group" else [one.values]
        for rule in rules if isinstance(rules, list) else ():
            if one.type == "aws_security_group_rule" and rule.get("type") != "ingress":
                continue
            ranges = {
                *listed(rule.get("cidr_blocks") or []),
                *listed(rule.get("ipv6_cidr_blocks") or []),
            }
            for found in sorted(ranges & _ANYWHERE):
                ports = f"{rule.get('from_port')}-{rule.get('to_port')}"
                yield _bad(one, f"ingress[{ports}]", found)


def _endless_logs(inventory: Inventory) -> Iterator[Evidence]:
    for one in inventory.of("aws_cloudwatch_log_group"):
        days = one.attributes.get("retention_in_days")
        if days != KNOWN_LATER and not days:
            yield _bad(one, "retention_in_days", "0")


RULES: dict[str, Rule] = {
    "endless_log": Rule(("aws_cloudwatch_log_group",), _endless_logs),
    "open_group": Rule(("aws_security_group", "aws_security_group_rule"), _open_groups),
    "open_trust": Rule(("aws_iam_role",), _open_trust),
    "wildcard_action": Rule(_POLICIES, _wildcard_actions),
}
"""Rules by their name in ``policies.toml``."""
