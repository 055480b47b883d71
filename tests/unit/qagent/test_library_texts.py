"""What the command line's library and pydantic say by themselves is said in the user's language."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel, TypeAdapter
from pydantic_core import _pydantic_core

from qagent.__main__ import app, main
from qagent.cloud.config import ClientConfig, Enrolment
from qagent.command_texts import SAID, SET
from qagent.helping import PHRASES
from qagent.home import HomeError
from qagent.local import StepsFile, load_steps
from qagent.messages import catalogue
from qagent.policy.model import PolicyFile
from qagent.policy.reading import read
from qagent.value_faults import EXPRESSIONS, said
from qagent.value_texts import JSON_SAID
from qagent.workflows.model import Workflow
from qagent.workflows.reading import parse
from qscreen.wire import action, template

LIBRARY = Path(typer.__file__).parent
SPEAKING = ("core.py", "rich_utils.py", "_coercion.py", "_param_types.py")
SPEAKING_CLICK = ("core.py", "exceptions.py", "parser.py", "formatting.py", "decorators.py")
TOLD = {"fail", "BadParameter", "UsageError", "BadOptionUsage", "BadArgumentUsage", "NoSuchOption"}
NEVER_SEEN = {
    "Error: {}": "is said only without Rich",
    "Aborted!": "is said only without Rich",
    "Try '{} {}' for help.\n": "is said only without Rich",
    "(dynamic)": "no default of ours is computed",
    "default: {default}": "is said only without Rich",
    "env var: {var}": "is said only without Rich",
    "required": "is said only without Rich",
    "DeprecationWarning: The command {} is deprecated.{}": "no command is deprecated",
    "Missing parameter: {}": "is of the error's `str`, which is not printed",
    "Name '{}' defined twice": "is a fault of the agent",
    "Boolean option {} cannot use the same flag for true/false.": "is a fault of the agent",
    "Command has no name.": "is a fault of the agent",
    "Expected one list item type, got: {}": "is a fault of the agent",
    "Expected two columns for definition list": "is a fault of the agent",
    "Invalid start character for option ({})": "is a fault of the agent",
    "Cannot have two nargs < 0": "is a fault of the agent",
}
"""Texts of the library that no user of the agent sees, each with the reason."""

OUTSIDE = re.compile(r"[A-Za-z]{2,} +[A-Za-z]{2,} +[A-Za-z]{2,}")
"""Three English words in a row: prose, and no names of fields or values."""


def _template(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=str(words)):
            return words
        case ast.JoinedStr(values=parts):
            return "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in parts)
        case ast.Call(func=ast.Attribute(value=inner, attr="format")):
            return _template(inner)
        case ast.Call(func=ast.Name(id="_"), args=[inner]):
            return _template(inner)
    return None


def _said_by_library() -> Iterator[str]:
    paths = [
        *(LIBRARY / one for one in SPEAKING),
        *(LIBRARY / "_click" / n for n in SPEAKING_CLICK),
    ]
    for path in paths:
        for node in ast.walk(ast.parse((LIBRARY / path).read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
                    told = name in TOLD | {"_", "echo"} or name.endswith("Error")
                    parts = arguments if told else []
                    parts = [*parts, *(one.value for one in node.keywords if one.arg == "help")]
                case ast.Return(value=value) | ast.Assign(value=value) if value is not None:
                    parts = [value]
                case _:
                    continue
            for part in parts:
                words = _template(part)
                if words and re.match(r"[\[(]?([A-Z][a-z]+|\{\}\. )", words) and " " in words:
                    yield words


def test_each_text_of_the_command_lines_library_has_a_translation() -> None:
    missing = []
    found = set(_said_by_library())
    assert len(found) > 20, "the library says its texts in another way now"
    for words in found - set(NEVER_SEEN):
        example = re.sub(r"\{[^}]*\}", "x", words)
        if words not in SET and not PHRASES.knows(example):
            missing.append(words)
    assert missing == []
    assert all(re.search("[가-힣]", korean) for korean in (*SET.values(), *dict(SAID).values()))


def test_the_librarys_replaceable_texts_are_there() -> None:
    from typer import rich_utils

    replaceable = {one for one in vars(rich_utils).values() if isinstance(one, str)}
    panel = {"Usage: ", "[OPTIONS]", "COMMAND [ARGS]...", "Show this message and exit."}
    assert set(SET) - panel <= replaceable | set(SET.values())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("workflow replay", "'name'"),
        ("recor", "비슷한 명령: 'record'"),
        ("record a b", "받지 않는 인수가 더 있습니다: b"),
        ("record a --minutez 3", "--minutez 옵션은 없습니다"),
        ("record a --minutes", "값이 필요합니다"),
        ("record a --minutes x", "숫자여야 합니다"),
        ("watch --once=3", "값을 줄 수 없습니다"),
        ("workflow", "[옵션] 명령 [인수]..."),
        ("workflow replay --help", "이 도움말을 보이고 끝냅니다."),
    ],
)
def test_a_wrong_call_is_told_in_korean(
    arguments: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys, "argv", ["qagent", *arguments.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    told = "".join(capsys.readouterr())
    assert ended.value.code == (0 if "--help" in arguments else 2)
    assert words in told
    assert "Usage" not in told
    assert OUTSIDE.search(re.sub(r"\S+( workflow)? (replay|record)\b", "", told)) is None


def test_english_stays_english(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typer.main.get_command(app).help == "The device agent of Q Screen Automation."
    monkeypatch.setenv("QAGENT_LANG", "en")
    monkeypatch.setattr(sys, "argv", ["qagent", "recor"])
    with pytest.raises(SystemExit):
        main()
    assert "No such command" in capsys.readouterr().err


# Values

KINDS: dict[str, set[str]] = {
    "bool": {"bool_type", "bool_parsing"},
    "datetime": {
        *("datetime_type", "datetime_parsing", "datetime_object_invalid"),
        *("datetime_from_date_parsing", "timezone_aware"),
    },
    "dict": {"dict_type"},
    "enum": {"enum"},
    "float": {"float_type", "float_parsing"},
    "frozenset": {"frozen_set_type", "set_item_not_hashable"},
    "int": {"int_type", "int_parsing", "int_parsing_size", "int_from_float", "finite_number"},
    "list": {"list_type"},
    "literal": {"literal_error"},
    "model": {"model_type", "model_attributes_type"},
    "model-fields": {"missing", "extra_forbidden"},
    "str": {"string_type", "string_unicode"},
    "tagged-union": {"union_tag_invalid", "union_tag_not_found", "model_attributes_type"},
    "tuple": {"tuple_type"},
}
"""Errors that each kind of schema can raise (`pydantic_core.core_schema`)."""

BOUNDS = {
    "ge": "greater_than_equal",
    "gt": "greater_than",
    "le": "less_than_equal",
    "lt": "less_than",
    "pattern": "string_pattern_mismatch",
}
HOLDING = {"model-field", "default", "nullable", "definitions", "definition-ref", "no-info"}
OWN_WORDS = {"function-after", "function-before"}
"""What they raise are the models' own words (`value_error`)."""


def _schemas(part: Any, seen: set[int]) -> Iterator[dict[str, Any]]:
    if id(part) in seen:
        return
    seen.add(id(part))
    if isinstance(part, dict):
        if isinstance(part.get("type"), str):
            yield part
        for key, inner in part.items():
            if key != "metadata":
                yield from _schemas(inner, seen)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _schemas(inner, seen)


@pytest.mark.parametrize("model", [PolicyFile, Workflow, StepsFile, ClientConfig, Enrolment])
def test_each_error_that_a_model_can_raise_has_words(model: type[BaseModel]) -> None:
    known = catalogue()
    wanted: set[str] = set()
    for schema in _schemas(TypeAdapter(model).core_schema, set()):
        kind = schema["type"]
        assert kind in KINDS or kind in HOLDING | OWN_WORDS, f"what does {kind!r} raise?"
        wanted |= KINDS.get(kind, set())
        wanted |= {error for bound, error in BOUNDS.items() if bound in schema}
        for bound, word in (("min_length", "short"), ("max_length", "long")):
            if bound in schema:
                wanted.add(f"string_too_{word}" if kind == "str" else f"too_{word}")
    assert {one for one in wanted if f"yaml.kind.{one}" not in known} == set()


def test_each_rule_of_the_wires_models_has_korean_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko")
    rules = []
    for module in (action, template):
        body = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for part in body.body:
            if isinstance(part, ast.ClassDef) and part.name in {"TemplateRequest"}:
                continue  # A template is made of a workflow that was checked before.
            for node in ast.walk(part):
                match node:
                    case ast.Call(func=ast.Name(id="ValueError"), args=[inner]):
                        rules.append(_template(inner))
                    case ast.Return(value=value) | ast.Assign(value=value) if value is not None:
                        words = _template(value)
                        rules += [words] if words and words.startswith("It must") else []
    examples = [re.sub(r"\{[^}]*\}", "7", words) for words in rules if words]
    assert len(examples) > 12
    assert [one for one in examples if said(one) == one] == []


def _said_of_expressions() -> Iterator[str]:
    for module in (re._parser, re._compiler):  # type: ignore[attr-defined]
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="error") | ast.Attribute(attr="error"), args=parts):
                    yield from (one for one in map(_example, parts[:1]) if one)
                case ast.Assign(targets=[ast.Name(id="msg")], value=value):
                    yield from (one for one in [_example(value)] if one)


def _example(node: ast.AST) -> str | None:
    match node:
        case ast.BinOp(left=left, op=ast.Mod()):
            words = _template(left) or ""
            return re.sub("%[rsd]", "7", words)
        case ast.BinOp(left=ast.Constant(value=str(words)), op=ast.Add()):
            return words + ("flag" if words == "missing " else "x")
    return _template(node)


def test_each_fault_of_a_regular_expression_has_a_translation() -> None:
    # What is internal is a fault of Python, and never said of a pattern.
    found = {one for one in _said_of_expressions() if not one.startswith("internal: ")}
    assert len(found) > 30, "the library says its faults in another way now"
    missing = [one for one in found if not re.search("[가-힣]", EXPRESSIONS.korean(one))]
    assert missing == []
    assert (
        EXPRESSIONS.korean("multiple repeat at position 3") == "되풀이 기호가 겹쳤습니다 (위치 3)"
    )


BROKEN_JSON = (
    *("", "{", "[", '{"a', '{"a" 1}', "{1: 2}", '{"a": 1,}', "[1 2]", "[] x", "-", "1e", "tru"),
    *('["\\q"]', '["\\u12"]', '["\\ud800"]', '["\n"]', "[" * 400, '{"a": 1 "b"}', "x"),
)


def test_what_is_no_json_is_told_in_korean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko")
    file = tmp_path / "steps.json"
    told = set()
    for content in BROKEN_JSON:
        file.write_text(content, encoding="utf-8")
        with pytest.raises(HomeError) as raised:
            load_steps(file)
        told.add(raised.value.what.removeprefix(str(file)).replace(file.name, ""))
    assert len(told) > 12
    assert [one for one in told if re.search("[A-Za-z]{3,}", one.replace("JSON", ""))] == []


def test_each_sentence_about_json_is_one_that_pydantic_says() -> None:
    library = Path(str(_pydantic_core.__file__)).read_bytes()
    for pattern, _ in JSON_SAID[1:]:
        words = re.split(r"[(\\]", pattern)[0]
        assert words.encode() in library, pattern


JUNK = ("[]", "{}", "''", "null", "1.5", ".nan", "2026-01-31", "no", "-99999999999999999999", "@@")


def _pokes(lines: list[str]) -> Iterator[str]:
    """A file with each of its values replaced by each of those that fit nowhere."""
    for place, line in enumerate(lines):
        head, colon, _ = line.partition(": ")
        for junk in JUNK if colon else ():
            yield "\n".join([*lines[:place], f"{head}: {junk}", *lines[place + 1 :]])


POLICY = """\
version: 1
documents: ~/Documents
screenshots: false
allow:
  risks: [look]
  apps: [mousepad]
  times:
    - days: mon-fri
      from: '09:00'
      zone: Asia/Seoul
data:
  read: [labels]
redact:
  number: 'EMP-[0-9]{6}'
consent:
  timeout_seconds: 60
limits:
  steps_per_minute: 240
stop_key: ctrl+alt+escape
typing_routes: [keyboard]
"""
WORKFLOW = """\
version: 1
title: T
recorded_at: 2026-01-31T09:00:00+09:00
inputs:
- name: customer
  kind: choice
  choices: [a]
  default: a
steps:
- id: s1
  because: b
  action:
    kind: drag
    target:
      name: A
      role: button
    right: 3
  surroundings:
    number: 1
  verify:
    kind: wait_for
    condition: text
    text: x
    timeout_ms: 200
"""


@pytest.mark.parametrize("file", ["policy", "workflow"])
def test_whatever_is_wrong_with_a_file_is_told_in_korean(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko")
    path = tmp_path / "policy.yaml"
    told: set[str] = set()
    for content in _pokes((POLICY if file == "policy" else WORKFLOW).splitlines()):
        path.write_text(content, encoding="utf-8")
        found = read(path) if file == "policy" else parse(content)
        told |= {words for one in found.faults for words in (one.what, one.repair)}
    assert len(told) > 10
    assert {one for one in told if OUTSIDE.search(re.sub("`[^`]*`", "", one))} == set()
