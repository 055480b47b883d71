"""Reads the goals of a file: CSV, YAML, JSON or JSON lines, one run each."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qops.errors import UsageError
from qscreen.wire import RunRequest
from qscreen.wire.job import MAX_JOB_ITEMS

FIELDS = ("goal", "template_id", "template_version", "device_id", "mode")
_INPUT = "input."
"""A column such as ``input.month`` is an input of the item's template."""

_MOST_FAULTS = 10
_SUFFIXES = {
    ".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".yaml": "yaml",
    ".yml": "yaml",
}  # fmt: skip
MOST_BYTES = 6_000_000
"""A request to the API takes no more (docs/failures.md)."""


def read_items(file: Path, *, device: str | None, mode: str | None) -> tuple[RunRequest, ...]:
    """Read the items of a job.

    Args:
        file: The file; its suffix says what it is.
        device: Device of the items that name none.
        mode: Mode of the items that name none.

    Returns:
        The items, 1 to 1,000.

    Raises:
        UsageError: It cannot be read, or an item is none; every fault is told with its place.
    """
    rows = list(_rows(file))
    if not rows:
        raise UsageError(f"{file} holds no goal.", next_step=_HELP)
    if len(rows) > MAX_JOB_ITEMS:
        raise UsageError(
            f"{file} holds {len(rows)} goals; a job takes {MAX_JOB_ITEMS}.",
            next_step="Split it, and submit the parts one after the other.",
        )
    items, faults = [], []
    for place, row in rows:
        try:
            items.append(_item(row, device, mode))
        except ValidationError as error:
            faults += [f"{place}: {_told(fault)}" for fault in error.errors()]
        except ValueError as error:
            faults.append(f"{place}: {error}")
    if faults:
        raise UsageError(
            f"{file} cannot be submitted: {len(faults)} faults.",
            why="Nothing was sent.",
            details=[*faults[:_MOST_FAULTS], *_more(len(faults) - _MOST_FAULTS)],
            next_step=_HELP,
        )
    return tuple(items)


_HELP = (
    "Each item needs goal (or template_id with inputs) and device_id; --device gives one to all. "
    "See docs/qops/runs-and-devices.md."
)


class _Fault(str):
    """What is wrong with a row that could not be read."""


def _rows(file: Path) -> Iterator[tuple[str, Any]]:
    kind = _SUFFIXES.get(file.suffix.lower())
    if kind is None:
        raise UsageError(
            f"What {file.name} holds is not known by its name.",
            next_step=f"Name it with one of: {', '.join(_SUFFIXES)}.",
        )
    try:
        data = file.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} cannot be read.", why=f"{error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{file} is no UTF-8.",
            why=f"Byte {error.start} is wrong.",
            next_step="Save it as UTF-8; Excel: CSV UTF-8.",
        ) from error
    if len(data) > MOST_BYTES:
        raise UsageError(f"{file} is larger than a request may be (6 MB).", next_step="Split it.")
    try:
        yield from {"csv": _csv, "json": _json, "jsonl": _lines, "yaml": _yaml}[kind](text)
    except ValueError as error:
        raise UsageError(
            f"{file} is no list of goals as {kind.upper()}.", why=str(error), next_step=_HELP
        ) from error


def _csv(text: str) -> Iterator[tuple[str, Any]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    names = [name.strip() for name in reader.fieldnames or ()]
    unknown = [n for n in names if n not in FIELDS and not n.startswith(_INPUT)]
    if unknown:
        raise ValueError(
            f"its first line names {', '.join(map(repr, unknown))}; known are "
            f"{', '.join(FIELDS)} and {_INPUT}<name>"
        )
    reader.fieldnames = names
    try:
        for row in reader:
            place = f"line {reader.line_num}"
            if None in row or None in row.values():
                yield place, _Fault("it has another number of columns than the first line")
            elif any(value.strip() for value in row.values()):
                yield place, {key: value for key, value in row.items() if value != ""}
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: {error}") from error


def _json(text: str) -> Iterator[tuple[str, Any]]:
    found = json.loads(text)
    if isinstance(found, dict):
        found = found.get("items")
    if not isinstance(found, list):
        raise ValueError("it must be a list of items, or an object with a list `items`")  # noqa: TRY004
    yield from ((f"item {place}", row) for place, row in enumerate(found, 1))


def _lines(text: str) -> Iterator[tuple[str, Any]]:
    for place, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield f"line {place}", json.loads(line)
            except ValueError as error:
                raise ValueError(f"line {place}: {error}") from error


def _yaml(text: str) -> Iterator[tuple[str, Any]]:
    import yaml

    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    if isinstance(found, dict):
        found = found.get("items")
    if not isinstance(found, list):
        raise ValueError("it must be a list of items, or a mapping with a list `items`")  # noqa: TRY004
    yield from ((f"item {place}", row) for place, row in enumerate(found, 1))


def _item(row: Any, device: str | None, mode: str | None) -> RunRequest:
    if isinstance(row, _Fault):
        raise ValueError(row)  # noqa: TRY004 - it is the value that is wrong
    if isinstance(row, str):
        row = {"goal": row}
    if not isinstance(row, Mapping):
        raise ValueError("it is neither a goal nor an object")  # noqa: TRY004
    values = {str(key): value for key, value in row.items() if not str(key).startswith(_INPUT)}
    inputs = {
        str(key).removeprefix(_INPUT): value
        for key, value in row.items()
        if str(key).startswith(_INPUT)
    }
    if inputs:
        values["inputs"] = {**(values.get("inputs") or {}), **inputs}
    if device is not None:
        values.setdefault("device_id", device)
    if mode is not None:
        values.setdefault("mode", mode)
    return RunRequest.model_validate(values)


def _told(fault: Any) -> str:
    where = ".".join(map(str, fault["loc"]))
    return f"{where}: {fault['msg']}" if where else str(fault["msg"])


def _more(number: int) -> list[str]:
    return [f"and {number} more"] if number > 0 else []
