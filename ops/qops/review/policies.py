"""Finds what a plan introduces against the policies of ``policies.toml``."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from qops.compliance.model import Evidence, Rule, Verdict
from qops.compliance.rules import RULES as CHECKS
from qops.inventory.model import Inventory
from qops.review.masking import MASK, hides, masked_text
from qops.review.model import Finding, Grade
from qops.review.rules import RULES


@dataclass(frozen=True, slots=True)
class Policy:
    """What a plan must not introduce.

    Attributes:
        id: E.g. ``public-bucket``.
        title: What is wrong where it is not kept.
        severity: How bad that is.
        repair: How to mend it.
        convention: Number of the convention of Terraform files that says the same; may be empty.
        only_lost: Whether it counts only where it was kept before the plan.
        rules: What looks, by the name of the check or the rule.
    """

    id: str
    title: str
    severity: Grade
    repair: str
    convention: str
    only_lost: bool
    rules: Mapping[str, Rule]


@cache
def policies() -> tuple[Policy, ...]:
    """The policies of the package's ``policies.toml``."""
    data = tomllib.loads(Path(__file__).with_name("policies.toml").read_text(encoding="utf-8"))
    return tuple(
        Policy(
            id=one["id"],
            title=one["title"],
            severity=Grade(one["severity"]),
            repair=one["repair"],
            convention=one.get("convention", ""),
            only_lost=one.get("only_lost", False),
            rules={name: CHECKS[name] for name in one.get("checks", ())}
            | {name: RULES[name] for name in one.get("rules", ())},
        )
        for one in data["policy"]
    )


def introduced(
    after: Inventory, before: Inventory, moved: Mapping[str, str]
) -> tuple[list[Finding], int]:
    """What stands against a policy after the plan and did not before it.

    Args:
        after: The platform as planned.
        before: The platform as it is.
        moved: New addresses of what the plan moves, by the old ones.

    Returns:
        The findings, the worst first, and how many stood before and stay.
    """
    there = {one.address for one in before.resources}
    kept = {moved.get(address, address) for address in there}
    found: dict[tuple[str, str, str], Finding] = {}
    stayed = set()
    for policy in policies():
        for name, rule in policy.rules.items():
            stood = {
                (moved.get(one.address, one.address), one.attribute)
                for one in _against(rule, before)
            }
            for one in _against(rule, after):
                if (one.address, one.attribute) in stood:
                    stayed.add((policy.id, one.address, one.attribute))
                elif not policy.only_lost or one.address in kept:
                    found[policy.id, one.address, one.attribute] = _finding(policy, one, after)
            if rule.required and _any(rule, before) and not _any(rule, after):
                gone = Evidence("platform", rule.types[0], "gone", Verdict.NOT_MET)
                found[policy.id, name, ""] = _finding(policy, gone, after)
    ordered = sorted(found.values(), key=lambda one: (-one.severity.rank, one.id, one.address))
    return ordered, len(stayed)


def _against(rule: Rule, inventory: Inventory) -> Iterator[Evidence]:
    return (one for one in rule.answer(inventory) if one.verdict is Verdict.NOT_MET)


def _any(rule: Rule, inventory: Inventory) -> bool:
    return any(one.type == rule.types[0] for one in inventory.resources)


def _finding(policy: Policy, seen: Evidence, inventory: Inventory) -> Finding:
    kind = next((one.type for one in inventory.resources if one.address == seen.address), "")
    return Finding(
        id=policy.id,
        title=policy.title,
        severity=policy.severity,
        address=seen.address,
        attribute=masked_text(seen.attribute),
        value=_value(kind, seen),
        repair=policy.repair,
        convention=policy.convention,
    )


def _value(kind: str, seen: Evidence) -> str:
    """The value, if it is short: a cut one, such as a policy, may hide half of a secret's shape."""
    value = seen.value
    if hides(kind, seen.attribute, value):
        return MASK
    return "" if value.endswith("…") or value[:1] in "{[" else masked_text(value)
