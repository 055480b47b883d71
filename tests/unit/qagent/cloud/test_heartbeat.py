"""Heartbeats keep a command and its message alive, and hear of a cancel."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import ClassVar

import pytest

from qagent.cloud.errors import CommandClosedError, UnreachableError
from qagent.cloud.heartbeat import Heartbeat
from qagent.cloud.queue import Message
from qagent.stop import StopReason, StopSignal
from qscreen.wire import Command


class Played:
    """API and queue at once."""

    def __init__(self, *answers: bool | Exception) -> None:
        self.answers = list(answers)
        self.beats = 0
        self.extended = 0

    def beat(self, command_id: str) -> bool:
        self.beats += 1
        answer = self.answers.pop(0) if self.answers else False
        if isinstance(answer, Exception):
            raise answer
        return answer

    def extend(self, message: Message) -> None:
        self.extended += 1


class Pauses(threading.Event):
    """The pauses between beats, which take no time; three are enough."""

    asked: ClassVar[list[float]] = []

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.asked.append(timeout)
        return self.is_set() or len(self.asked) >= 3


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    played = SimpleNamespace(Event=Pauses, Thread=threading.Thread)
    monkeypatch.setattr("qagent.cloud.heartbeat.threading", played)
    monkeypatch.setattr(Pauses, "asked", [])
    return Pauses.asked


def _beat(played: Played, command: Command) -> StopSignal:
    """Beats until the pauses are over."""
    stop = StopSignal()
    with Heartbeat(command, played, stop, played, Message("", "receipt")) as beating:
        beating._thread.join(60)
        assert not beating._thread.is_alive()
    return stop


def test_it_beats_at_once_and_more_often_than_asked(
    make_command: Callable[..., Command], pauses: list[float]
) -> None:
    played = Played()
    stop = _beat(played, make_command("cmd-1", heartbeat_seconds=1))
    assert pauses == [0.5, 0.5, 0.5]
    assert (played.beats, played.extended) == (3, 3), "the first before the first pause"
    assert stop.reason() is None


def test_who_has_just_asked_beats_after_the_first_interval(
    make_command: Callable[..., Command],
) -> None:
    played = Played()
    with Heartbeat(make_command("cmd-1"), played, StopSignal(), played, None, at_once=False):
        pass
    assert played.beats == 0


def test_a_beat_that_hangs_does_not_hold_back_the_result(
    make_command: Callable[..., Command],
) -> None:
    class Hanging(Played):
        def __init__(self) -> None:
            super().__init__()
            self.begun, self.released = threading.Event(), threading.Event()

        def beat(self, command_id: str) -> bool:
            self.begun.set()
            self.released.wait(60)
            return super().beat(command_id)

    played = Hanging()
    command, message = make_command("cmd-1"), Message("", "receipt")
    with Heartbeat(command, played, StopSignal(), played, message) as beating:
        assert played.begun.wait(60)
    assert played.beats == 0, "the beat still hangs"
    played.released.set()
    beating._thread.join(60)
    assert (played.beats, played.extended) == (1, 0), "what was worked off is left alone"


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("answer", [True, CommandClosedError("closed")])
def test_a_cancelled_or_closed_command_stops_the_work(
    make_command: Callable[..., Command], answer: bool | Exception
) -> None:
    assert _beat(Played(answer), make_command("cmd-1")).reason() is StopReason.CANCELLED


@pytest.mark.usefixtures("pauses")
def test_a_network_that_is_gone_does_not_stop_the_work(
    make_command: Callable[..., Command],
) -> None:
    played = Played(UnreachableError("away"))
    assert _beat(played, make_command("cmd-1")).reason() is None
    assert (played.beats, played.extended) == (3, 3)
