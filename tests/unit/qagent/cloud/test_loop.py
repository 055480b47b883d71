"""The queue loop at its seams: the platform and the queue are played, the rest is real."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from qagent.cloud import loop as loop_module
from qagent.cloud.errors import CommandClosedError, DeviceRevokedError, UnreachableError
from qagent.cloud.loop import QueueLoop
from qagent.cloud.queue import Message
from qagent.desktop.base import Tree
from qagent.home import StopFile
from qagent.journal import Journal
from qagent.policy import Policy
from qagent.work import Worker
from qscreen.wire import (
    Command,
    CommandResult,
    CommandStatus,
    EffectError,
    Outcome,
    Target,
    TypeText,
    WaitFor,
)

MakeCommand = Callable[..., Command]


class PlayedCloud:
    """The platform and the queue."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.deleted: list[str] = []
        self.extended = 0
        self.results: dict[str, list[CommandResult]] = {}
        self.beats: list[str] = []
        self.alive = 0
        self.cancelled: set[str] = set()
        self.closed: set[str] = set()
        self.failures: list[Exception] = []
        self.loop: QueueLoop | None = None

    def send(self, command: Command) -> None:
        self.messages.append(Message(command.model_dump_json(), f"receipt-{command.id}"))

    def receive(self, wait_seconds: int) -> Message | None:
        if self.messages:
            return self.messages.pop(0)
        assert self.loop is not None
        self.loop.shut_down()
        raise AssertionError("shut_down raises while the loop waits")

    def extend(self, message: Message) -> None:
        self.extended += 1

    def delete(self, message: Message) -> None:
        self.deleted.append(message.receipt)

    def beat(self, command_id: str) -> bool:
        self.beats.append(command_id)
        if command_id in self.closed:
            raise CommandClosedError("closed")
        return command_id in self.cancelled

    def post_result(self, command_id: str, result: CommandResult) -> None:
        if self.failures:
            raise self.failures.pop(0)
        if command_id in self.closed:
            raise CommandClosedError("closed")
        self.results.setdefault(command_id, []).append(result)

    def say_alive(self) -> None:
        self.alive += 1


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_module, "_FIRST_PAUSE_SECONDS", 0.001)


@pytest.fixture
def cloud() -> PlayedCloud:
    return PlayedCloud()


@pytest.fixture
def serve(tmp_path: Path, cloud: PlayedCloud, paper, policy: Policy) -> Callable[[], bool]:
    """Runs the loop until its queue is empty; a second call is a restart."""

    def run() -> bool:
        journal = Journal(tmp_path / "journal.jsonl")
        ready: list[bool] = []
        cloud.loop = QueueLoop(
            "device-1",
            cloud,
            cloud,
            journal,
            Worker(journal, lambda: paper, lambda: policy),
            StopFile(tmp_path / "stop"),
            lambda: policy,
            lambda ticket: pytest.fail("no ticket was given"),
            tmp_path / "screen.lock",
        )
        cloud.loop._pause = 0.001
        try:
            cloud.loop.run(lambda: ready.append(True))
        finally:
            journal.close()
        return bool(ready)

    return run


def test_a_command_is_done_reported_and_deleted(serve, cloud, paper, make_command) -> None:
    cloud.send(make_command("cmd-1", TypeText(text="회의")))
    assert serve()
    assert paper.text == "회의"
    (result,) = cloud.results["cmd-1"]
    assert result.effects[0].outcome is Outcome.CONFIRMED
    assert cloud.deleted == ["receipt-cmd-1"]
    assert "cmd-1" in cloud.beats
    assert cloud.alive == 1


def test_a_redelivered_command_reports_its_result_again_and_does_nothing(
    serve, cloud, paper, make_command
) -> None:
    command = make_command("cmd-1", TypeText(text="회의"))
    cloud.send(command)
    cloud.send(command)
    serve()
    cloud.send(command)
    serve()
    assert paper.text == "회의"
    assert len({r.model_dump_json() for r in cloud.results["cmd-1"]}) == 1
    assert len(cloud.results["cmd-1"]) == 3
    assert len(cloud.deleted) == 3


def test_an_expired_command_is_dropped_and_reported(serve, cloud, paper, make_command) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    cloud.send(make_command("cmd-1", TypeText(text="late"), expires_at=past))
    serve()
    assert paper.text == ""
    assert cloud.results["cmd-1"][0].status is CommandStatus.EXPIRED
    assert cloud.deleted == ["receipt-cmd-1"]


def test_what_is_no_command_or_not_for_us_is_deleted(serve, cloud, make_command) -> None:
    cloud.messages.append(Message('{"id": "cmd-0"}', "receipt-junk"))
    cloud.send(make_command("cmd-1", device_id="device-2"))
    serve()
    assert cloud.deleted == ["receipt-junk", "receipt-cmd-1"]
    assert cloud.results == {}


def test_a_cancelled_command_stops_inside_a_long_wait(
    serve, cloud, make_command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled_after_the_first(command_id: str) -> bool:
        cloud.beats.append(command_id)
        return len(cloud.beats) > 1

    monkeypatch.setattr(cloud, "beat", cancelled_after_the_first)
    wait = WaitFor(target=Target(name="never comes"), timeout_ms=60_000)
    cloud.send(make_command("cmd-1", wait, TypeText(text="never")))
    serve()
    (effect,) = cloud.results["cmd-1"][0].effects
    assert effect.error is EffectError.STOPPED
    assert effect.duration_ms < 30_000, "before the wait ends by itself"


@pytest.mark.parametrize("how", ["closed", "cancelled"])
def test_a_message_that_outlived_its_run_is_not_carried_out(
    how: str, serve, cloud, paper, make_command
) -> None:
    getattr(cloud, how).add("cmd-1")
    cloud.send(make_command("cmd-1", TypeText(text="회의")))
    serve()
    assert (paper.typed, cloud.deleted) == ([], ["receipt-cmd-1"])
    cloud.send(make_command("cmd-1", TypeText(text="회의")))
    serve()
    assert paper.typed == []


def test_whoever_cannot_ask_the_platform_does_not_act(
    serve, cloud, paper, make_command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(command_id: str) -> bool:
        raise UnreachableError("no network")

    command = make_command("cmd-1", TypeText(text="회의"))
    cloud.send(command)
    with monkeypatch.context() as patched:
        patched.setattr(cloud, "beat", unreachable)
        serve()
    assert (paper.typed, cloud.deleted, cloud.results) == ([], [], {})
    cloud.send(command)
    serve()
    assert paper.typed == ["회의"]
    assert cloud.deleted == ["receipt-cmd-1"]


def test_what_stood_on_the_screen_is_not_kept_on_the_disk(
    serve, cloud, paper, make_command, tmp_path: Path
) -> None:
    paper.text = "비밀 회의록"
    cloud.send(make_command("cmd-1"))
    cloud.send(make_command("cmd-1"))
    serve()
    shown = [r.snapshot.elements[1].value for r in cloud.results["cmd-1"] if r.snapshot]
    assert shown == ["비밀 회의록"] * 2
    assert "비밀" not in (tmp_path / "journal.jsonl").read_text(encoding="utf-8")
    serve()
    assert len(cloud.results["cmd-1"]) == 2


def test_a_result_survives_a_network_that_is_gone(serve, cloud, paper, make_command) -> None:
    cloud.failures = [UnreachableError("no network")] * 3
    cloud.send(make_command("cmd-1", TypeText(text="회의")))
    serve()
    assert len(cloud.results["cmd-1"]) == 1
    assert paper.text == "회의"


def test_a_result_that_could_not_be_posted_is_posted_after_a_restart(
    serve, cloud, paper, make_command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(command_id: str, result: CommandResult) -> None:
        cloud.loop.shut_down()
        raise UnreachableError("no network")

    cloud.send(make_command("cmd-1", TypeText(text="회의")))
    with monkeypatch.context() as patched:
        patched.setattr(cloud, "post_result", unreachable)
        serve()
    assert cloud.results == {}
    assert cloud.deleted == []
    serve()
    assert len(cloud.results["cmd-1"]) == 1
    assert paper.text == "회의"


def test_a_command_that_the_platform_closed_is_let_go(serve, cloud, make_command) -> None:
    cloud.closed.add("cmd-1")
    cloud.send(make_command("cmd-1", TypeText(text="x")))
    serve()
    assert cloud.results == {}
    assert cloud.deleted == ["receipt-cmd-1"]
    serve()
    assert cloud.results == {}


def _interrupt(tmp_path: Path, command: Command) -> None:
    from qagent.act.typing import digest

    journal = Journal(tmp_path / "journal.jsonl")
    journal.accepted(command)
    journal.begun(
        command.id,
        "s1",
        {
            "app": "mousepad",
            "role": "text_area",
            "name": "",
            "before": digest(""),
            "expected": digest("회의"),
            "occurrences": 0,
        },
    )
    journal.close()


def test_an_interrupted_command_is_finished_before_new_work(
    serve, cloud, paper, make_command, tmp_path: Path
) -> None:
    command = make_command("cmd-1", TypeText(text="회의"), TypeText(text=" 끝"))
    _interrupt(tmp_path, command)
    paper.text = "회의"
    cloud.send(command)
    assert serve()
    assert paper.text == "회의 끝"
    assert paper.typed == [" 끝"]
    assert [e.outcome for e in cloud.results["cmd-1"][0].effects] == [Outcome.CONFIRMED] * 2
    assert cloud.deleted == ["receipt-cmd-1"]


@pytest.mark.parametrize("how", ["expired", "cancelled", "closed"])
def test_an_interrupted_command_that_is_over_is_not_gone_on_with(
    how: str, serve, cloud, paper, make_command, tmp_path: Path
) -> None:
    command = make_command("cmd-1", TypeText(text="회의"), TypeText(text=" 끝"))
    if how == "expired":
        past = datetime.now(UTC) - timedelta(seconds=1)
        command = command.model_copy(update={"expires_at": past})
    elif how == "cancelled":
        cloud.cancelled.add("cmd-1")
    else:
        cloud.closed.add("cmd-1")
    _interrupt(tmp_path, command)
    paper.text = "회의"
    serve()
    assert paper.text == "회의"
    assert paper.typed == []
    if how != "closed":
        outcomes = [e.outcome for e in cloud.results["cmd-1"][0].effects]
        assert outcomes == [Outcome.CONFIRMED, Outcome.FAILED]


def test_a_revoked_device_ends_the_loop(serve, cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def revoked() -> None:
        raise DeviceRevokedError("The device was revoked.")

    monkeypatch.setattr(cloud, "say_alive", revoked)
    with pytest.raises(DeviceRevokedError, match="enrol"):
        serve()


def test_the_users_latch_refuses_work_at_once(
    serve, cloud, paper, make_command, tmp_path: Path
) -> None:
    StopFile(tmp_path / "stop").set()
    cloud.send(make_command("cmd-1", TypeText(text="x")))
    serve()
    assert cloud.results["cmd-1"][0].effects[0].error is EffectError.STOPPED
    assert paper.text == ""


def test_a_shutdown_while_working_reports_what_was_done(
    serve, cloud, paper, make_command, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = paper.look

    def looks_when_it_comes(*arguments: Any, **named: Any) -> Tree:
        cloud.loop.shut_down()
        return look(*arguments, **named)

    monkeypatch.setattr(paper, "look", looks_when_it_comes)
    wait = WaitFor(target=Target(name="never comes"), timeout_ms=60_000)
    cloud.send(make_command("cmd-1", wait))
    serve()
    (effect,) = cloud.results["cmd-1"][0].effects
    assert effect.error is EffectError.STOPPED
    assert cloud.deleted == ["receipt-cmd-1"]
