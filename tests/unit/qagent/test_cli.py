"""The command line: exit codes and repairs, without screen or cloud."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.cells import cell_len
from typer.testing import CliRunner

from qagent import entry
from qagent.__main__ import app, main
from qagent.audit import AuditLog
from qagent.help_texts import KOREAN
from qagent.helping import in_korean
from qagent.word_texts import SYSTEM


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QAGENT_HOME", str(tmp_path / "agent"))
    monkeypatch.setenv("QAGENT_BACKEND", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "agent"


def _run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_serve_needs_an_enrolment(home: Path) -> None:
    code, output = _run("serve")
    assert code == 1
    assert "qagent enrol" in output


def test_stop_latches_until_resume(home: Path) -> None:
    assert _run("stop")[0] == 0
    assert (home / "stop").exists()
    assert _run("resume")[0] == 0
    assert not (home / "stop").exists()


@pytest.mark.parametrize("arguments", [("stop",), ("resume",), ("run", "Open the calculator")])
def test_a_folder_that_cannot_be_used_is_named_with_its_repair(
    arguments: tuple[str, ...],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home.write_text("no folder", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["qagent", *arguments])
    with pytest.raises(SystemExit) as ended:
        entry.main()
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert str(home) in told
    assert "→" in told
    assert home.read_text(encoding="utf-8") == "no folder"


def test_a_path_with_brackets_is_printed_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("[/x]", "[red]"):
        folder = tmp_path / name / "agent"
        monkeypatch.setenv("QAGENT_HOME", str(folder))
        code, output = _run("serve")
        assert code == 1
        assert str(folder / "device.json") in output


def test_what_the_system_says_of_a_file_is_told_in_korean(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko")
    assert "그런 파일이나 폴더가 없음" in _run("workflow", "show", "x")[1]
    assert "파일이 아니라 폴더임" in _run("do", str(tmp_path))[1]
    assert all(re.search("[가-힣]", words) for words in SYSTEM.values())
    monkeypatch.setenv("QAGENT_LANG", "en")
    assert "No such file or directory" in _run("workflow", "show", "x")[1]


def test_a_recording_that_could_not_begin_takes_nothing_away(home: Path) -> None:
    assert _run("record", "x")[0] == 1
    assert json.loads(_run("workflow", "list", "--json")[1])["unfinished"] == []
    cut_off = home / "workflows" / "x.recording.jsonl"
    cut_off.parent.mkdir()
    cut_off.write_text('{"recording": 1}\n', encoding="utf-8")
    assert _run("record", "x")[0] == 1
    assert cut_off.read_text(encoding="utf-8") == '{"recording": 1}\n'


def test_a_report_of_eighty_columns_cuts_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    run, log = f"workflow-{'7' * 32}", AuditLog(home / "audit")
    detail = {"step": "s1", "kind": "write_clipboard", "outcome": "suspected_noop"}
    log.append("local:x", "step", run, {**detail, "error": "target_not_found", "consent": "run"})
    for locale, words in (("ko", "클립보드에 넣기"), ("en", "write_clipboard")):
        monkeypatch.setenv("QAGENT_LANG", locale)
        code, output = _run("report")
        assert code == 0
        assert run in output
        assert words in output
        assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", output)
        assert "…" not in output
        assert all(cell_len(line) <= 80 for line in output.splitlines())


def test_without_a_policy_one_to_begin_with_is_shown_that_holds(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for locale in ("ko", "en"):
        monkeypatch.setenv("QAGENT_LANG", locale)
        code, output = _run("policy", "check")
        assert code == 1
        assert _run("policy", "show") == (0, output)
        example = tmp_path / "policy.yaml"
        example.write_text(output[output.index("version:") :], encoding="utf-8")
        assert _run("policy", "check", str(example))[0] == 0


def test_no_log_is_not_called_intact(home: Path) -> None:
    code, output = _run("audit", "verify")
    assert code == 0
    assert "intact" not in output
    assert str(home / "audit") in output


def test_no_display_says_what_to_do(home: Path) -> None:
    code, output = _run("observe", "--json")
    assert code == 1
    assert "DISPLAY" in output
    assert "xvfb" in output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"steps": []}', "steps"),
        ('{"steps": [{"id": "s1", "action": {"kind": "fly"}, "because": ""}]}', "kind"),
        ("not json", "JSON"),
        (
            '[{"id": "s1", "because": "", "action": {"kind": "save_as", "filename": "../x"}}]',
            "filename",
        ),
    ],
)
def test_a_file_without_steps_names_the_fault(
    home: Path, tmp_path: Path, content: str, words: str
) -> None:
    file = tmp_path / "steps.json"
    file.write_text(content, encoding="utf-8")
    code, output = _run("do", str(file))
    assert code == 1
    assert words in output


def test_a_missing_file_says_so(home: Path, tmp_path: Path) -> None:
    code, output = _run("do", str(tmp_path / "nothing.json"))
    assert code == 1
    assert "nothing.json" in output


def test_enrol_needs_to_know_the_platform(home: Path, tmp_path: Path) -> None:
    assert "--config-file" in _run("enrol", "--username", "kim")[1]
    broken = tmp_path / "client.json"
    broken.write_text('{"region": "x"}', encoding="utf-8")
    code, output = _run("enrol", "--username", "kim", "--config-file", str(broken))
    assert code == 1
    assert "environment" in output


def test_doctor_lists_every_fault_with_its_repair(home: Path) -> None:
    code, output = _run("doctor", "--json")
    assert code == 1
    findings = {finding["name"]: finding for finding in json.loads(output)}
    assert not findings["desktop"]["ok"]
    assert not findings["policy"]["ok"]
    assert not findings["credentials"]["ok"]
    assert all(finding["repair"] for finding in findings.values() if not finding["ok"])


def test_a_goal_shows_its_plan_and_does_nothing(home: Path) -> None:
    code, output = _run("run", "--dry-run", "메모장을 열고 '안녕'이라고 써 줘")
    assert code == 0
    assert output.splitlines()[0].startswith("s1 open_app")
    assert "안녕" in output
    assert "cannot undo" not in output
    assert "cannot undo" in _run("run", "--dry-run", "press enter")[1]
    code, output = _run("run", "--dry-run", "--json", "press enter")
    assert code == 0
    assert json.loads(output)["steps"][0]["action"]["kind"] == "press_keys"
    assert not (home / "local-journal.jsonl").exists()


def test_a_goal_that_is_not_understood_names_the_part_and_the_nearest_forms(home: Path) -> None:
    code, output = _run("run", "write 'x' and make it so")
    assert code == 4
    assert "make it so" in output
    assert "→" in output
    assert "qops run" in output
    code, output = _run("run", "--json", "write 'x' and make it so")
    assert code == 4
    assert json.loads(output)["part"]


def _helps(command: Any) -> Iterator[str]:
    for told in (command, *command.params):
        yield from (getattr(told, "help", None) or "").split("\n\n")
    for below in getattr(command, "commands", {}).values():
        yield from _helps(below)


def test_each_help_has_a_translation_and_each_translation_a_help() -> None:
    english = {" ".join(one.split()) for one in _helps(typer.main.get_command(app)) if one}
    assert english == set(KOREAN)
    assert all(re.search("[가-힣]", str(in_korean(one))) for one in english)


@pytest.mark.parametrize(
    ("language", "words"), [("ko", "고칠 수 있는 것은"), ("en", "Repair what can be")]
)
def test_help_is_in_the_users_language(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    words: str,
) -> None:
    monkeypatch.setenv("QAGENT_LANG", language)
    monkeypatch.setattr(sys, "argv", ["qagent", "doctor", "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert words in capsys.readouterr().out
