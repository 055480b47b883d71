"""What the platform consists of: the resources and outputs of its Terraform state.

The state is read straight from its bucket, where Terraform keeps it for the local cloud, too: one
request instead of a start of Terraform. A state holds secrets; nothing here prints attributes, and
whoever shows one must have chosen it by name.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qops.errors import PrerequisiteError, UsageError
from qops.platform.aws import Aws
from qops.platform.local_state import BUCKET, KEY
from qops.settings import Settings

KNOWN_LATER = "(known after apply)"
"""Value of an attribute of a plan that refers to something not made yet."""

_NOT_APPLIED = frozenset({"NoSuchKey", "NoSuchBucket", "404"})


@dataclass(frozen=True, slots=True)
class Resource:
    """A managed resource.

    Attributes:
        address: Its address, e.g. ``module.data.aws_db_instance.this``.
        type: Its type, e.g. ``aws_db_instance``.
        name: Its name in the configuration.
        attributes: Its attributes as the state or the plan has them.
    """

    address: str
    type: str
    name: str
    attributes: Mapping[str, Any] = field(repr=False)

    @property
    def layer(self) -> str:
        """Layer of the platform: the name of the outermost module."""
        parts = self.address.split(".")
        return parts[1].partition("[")[0] if parts[0] == "module" else "root"

    def text(self, attribute: str) -> str:
        """An attribute as text; empty when it is absent or not known yet."""
        value = self.attributes.get(attribute)
        return "" if value is None else str(value)

    def block(self, attribute: str) -> Mapping[str, Any]:
        """The first block of an attribute; empty when there is none."""
        value = self.attributes.get(attribute)
        first = value[0] if isinstance(value, list) and value else value
        return first if isinstance(first, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Inventory:
    """All managed resources, and the outputs of the root.

    Attributes:
        resources: The resources.
        outputs: Values of the outputs by name.
        source: Where it was read, for people: ``state`` with its serial, or a file.
    """

    resources: tuple[Resource, ...]
    outputs: Mapping[str, Any]
    source: str

    def of(self, *types: str) -> tuple[Resource, ...]:
        """The resources of some types."""
        return tuple(one for one in self.resources if one.type in types)

    def output(self, name: str) -> Any:
        """The value of an output; None when there is none."""
        return self.outputs.get(name)


def read_inventory(settings: Settings, aws: Aws) -> Inventory:
    """Read the state of the environment.

    Args:
        settings: Which environment.
        aws: Its clients.

    Returns:
        What was applied.

    Raises:
        PrerequisiteError: The platform is not applied.
        botocore.exceptions.BotoCoreError: The state cannot be reached.
        botocore.exceptions.ClientError: The state may not be read.
    """
    from botocore.exceptions import ClientError

    bucket, key = BUCKET, KEY
    if not settings.local:
        bucket = f"qscreen-tfstate-{aws.account}-{aws.region}"
        key = f"platform/{settings.environment}.tfstate"
    try:
        body = aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in _NOT_APPLIED:
            raise
        raise PrerequisiteError(
            f"The platform is not applied in environment {settings.environment}.",
            why=f"There is no state s3://{bucket}/{key}.",
            next_step="Apply it: qops up" if settings.local else "Apply it: qops plan, qops apply",
        ) from error
    return from_document(json.loads(body))


def read_document(file: Path) -> Inventory:
    """Read a plan or a state in JSON form from a file.

    Args:
        file: What ``terraform show -json`` printed, or a state.

    Raises:
        UsageError: The file is neither.
    """
    try:
        return from_document(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{file} is neither a plan nor a state in JSON form.",
            why=str(error) if isinstance(error, OSError) else "Its content has another shape.",
            next_step="Make one: terraform show -json platform.tfplan > plan.json",
        ) from error


def from_document(document: Mapping[str, Any]) -> Inventory:
    """Read any of Terraform's three documents: a state file, a shown state, a shown plan.

    Args:
        document: The document.

    Raises:
        KeyError: It is none of them.
    """
    if "planned_values" in document:
        shown, source = document["planned_values"], "plan"
    elif "values" in document:
        shown, source = document["values"], "state"
    else:
        return Inventory(
            resources=tuple(_of_state(document["resources"])),
            outputs=_values(document.get("outputs", {})),
            source=f"state, serial {document.get('serial', '?')}",
        )
    later = {
        one["address"]: one["change"].get("after_unknown")
        for one in document.get("resource_changes", ())
    }
    return Inventory(
        resources=tuple(_of_module(shown["root_module"], later)),
        outputs=_values(shown.get("outputs", {})),
        source=source,
    )


def _values(outputs: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: one.get("value") for name, one in outputs.items() if not one.get("sensitive")}


def _of_module(module: Mapping[str, Any], later: Mapping[str, Any]) -> Iterator[Resource]:
    for one in module.get("resources", ()):
        if one.get("mode", "managed") == "managed":
            values = _with_unknown(one.get("values") or {}, later.get(one["address"]))
            yield Resource(one["address"], one["type"], one["name"], values)
    for child in module.get("child_modules", ()):
        yield from _of_module(child, later)


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


def _of_state(resources: Iterable[Mapping[str, Any]]) -> Iterator[Resource]:
    for one in resources:
        if one.get("mode", "managed") != "managed":
            continue
        inside = f"{one['module']}." if one.get("module") else ""
        for instance in one["instances"]:
            index = instance.get("index_key")
            suffix = "" if index is None else f"[{json.dumps(index)}]"
            yield Resource(
                f"{inside}{one['type']}.{one['name']}{suffix}",
                one["type"],
                one["name"],
                instance.get("attributes") or {},
            )
