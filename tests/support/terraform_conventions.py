"""Checks Terraform files against the conventions of docs/terraform-conventions.md, by number."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hcl2

SKIP = re.compile(r"#\s*checkov:skip=(?P<rest>.*)")
SKIP_FORM = re.compile(
    r"^(?P<id>CKV2?_[A-Z]+_\d+):(?P<reason>.{15,}) \(expires (?P<day>\d{4}-\d\d-\d\d)\)$"
)
LONGEST_EXCEPTION = datetime.timedelta(days=366)
DRAWERS = {"misc.tf", "utils.tf", "helpers.tf", "common.tf", "locals.tf", "data.tf", "resources.tf"}
REPAIR = re.compile(r"[;:.] .|must|needs|use |give|run ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of a convention."""

    rule: str
    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule} {self.file}: {self.what}"


def check_folder(folder: Path, *, today: datetime.date) -> list[Finding]:
    """Check every Terraform file directly in a folder, and its tests and README."""
    findings: list[Finding] = []
    bodies: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.tf")):
        text = file.read_text(encoding="utf-8")
        name = f"{folder.name}/{file.name}"
        bodies[name] = hcl2.loads(text)
        findings += _file(name, bodies[name], text, today)
    validated = sorted(
        variable
        for body in bodies.values()
        for variable, block in _named(body, "variable")
        if block.get("validation")
    )
    findings += _tests(folder, validated)
    return findings


def _file(name: str, body: dict[str, Any], text: str, today: datetime.date) -> Iterator[Finding]:
    if name.rsplit("/", 1)[1] in DRAWERS:
        yield Finding("QS-TF-006", name, "a drawer: name the file by what it holds")
    for variable, block in _named(body, "variable"):
        yield from _variable(name, variable, block)
    for output, block in _named(body, "output"):
        if not block.get("description"):
            yield Finding("QS-TF-007", name, f"output {output} has no description")
    for block in body.get("locals", []):
        for local in block:
            if not local.startswith("_"):
                yield Finding("QS-TF-005", name, f"local {local} does not start with _")
    for kind in ("resource", "module"):
        for address, block in _blocks(body, kind):
            if re.search(r"toset\(\s*var\.", str(block.get("for_each", ""))):
                yield Finding("QS-TF-002", name, f"{address}: a list drives for_each")
    for address, block in _blocks(body, "data"):
        if address.startswith("aws_iam_policy_document."):
            yield from _policy(name, address, block)
    yield from _exceptions(name, text, today)


def _variable(name: str, variable: str, block: dict[str, Any]) -> Iterator[Finding]:
    kind = str(block.get("type", ""))
    if not kind:
        yield Finding("QS-TF-001", name, f"variable {variable} has no type")
    if re.search(r"\bany\b", kind):
        yield Finding("QS-TF-001", name, f"variable {variable} is of type any")
    if not block.get("description"):
        yield Finding("QS-TF-001", name, f"variable {variable} has no description")
    means_null = "default" in block and block["default"] in (None, "null", "${null}")
    if block.get("nullable") is not False and not means_null:
        yield Finding("QS-TF-001", name, f"variable {variable} is nullable, and null means nothing")
    for validation in block.get("validation", []):
        message = str(validation.get("error_message", "")).strip('"')
        if len(message) < 30 or not REPAIR.search(message):
            yield Finding("QS-TF-003", name, f"variable {variable}: the message says no repair")


def _policy(name: str, address: str, block: dict[str, Any]) -> Iterator[Finding]:
    statements = list(block.get("statement", []))
    for dynamic in block.get("dynamic", []):
        for label, inner in dynamic.items():
            if label.strip('"') == "statement":
                statements += inner.get("content", [])
    outer = _prose(block)
    for statement in statements:
        if _plain(statement.get("effect", "Allow")) == "Deny":
            continue
        sid = _plain(statement.get("sid", "?"))
        for action in _listed(statement.get("actions")):
            if _plain(action) == "*" or _plain(action).endswith(":*"):
                yield Finding("QS-TF-008", name, f"{address} {sid}: action {_plain(action)}")
        resources = [_plain(resource) for resource in _listed(statement.get("resources"))]
        if "*" in resources and not (outer or _prose(statement)):
            yield Finding("QS-TF-008", name, f"{address} {sid}: resource * without a reason")


def _exceptions(name: str, text: str, today: datetime.date) -> Iterator[Finding]:
    for match in SKIP.finditer(text):
        form = SKIP_FORM.match(match["rest"].strip())
        if form is None:
            yield Finding(
                "QS-TF-010", name, f"write ID:reason (expires YYYY-MM-DD), not {match['rest']!r}"
            )
            continue
        day = datetime.date.fromisoformat(form["day"])
        if day < today:
            yield Finding("QS-TF-010", name, f"the exception of {form['id']} expired on {day}")
        if day > today + LONGEST_EXCEPTION:
            yield Finding("QS-TF-010", name, f"the exception of {form['id']} lasts over a year")


def _tests(folder: Path, validated: list[str]) -> Iterator[Finding]:
    tests = sorted((folder / "tests").glob("*.tftest.hcl"))
    if not (folder / "README.md").is_file():
        yield Finding("QS-TF-011", folder.name, "there is no README.md")
    if not tests:
        yield Finding("QS-TF-011", folder.name, "there is no tests/*.tftest.hcl")
        return
    text = "\n".join(test.read_text(encoding="utf-8") for test in tests)
    if "mock_provider" not in text:
        yield Finding("QS-TF-011", folder.name, "the tests do not mock the provider")
    expected = {
        name
        for match in re.finditer(r"expect_failures\s*=\s*\[([^\]]*)\]", text)
        for name in re.findall(r"var\.(\w+)", match[1])
    }
    for variable in validated:
        if variable not in expected:
            yield Finding("QS-TF-011", folder.name, f"no test breaks the validation of {variable}")


def _named(body: dict[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in body.get(kind, []):
        for label, block in entry.items():
            if isinstance(block, dict):
                yield _plain(label), block


def _blocks(body: dict[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if kind == "module":
        yield from _named(body, kind)
        return
    for label, inner in _named(body, kind):
        for name, block in inner.items():
            if isinstance(block, dict):
                yield f"{label}.{_plain(name)}", block


def _prose(block: dict[str, Any]) -> list[str]:
    comments = [*block.get("__comments__", []), *block.get("__inline_comments__", [])]
    texts = [str(comment.get("value", "")) for comment in comments]
    return [text for text in texts if not text.lstrip("# ").startswith("checkov:")]


def _listed(value: object) -> list[object]:
    """The items of a list; an expression that makes one is a single item."""
    return value if isinstance(value, list) else [value]


def _plain(text: object) -> str:
    return str(text).strip('"')
