"""User-facing texts exist in both languages and say the same things."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import qagent
from qagent.messages import catalogue, text
from qscreen.wire.action import RISK_OF_KIND, UNDO_OF_KIND, ActionKind

SOURCE = Path(qagent.__file__).parent
FOR_PROGRAMS = {
    "AssertionError": "is a fault of the agent",
    "CallError": "holds what a program answered",
    "ConnectionResetError": "is told by what it was caught as",
    "GoneError": "is told as `element.gone`",
    "IndexError": "is caught where it is raised",
    "MCPError": "is a protocol's own error, which its client reads",
    "ModuleNotFoundError": "is caught by whoever imports",
    "NotAnsweringError": "is caught by the backend",
    "RuntimeError": "is a fault of the agent",
    "ToolDefinitionError": "is a fault of the agent",
    "TypeError": "is a fault of the agent",
    "UnreachableError": "is logged, and tried again",
    "WireError": "is told by what it was caught as",
    "_KitError": "is told by what it was caught as",
}
"""Errors whose words no user reads, or that are quoted as they came, each with the reason."""

TOLD = {"Finding", "Fault", "not_performed"} | {"fail", "_fail", "print", "say", "_say", "tell"}
COMMAND = re.compile(r"(\w+=\w+ )?qagent ")
FOR_DEVELOPERS = "figures.py"


def _calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            yield name, node


def _written(node: ast.AST, constants: dict[str, ast.expr]) -> str:
    """The words that stand in an expression itself, not those it asks for elsewhere."""
    match node:
        case ast.Constant(value=str(words)):
            return words
        case ast.Name(id=name) if name in constants:
            return _written(constants[name], {})
        case ast.Call() | ast.FormattedValue():
            return " "
    return "".join(_written(part, constants) for part in ast.iter_child_nodes(node))


def _untranslated(path: Path) -> Iterator[str]:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    constants = {
        target.id: one.value
        for one in body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    for name, call in _calls(path):
        if name == "text":
            given = [one.value for one in call.keywords]
        elif name in TOLD or (name.endswith("Error") and name not in FOR_PROGRAMS):
            named = (one for one in call.keywords if one.arg in {"what", "repair", "detail"})
            given = [*call.args, *(one.value for one in named)]
        else:
            continue
        for words in (_written(one, constants) for one in given):
            plain = re.sub(r"`[^`]*`|\[[^]]*\]", "", words)
            prose = [one for one in plain.split() if re.search("[A-Za-z]{2}", one)]
            if len(prose) >= 2 and not COMMAND.match(words):
                yield f"{path.relative_to(SOURCE)}:{call.lineno}: {name}: {words}"


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_both_languages_have_the_same_fields(key: str) -> None:
    korean, english = catalogue()[key]
    assert _fields(korean) == _fields(english)
    assert re.search(r"[가-힣]", korean)
    assert not re.search(r"[가-힣]", english)


def test_whatever_a_user_is_told_is_in_both_languages() -> None:
    modules = [
        one for one in SOURCE.rglob("*.py") if not one.name.endswith(("_texts.py", FOR_DEVELOPERS))
    ]
    assert len(modules) > 150
    assert [words for one in sorted(modules) for words in _untranslated(one)] == []


def test_each_text_is_given_what_it_holds() -> None:
    wrong = []
    for path in sorted(SOURCE.rglob("*.py")):
        for name, call in _calls(path):
            match call.args:
                case [ast.Constant(value=str(key))] if name == "text":
                    given = {one.arg for one in call.keywords}
                    if None not in given and given != _fields(catalogue()[key][1]):
                        wrong.append(f"{path.relative_to(SOURCE)}:{call.lineno}: {key}")
    assert wrong == []


def test_the_language_follows_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko_KR.UTF-8")
    assert text("change.none") == "아무것도 바뀌지 않았습니다."
    monkeypatch.setenv("QAGENT_LANG", "en")
    assert text("change.none") == "Nothing on the screen changed."


def test_every_action_has_a_risk() -> None:
    assert set(RISK_OF_KIND) == set(ActionKind)


def test_of_every_action_it_is_told_whether_it_can_be_undone() -> None:
    assert set(UNDO_OF_KIND) == set(ActionKind)
