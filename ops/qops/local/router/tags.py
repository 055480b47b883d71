"""Tags of our own records, in whatever form a service speaks of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qops.local.router.registry import Call

Given = Mapping[str, str] | Iterable[Mapping[str, Any]] | None


def put(call: Call, owner: str, given: Given) -> None:
    """Adds tags to what has this ARN or id."""
    kept = call.records("tags").setdefault(owner, {})
    if isinstance(given, Mapping):
        kept.update(given)
        return
    for tag in given or []:
        # services disagree about the case of the two words
        pair = {str(name).lower(): text for name, text in tag.items()}
        kept[pair["key"]] = pair.get("value") or ""


def remove(call: Call, owner: str, names: Iterable[str]) -> None:
    """Removes tags."""
    kept = call.records("tags").get(owner, {})
    for name in names:
        kept.pop(name, None)


def forget(call: Call, owner: str) -> None:
    """Removes all tags of what is gone."""
    call.records("tags").pop(owner, None)


def known(call: Call, owner: str) -> bool:
    """Whether something of ours has this ARN or id."""
    return owner in call.records("tags")


def mapping(call: Call, owner: str) -> dict[str, str]:
    """Tags by name."""
    return dict(call.records("tags").get(owner, {}))


def pairs(call: Call, owner: str, name: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as a list of pairs."""
    return [{name: key, value: text} for key, text in mapping(call, owner).items()]
