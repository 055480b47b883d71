"""The workflow file: what is written is read again, and each fault has its line and its repair."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from qagent.home import HomeError
from qagent.workflows.model import Workflow, schema
from qagent.workflows.reading import dump, parse
from qagent.workflows.store import Store
from qagent.yaml_files import Fault

STEP = "- {id: s1, because: b, action: {kind: press_keys, keys: [ctrl, s]}}\n"
HEAD = "version: 1\ntitle: T\n"


def faults(content: str) -> tuple[Fault, ...]:
    found = parse(content)
    assert found.content is None
    return found.faults


def test_what_is_written_is_read_again(order: Workflow) -> None:
    again = parse(dump(order))
    assert again.content == order
    assert parse(dump(order)).faults == ()


def test_korean_and_awkward_texts_survive(made: Callable[..., Workflow]) -> None:
    texts = ["이름: 김", "'\"\\", "- 1", "no", "12", "a\nb\n", "{{x}} # y", " lead", "\u200b"]
    workflow = made(*({"kind": "type_text", "text": one} for one in texts))
    again = parse(dump(workflow)).content
    assert again == workflow
    assert "이름" in dump(workflow), "Hangul is to be read by people"


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (HEAD + "steps:\n- {id: s1, because: b\n", 5, "expected"),
        (HEAD + "steps:\n" + STEP + "  extra: 1\n", 5, ""),
        (HEAD + "stepz: []\nsteps:\n" + STEP, 3, "no such field"),
        (HEAD + "steps:\n" + STEP + STEP.replace("[ctrl, s]", "[CTRL]").replace("s1", "s2"), 5, ""),
        (HEAD + "steps:\n" + STEP + STEP, 1, "same id"),
        (HEAD + "title: U\nsteps:\n" + STEP, 3, ""),
        (
            HEAD + "steps:\n- id: s1\n  because: b\n  action:\n    kind: set_value\n"
            "    target: {name: A, role: text_field}\n    value: 12\n",
            9,
            "string",
        ),
        (HEAD + "inputs:\n- name: pw\n  kind: secret\n  default: x\nsteps:\n" + STEP, 4, "secret"),
        (HEAD + "steps: []\n", 3, "at least 1"),
    ],
)
def test_a_fault_names_its_line(content: str, line: int, words: str) -> None:
    found = faults(content)[0]
    assert found.line == line, found
    assert words in found.what
    assert found.repair


def test_a_number_where_a_text_belongs_says_to_quote_it() -> None:
    content = HEAD + "steps:\n- {id: s1, because: b, action: {kind: write_clipboard, text: 2026}}\n"
    assert "quotation marks" in faults(content)[0].repair


def test_a_repeat_must_be_a_table(made: Callable[..., Workflow]) -> None:
    action = {"kind": "write_clipboard", "text": "{{a}}"}
    repeat = {"first": "s1", "last": "s1", "columns": ["a"], "rows": [["1", "2"]]}
    with pytest.raises(ValueError, match="row 1 has 2 values"):
        made(action, repeat=repeat)
    with pytest.raises(ValueError, match="not there"):
        made(action, repeat={**repeat, "last": "s9", "rows": [["1"]]})


def test_the_published_schema_is_the_one_in_force() -> None:
    published = Path(__file__).parents[4] / "docs" / "workflow.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == json.loads(json.dumps(schema()))


def test_the_action_is_the_wires_own() -> None:
    """One definition of an action: the schema refers to the wire's models and adds none."""
    names = set(schema()["$defs"])
    assert {"Click", "SetValue", "Target", "WaitFor", "ChooseMenu"} <= names
    assert not [one for one in names if one.startswith("Recorded") or one.endswith("Action")]


def test_the_store_names_the_fault_of_a_file(tmp_path: Path) -> None:
    store = Store(tmp_path)
    (tmp_path / "bad.yaml").write_text(HEAD + "steps: 3\n", encoding="utf-8")
    with pytest.raises(HomeError, match=r"bad\.yaml:3: steps"):
        store.load("bad")
    with pytest.raises(HomeError, match="cannot be read"):
        store.load("other")
    with pytest.raises(HomeError, match="no name"):
        store.load("A B")
    assert store.names() == ["bad"]


def test_a_file_is_for_its_owner_only(tmp_path: Path, order: Workflow) -> None:
    path = Store(tmp_path / "w").save("주문", order)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Store(tmp_path / "w").load("주문") == order
