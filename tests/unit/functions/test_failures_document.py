"""The page on failures says something of every service of every function, by tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from function_services import functions, services_of

TESTS = Path(__file__).resolve().parents[2]
PAGE = TESTS.parent / "docs" / "failures.md"
SEAMS = "integration/functions/seams/"
_TEST = re.compile(r"`((?:seams|integration|unit|e2e)/[\w/]+\.py)::(\w+)`")
DEMANDED = (
    "throttled",
    "timed out",
    "partial batch",
    "malformed output of a model",
    "guardrail intervenes",
    "wrong type of a picture or document",
    "request over 6 MB",
    "presigned address expired",
    "poisoned message",
)


def rows(heading: str) -> list[list[str]]:
    """Cells of the rows of the table below a heading."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@cache
def _tests_in(path: str) -> frozenset[str]:
    file = TESTS / path.replace("seams/", SEAMS, 1) if path.startswith("seams/") else TESTS / path
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_service_of_every_function_has_a_row() -> None:
    written = {(function, service) for function, service, *_ in rows("By function")}
    called = {(function, service) for function in functions() for service in services_of(function)}
    assert written == called


@pytest.mark.parametrize("heading", ["By failure", "By function"])
def test_every_row_is_shown_by_tests_that_exist(heading: str) -> None:
    for row in rows(heading):
        assert all(row), row
        named = _TEST.findall(row[-1])
        assert named, row
        for path, name in named:
            assert name in _tests_in(path), f"{row[0]}: {path}::{name}"


def test_every_failure_that_must_be_met_has_a_row() -> None:
    written = [row[0] for row in rows("By failure")]
    missing = [one for one in DEMANDED if not any(row.startswith(one) for row in written)]
    assert missing == []


def test_services_are_read_off_the_code() -> None:
    assert {"DynamoDB", "SQS", "S3"} <= services_of("dispatch")
    assert "Bedrock" in services_of("planner")
    assert "Textract" not in services_of("dispatch")
