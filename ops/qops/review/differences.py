"""Finds the attributes in which two values of a resource differ, down to what is readable.

JSON inside of strings (policies, dashboards, API documents) is compared by its parts; elements of
lists are paired by what names them, so that an inserted one does not look like a change of all.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qops.review.masking import MASK, hides, json_inside, marked, masked_text, shown
from qops.review.model import AttributeChange

LONGEST = 2_000
"""Characters of a value that are kept; what is longer is cut and says so."""

_NAMES = ("Sid", "sid", "Id", "id", "name", "Name", "key", "Key", "rule_no", "priority")
"""Members that tell one element of a list from another."""

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class _Marks:
    """Terraform's marks at one place."""

    before: Any = None
    after: Any = None
    unknown: Any = None

    def at(self, step: str | int) -> "_Marks":
        return _Marks(_step(self.before, step), _step(self.after, step), _step(self.unknown, step))

    @property
    def secret(self) -> bool:
        return self.before is True or self.after is True


def differences(change: Mapping[str, Any], kind: str) -> list[AttributeChange]:
    """The changed attributes of one ``change`` object of Terraform's JSON.

    Args:
        change: The object: ``before``, ``after``, their marks, ``replace_paths``.
        kind: Type of the resource; empty for outputs.

    Returns:
        The changes: those that force a replacement first, those known after apply only last.
    """
    forcing = [path_text(path) for path in change.get("replace_paths") or ()]
    marks = _Marks(
        change.get("before_sensitive"), change.get("after_sensitive"), change.get("after_unknown")
    )
    found = [
        _change(path, before, after, places, kind, forcing)
        for path, before, after, places in _walk(
            "", change.get("before"), change.get("after"), marks, kind
        )
    ]
    return sorted(found, key=lambda one: (not one.forces_replacement, one.unknown))


def path_text(path: Sequence[str | int]) -> str:
    """A path of Terraform's JSON as text, e.g. ``ingress[0].cidr_blocks``.

    Args:
        path: Names and indices.
    """
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _change(
    path: str, before: Any, after: Any, marks: _Marks, kind: str, forcing: list[str]
) -> AttributeChange:
    texts: list[str | None] = []
    cut = False
    secret = marks.secret or hides(kind, path, before) or hides(kind, path, after)
    for value, mark in ((before, marks.before), (after, marks.after)):
        if value is _ABSENT or value is None:
            texts.append(None)
            continue
        text = MASK if secret else shown(value, kind, path, mark)
        if len(text) > LONGEST:
            text, cut = f"{text[:LONGEST]}… (+{len(text) - LONGEST} characters)", True
        texts.append(text)
    unknown = marks.unknown is True
    return AttributeChange(
        path=masked_text(path),
        before=texts[0],
        after=None if unknown else texts[1],
        unknown=unknown,
        masked=MASK in (texts[0] or "") + (texts[1] or "") or secret,
        forces_replacement=any(path == one or _inside(path, one) for one in forcing),
        cut=cut,
    )


def _walk(
    path: str, before: Any, after: Any, marks: _Marks, kind: str
) -> Iterator[tuple[str, Any, Any, _Marks]]:
    if marks.unknown is True:
        yield path, before, _ABSENT, marks
        return
    if _same(before, after) and not marked(marks.unknown):
        return
    if marks.secret or hides(kind, path, before) or hides(kind, path, after):
        yield path, before, after, marks
        return
    if (before is None or after is None) and not marked(marks.unknown) and path:
        # Added or removed as a whole: told as a whole.
        yield path, before, after, marks
        return
    parsed = json_inside(before), json_inside(after)
    if parsed[0] is not None and parsed[1] is not None:
        if parsed[0] != parsed[1]:
            yield from _walk(path, *parsed, _Marks(), kind)
        elif json.dumps(parsed[0], sort_keys=True) != json.dumps(parsed[1], sort_keys=True):
            yield path, before, after, marks  # in Python 1 is True, in JSON it is not
        return
    if _empty_or(dict, before) and _empty_or(dict, after) and (before or after or marks.unknown):
        yield from _walk_members(path, before or {}, after or {}, marks, kind)
    elif _empty_or(list, before) and _empty_or(list, after):
        yield from _walk_elements(path, before or [], after or [], marks, kind)
    else:
        yield path, before, after, marks


def _walk_members(
    path: str, before: Mapping[str, Any], after: Mapping[str, Any], marks: _Marks, kind: str
) -> Iterator[tuple[str, Any, Any, _Marks]]:
    unknown = marks.unknown if isinstance(marks.unknown, dict) else {}
    for name in sorted({*before, *after, *unknown}):
        if name not in unknown and _same(before.get(name), after.get(name)):
            continue  # most of them: nothing else is looked at
        step = name if name.replace("_", "").replace("-", "").isalnum() else f'"{name}"'
        inner = f"{path}.{step}" if path else step
        yield from _walk(inner, before.get(name), after.get(name), marks.at(name), kind)


def _walk_elements(
    path: str, before: list[Any], after: list[Any], marks: _Marks, kind: str
) -> Iterator[tuple[str, Any, Any, _Marks]]:
    unknown = marks.unknown if isinstance(marks.unknown, list) else []
    if not marked(unknown) and not any(isinstance(one, dict | list) for one in (*before, *after)):
        yield path, before, after, marks
        return
    old, new = _named(before, marks.before), _named(after, marks.after)
    if old is not None and new is not None and len(unknown) <= len(after):
        for name in sorted({*old, *new}):
            at, other = new.get(name, (-1, None)), old.get(name, (-1, None))
            inner = _Marks(
                _step(marks.before, other[0]), _step(marks.after, at[0]), _step(unknown, at[0])
            )
            key = json.dumps(name, ensure_ascii=False)
            yield from _walk(f"{path}[{key}]", other[1], at[1], inner, kind)
        return
    known = max(len(before), len(after))
    for at_index in range(max(known, len(unknown))):
        if not marked(marks.at(at_index).unknown) and min(len(before), len(after)) <= at_index:
            # There or not is a change also of an empty block, such as `count {}`.
            here, there = before[at_index : at_index + 1], after[at_index : at_index + 1]
            yield (
                f"{path}[{at_index}]",
                here[0] if here else None,
                there[0] if there else None,
                marks.at(at_index),
            )
            continue
        yield from _walk(
            f"{path}[{at_index}]",
            before[at_index] if at_index < len(before) else None,
            after[at_index] if at_index < len(after) else None,
            marks.at(at_index),
            kind,
        )


def _named(items: list[Any], marks: Any) -> dict[str, tuple[int, Any]] | None:
    """Place and element by what names it; None when nothing that may be told names each."""
    if not all(isinstance(item, dict) for item in items):
        return None
    for name in _NAMES:
        found = [item.get(name) for item in items]
        usable = all(isinstance(one, str | int) and one != "" for one in found) and not any(
            marked(_step(_step(marks, at), name)) for at in range(len(items))
        )
        if usable and len(set(map(str, found))) == len(found):
            return {str(key): (at, items[at]) for at, key in enumerate(found)}
    return None


def _same(before: Any, after: Any) -> bool:
    """Equal, where null and an empty collection or text are the same: providers mix them."""
    return before == after or (before in (None, "", [], {}) and after in (None, "", [], {}))


def _empty_or(kind: type, value: Any) -> bool:
    return value is None or isinstance(value, kind)


def _step(marks: Any, step: str | int) -> Any:
    if marks is True:
        return True
    if isinstance(marks, dict) and isinstance(step, str):
        return marks.get(step)
    if isinstance(marks, list) and isinstance(step, int):
        return marks[step] if 0 <= step < len(marks) else None
    return None


def _inside(path: str, outer: str) -> bool:
    return path.startswith(outer) and path[len(outer) : len(outer) + 1] in (".", "[")
