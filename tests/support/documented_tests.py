"""Tables of a page that name the tests by which what they say is shown."""

import ast
import re
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
DOCS = TESTS.parent / "docs"
_SEAMS = "integration/functions/seams/"
_TEST = re.compile(r"`((?:seams|integration|unit|e2e|desktop)/[\w/]+\.py)::(\w+)`")


def rows(page: str, heading: str) -> list[list[str]]:
    """Cells of the rows of the table below a heading.

    Args:
        page: Name of a page of docs.
        heading: Heading of the second level.
    """
    text = (DOCS / page).read_text(encoding="utf-8")
    part = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def missing_tests(cell: str) -> list[str]:
    """Tests that a cell names and that are not there; the cell itself where it names none.

    Args:
        cell: Text of the cell.
    """
    named = _TEST.findall(cell)
    if not named:
        return [f"no test in: {cell}"]
    return [f"{path}::{name}" for path, name in named if name not in _tests_in(path)]


@cache
def _tests_in(path: str) -> frozenset[str]:
    file = TESTS / path.replace("seams/", _SEAMS, 1) if path.startswith("seams/") else TESTS / path
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
