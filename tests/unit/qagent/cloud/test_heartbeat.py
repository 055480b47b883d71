"""Heartbeats keep a command and its message alive, and hear of a cancel."""

import threading
import time
from collections.abc import Callable

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


def _beat_for(played: Played, command: Command, seconds: float) -> StopSignal:
    stop = StopSignal()
    with Heartbeat(command, played, stop, played, Message("", "receipt")):
        time.sleep(seconds)
    return stop


def test_it_beats_at_once_and_more_often_than_asked(make_command: Callable[..., Command]) -> None:
    played = Played()
    stop = _beat_for(played, make_command("cmd-1", heartbeat_seconds=1), 1.2)
    assert played.beats == 3
    assert played.extended >= 2
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
            self.released.wait(5)
            return super().beat(command_id)

    played = Hanging()
    with Heartbeat(make_command("cmd-1"), played, StopSignal(), played, Message("", "receipt")):
        assert played.begun.wait(5)
        ended = time.monotonic()
    assert time.monotonic() - ended < 1
    played.released.set()
    time.sleep(0.1)
    assert played.extended == 0, "a message that was worked off is left alone"


def test_a_cancel_stops_the_work(make_command: Callable[..., Command]) -> None:
    stop = _beat_for(Played(True), make_command("cmd-1"), 0.1)
    assert stop.reason() is StopReason.CANCELLED


def test_a_closed_command_stops_the_work(make_command: Callable[..., Command]) -> None:
    stop = _beat_for(Played(CommandClosedError("closed")), make_command("cmd-1"), 0.1)
    assert stop.reason() is StopReason.CANCELLED


def test_a_network_that_is_gone_does_not_stop_the_work(
    make_command: Callable[..., Command],
) -> None:
    played = Played(UnreachableError("away"))
    stop = _beat_for(played, make_command("cmd-1"), 0.1)
    assert stop.reason() is None
    assert played.extended == 1
