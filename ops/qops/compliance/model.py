"""What a rule is, and what it may say."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qops.inventory.model import KNOWN_LATER, Inventory, Resource


class Verdict(StrEnum):
    """Whether a control or a check is met. What cannot be seen is not checkable, never met."""

    NOT_MET = "not_met"
    NOT_CHECKABLE = "not_checkable"
    MET = "met"
    NOT_APPLICABLE = "not_applicable"
    """Of a check only: the platform has nothing of the kind."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen of one thing.

    Attributes:
        address: Address of the resource, or the id of a check of health and its subject.
        attribute: The attribute that was looked at.
        value: Its value, shortened; never one that may be secret.
        verdict: What it says.
    """

    address: str
    attribute: str
    value: str
    verdict: Verdict


Answer = Callable[[Inventory], Iterable[Evidence]]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a check is answered from the plan or the state.

    Attributes:
        types: Types of the resources that it looks at.
        answer: Looks.
        required: Whether the platform must have such a resource; otherwise the check does not
            apply where there is none.
        path: The one attribute that it is about; empty where it weighs more than one.
    """

    types: tuple[str, ...]
    answer: Answer
    required: bool = False
    path: str = ""


Test = Callable[[Any], bool | None]
"""Whether a value is good; None if it cannot be told from it."""


def attribute(types: str, path: str, test: Test, *, required: bool = False) -> Rule:
    """A rule about one attribute of each resource of some types.

    Args:
        types: Types, separated by blanks.
        path: The attribute; blocks are separated by dots, the first of each is taken.
        test: Whether its value is good.
        required: Whether there must be such a resource.
    """
    kinds = tuple(types.split())

    def answer(inventory: Inventory) -> Iterable[Evidence]:
        for one in inventory.of(*kinds):
            value = read(one.attributes, path)
            yield evidence(one, path, value, test(value))

    return Rule(kinds, answer, required, path)


def per_bucket(kind: str, path: str, test: Test) -> Rule:
    """A rule about buckets whose setting is a resource of its own.

    Args:
        kind: Type of that resource; it names its bucket.
        path: Its attribute.
        test: Whether the value is good; a bucket without the resource has None.
    """

    def answer(inventory: Inventory) -> Iterable[Evidence]:
        for bucket, found in with_setting(inventory, kind):
            if found is None:
                yield Evidence(bucket.address, kind, "absent", _verdict(test(None)))
            else:
                value = read(found.attributes, path)
                yield evidence(found, path, value, test(value))

    return Rule(("aws_s3_bucket", kind), answer, path=path)


def with_setting(inventory: Inventory, kind: str) -> Iterator[tuple[Resource, Resource | None]]:
    """Each bucket with its resource of some type; None where it has none.

    The name of the bucket joins the two; in a plan it may not be known yet, then their module does.

    Args:
        inventory: The plan or the state.
        kind: Type of the resource.
    """
    settings = inventory.of(kind)
    by_name = {one.text("bucket"): one for one in settings if one.text("bucket")}
    by_module = {_module(one): one for one in settings}
    for bucket in inventory.of("aws_s3_bucket"):
        yield bucket, by_name.get(bucket.text("bucket")) or by_module.get(_module(bucket))


def _module(resource: Resource) -> str:
    return resource.address.partition(f".{resource.type}.")[0]


def evidence(resource: Resource, path: str, value: Any, good: bool | None) -> Evidence:
    """Evidence from an attribute of a resource."""
    return Evidence(resource.address, path, shown(value), _verdict(good))


def _verdict(good: bool | None) -> Verdict:
    if good is None:
        return Verdict.NOT_CHECKABLE
    return Verdict.MET if good else Verdict.NOT_MET


def read(attributes: Mapping[str, Any], path: str) -> Any:
    """An attribute by its path; of a list of blocks the first is taken."""
    value: Any = attributes
    for part in path.split("."):
        if isinstance(value, list):
            value = value[0] if value else None
        if value == KNOWN_LATER:
            return value
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def shown(value: Any) -> str:
    """A value in one line of at most 80 characters."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:79] + "…"


def is_true(value: Any) -> bool | None:
    """Whether it is on; providers write some booleans as text."""
    return None if value == KNOWN_LATER else value is True or value == "true"


def is_false(value: Any) -> bool | None:
    """Whether it is off or absent."""
    return None if value == KNOWN_LATER else value in (None, False, "false")


def is_set(value: Any) -> bool | None:
    """Whether there is a value, if only one that is known after the apply."""
    return bool(value)


def equals(*wanted: object) -> Test:
    """Whether it is one of some values."""
    return lambda value: None if value == KNOWN_LATER else value in wanted


def at_least(least: float) -> Test:
    """Whether it is a number of at least so much."""

    def test(value: Any) -> bool | None:
        if value == KNOWN_LATER:
            return None
        try:
            return float(value) >= least
        except (TypeError, ValueError):
            return False

    return test


def policy(test: Callable[[list[Mapping[str, Any]]], bool]) -> Test:
    """Whether the statements of a policy, JSON text, are good; unknown text cannot be told."""

    def inner(value: Any) -> bool | None:
        try:
            statements = json.loads(value)["Statement"]
        except (TypeError, ValueError, KeyError):
            return None
        return test(statements if isinstance(statements, list) else [statements])

    return inner


def listed(value: Any) -> list[Any]:
    """A value of a policy as a list."""
    return value if isinstance(value, list) else [value]
