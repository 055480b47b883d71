"""Resources and the inventory of them. Both hold secrets: whoever shows a value has chosen it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from qops.terraform.events import layer_of

KNOWN_LATER = "(known after apply)"
"""Stands in ``attributes`` for what a plan does not know yet."""

RECOVERY = "recovery"
"""Module of what lies in the recovery region; belongs to no layer of its own."""

_KEY = re.compile(r'\["([^"]*)"\]')


@dataclass(frozen=True)
class Resource:
    """A managed resource.

    Attributes:
        address: Its address, e.g. ``module.data.aws_s3_bucket.this["x"]``.
        type: Its type, e.g. ``aws_s3_bucket``.
        values: Its attributes that are known.
        later: Terraform's marks of what is known after the apply only.
    """

    address: str
    type: str
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    later: Any = field(default=None, repr=False)

    @cached_property
    def layer(self) -> str:
        """Layer of the platform: the outermost module; ``root`` for the root module."""
        return layer_of(self.address) or "root"

    @cached_property
    def name(self) -> str:
        """What tells it from others of its type, see :func:`instance_name`."""
        return instance_name(self.address)

    @cached_property
    def attributes(self) -> Mapping[str, Any]:
        """The values, with ``KNOWN_LATER`` in the place of each that is not known yet."""
        if not self.later:
            return self.values
        found = _with_unknown(self.values, self.later)
        return found if isinstance(found, Mapping) else {}

    def text(self, attribute: str) -> str:
        """An attribute as text; empty when it is absent or not known yet."""
        value = self.values.get(attribute)
        return "" if value is None else str(value)

    def number(self, attribute: str, default: int = 0) -> int:
        """A whole number; the default when it is absent or not known yet."""
        value = self.values.get(attribute)
        return int(value) if isinstance(value, int | float) else default

    def block(self, attribute: str) -> Mapping[str, Any]:
        """The first block of an attribute; empty when there is none."""
        value = self.values.get(attribute)
        first = value[0] if isinstance(value, list) and value else value
        return first if isinstance(first, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Inventory:
    """All managed resources of one environment.

    Attributes:
        resources: The resources.
        source: Where it was read, for people: ``state`` with its serial, a plan, a file.
        outputs: Values of the root's outputs by name, without the sensitive ones.
        environment: ``local``, ``dev`` or ``prod``; empty when unknown.
        region: Main region; empty when unknown.
        prior: What a plan starts from; None for a state.
    """

    resources: tuple[Resource, ...]
    source: str
    outputs: Mapping[str, Any] = field(default_factory=dict)
    environment: str = ""
    region: str = ""
    prior: tuple[Resource, ...] | None = None

    @property
    def before(self) -> "Inventory | None":
        """The platform before the plan; None for a state."""
        if self.prior is None:
            return None
        there = "what is there now"
        return replace(self, resources=self.prior, source=there, outputs={}, prior=None)

    def of(self, *types: str) -> tuple[Resource, ...]:
        """The resources of some types."""
        return tuple(one for one in self.resources if one.type in types)

    def one(self, type_: str) -> Resource | None:
        """The first resource of a type."""
        return next(self._each(type_), None)

    def count(self, type_: str) -> int:
        """How many of a type there are."""
        return sum(1 for _ in self._each(type_))

    def output(self, name: str) -> Any:
        """The value of an output; None when there is none."""
        return self.outputs.get(name)

    def _each(self, type_: str) -> Iterator[Resource]:
        return (one for one in self.resources if one.type == type_)


def instance_name(address: str) -> str:
    """What tells a resource from others of its type.

    It is the key of the innermost instance that has one, else the name in the configuration.

    Args:
        address: E.g. ``module.compute.module.function["api"].aws_lambda_function.this``.

    Returns:
        E.g. ``api``.
    """
    keys = _KEY.findall(address)
    if keys and keys[-1] != "on":
        return str(keys[-1])
    *path, type_, name = re.sub(r"\[[^\]]*\]", "", address).split(".")
    if name != "this":
        return name
    # The only one of its type in a module of its own is named by that module.
    inner = path[3::2]
    return inner[-1] if inner else type_.removeprefix("aws_")


def _with_unknown(value: Any, unknown: Any) -> Any:
    """Planned values say nothing of what is not known yet; the change does, beside them."""
    if unknown is True:
        return KNOWN_LATER
    if isinstance(unknown, Mapping):
        known = value if isinstance(value, Mapping) else {}
        return {
            name: _with_unknown(known.get(name), unknown.get(name))
            for name in known.keys() | {name for name, one in unknown.items() if one}
        }
    if isinstance(unknown, list) and isinstance(value, list):
        padded = [*unknown, *[None] * (len(value) - len(unknown))]
        return [_with_unknown(one, also) for one, also in zip(value, padded, strict=False)]
    return value
