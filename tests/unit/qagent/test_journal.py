"""The journal survives what a crash leaves behind."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qagent import journal as journal_module
from qagent.home import HomeError
from qagent.journal import Journal
from qscreen.wire import Command, CommandResult, CommandStatus, Effect, Outcome, TypeText

MakeCommand = Callable[..., Command]
RESULT = CommandResult(status=CommandStatus.DONE)


def _effect(step_id: str) -> Effect:
    return Effect(
        step_id=step_id, outcome=Outcome.CONFIRMED, started_at=datetime.now(UTC), duration_ms=1
    )


def test_everything_is_found_again(tmp_path: Path, make_command: MakeCommand) -> None:
    path = tmp_path / "journal.jsonl"
    command = make_command("cmd-1", TypeText(text="회의"), TypeText(text="둘"))
    journal = Journal(path)
    journal.accepted(command)
    journal.begun("cmd-1", "s1", {"before": "x"})
    journal.effect("cmd-1", _effect("s1"))
    journal.begun("cmd-1", "s2", {"occurrences": 2})
    journal.close()

    again = Journal(path)
    (record,) = again.unfinished()
    assert record.command == command
    assert record.begun == {"s1": {"before": "x"}, "s2": {"occurrences": 2}}
    assert [effect.step_id for effect in record.effects] == ["s1"]
    again.result("cmd-1", RESULT)
    assert again.unfinished() == []
    assert [r.command.id for r in again.unposted()] == ["cmd-1"]
    again.posted("cmd-1")
    again.close()
    third = Journal(path)
    assert third.unposted() == []
    assert third.record("cmd-1") is not None
    third.close()


def test_what_is_finished_can_be_taken_out_of_the_file(
    tmp_path: Path, make_command: MakeCommand
) -> None:
    path = tmp_path / "journal.jsonl"
    (tmp_path / "journal.previous.jsonl").write_text('{"text": "hunter2"}\n', encoding="utf-8")
    journal = Journal(path)
    open_command = make_command("cmd-1", TypeText(text="회의"))
    journal.accepted(open_command)
    journal.begun("cmd-1", "s1", {"before": "x"})
    assert not journal.has_typed_unseen()
    journal.accepted(make_command("cmd-2", TypeText(text="hunter2")))
    journal.begun("cmd-2", "s1", {"secure": True})
    assert journal.has_typed_unseen()
    journal.result("cmd-2", RESULT)
    journal.forget_finished()
    assert [file.name for file in tmp_path.iterdir()] == ["journal.jsonl"]
    assert "hunter2" not in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    journal.effect("cmd-1", _effect("s1"))
    journal.close()
    again = Journal(path)
    (record,) = again.unfinished()
    assert record.command == open_command
    assert (list(record.begun), len(record.effects)) == (["s1"], 1)
    assert again.record("cmd-2") is None
    again.close()


def test_what_was_typed_unseen_leaves_the_file_when_the_cloud_has_the_result(
    tmp_path: Path, make_command: MakeCommand
) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.accepted(make_command("cmd-1", TypeText(text="회의"), TypeText(text="hunter2")))
    journal.begun("cmd-1", "s1", {"before": "x"})
    journal.begun("cmd-1", "s2", {"secure": True})
    journal.accepted(make_command("cmd-2", TypeText(text="hunter2 is open")))
    journal.result("cmd-1", RESULT)
    assert path.read_text(encoding="utf-8").count("hunter2") == 2
    journal.posted("cmd-1")
    content = path.read_text(encoding="utf-8")
    assert content.count("hunter2") == 1
    assert "회의" in content
    journal.begun("cmd-2", "s1", {})
    journal.close()
    again = Journal(path)
    assert again.damaged_lines == 0
    known = again.record("cmd-1")
    assert known is not None
    assert (known.posted, known.result) == (True, RESULT)
    assert [one.command.id for one in again.unfinished()] == ["cmd-2"]
    again.close()


def test_a_torn_line_costs_only_itself(tmp_path: Path, make_command: MakeCommand) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.accepted(make_command("cmd-1"))
    journal.close()
    with path.open("a", encoding="utf-8") as file:
        file.write('{"entry": "result", "comm')
    torn = Journal(path)
    assert torn.damaged_lines == 1
    torn.accepted(make_command("cmd-2"))
    torn.close()
    again = Journal(path)
    assert [r.command.id for r in again.unfinished()] == ["cmd-1", "cmd-2"]
    again.close()


def test_the_file_is_for_its_owner_only(tmp_path: Path, make_command: MakeCommand) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.accepted(make_command("cmd-1"))
    journal.close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_each_line_is_on_disk_before_the_agent_goes_on(
    tmp_path: Path, make_command: MakeCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(journal_module.os, "fsync", synced.append)
    journal = Journal(tmp_path / "journal.jsonl")
    journal.accepted(make_command("cmd-1"))
    journal.begun("cmd-1", "s1", {})
    assert len(synced) == 2
    journal.close()


def test_a_large_journal_is_put_aside_and_still_read(
    tmp_path: Path, make_command: MakeCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.accepted(make_command("cmd-1"))
    journal.result("cmd-1", RESULT)
    journal.posted("cmd-1")
    journal.close()
    monkeypatch.setattr(journal_module, "ROTATE_BYTES", 10)
    rotated = Journal(path)
    assert path.read_text(encoding="utf-8") == ""
    assert rotated.record("cmd-1") is not None
    rotated.accepted(make_command("cmd-2"))
    rotated.close()
    again = Journal(path)
    assert again.record("cmd-1") is not None
    assert [r.command.id for r in again.unfinished()] == ["cmd-2"]
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[0])["command_id"] == "cmd-2"
    again.close()


def test_a_journal_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").mkdir()
    with pytest.raises(HomeError, match="QAGENT_HOME"):
        Journal(tmp_path / "journal.jsonl")
