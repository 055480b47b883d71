"""The policy file: windows, hours, data, risky kinds; and every fault with its place."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qagent.__main__ import app
from qagent.policy import DataClass, Policy, PolicyState, RiskKind, load_policy
from qagent.policy.model import schema
from qagent.policy.reading import read
from qagent.yaml_files import Fault
from qscreen.wire import Read, Step, TypeText

TYPE = Step(id="s1", action=TypeText(text="x"), because="test")
READ = Step(id="s1", action=Read(), because="test")
ALLOW = "version: 1\nallow:\n  risks: [look, edit]\n  apps: ['*']\n"
MONDAY_10_IN_SEOUL = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def policy(tmp_path: Path, content: str) -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(content, encoding="utf-8")
    found = load_policy(path)
    assert found.state is PolicyState.FILE, found.faults
    return found


def faults(tmp_path: Path, content: str) -> tuple[Fault, ...]:
    path = tmp_path / "policy.yaml"
    path.write_text(content, encoding="utf-8")
    found = read(path)
    assert found.content is None
    return found.faults


def test_windows_are_judged_by_their_title_and_deny_wins(tmp_path: Path) -> None:
    found = policy(
        tmp_path, ALLOW + "  windows: ['*메일*', '* - Notes']\ndeny: {windows: ['*급여*']}\n"
    )
    assert found.denies_window("받은 메일") is None
    assert found.denies_window("Shopping - notes") is None
    other = found.denies_window("Bank")
    assert other is not None
    assert "allow.windows" in other.message
    assert found.denies_window("급여 메일") is not None
    assert found.hides_window("급여 메일")
    assert not found.hides_window("Bank")


@pytest.mark.parametrize(
    ("times", "allowed"),
    [
        ("{days: mon-fri, from: '09:00', to: '18:00', zone: Asia/Seoul}", True),
        ("{days: mon-fri, from: '09:00', to: '18:00', zone: UTC}", False),
        ("{days: [sat, sun], zone: Asia/Seoul}", False),
        ("{days: fri-mon, zone: Asia/Seoul}", True),
        ("{days: mon, from: '10:00', to: '10:01', zone: Asia/Seoul}", True),
        ("{days: mon, from: '09:00', to: '10:00', zone: Asia/Seoul}", False),
        ("{days: sun, from: '22:00', to: '10:30', zone: Asia/Seoul}", True),
        ("{days: mon, from: '22:00', to: '10:30', zone: Asia/Seoul}", False),
    ],
)
def test_hours_of_weekdays_in_a_zone(tmp_path: Path, times: str, allowed: bool) -> None:
    found = policy(tmp_path, ALLOW + f"  times: [{times}]\n")
    assert (found.denies_step(TYPE, MONDAY_10_IN_SEOUL) is None) is allowed
    assert found.denies_step(READ, MONDAY_10_IN_SEOUL) is None, "looking is free at any hour"


def test_denied_hours_win(tmp_path: Path) -> None:
    found = policy(
        tmp_path, ALLOW + "  times: [{}]\ndeny: {times: [{days: mon, zone: Asia/Seoul}]}\n"
    )
    denial = found.denies_step(TYPE, MONDAY_10_IN_SEOUL)
    assert denial is not None
    assert "deny.times" in denial.message


def test_what_is_read_and_what_leaves(tmp_path: Path) -> None:
    found = policy(tmp_path, ALLOW)
    assert found.may_leave(DataClass.VALUES)
    assert not found.may_leave(DataClass.CLIPBOARD)
    assert not found.may_leave(DataClass.PICTURES)
    found = policy(tmp_path, ALLOW + "data: {read: [labels], leave: [labels, values]}\n")
    assert not found.may_leave(DataClass.VALUES)
    denial = found.denies_step(READ)
    assert denial is not None
    assert "data.read" in denial.message
    found = policy(tmp_path, ALLOW + "data: {leave: [labels, values, email]}\n")
    assert found.redactor.redact("a@b.kr 010-1234-5678") == "a@b.kr [redacted:phone]"
    found = policy(
        tmp_path, ALLOW + "data: {leave: [labels, values, email]}\ndeny: {data: [email, values]}\n"
    )
    assert found.redactor.redact("a@b.kr") == "[redacted:email]"
    assert not found.may_leave(DataClass.VALUES)


@pytest.mark.parametrize(
    ("extra", "leave"),
    [
        ("screenshots: true\n", True),
        ("data: {leave: [labels, values, pictures]}\n", True),
        ("screenshots: true\ndeny: {data: [pictures]}\n", False),
        ("screenshots: true\ndata: {leave: [labels]}\n", False),
        ("screenshots: true\ndata: {read: [labels, values]}\n", False),
    ],
)
def test_pictures_leave_only_where_all_that_they_show_may(
    tmp_path: Path, extra: str, leave: bool
) -> None:
    assert policy(tmp_path, ALLOW + extra).screenshots is leave


def test_patterns_of_ones_own_are_redacted(tmp_path: Path) -> None:
    found = policy(tmp_path, ALLOW + "redact: {employee: 'EMP-[0-9]{6}'}\n")
    assert found.redactor.redact("EMP-123456") == "[redacted:employee]"


def test_risky_kinds_are_asked_about_denied_or_done(tmp_path: Path) -> None:
    found = policy(tmp_path, ALLOW + "consent: {without_asking: [send]}\ndeny: {kinds: [pay]}\n")
    assert found.asks_about({RiskKind.SEND, RiskKind.DELETE}) == {RiskKind.DELETE}
    assert found.denies_kinds({RiskKind.SEND}) is None
    denial = found.denies_kinds({RiskKind.PAY, RiskKind.SEND})
    assert denial is not None
    assert "pay" in denial.message


def test_a_stop_key_is_a_combination(tmp_path: Path) -> None:
    assert policy(tmp_path, ALLOW + "stop_key: ctrl+shift+f12\n").stop_key[-1] == "f12"
    for wrong in ("escape", "a+b", "ctrl+alt"):
        assert faults(tmp_path, ALLOW + f"stop_key: {wrong}\n")[0].field == "stop_key"


@pytest.mark.parametrize(
    ("content", "line", "field"),
    [
        ("version: 1\nallow:\n  risks: [look, everything]\n", 3, "allow.risks.1"),
        ("version: 1\nallow:\n  apps:\n    - ok\n    - ''\n", 5, "allow.apps.1"),
        ("version: 1\nalow: {}\n", 2, "alow"),
        ("version: 2\n", 1, "version"),
        ("allow: {}\n", 1, "version"),
        ("version: 1\ndeny: {apps: [a]}\ndeny: {}\n", 3, "deny"),
        ("version: 1\nallow:\n  apps: [a]\n  apps: [b]\n", 4, "allow.apps"),
        ("version: 1\nallow: {times: [{from: 10:30}]}\n", 2, "allow.times.0.from"),
        ("version: 1\nallow:\n  times:\n  - zone: Mars\n", 4, "allow.times.0.zone"),
        ("version: 1\nredact: {x: '['}\n", 2, "redact"),
        ("version: 1\nredact: {x: 'a*'}\n", 2, "redact"),
        ("version: 1\nallow: [\n", 3, ""),
        ("- a\n", 1, ""),
    ],
)
def test_a_fault_names_line_field_and_repair(
    tmp_path: Path, content: str, line: int, field: str
) -> None:
    found = faults(tmp_path, content)
    assert any((one.line, one.field) == (line, field) for one in found), found
    assert all(one.repair for one in found)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_is_wrong_is_told_in_the_users_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("QAGENT_LANG", language)
    wrong = (
        *("version: 2", "stop_key: a", "screenshots: maybe", "redact: [1]", "documents: 3"),
        *("allow: {risks: [fly], apps: x, times: [{from: 10:30, zone: Mars}]}", "alow: {}"),
        *("limits: {steps_per_minute: 0}", "physical_input: {quiet_seconds: x}"),
        *("consent: {timeout_seconds: 1.5, cloud_confirmation: 7}", "deny: {apps: ['']}"),
    )
    found = faults(tmp_path, "\n".join(wrong) + "\n")
    assert {one.line for one in found} == set(range(1, len(wrong) + 1))
    for one in found:
        inside = re.sub(r"^값이 맞지 않습니다", "", one.what)
        assert bool(re.search("[가-힣]", inside)) == (language == "ko"), one


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, "version: 1\nallow: {risks: [x]}\ndeny: {kinds: [y]}\nz: 1\n")
    assert [one.line for one in found] == [2, 3, 4]


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    assert policy(tmp_path, ALLOW).denies_step(TYPE) is None
    assert policy(tmp_path, ALLOW + "deny: {risks: [edit]}\n").denies_step(TYPE) is not None


def test_check_and_show_have_honest_exit_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QAGENT_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    run = CliRunner().invoke
    assert run(app, ["policy", "check"]).exit_code == 1
    assert run(app, ["policy", "show"]).exit_code == 0
    (tmp_path / "policy.yaml").write_text("version: 1\nalow: {}\n", encoding="utf-8")
    checked = run(app, ["policy", "check"])
    assert checked.exit_code == 2
    assert "policy.yaml:2: alow: there is no such field" in checked.output
    assert "→" in checked.output
    assert run(app, ["policy", "show"]).exit_code == 2
    (tmp_path / "policy.yaml").write_text(ALLOW, encoding="utf-8")
    assert run(app, ["policy", "check"]).exit_code == 0
    shown = run(app, ["policy", "show", "--json"])
    assert json.loads(shown.output)["policy"]["consent"]["timeout_seconds"] == 60


def test_the_published_schema_is_the_one_in_force() -> None:
    published = Path(__file__).parents[3] / "docs" / "agent-policy.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == json.loads(json.dumps(schema()))
