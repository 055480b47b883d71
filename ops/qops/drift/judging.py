"""Brings what has drifted and what is known of it together."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from qops.drift.answers import DriftAnswer, DriftedAttribute, DriftedResource, KnownDrift
from qops.drift.elsewhere import Elsewhere
from qops.review.differences import differences
from qops.review.model import AttributeChange
from qops.review.reading import output_differences
from qops.review.risk import risk_tables
from qops.state.addresses import AddressPattern
from qops.terraform.events import layer_of
from qops.terraform.progress import ROOT

GONE = "(gone)"
"""Stands for an attribute where the whole resource is gone; no pattern stands for it."""


class _Known:
    """The entries, and which of them have met something."""

    def __init__(self, entries: Iterable[KnownDrift], today: date) -> None:
        self._entries = [
            (one, AddressPattern(one.address), _with_inside(one.attribute)) for one in entries
        ]
        self._today = today
        self._met: list[KnownDrift] = []

    def of(self, address: str, attribute: str) -> tuple[str | None, date | None]:
        """The reason why something is expected, and the day until which it was."""
        found = [
            entry
            for entry, addresses, attributes in self._entries
            if addresses.matches(address)
            and (
                entry.attribute == GONE
                if attribute == GONE
                else any(one.matches(attribute) for one in attributes)
            )
        ]
        self._met += [one for one in found if one not in self._met]
        good = next((one for one in found if one.expires >= self._today), None)
        if good is not None:
            return good.reason, None
        return None, max((one.expires for one in found), default=None)

    @property
    def expired(self) -> list[KnownDrift]:
        return [one for one, *_ in self._entries if one.expires < self._today]

    @property
    def unmatched(self) -> list[KnownDrift]:
        return [one for one, *_ in self._entries if one not in self._met]


def judge(
    document: Mapping[str, Any],
    *,
    environment: str,
    serial: int,
    known: Sequence[KnownDrift],
    known_file: str,
    today: date,
) -> DriftAnswer:
    """Judge a refresh-only plan.

    Args:
        document: Terraform's JSON form of the plan.
        environment: Name of the environment.
        serial: Serial of the state that it was made against.
        known: Entries of the file of known drift.
        known_file: That file.
        today: The day on which entries are looked at.

    Returns:
        The answer; nothing secret is left in it.
    """
    entries, elsewhere = _Known(known, today), Elsewhere(document)
    found = []
    for one in document.get("resource_drift", ()):
        resource = _resource(one, entries, elsewhere)
        if resource is not None:
            found.append(resource)
    found.sort(key=lambda one: (not one.counts, not one.deleted, one.address))
    return DriftAnswer(
        environment=environment,
        checked=elsewhere.resources,
        serial=serial,
        resources=found,
        outputs=output_differences(document.get("output_changes") or {}),
        known_file=known_file,
        expired=entries.expired,
        unmatched=entries.unmatched,
    )


_ZEROS = frozenset({'""', "0", "false", "[]", "{}"})


def _with_inside(attribute: str) -> tuple[AddressPattern, ...]:
    """An attribute stands for all that is inside of it, too."""
    return tuple(AddressPattern(attribute + below) for below in ("", ".*", "[*"))


def _resource(
    one: Mapping[str, Any], entries: _Known, elsewhere: Elsewhere
) -> DriftedResource | None:
    change, kind, address = one["change"], str(one["type"]), str(one["address"])
    deleted = change["actions"] == ["delete"]
    attributes = [] if deleted else _made_by_somebody(change, kind, elsewhere)
    if not deleted and not attributes:
        return None
    known, expired = entries.of(address, GONE) if deleted else (None, None)
    return DriftedResource(
        address=address,
        type=kind,
        layer=layer_of(address) or ROOT,
        deleted=deleted,
        stateful=risk_tables().stateful.get(kind) if one.get("mode") == "managed" else None,
        known=known,
        expired=expired,
        attributes=[_attribute(address, item, entries) for item in attributes],
    )


def _attribute(address: str, change: AttributeChange, entries: _Known) -> DriftedAttribute:
    known, expired = entries.of(address, change.path)
    return DriftedAttribute(change=change, known=known, expired=expired)


def _made_by_somebody(
    change: Mapping[str, Any], kind: str, elsewhere: Elsewhere
) -> list[AttributeChange]:
    found = differences(change, kind)
    after = change.get("after") or {}
    names = {_outermost(one.path) for one in found}
    explained = {name for name in names if elsewhere.explains(kind, name, after)}
    elements = {
        f"{name}[{json.dumps(element, ensure_ascii=False)}]"
        for name in names - explained
        for element in elsewhere.explained_elements(kind, name, after)
    }
    return [
        one
        for one in found
        if _outermost(one.path) not in explained
        and not _zero_for_null(one)
        and one.path not in elements
        # What is among the tags is among tags_all, too.
        and not (one.path.startswith("tags_all") and "tags" in names)
    ]


def _zero_for_null(change: AttributeChange) -> bool:
    """The provider's SDK has no null: what was never set reads back as the zero of its type."""
    return change.before is None and change.after in _ZEROS and not change.masked


def _outermost(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]
