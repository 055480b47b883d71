"""The list of what is kept of users, against the sources: nothing is written beside it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from qs_user_data.copies import COPIED

from qs_cloud import kept
from qs_cloud.kept import Whose

SOURCES = Path(__file__).parents[4] / "lambda_src"
PYTHON = sorted(SOURCES.rglob("*.py"))
INFRASTRUCTURE = SOURCES.parent / "modules"

NO_KEY = {
    # beginning of a text that looks like a key: what it is
    "arn": "a name of AWS's",
    "qscreen": "a scope",
}


def constants() -> dict[str, str]:
    """Texts with a name of their own, e.g. ``MADE = "documents"``."""
    found = {}
    for file in PYTHON:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            match node:
                case ast.Assign(
                    targets=[ast.Name(id=name)], value=ast.Constant(value=str() as text)
                ):
                    found[name] = text
    return found


def texts() -> Iterator[tuple[Path, str]]:
    """Every text of the sources; what is put into one stands as ``{}``, or as the text it is."""
    named = constants()
    for file in PYTHON:
        inside: set[int] = set()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                inside |= {id(part) for part in node.values}
                yield file, "".join(part_of(part, named) for part in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                if id(node) in inside:
                    continue
                yield file, node.value
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Constant(value="/"), attr="join"),
                    args=[ast.Tuple(elts=[ast.Name(id=name), *_])],
                ):
                    yield file, f"{named.get(name, '{}')}/{{}}"


def part_of(part: ast.expr, named: dict[str, str]) -> str:
    match part:
        case ast.Constant(value=text):
            return str(text)
        case ast.FormattedValue(value=ast.Name(id=name)):
            return named.get(name, "{}")
    return "{}"


def beginnings(pattern: str) -> dict[str, set[str]]:
    """Beginnings of texts that look like keys, and the files that write them."""
    found: dict[str, set[str]] = {}
    for file, text in texts():
        match = re.match(pattern, text)
        if match and match[1] not in NO_KEY:
            found.setdefault(match[1], set()).add(str(file.relative_to(SOURCES)))
    return found


def calls(name: str) -> Iterator[ast.Call]:
    for file in PYTHON:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=called)) if called == name:
                    yield node


def test_every_folder_of_objects_is_known() -> None:
    # "runs/{}", "uploads/{}/...": the folder, and an id behind it.
    found = beginnings(r"([a-z]+)/(?:\{\}|$)")
    assert {name: files for name, files in found.items() if name not in kept.FOLDERS} == {}
    # Nothing writes these: a bucket's own folder, and pictures that a device may have sent.
    assert set(kept.FOLDERS) - set(found) == {"settings", "devices"}


def test_every_key_of_redis_is_known() -> None:
    found = beginnings(r"([a-z]+):\{\}")
    assert set(found) == set(kept.CACHED)


def test_every_kind_of_document_is_known() -> None:
    named = constants()
    kinds = set()
    for call in calls("Documents"):
        kind = call.args[1]
        if isinstance(kind, ast.Constant):
            kinds.add(kind.value)
        else:
            assert isinstance(kind, ast.Name)
            kinds.add(named[kind.id])
    assert kinds == set(kept.DOCUMENTS)


def test_every_table_is_known() -> None:
    named = {
        match[1].lower()
        for _, text in texts()
        if (match := re.fullmatch(r"QS_([A-Z]+)_TABLE", text))
    }
    assert named == set(kept.ITEMS)
    statements = [file.read_text(encoding="utf-8") for file in SOURCES.rglob("*.sql")]
    statements += [text for _, text in texts()]
    made = {
        name
        for statement in statements
        for name in re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", statement)
    }
    assert made == set(kept.ROWS)


def test_every_bucket_that_a_function_knows_is_gone_through() -> None:
    named = {
        match[1].lower()
        for _, text in texts()
        if (match := re.fullmatch(r"QS_([A-Z]+)_BUCKET", text))
    }
    assert named == {folder.bucket for folder in kept.FOLDERS.values()}


def test_every_copied_bucket_with_users_objects_is_gone_through() -> None:
    """What the data layer copies, the compute layer hands to the erasure, and it deletes."""
    copied = re.search(
        r'output "copied_buckets".*?for purpose in \[(.*?)\]',
        (INFRASTRUCTURE / "data" / "outputs.tf").read_text(encoding="utf-8"),
        re.DOTALL,
    )
    handed = re.search(
        r"_user_purposes\s*=\s*\[(.*?)\]",
        (INFRASTRUCTURE / "compute" / "governance_policies.tf").read_text(encoding="utf-8"),
    )
    assert copied is not None
    assert handed is not None
    users = {folder.bucket for folder in kept.FOLDERS.values() if folder.whose is not Whose.AUDIT}
    purposes = set(re.findall(r'"(\w+)"', copied[1]))
    assert purposes & users == set(re.findall(r'"(\w+)"', handed[1])) == COPIED


def test_the_policy_of_the_erasure_reaches_every_folder() -> None:
    text = (INFRASTRUCTURE / "compute" / "governance_policies.tf").read_text(encoding="utf-8")
    match = re.search(r"_user_folders\s*=\s*\[(.*?)\]", text)
    assert match is not None
    reached = set(re.findall(r'"(\w+)"', match[1]))
    assert reached == {
        name for name, folder in kept.FOLDERS.items() if folder.whose is not Whose.AUDIT
    }
