"""Tells drift from what a refresh shows as changed although nobody has touched it.

A state has each resource as it was right after its creation. What other resources then gave it (the
policies of a role, the versioning of a bucket) comes into it with the next refresh. Whether that
explains a difference is looked up in those other resources, so that a policy or a rule which
Terraform does not manage is still found.
"""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from qops.inventory.documents import parse_inventory

_SOURCES = ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups")


class Elsewhere:
    """The refreshed state of a plan, asked what explains a difference."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Read the resources.

        Args:
            document: Terraform's JSON form of a plan.
        """
        self._by_type: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        self.resources = 0
        values = (document.get("prior_state") or {}).get("values") or {}
        if "root_module" in values:
            for one in parse_inventory({"values": values}).resources:
                self._by_type[one.type].append(one.attributes)
                self.resources += 1

    def explains(self, kind: str, attribute: str, after: Mapping[str, Any]) -> bool:
        """Whether a difference is none that somebody has made.

        Args:
            kind: Type of the resource.
            attribute: Name of the attribute, without what is inside of it.
            after: The resource's attributes as they are now.
        """
        tables = _tables()
        if attribute in tables["moving"].get(kind, ()):
            return True
        return any(
            self._holds(rule, after)
            for rule in tables["elsewhere"]
            if (rule["type"], rule["attribute"]) == (kind, attribute)
        )

    def explained_elements(self, kind: str, attribute: str, after: Mapping[str, Any]) -> set[str]:
        """Names of the elements of an attribute that another resource manages.

        Args:
            kind: Type of the resource.
            attribute: Name of the attribute.
            after: The resource's attributes as they are now.
        """
        return {
            str(one.get(rule["there"]))
            for rule in _tables()["elsewhere"]
            if (rule["type"], rule["attribute"]) == (kind, attribute) and rule.get("here")
            for one in self._siblings(rule, after)
        }

    def _siblings(
        self, rule: Mapping[str, Any], after: Mapping[str, Any]
    ) -> list[Mapping[str, Any]]:
        return [
            one
            for one in self._by_type[rule["by"]]
            if one.get(rule["link"]) == after.get(rule["own"])
            and all(one.get(name) == value for name, value in rule.get("where", {}).items())
        ]

    def _holds(self, rule: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        siblings = self._siblings(rule, after)
        elements = after.get(rule["attribute"]) or []
        if "number" in rule:
            return _number(elements, rule["number"]) == len(siblings)
        if "here" in rule:
            known = {one.get(rule["there"]) for one in siblings}
            return all(_member(one, rule["here"]) in known for one in elements)
        return bool(siblings)


def _member(element: Any, name: str) -> Any:
    return element.get(name) if name else element


def _number(elements: list[Mapping[str, Any]], how: str) -> int:
    if how == "elements":
        return len(elements)
    return sum(
        sum(len(one.get(name) or ()) for name in _SOURCES) + bool(one.get("self"))
        for one in elements
    )


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("elsewhere.toml").read_text(encoding="utf-8"))
