"""The commands: what they print, and how they end."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qagent.__main__ import app
from qagent.home import AgentHome
from qagent.workflows.diary import Diary, Recorded
from qagent.workflows.model import Workflow, WorkflowStep
from qagent.workflows.reading import parse
from qagent.workflows.store import Store
from qscreen.wire import SetValue, Target

BAD = (
    "version: 1\ntitle: T\nsteps:\n- {id: s1, because: b, action: {kind: press_keys, keys: [f5]}}\n"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AgentHome:
    monkeypatch.setenv("QAGENT_HOME", str(tmp_path))
    monkeypatch.delenv("DISPLAY", raising=False)
    return AgentHome(tmp_path)


@pytest.fixture
def store(home: AgentHome, order: Workflow) -> Store:
    made = Store.of(home)
    made.save("order", order)
    (made.folder / "bad.yaml").write_text(BAD, encoding="utf-8")
    (made.folder / "broken.yaml").write_text("steps: [\n", encoding="utf-8")
    return made


def call(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.stdout, done.stderr


def test_the_list_names_workflows_faults_and_cut_off_recordings(store: Store) -> None:
    Diary(store.diary("half")).close()
    code, out, _ = call("workflow", "list", "--json")
    found = json.loads(out)
    assert code == 0
    assert [(one["name"], one["steps"], bool(one["fault"])) for one in found["workflows"]] == [
        ("bad", 1, False),
        ("broken", 0, True),
        ("order", 3, False),
    ]
    assert found["unfinished"] == ["half"]
    assert "--recover" in call("workflow", "list")[1]


@pytest.mark.parametrize(("name", "code"), [("order", 0), ("bad", 2), ("broken", 2), ("none", 1)])
def test_lint_ends_with_what_it_found(name: str, code: int, store: Store) -> None:
    assert call("workflow", "lint", name)[0] == code


def test_lint_names_the_line_and_the_repair(store: Store) -> None:
    _, out, _ = call("workflow", "lint", "bad")
    assert "bad.yaml:4: QW004 warning s1" in out
    assert "→" in out
    (found,) = json.loads(call("workflow", "lint", "bad", "--json")[1])["findings"]
    assert (found["rule"], found["line"], found["step"]) == ("QW004", 4, "s1")
    assert json.loads(call("workflow", "lint", "bad", "--sarif")[1])["version"] == "2.1.0"
    assert "broken.yaml:2" in call("workflow", "lint", "broken")[1]


def test_show_and_schema(store: Store, order: Workflow) -> None:
    assert parse(call("workflow", "show", "order")[1]).content == order
    assert json.loads(call("workflow", "schema")[1])["title"] == "Workflow"
    code, _, err = call("workflow", "show", "broken")
    assert code == 1
    assert "broken.yaml:2" in err


def test_edit_opens_the_editor_and_checks(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "title: U\\n" >> "$1"\n', encoding="utf-8")
    editor.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(editor))
    code, out, _ = call("workflow", "edit", "bad")
    assert code == 2
    assert "bad.yaml:5" in out


def test_variables_are_shown_and_written_only_when_asked(store: Store) -> None:
    steps = tuple(
        WorkflowStep(
            id=f"s{n}", because="b", action=SetValue(target=Target(name=f"F{n}"), value="Kim")
        )
        for n in (1, 2)
    )
    path = store.save("twice", Workflow(version=1, title="T", steps=steps))
    before = path.read_bytes()
    found = json.loads(call("workflow", "variables", "twice", "--json")[1])
    assert [(one["name"], one["default"]) for one in found["inputs"]] == [("f1", "Kim")]
    assert path.read_bytes() == before
    assert call("workflow", "variables", "twice", "--write")[0] == 0
    assert [one.name for one in store.load("twice").inputs] == ["f1"]


def test_a_replay_asks_before_it_does_anything(store: Store) -> None:
    code, _, err = call("workflow", "replay", "order")
    assert code == 1
    assert "QAGENT_VALUE_SECRET_1" in err
    code, _, err = call("workflow", "replay", "order", "--set", "secret_1=x")
    assert code == 1
    assert "command line" in err
    assert "NAME=VALUE" in call("workflow", "replay", "order", "--set", "x")[2]
    assert (
        "repeats nothing"
        in call("workflow", "dry-run", "order", "--rows", str(store.folder / "bad.yaml"))[2]
    )


def test_publish_says_what_cannot_leave(store: Store) -> None:
    code, _, err = call("workflow", "publish", "order", "--dry-run")
    assert code == 1
    assert "secret_1" in err
    code, out, _ = call("workflow", "publish", "bad", "--dry-run")
    assert (code, out.strip()) == (0, "press f5")
    code, _, err = call("workflow", "publish", "bad")
    assert code == 1
    assert "enrol" in err


def test_a_cut_off_recording_is_recovered(store: Store) -> None:
    diary = Diary(store.diary("half"))
    step = WorkflowStep(id="s1", because="b", action=SetValue(target=Target(name="F"), value="x"))
    diary.note(Recorded([step]))
    diary.close()
    assert call("record", "half", "--recover")[0] == 0
    assert store.load("half").steps == (step,)
    assert store.unfinished() == []
    assert call("record", "half", "--recover")[0] == 1


def test_a_recording_replaces_nothing_unasked(store: Store, home: AgentHome) -> None:
    code, _, err = call("record", "order")
    assert code == 1
    assert "already" in err
    home.stop_file.set()
    assert "stopped" in call("record", "new")[2]
