"""Reads an inventory from Terraform's documents: a state file, a shown state, a shown plan.

Format: https://developer.hashicorp.com/terraform/internals/json-format (1.x).
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from qops.errors import UsageError
from qops.inventory.model import RECOVERY, Inventory, Resource

_ARN_REGION = re.compile(r"^arn:aws[a-z-]*:[a-z0-9-]+:([a-z]{2}(?:-[a-z]+)+-\d):")
_NEXT = "Name a saved plan, or the output of terraform show -json of a plan or a state."


def read_document(file: Path) -> Inventory:
    """Read a plan or a state in JSON form from a file.

    Args:
        file: What ``terraform show -json`` printed, or a state.

    Raises:
        UsageError: The file cannot be read, or is neither.
    """
    what = f"{file} is neither a plan nor a state in JSON form."
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(what, why=str(error), next_step=_NEXT) from error
    if not isinstance(data, Mapping):
        raise UsageError(what, why="It holds no JSON object.", next_step=_NEXT)
    try:
        return parse_inventory(data, source=str(file))
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(what, why="Its content has another shape.", next_step=_NEXT) from error


def parse_inventory(
    document: Mapping[str, Any], *, source: str = "", empty: bool = False
) -> Inventory:
    """Read any of Terraform's documents.

    Args:
        document: The document.
        source: Where it is from, for the person; said from the document when absent.
        empty: Whether a document without values is an empty inventory instead of an error.

    Raises:
        UsageError: It is none of them.
    """
    raw = isinstance(document.get("resources"), list)
    values = document.get("planned_values") or document.get("values")
    changes = document.get("resource_changes")
    if not raw and values is None and changes is None and not empty:
        raise UsageError(
            f"{source or 'The document'} holds neither a plan nor a state.",
            why="It has none of planned_values, values, resource_changes and resources.",
            next_step=_NEXT,
        )
    later = {
        one["address"]: one["change"].get("after_unknown")
        for one in changes or ()
        if isinstance(one.get("change"), Mapping)
    }
    prior = None
    if raw:
        found = list(_of_state(document["resources"]))
        named = f"state, serial {document.get('serial', '?')}"
    else:
        found = list(_of_module((values or {}).get("root_module", {}), later))
        if values is None and changes is not None:
            found = list(_planned(changes))
        named = "plan" if changes is not None or "planned_values" in document else "state"
    if "prior_state" in document:
        there = ((document["prior_state"] or {}).get("values") or {}).get("root_module", {})
        prior = _sorted(_of_module(there, {}))
    elif "planned_values" in document:
        prior = _sorted(_standing(changes or ()))
    resources = _sorted(found)
    outputs = document.get("outputs") if raw else (values or {}).get("outputs")
    variables = document.get("variables") or {}
    return Inventory(
        resources=resources,
        source=source or named,
        outputs={
            name: one.get("value") for name, one in (outputs or {}).items() if not _secret(one)
        },
        environment=_variable(variables, "environment") or _environment(resources),
        region=_variable(variables, "region") or _region(resources),
        prior=prior,
    )


def _secret(output: Mapping[str, Any]) -> bool:
    return bool(output.get("sensitive"))


def _variable(variables: Mapping[str, Any], name: str) -> str:
    return str((variables.get(name) or {}).get("value") or "")


def _sorted(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    return tuple(sorted(resources, key=lambda resource: resource.address))


def _of_module(module: Mapping[str, Any], later: Mapping[str, Any]) -> Iterator[Resource]:
    for one in module.get("resources", ()):
        if one.get("mode", "managed") == "managed":
            address = str(one["address"])
            yield Resource(address, str(one["type"]), one.get("values") or {}, later.get(address))
    for child in module.get("child_modules", ()):
        yield from _of_module(child, later)


def _planned(changes: Iterable[Mapping[str, Any]]) -> Iterator[Resource]:
    for one in changes:
        change = one.get("change") or {}
        if one.get("mode") == "managed" and change.get("after") is not None:
            yield Resource(
                str(one["address"]),
                str(one["type"]),
                change.get("after") or {},
                change.get("after_unknown"),
            )


def _standing(changes: Iterable[Mapping[str, Any]]) -> Iterator[Resource]:
    for one in changes:
        before = (one.get("change") or {}).get("before")
        if one.get("mode") == "managed" and before is not None and not one.get("deposed"):
            address = str(one.get("previous_address") or one["address"])
            yield Resource(address, str(one["type"]), before)


def _of_state(resources: Iterable[Mapping[str, Any]]) -> Iterator[Resource]:
    for one in resources:
        if one.get("mode", "managed") != "managed":
            continue
        inside = f"{one['module']}." if one.get("module") else ""
        for instance in one["instances"]:
            index = instance.get("index_key")
            suffix = "" if index is None else f"[{json.dumps(index)}]"
            address = f"{inside}{one['type']}.{one['name']}{suffix}"
            yield Resource(address, one["type"], instance.get("attributes") or {})


def _region(resources: Iterable[Resource]) -> str:
    regions = Counter(
        found.group(1)
        for resource in resources
        if resource.layer != RECOVERY and (found := _ARN_REGION.match(resource.text("arn")))
    )
    return regions.most_common(1)[0][0] if regions else ""


def _environment(resources: Iterable[Resource]) -> str:
    for resource in resources:
        if resource.type == "aws_api_gateway_stage":
            return resource.text("stage_name")
    return ""
