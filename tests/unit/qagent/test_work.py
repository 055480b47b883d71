"""Carrying out commands: nothing twice, nothing forgotten."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qagent.act.typing import digest
from qagent.desktop.base import NoDisplayError, UnsupportedError
from qagent.journal import Journal
from qagent.policy import Policy, load_policy
from qagent.stop import StopReason, StopSignal
from qagent.work import Worker
from qscreen.wire import (
    Command,
    CommandStatus,
    EffectError,
    Outcome,
    Read,
    SaveAs,
    TypeText,
)

MakeCommand = Callable[..., Command]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal.jsonl")
    yield opened
    opened.close()


@pytest.fixture
def worker(journal: Journal, paper, policy: Policy) -> Worker:
    return Worker(journal, lambda: paper, lambda: policy)


def test_a_command_is_carried_out_once(worker, journal, paper, make_command: MakeCommand) -> None:
    command = make_command("cmd-1", TypeText(text="회의"))
    first = worker.carry_out(command, StopSignal())
    second = worker.carry_out(command, StopSignal())
    assert first == second
    assert paper.typed == ["회의"]
    assert [effect.outcome for effect in first.effects] == [Outcome.CONFIRMED]


def test_observe_takes_a_snapshot(worker, paper, make_command: MakeCommand) -> None:
    paper.text = "안녕"
    result = worker.carry_out(make_command("cmd-1"), StopSignal())
    assert result.status is CommandStatus.DONE
    assert result.snapshot is not None
    assert result.snapshot.device_id == "device-1"
    assert any(element.value == "안녕" for element in result.snapshot.elements)


class _Sender:
    """Takes pictures; those in `arrive` arrive."""

    def __init__(self, *arrive: str) -> None:
        self.taken: list[str] = []
        self.finished = 0
        self._arrive = frozenset(arrive)

    def add(self, name, picture):
        self.taken.append(name)
        return f"runs/{name}.png"

    def finish(self):
        self.finished += 1
        return self._arrive


@pytest.mark.parametrize(("arrive", "key"), [(("runs/screen.png",), "runs/screen.png"), ((), None)])
def test_observe_names_the_picture_that_arrived(
    worker, make_command: MakeCommand, arrive: tuple[str, ...], key: str | None
) -> None:
    sender = _Sender(*arrive)
    result = worker.carry_out(make_command("cmd-1"), StopSignal(), sender)
    assert (result.snapshot is not None, result.picture_key) == (True, key)
    assert (sender.taken, sender.finished) == (["screen"], 1)


def test_observe_takes_no_picture_where_the_policy_lets_none_leave(
    journal: Journal, paper, policy: Policy, make_command: MakeCommand
) -> None:
    policy.path.write_text("version: 1\nallow: {risks: [look]}\n", encoding="utf-8")
    worker = Worker(journal, lambda: paper, lambda: load_policy(policy.path))
    sender = _Sender("runs/screen.png")
    result = worker.carry_out(make_command("cmd-1"), StopSignal(), sender)
    assert (result.snapshot is not None, result.picture_key) == (True, None)
    assert (sender.taken, sender.finished) == ([], 1)


def test_a_screen_without_a_picture_is_observed_all_the_same(
    worker, paper, make_command: MakeCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse():
        raise UnsupportedError("no picture")

    monkeypatch.setattr(paper, "capture", refuse)
    result = worker.carry_out(make_command("cmd-1"), StopSignal(), _Sender())
    assert (result.status, result.picture_key) == (CommandStatus.DONE, None)
    assert result.snapshot is not None


def test_steps_after_one_that_is_not_confirmed_are_not_performed(
    worker, paper, make_command: MakeCommand
) -> None:
    command = make_command("cmd-1", SaveAs(filename=".."), TypeText(text="never"))
    result = worker.carry_out(command, StopSignal())
    assert [effect.outcome for effect in result.effects] == [Outcome.REFUSED]
    assert paper.typed == []


def test_a_begun_step_is_read_back_and_never_repeated(
    worker, journal, paper, make_command: MakeCommand
) -> None:
    command = make_command("cmd-1", TypeText(text="회의"), TypeText(text=" 끝"))
    journal.accepted(command)
    before = {"app": "mousepad", "role": "text_area", "name": "", "before": digest("")}
    journal.begun("cmd-1", "s1", {**before, "expected": digest("회의"), "occurrences": 0})
    paper.text = "회의"
    result = worker.carry_out(command, StopSignal())
    assert [effect.outcome for effect in result.effects] == [Outcome.CONFIRMED] * 2
    assert paper.typed == [" 끝"]
    assert paper.text == "회의 끝"


def test_a_begun_step_that_cannot_be_confirmed_ends_the_command(
    worker, journal, paper, make_command: MakeCommand
) -> None:
    command = make_command("cmd-1", TypeText(text="회의 3시"), TypeText(text="never"))
    journal.accepted(command)
    before = {"app": "mousepad", "role": "text_area", "name": "", "before": digest("")}
    journal.begun("cmd-1", "s1", {**before, "expected": digest("회의 3시"), "occurrences": 0})
    paper.text = "회의"
    result = worker.carry_out(command, StopSignal())
    assert [(e.outcome, e.error) for e in result.effects] == [
        (Outcome.FAILED, EffectError.INTERRUPTED)
    ]
    assert paper.typed == []


def test_a_text_that_was_there_before_proves_nothing(
    worker, journal, paper, make_command: MakeCommand
) -> None:
    command = make_command("cmd-1", TypeText(text="회의록"))
    journal.accepted(command)
    paper.text = "회의록"
    before = {"app": "mousepad", "role": "text_area", "name": "", "before": digest("회의록")}
    journal.begun("cmd-1", "s1", {**before, "expected": digest("회의록회의록"), "occurrences": 1})
    result = worker.carry_out(command, StopSignal())
    assert result.effects[0].error is EffectError.INTERRUPTED


def test_a_look_that_was_interrupted_is_simply_done(
    worker, journal, paper, make_command: MakeCommand
) -> None:
    command = make_command("cmd-1", Read())
    journal.accepted(command)
    paper.text = "읽을 글"
    result = worker.carry_out(command, StopSignal())
    assert result.effects[0].outcome is Outcome.CONFIRMED
    assert result.effects[0].evidence == "읽을 글"


def test_an_abandoned_command_is_judged_and_nothing_more_is_done(
    worker, journal, paper, make_command: MakeCommand
) -> None:
    command = make_command("cmd-1", TypeText(text="회의"), TypeText(text="never"))
    journal.accepted(command)
    before = {"app": "mousepad", "role": "text_area", "name": "", "before": digest("")}
    journal.begun("cmd-1", "s1", {**before, "expected": digest("회의"), "occurrences": 0})
    paper.text = "회의"
    record = journal.record("cmd-1")
    result = worker.abandon(record, "the run was cancelled")
    assert [e.outcome for e in result.effects] == [Outcome.CONFIRMED, Outcome.FAILED]
    assert result.effects[1].evidence == "the run was cancelled"
    assert paper.typed == []
    assert journal.unfinished() == []


def test_a_stopped_command_does_nothing(worker, paper, make_command: MakeCommand) -> None:
    stop = StopSignal()
    stop.set(StopReason.CANCELLED)
    result = worker.carry_out(make_command("cmd-1", TypeText(text="never")), stop)
    assert result.effects[0].error is EffectError.STOPPED
    assert paper.typed == []
    looked = worker.carry_out(make_command("cmd-2"), stop)
    assert looked.status is CommandStatus.FAILED


def test_a_lost_desktop_is_opened_again_for_the_next_command(
    journal, paper, policy: Policy, make_command: MakeCommand
) -> None:
    opened: list[int] = []

    def open_backend():
        opened.append(1)
        return paper

    worker = Worker(journal, open_backend, lambda: policy)
    paper.fail_with = NoDisplayError("The display is gone.", "Start it.")
    lost = worker.carry_out(make_command("cmd-1"), StopSignal())
    assert lost.status is CommandStatus.FAILED
    assert lost.error is not None
    assert "Start it." in lost.error
    paper.fail_with = None
    assert worker.carry_out(make_command("cmd-2"), StopSignal()).status is CommandStatus.DONE
    assert len(opened) == 3


def test_an_unexpected_fault_becomes_a_failed_effect_without_screen_text(
    worker, paper, make_command: MakeCommand, caplog: pytest.LogCaptureFixture
) -> None:
    paper.fail_with = RuntimeError("secret screen text")
    result = worker.carry_out(make_command("cmd-1", TypeText(text="x")), StopSignal())
    assert result.effects[0].error is EffectError.BACKEND_ERROR
    assert "secret" not in result.model_dump_json()
    assert "secret" not in caplog.text


def test_pictures_that_did_not_arrive_leave_no_key(
    worker, paper, make_command: MakeCommand
) -> None:
    class Sender:
        def add(self, name, picture):
            return f"runs/{name}.png"

        def finish(self):
            return frozenset({"runs/s1-before.png"})

    result = worker.carry_out(make_command("cmd-1", TypeText(text="x")), StopSignal(), Sender())
    assert result.effects[0].before_key == "runs/s1-before.png"
    assert result.effects[0].after_key is None


def test_typing_falls_back_to_keys_only_where_native_edits_are_unsupported(
    worker, paper, make_command: MakeCommand
) -> None:
    paper.native_edits = False
    result = worker.carry_out(make_command("cmd-1", TypeText(text="글")), StopSignal())
    assert result.effects[0].outcome is Outcome.CONFIRMED
    assert result.effects[0].route == "keyboard"
    assert paper.text == "글"


def test_a_policy_that_changes_binds_the_next_step(
    journal: Journal,
    paper,
    policy: Policy,
    make_command: MakeCommand,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    insert = paper.insert_text

    def insert_and_forbid(node, state, text: str) -> None:
        insert(node, state, text)
        policy.path.write_text("version: 1\nallow: {risks: [look]}\n", encoding="utf-8")

    monkeypatch.setattr(paper, "insert_text", insert_and_forbid)
    worker = Worker(journal, lambda: paper, lambda: load_policy(policy.path))
    command = make_command("cmd-1", TypeText(text="one"), TypeText(text="two"))
    effects = worker.carry_out(command, StopSignal()).effects
    assert [effect.outcome for effect in effects] == [Outcome.CONFIRMED, Outcome.REFUSED]
    assert effects[1].error is EffectError.DENIED_BY_POLICY
    assert paper.text == "one"


def test_a_policy_that_denies_looking_lets_no_snapshot_out(
    journal: Journal, paper, tmp_path: Path, make_command: MakeCommand
) -> None:
    path = tmp_path / "blind.yaml"
    path.write_text("version: 1\ndeny: {risks: [look]}\n", encoding="utf-8")
    worker = Worker(journal, lambda: paper, lambda: load_policy(path))
    result = worker.carry_out(make_command("cmd-1"), StopSignal())
    assert (result.status, result.snapshot) == (CommandStatus.FAILED, None)
    assert str(path) in str(result.error)


def test_a_denied_program_is_not_in_the_snapshot(
    journal: Journal, paper, tmp_path: Path, make_command: MakeCommand
) -> None:
    paper.text = "비밀"
    path = tmp_path / "deny.yaml"
    path.write_text("version: 1\ndeny: {apps: [Mouse*]}\n", encoding="utf-8")
    worker = Worker(journal, lambda: paper, lambda: load_policy(path))
    snapshot = worker.carry_out(make_command("cmd-1"), StopSignal()).snapshot
    assert snapshot is not None
    assert (snapshot.apps, snapshot.elements, snapshot.active_app) == ((), (), None)


def test_native_edits_that_failed_after_the_text_was_in_are_not_typed_again(
    worker, paper, make_command: MakeCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = paper.insert_text

    def insert_and_decline(node, state, text: str) -> None:
        insert(node, state, text)
        raise UnsupportedError("declined after all")

    monkeypatch.setattr(paper, "insert_text", insert_and_decline)
    result = worker.carry_out(make_command("cmd-1", TypeText(text="회의")), StopSignal())
    assert (paper.text, paper.typed) == ("회의", ["회의"])
    assert result.effects[0].outcome is Outcome.FAILED


def test_a_name_too_long_for_the_disk_is_refused_before_anything_is_pressed(
    worker, paper, make_command: MakeCommand
) -> None:
    command = make_command("cmd-1", SaveAs(filename="가" * 86))
    (effect,) = worker.carry_out(command, StopSignal()).effects
    assert effect.outcome is Outcome.REFUSED
    assert "file name" in effect.evidence
