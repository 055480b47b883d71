"""Walking through what shows of one window, level by level, in batches of questions."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qagent.desktop.base import Budget
from qagent.desktop.linux import roles
from qagent.desktop.linux.bus import AccessibilityBus, AtspiRef
from qagent.desktop.linux.elements import Raw, rect_of, refs_of
from qagent.desktop.linux.tables import Tables
from qagent.desktop.linux.toolkit import Toolkit, is_showing
from qagent.desktop.linux.wire import Call

_MAX_CHILDREN = 500
"""A container with more children is not opened: it is cut, and the cut is reported."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An element of which it is not known yet whether it shows.

    Attributes:
        ref: The element.
        parent: Its parent.
        place: Its place among the parent's children.
        crowded: Whether it has so many siblings that none of them is opened.
    """

    ref: AtspiRef
    parent: AtspiRef
    place: int
    crowded: bool = False


class Walker:
    """Asks for elements: those of a whole window, or one of them.

    Args:
        bus: The accessibility bus.
    """

    def __init__(self, bus: AccessibilityBus) -> None:
        self._bus = bus
        self._tables = Tables(bus)

    def window(
        self,
        start: list[AtspiRef],
        parent: AtspiRef,
        toolkit: Toolkit,
        budget: Budget,
        deadline: float,
    ) -> tuple[list[Raw], bool]:
        """Breadth first through what shows, two pipelined batches a level.

        The first batch asks the level's candidates whether they show: most of a window is closed
        menus, of which nothing else is asked. The second asks those that do for the rest.
        """
        found: list[Raw] = []
        seen: set[AtspiRef] = set(start)
        level = [_Candidate(ref, parent, place) for place, ref in enumerate(start)]
        truncated = False
        while level:
            if time.monotonic() > deadline or len(found) >= budget.nodes:
                return found, True
            states = self._bus.many([self.state(one.ref) for one in level])
            shown = [
                (one, roles.bits_of(state[0]))
                for one, state in zip(level, states, strict=True)
                if state is not None
                and is_showing(roles.bits_of(state[0]), toolkit, hidden=budget.hidden)
            ]
            managed = [one for one, bits in shown if roles.manages_descendants(bits)]
            large = self._large(managed)
            # What makes very many children on demand, or is one of very many, is not asked.
            opened = [one for one, _ in shown if not one.crowded and one.ref not in large]
            truncated = truncated or any(one.crowded for one, _ in shown)
            told = self._bus.many(
                [call for one, _ in shown for call in self.facts(one.ref, toolkit)]
                + [self.children(one.ref) for one in opened]
            )
            per = len(self.facts(parent, toolkit))
            for number, (one, bits) in enumerate(shown):
                facts = told[per * number : per * number + per]
                raw = raw_of(one.ref, one.parent, one.place, bits, facts)
                if raw is None:
                    continue
                found.append(raw)
                if one.ref in large:
                    cells, cut = self._tables.seen(raw, deadline)
                    found += cells
                    truncated = truncated or cut
            level = []
            for one, children in zip(opened, told[per * len(shown) :], strict=True):
                truncated = truncated or children is None
                refs = refs_of(children)
                crowded = len(refs) > _MAX_CHILDREN
                for place, ref in enumerate(refs):
                    if ref not in seen:
                        seen.add(ref)
                        level.append(_Candidate(ref, one.ref, place, crowded))
        return found, truncated

    def page(
        self, window: AtspiRef, root: AtspiRef, budget: Budget, deadline: float
    ) -> tuple[list[Raw], bool]:
        """Breadth first through a window of Chromium: one batch a level, and one at the end.

        Its trees are deep and hide little, so that a second batch at each level costs more than
        the questions about what does not show.
        """
        shown: list[tuple[_Candidate, int]] = []
        seen: set[AtspiRef] = {window}
        level = [_Candidate(window, root, 0)]
        truncated = False
        while level:
            if time.monotonic() > deadline or len(shown) >= budget.nodes:
                truncated = True
                break
            told = self._bus.many(
                [self.state(one.ref) for one in level]
                + [self.children(one.ref) for one in level if not one.crowded]
            )
            children = iter(told[len(level) :])
            following: list[_Candidate] = []
            for one, state in zip(level, told, strict=False):
                below = None if one.crowded else next(children)
                bits = 0 if state is None else roles.bits_of(state[0])
                if not is_showing(bits, Toolkit.CHROMIUM, hidden=budget.hidden):
                    continue
                shown.append((one, bits))
                truncated = truncated or below is None
                refs = refs_of(below)
                crowded = len(refs) > _MAX_CHILDREN
                for place, ref in enumerate(refs):
                    if ref not in seen:
                        seen.add(ref)
                        following.append(_Candidate(ref, one.ref, place, crowded))
            level = following
        facts = self._bus.many(
            [call for one, _ in shown for call in self.facts(one.ref, Toolkit.CHROMIUM)]
        )
        per = len(self.facts(root, Toolkit.CHROMIUM))
        raws = [
            raw_of(one.ref, one.parent, one.place, bits, facts[per * number : per * number + per])
            for number, (one, bits) in enumerate(shown)
        ]
        return [raw for raw in raws if raw is not None], truncated

    def _large(self, managed: Sequence[_Candidate]) -> set[AtspiRef]:
        """Those of the containers that make their children on demand and have very many."""
        counts = self._bus.many(
            [self._bus.property(one.ref, "Accessible", "ChildCount") for one in managed]
        )
        return {
            one.ref
            for one, count in zip(managed, counts, strict=True)
            if count is None or not 0 <= int(count[0][1]) <= _MAX_CHILDREN
        }

    def facts(self, ref: AtspiRef, toolkit: Toolkit = Toolkit.OTHER) -> tuple[Call, ...]:
        """Questions for what `raw_of` reads; what Chromium's elements offer their role tells."""
        facts = (
            self._bus.property(ref, "Accessible", "Name"),
            self._bus.message(ref, "Accessible", "GetRole"),
            self._bus.message(ref, "Component", "GetExtents", "u", 0),
        )
        if toolkit is Toolkit.CHROMIUM:
            return facts
        return (*facts, self._bus.message(ref, "Accessible", "GetInterfaces"))

    def children(self, ref: AtspiRef) -> Call:
        """The question for an element's children."""
        return self._bus.message(ref, "Accessible", "GetChildren")

    def state(self, ref: AtspiRef) -> Call:
        """The question for an element's states."""
        return self._bus.message(ref, "Accessible", "GetState")


def raw_of(
    ref: AtspiRef,
    parent: AtspiRef,
    place: int,
    bits: int,
    facts: Sequence[tuple[Any, ...] | None],
) -> Raw | None:
    """Read the answers to `Walker.facts`; None for an element that is gone."""
    name, role, extents, *rest = facts
    if name is None or role is None:
        return None
    interfaces = rest[0] if rest else None
    if rest and interfaces is None:
        return None
    return Raw(
        ref,
        parent,
        place,
        str(name[0][1]),
        int(role[0]),
        bits,
        frozenset() if interfaces is None else frozenset(interfaces[0]),
        None if extents is None else rect_of(extents[0]),
    )
