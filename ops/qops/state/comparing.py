"""What differs between two states, with nothing secret left in the answer."""

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field

from qops.answer import Answer
from qops.review.differences import differences
from qops.review.model import AttributeChange
from qops.review.risk import risk_tables
from qops.state.document import Instance, StateDocument

Kind = Literal["appears", "disappears", "changes"]


class StateChange(Answer):
    """What becomes of one resource in the state; nothing happens to the resource itself."""

    address: str
    kind: Kind
    stateful: str | None = Field(description="What it holds that cannot be made again.")
    attributes: list[AttributeChange] = Field(description="Masked; empty unless it changes.")


def compare(before: StateDocument | None, after: StateDocument) -> list[StateChange]:
    """What the state would know otherwise.

    Args:
        before: The state as it is; None when it cannot be read, or is gone.
        after: The state as it would be.

    Returns:
        The changes: what disappears first, then what changes, then what appears.
    """
    old = _by_address(before.managed if before else ())
    new = _by_address(after.managed)
    found = [_change(one, "disappears") for address, one in old.items() if address not in new]
    for address, one in new.items():
        if address in old:
            attributes = _attributes(old[address], one)
            if attributes:
                found.append(_change(one, "changes", attributes))
    found += [_change(one, "appears") for address, one in new.items() if address not in old]
    return found


def _by_address(instances: Iterable[Instance]) -> Mapping[str, Instance]:
    return {one.address: one for one in sorted(instances, key=lambda one: one.address)}


def _change(
    instance: Instance, kind: Kind, attributes: list[AttributeChange] | None = None
) -> StateChange:
    return StateChange(
        address=instance.address,
        kind=kind,
        stateful=risk_tables().stateful.get(instance.type),
        attributes=attributes or [],
    )


def _attributes(before: Instance, after: Instance) -> list[AttributeChange]:
    if before.values == after.values:
        return []
    return differences(
        {
            "before": before.values,
            "after": after.values,
            "before_sensitive": before.marks,
            "after_sensitive": after.marks,
        },
        after.type,
    )
