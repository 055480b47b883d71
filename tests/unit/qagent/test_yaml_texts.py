"""What YAML's parser says of a file is said in the user's language, with its place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from qagent.workflows.reading import parse
from qagent.yaml_problems import PHRASES

OUTSIDE = re.compile(r"[A-Za-z]{2,} +[A-Za-z]{2,} +[A-Za-z]{2,}")
"""Three English words in a row: prose, and no names of fields or values."""


def _formatted(node: ast.AST) -> str | None:
    """A sentence of PyYAML with examples in its fields; what is put together by `%` is shown so."""
    match node:
        case ast.BinOp(left=ast.Constant(value=str(words)), op=ast.Mod()):
            return words.replace("%r", "'q'").replace("%s", "scalar").replace("%d", "2")
        case ast.Constant(value=str(words)):
            return words
        case ast.Call(func=ast.Name(id="str")):
            return "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
    return None


def _said_by_yaml() -> Iterator[str]:
    folder = Path(yaml.__file__).parent
    for module in ("scanner", "parser", "composer", "constructor"):
        for part in ast.parse((folder / f"{module}.py").read_text(encoding="utf-8")).body:
            if isinstance(part, ast.ClassDef) and part.name in NOT_SAFE:
                continue
            for node in ast.walk(part):
                match node:
                    case ast.Raise(exc=ast.Call(args=[context, _, problem, *_])):
                        yield from (one for one in map(_formatted, (context, problem)) if one)


NOT_SAFE = {"FullConstructor", "UnsafeConstructor", "Constructor"}
"""What makes objects of Python; the agent reads plain values only."""

NEVER_RAISED = {
    "blacklisted key 'scalar' in instance state found": "is of objects of Python",
}


def test_each_sentence_of_yamls_parser_has_a_translation() -> None:
    found = set(_said_by_yaml())
    assert len(found) > 60, "the parser says its sentences in another way now"
    for words in found - set(NEVER_RAISED):
        korean = PHRASES.korean(words)
        assert re.search("[가-힣]", korean), words
        assert not re.search("[A-Za-z]{3,}", re.sub("YAML|UTF-8|base64", "", korean)), korean


@pytest.mark.parametrize(
    ("content", "place", "korean"),
    [
        ("a: [1, 2\nb: 3\n", (2, 2), "',' 또는 ']' 자리에 ':' 기호가"),
        ("a: [1, 2\n", (2, 1), "파일의 끝이 나왔습니다 (1번째 줄 4번째 칸부터: '['로"),
        ("a:\n\t- b\n", (2, 1), "탭을 쓸 수 없습니다"),
        ("a: 'b\n", (2, 1), "닫는 따옴표가 없이"),
        ("a: b: c\n", (1, 5), "':'을 쓸 수 없습니다"),
        ("a: 1\n  b: 2\n", (2, 4), "':'을 쓸 수 없습니다"),
        ("- a\nb: 1\n", (2, 1), "들여쓰기가 맞지 않습니다"),
        ("a: @b\n", (1, 4), "'@'(으)로는"),
        ("a: *b\n", (1, 4), "'b'(이)라는 앵커가"),
        ("a: 1\n---\nb: 2\n", (2, 1), "문서가 하나 더"),
        ("? [a]\n: b\n", (1, 3), "항목 이름이 될 수 없습니다"),
        ('a: "\\q"\n', (1, 6), "'\\q'"),
        ("a: 1\nb: \x07\n", (2, 4), "U+0007"),
        ("a: 2026-13-45\n", (1, 4), "날짜나 시각으로 읽을 수 없습니다"),
        ("a: b\nc: !!bool x\n", (2, 4), "true나 false여야"),
        ("a: !!int ''\n", (1, 4), "정수로 읽을 수 없습니다"),
        ("a: !!timestamp x\n", (1, 4), "날짜나 시각으로"),
        ("[" * 3000, (0, 0), "너무 깊이"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_place_and_what_was_expected(
    content: str, place: tuple[int, int], korean: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko")
    (fault,) = parse(content).faults
    assert (fault.line, fault.column) == place
    assert korean in fault.what
    assert OUTSIDE.search(str(fault)) is None
    monkeypatch.setenv("QAGENT_LANG", "en")
    (fault,) = parse(content).faults
    assert fault.repair
    assert not re.search("[가-힣]", str(fault))
