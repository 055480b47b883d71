"""What the agent makes of a program that answers late, in part or not at all."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from qagent.desktop.base import CellRange, GoneError, UnansweredError
from qagent.desktop.linux import bus as bus_module
from qagent.desktop.linux.bus import AccessibilityBus
from qagent.desktop.linux.tables import Tables
from qagent.desktop.linux.wire import Call, Reply

TABLE = (":1.7", "/sheet")
UNKNOWN = "org.freedesktop.DBus.Error.UnknownObject"


@dataclass
class PaperWire:
    """Answers in the order of the calls; stays silent to those whose number it is told."""

    silent: set[int] = field(default_factory=set)
    errors: set[int] = field(default_factory=set)
    bodies: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    sent: int = 0
    answers: deque[Reply] = field(default_factory=deque)

    def send(self, calls: Sequence[Call], timeout: float) -> range:
        first = self.sent + 1
        self.sent += len(calls)
        serials = range(first, self.sent + 1)
        for serial in serials:
            if serial in self.errors:
                self.answers.append(Reply(serial, UNKNOWN, ()))
            elif serial not in self.silent:
                body = self.bodies.get(serial, (("s", f"answer {serial}"),))
                self.answers.append(Reply(serial, None, body))
        return serials

    def receive(self, deadline: float) -> Reply:
        if not self.answers:
            raise TimeoutError
        return self.answers.popleft()


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> PaperWire:
    paper = PaperWire()
    monkeypatch.setenv("AT_SPI_BUS_ADDRESS", "unix:path=/nowhere")
    monkeypatch.setattr(bus_module, "Wire", lambda address: paper)
    return paper


def names(count: int, bus: AccessibilityBus) -> list[Call]:
    return [bus.property(TABLE, "Accessible", f"Name{one}") for one in range(count)]


def test_what_a_busy_program_leaves_out_is_asked_for_again(wire: PaperWire) -> None:
    bus = AccessibilityBus()
    wire.silent, wire.errors = {2, 70, 102}, {3}
    answers = bus.all_of(names(100, bus))
    # 102 is call 70 asked for the second time, 103 the third.
    assert [answers[place] for place in (0, 1, 2, 69, 99)] == [
        (("s", "answer 1"),), (("s", "answer 101"),), None, (("s", "answer 103"),),
        (("s", "answer 100"),),
    ]  # fmt: skip
    assert wire.sent == 103


def test_a_program_that_stays_silent_is_busy_and_not_gone(wire: PaperWire) -> None:
    bus = AccessibilityBus()
    wire.silent = {1, 2, 3, 4}
    with pytest.raises(UnansweredError, match="within 6 s"):
        bus.all_of(names(1, bus))
    with pytest.raises(UnansweredError, match="within 2 s"):
        bus.get(TABLE, "Accessible", "Name")
    wire.errors = {5}
    with pytest.raises(GoneError) as caught:
        bus.get(TABLE, "Accessible", "Name")
    assert not isinstance(caught.value, UnansweredError)


def test_no_cell_of_a_silent_sheet_is_read_as_empty_or_as_its_name(wire: PaperWire) -> None:
    wire.bodies = {1: ((":1.7", "/b1"),)}
    wire.silent = {2, 3, 4}  # how long its text is
    with pytest.raises(UnansweredError):
        Tables(AccessibilityBus()).cells(TABLE, CellRange(range(1), range(1)))
    assert wire.sent == 4
