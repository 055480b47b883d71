"""Reads a state file of Terraform (format 4), whole or not at all.

Format: https://github.com/hashicorp/terraform/blob/v1.11/internal/states/statefile/version4.go
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qops.applying.seal import StateVersion
from qops.errors import RefusedError
from qops.terraform.events import layer_of
from qops.terraform.progress import ROOT

FORMAT = 4
"""Version of the file format that Terraform 0.12 and later write."""


class UnreadableStateError(RefusedError):
    """A version of the state is half-written, of another format, or no state at all."""

    code = "state_unreadable"


@dataclass(frozen=True, slots=True)
class Instance:
    """One resource instance of a state.

    Attributes:
        address: Its address, with its key and, for a leftover of a replacement, the deposed key.
        type: Its type, e.g. ``aws_sqs_queue``.
        managed: Whether Terraform manages it; False for a data source.
        tainted: Whether an earlier apply failed in the middle of it.
        values: Its attributes.
        marks: Which of them are sensitive, in the form of a plan's ``before_sensitive``.
    """

    address: str
    type: str
    managed: bool
    tainted: bool
    values: Mapping[str, Any] = field(repr=False)
    marks: Mapping[str, Any] = field(repr=False)

    @property
    def layer(self) -> str:
        """The platform's layer that it is of."""
        return layer_of(self.address) or ROOT


@dataclass(frozen=True, slots=True)
class StateDocument:
    """A state that could be read as a whole.

    Attributes:
        version: Lineage and serial.
        terraform: Version of the Terraform that wrote it.
        instances: Everything in it.
        raw: The document, as it is written back.
    """

    version: StateVersion
    terraform: str
    instances: tuple[Instance, ...] = field(repr=False)
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def managed(self) -> tuple[Instance, ...]:
        """What Terraform manages, data sources left out."""
        return tuple(one for one in self.instances if one.managed)

    def with_serial(self, serial: int) -> bytes:
        """The same state under another serial, as the bytes of a file.

        Args:
            serial: The serial.
        """
        return json.dumps({**self.raw, "serial": serial}, indent=2).encode() + b"\n"


def read_state(body: bytes, name: str, *, first: bool = False) -> StateDocument:
    """Read a state file.

    Args:
        body: Its bytes.
        name: What it is called in an error.
        first: Whether it may be one that was never written yet; it gets a lineage then, as
            Terraform gives one with the first writing.

    Raises:
        UnreadableStateError: It is not whole, or of a format that this qops does not know.
    """
    try:
        raw = json.loads(body)
        _require_known(raw["version"])
        if first and not raw["lineage"]:
            raw["lineage"] = str(uuid.uuid4())
        version = StateVersion(lineage=_text(raw, "lineage"), serial=_number(raw, "serial"))
        return StateDocument(
            version=version,
            terraform=str(raw.get("terraform_version", "")),
            instances=tuple(
                instance for resource in raw["resources"] for instance in _instances(resource)
            ),
            raw=raw,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        raise UnreadableStateError(
            f"{name} cannot be read as a state.",
            why=f"Of its {len(body)} bytes: {why}.",
            next_step="Look for one that is whole: qops state versions",
        ) from error


def _require_known(version: object) -> None:
    if version != FORMAT:
        raise ValueError(f"its format is {version}, known is {FORMAT}")


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw[name]
    if not isinstance(value, str) or not value:
        raise ValueError(f"its {name} is {value!r}")
    return value


def _number(raw: Mapping[str, Any], name: str) -> int:
    value = raw[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"its {name} is {value!r}")
    return value


def _instances(resource: Mapping[str, Any]) -> Iterator[Instance]:
    managed = resource["mode"] == "managed"
    inside = f"{resource['module']}." if resource.get("module") else ""
    base = f"{inside}{'' if managed else 'data.'}{resource['type']}.{resource['name']}"
    for one in resource["instances"]:
        key = one.get("index_key")
        address = base if key is None else f"{base}[{json.dumps(key, ensure_ascii=False)}]"
        if one.get("deposed"):
            address += f" (deposed {one['deposed']})"
        yield Instance(
            address=address,
            type=str(resource["type"]),
            managed=managed,
            tainted=one.get("status") == "tainted",
            values=one.get("attributes") or one.get("attributes_flat") or {},
            marks=_marks(one.get("sensitive_attributes") or ()),
        )


def _marks(paths: Any) -> dict[str, Any]:
    """Paths as a tree; what lies below an index is marked as a whole: it rather masks too much."""
    tree: dict[str, Any] = {}
    for path in paths:
        steps = [str(step["value"]) for step in path if step["type"] == "get_attr"]
        indexed = next((at for at, step in enumerate(path) if step["type"] != "get_attr"), None)
        if indexed is not None:
            steps = steps[:indexed]
        node = tree
        for step in steps[:-1]:
            inner = node.setdefault(step, {})
            if inner is True:
                break
            node = inner
        else:
            if steps:
                node[steps[-1]] = True
    return tree
