"""Which validations a module's tests break, and which way its conditionals go in them.

That a variable with three validations stands in one ``expect_failures`` says nothing of the other
two, and that a module is planned says nothing of the branch that no test takes. So the tests are
run a second time, rewritten: a run that expects a failure expects none, and Terraform names the
rules that it broke; every other run is only planned, its assertions replaced by ones that tell the
value of each condition (``condition ? … : …``) of the module.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hcl2
from lark import Token, Tree

RULE = re.compile(r"^( *)(validation|precondition|postcondition) \{\n", re.MULTILINE)
RUN = re.compile(r'^run "(\w+)" \{\n.*?^\}\n', re.MULTILINE | re.DOTALL)
EXPECTED = re.compile(r"^  expect_failures\s*=\s*\[(?:.*\]|\n(?:    .*\n)+  \])\n", re.MULTILINE)
ASSERTED = re.compile(r"^  assert \{\n.*?^  \}\n", re.MULTILINE | re.DOTALL)
CHECKED = re.compile(r"validation rule at (\S+):(\d+),")
TOLD = re.compile(r"^EVIDENCE (\d+) (\[.*\])$", re.MULTILINE)
ALONE = "tests/variables/"
"""Where a module's variables stand without its resources."""

SCOPES = ("resource", "data", "module")


@dataclass(frozen=True, slots=True)
class Rule:
    """A validation, precondition or postcondition, by the lines it stands on."""

    file: str
    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.file}:{self.first}: no run breaks this rule"


@dataclass(frozen=True, slots=True)
class Condition:
    """A conditional, and an expression that lists the values its condition takes in a run."""

    file: str
    line: int
    text: str
    values: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rewritten tests of one module look for."""

    rules: tuple[Rule, ...]
    conditions: tuple[Condition, ...]

    def missing(self, output: str) -> list[str]:
        """What has no evidence in the output of ``terraform test -json``.

        Args:
            output: Lines of JSON.

        Returns:
            A line per rule that nothing breaks and per condition that is always or never true.
        """
        broken: set[Rule] = set()
        seen: dict[int, set[bool]] = {}
        for diagnostic in _diagnostics(output):
            for number, values in TOLD.findall(diagnostic["detail"]):
                seen.setdefault(int(number), set()).update(
                    value for value in json.loads(values) if value is not None
                )
            place = diagnostic.get("range", {})
            places = [(place.get("filename", ""), place.get("start", {}).get("line", 0))]
            places += [(file, int(line)) for file, line in CHECKED.findall(diagnostic["detail"])]
            for file, line in places:
                broken |= {
                    rule
                    for rule in self.rules
                    if file.removeprefix(ALONE) == rule.file and rule.first <= line <= rule.last
                }
        lines = [str(rule) for rule in self.rules if rule not in broken]
        for number, condition in enumerate(self.conditions):
            lacking = {True, False} - seen.get(number, set())
            if lacking:
                words = " and ".join(str(value).lower() for value in sorted(lacking))
                lines.append(f"{condition}: no run makes this {words}")
        return lines


def rewrite_tests(folder: Path, *, conditionals: bool = True) -> Evidence:
    """Rewrite the tests in a copy of a module; see the top of this file.

    Args:
        folder: The copy. Its tests are replaced, one file per run, since Terraform skips the runs
            after one that ends with an error.
        conditionals: Whether to look for them; without, only rules are looked for.

    Returns:
        What their output has to show.
    """
    rules: list[Rule] = []
    conditions: list[Condition] = []
    for file in sorted(folder.glob("*.tf")):
        text = file.read_text(encoding="utf-8")
        rules += _rules(file.name, text)
        conditions += _Reader(file.name, text).conditions() if conditionals else []
    (folder / "evidence.tf").write_text(_locals(conditions), encoding="utf-8")
    assertions = "".join(map(_assertion, range(len(conditions))))
    for file in sorted((folder / "tests").glob("*.tftest.hcl")):
        text = file.read_text(encoding="utf-8")
        preamble = RUN.sub("", text)
        for run in RUN.finditer(text):
            body = EXPECTED.sub("", run[0])
            if body == run[0]:
                body = ASSERTED.sub("", body).replace("command = apply", "command = plan")
                body = body.removesuffix("}\n") + assertions + "}\n"
            name = file.name.replace(".tftest.hcl", f"-{run[1]}.tftest.hcl")
            file.with_name(name).write_text(f"{preamble}\n{body}", encoding="utf-8")
        file.unlink()
    return Evidence(tuple(rules), tuple(conditions))


def _locals(conditions: list[Condition]) -> str:
    lines = (f"  _evidence_{number} = {it.values}\n" for number, it in enumerate(conditions))
    return f"locals {{\n{''.join(lines)}}}\n"


def _assertion(number: int) -> str:
    values = f"local._evidence_{number}"
    told = f"EVIDENCE {number} ${{jsonencode({values})}}"
    return f'  assert {{\n    condition     = {values} == []\n    error_message = "{told}"\n  }}\n'


def _diagnostics(output: str) -> Iterator[dict[str, Any]]:
    for line in output.splitlines():
        message = json.loads(line)
        if message.get("type") == "diagnostic":
            yield message["diagnostic"]


def _rules(file: str, text: str) -> Iterator[Rule]:
    for match in RULE.finditer(text):
        end = text.index(f"\n{match[1]}}}\n", match.end())
        yield Rule(file, text.count("\n", 0, match.start()) + 1, text.count("\n", 0, end) + 2)


class _Reader:
    """Finds the conditionals of a file, and what the names in their conditions are bound by."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.found: list[Condition] = []

    def conditions(self) -> list[Condition]:
        """All of them but those of variables and outputs' own rules, which rules are."""
        self._walk(hcl2.parses_to_tree(self.text), [])
        return self.found

    def _walk(self, node: Tree[Token] | Token, binders: list[str]) -> None:
        if isinstance(node, Token):
            return
        if node.data == "block":
            words = [self._source(child) for child in node.children if _is_word(child)]
            if words[0] in ("variable", "validation", "precondition", "postcondition"):
                return
            binder = self._binder(node, words)
            for child in node.children:
                if isinstance(child, Tree) and child.data == "body" and binder is not None:
                    self._walk_body(child, [*binders, binder], binders)
                else:
                    self._walk(child, binders)
            return
        if node.data in ("for_tuple_expr", "for_object_expr"):
            intro = next(child for child in node.children if _is(child, "for_intro"))
            head = self._source(intro).removesuffix(":").strip()
            for child in node.children:
                self._walk(child, binders if child is intro else [*binders, head])
            return
        if node.data == "conditional":
            self._keep(node, binders)
        for child in node.children:
            self._walk(child, binders)

    def _walk_body(self, body: Tree[Token], inside: list[str], outside: list[str]) -> None:
        """A block's ``for_each`` does not see what the block binds."""
        for child in body.children:
            if isinstance(child, Tree) and child.data == "attribute":
                name = self._source(child.children[0])
                self._walk(child, outside if name in ("for_each", "count") else inside)
            else:
                self._walk(child, inside)

    def _binder(self, node: Tree[Token], words: list[str]) -> str | None:
        body = next(child for child in node.children if _is(child, "body"))
        attributes = {
            self._source(child.children[0]): self._source(child.children[-1])
            for child in body.children
            if _is(child, "attribute")
        }
        if "for_each" not in attributes or words[0] not in (*SCOPES, "dynamic"):
            return None
        named = attributes.get("iterator", words[1].strip('"')) if words[0] == "dynamic" else "each"
        every = attributes["for_each"]
        return f"for {named} in [for k, v in {every} : {{ key = k, value = v }}]"

    def _keep(self, node: Tree[Token], binders: list[str]) -> None:
        test = self._source(node.children[0])
        if re.search(r"\bcount\.index\b", test):
            return
        values = f"[try(tobool({test}), null)]"
        for binder in reversed(binders):
            # What a branch not taken binds may not be there.
            values = f"try(flatten([{binder} : {values}]), [])"
        line = self.text.count("\n", 0, _span(node)[0]) + 1
        self.found.append(
            Condition(self.file, line, " ".join(test.split()), f"nonsensitive({values})")
        )

    def _source(self, node: Tree[Token] | Token) -> str:
        first, last = _span(node)
        return self.text[first:last].strip().removeprefix("=").strip()


def _is(node: Tree[Token] | Token, kind: str) -> bool:
    return isinstance(node, Tree) and node.data == kind


def _is_word(node: Tree[Token] | Token) -> bool:
    return isinstance(node, Tree) and node.data in ("identifier", "string")


def _span(node: Tree[Token] | Token) -> tuple[int, int]:
    tokens = [node] if isinstance(node, Token) else list(node.scan_values(lambda _: True))
    return (
        min(token.start_pos or 0 for token in tokens),
        max(token.end_pos or 0 for token in tokens),
    )
