"""Picking a day: in the parts of a date field, or in a calendar that opens."""

import re
from datetime import date

from qagent.desktop.base import Node
from qagent.messages import text
from qagent.pursuit.desk import Desk, GivenUpError
from qagent.pursuit.filling import type_parts
from qagent.pursuit.finding import Sight, candidates
from qagent.pursuit.pressing import click, sought
from qscreen.orders.model import Kind, PickDay, Which
from qscreen.wire import Role

_OPEN_SECONDS, _TURN_SECONDS = 2.0, 1.0
_MOST_MONTHS = 240
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_ENGLISH = re.compile(rf"({'|'.join(_MONTHS)})\s*(\d{{4}})", re.IGNORECASE)
_KOREAN = re.compile(r"(\d{4})년\s*(\d{1,2})월")
_BACK = ("Prev", "Previous", "Previous month", "이전", "이전 달", "<", "‹")
_ON = ("Next", "Next month", "다음", "다음 달", ">", "›")
_PARTS = {"month": "{0.month:02}", "day": "{0.day:02}", "year": "{0.year:04}",
          "월": "{0.month:02}", "일": "{0.day:02}", "년": "{0.year:04}"}  # fmt: skip


def pick_day(desk: Desk, order: PickDay) -> None:
    """Pick a day."""
    sight = Sight(desk.look(), desk.goal)
    parts = [
        one
        for one in candidates(sight, Which(kind=Kind.SPINNER))
        if one.name.strip().casefold() in _PARTS
    ]
    if len(parts) == 3:
        keys = "".join(_PARTS[one.name.strip().casefold()].format(order.day) for one in parts)
        type_parts(desk, parts[0], keys)
        return
    if _month(sight) is None:
        click(desk, sought(desk, Which(kind=Kind.FIELD)))
        opened = desk.until(lambda tree: _month(Sight(tree, desk.goal)) is not None, _OPEN_SECONDS)
        if opened is None:
            raise GivenUpError(text("pursuit.no_calendar"))
    _turn_to(desk, order.day)
    click(desk, _day(Sight(desk.look(), desk.goal), order.day))


def _turn_to(desk: Desk, day: date) -> None:
    for _ in range(_MOST_MONTHS):
        sight = Sight(desk.look(), desk.goal)
        shown = _month(sight)
        if shown is None:
            raise GivenUpError(text("pursuit.no_calendar"))
        away = (day.year - shown[0]) * 12 + day.month - shown[1]
        if not away:
            return
        turner = next(
            (
                found[0]
                for name in (_ON if away > 0 else _BACK)
                for kind in (Kind.LINK, Kind.BUTTON)
                if (found := [
                    one for one in candidates(sight, Which((name,), kind))
                    if one.name.strip() == name
                ])
            ),
            None,
        )  # fmt: skip
        if turner is None:
            raise GivenUpError(
                text("target.not_found", target=f"'{_ON[0] if away > 0 else _BACK[0]}'")
            )
        click(desk, turner)
        _turned(desk, shown)


def _turned(desk: Desk, before: tuple[int, int]) -> None:
    """Wait until another month shows."""
    desk.until(lambda tree: _month(Sight(tree, desk.goal)) != before, _TURN_SECONDS)


def _month(sight: Sight) -> tuple[int, int] | None:
    """Year and month that a calendar shows."""
    shown = " ".join(node.name.strip() for node in sight.nodes if node.role is Role.LABEL)
    english = _ENGLISH.search(shown)
    if english is not None:
        return int(english[2]), _MONTHS.index(english[1].lower()) + 1
    korean = _KOREAN.search(shown)
    return None if korean is None else (int(korean[1]), int(korean[2]))


def _day(sight: Sight, day: date) -> Node:
    found = [
        node
        for node in sight.nodes
        if node.name.strip() == str(day.day)
        and node.role in {Role.LINK, Role.BUTTON, Role.CELL, Role.LABEL}
    ]
    pressed = [node for node in found if node.role in {Role.LINK, Role.BUTTON}] or found
    if not pressed:
        raise GivenUpError(text("target.not_found", target=f"'{day.day}'"))
    # The days of the month before come first, those of the next one last.
    return pressed[-1] if len(pressed) > 1 and day.day < 15 and len(pressed) > 2 else pressed[0]
