"""Reads ``terraform show -json`` of a saved plan into a review.

Format: https://developer.hashicorp.com/terraform/internals/json-format (version 1.2).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from qops.errors import QopsError
from qops.inventory.documents import parse_inventory
from qops.inventory.model import Inventory
from qops.review.cost import cost_of
from qops.review.differences import differences, path_text
from qops.review.masking import masked_text
from qops.review.model import (
    Action,
    AttributeChange,
    Counters,
    Drift,
    LayerReview,
    ResourceChange,
    Review,
)
from qops.review.policies import introduced
from qops.review.risk import risk_tables, worst
from qops.sizing.usage import Usage
from qops.terraform.events import layer_of
from qops.terraform.progress import LAYERS, ROOT

_ACTIONS: dict[tuple[str, ...], tuple[Action, bool]] = {
    ("no-op",): ("no-op", False),
    ("read",): ("read", False),
    ("create",): ("create", False),
    ("update",): ("update", False),
    ("delete",): ("delete", False),
    ("forget",): ("forget", False),
    ("delete", "create"): ("replace", False),
    ("create", "delete"): ("replace", True),
    ("create", "forget"): ("replace", True),
}

_REASONS = {
    "replace_because_tainted": "it is tainted: an earlier apply failed in the middle of it",
    "replace_because_cannot_update": "an attribute changes that cannot be changed in place",
    "replace_by_request": "it was asked for (-replace)",
    "replace_by_triggers": "replace_triggered_by names something that changes",
    "delete_because_no_resource_config": "its block is no longer in the configuration",
    "delete_because_wrong_repetition": "its block has count or for_each now, or no longer",
    "delete_because_count_index": "its index is beyond count",
    "delete_because_each_key": "its key is no longer in for_each",
    "delete_because_no_module": "its module is no longer called",
    "delete_because_no_move_target": "it was moved to an address that is not configured",
    "read_because_config_unknown": "its arguments are known after apply only",
    "read_because_dependency_pending": "something that it depends on changes",
    "read_because_check_nested": "a check reads it at apply",
}

_ORDER = ("delete", "replace", "forget", "update", "create", "no-op", "read")


class PlanFormatError(QopsError):
    """The JSON is not that of a saved plan."""

    code = "plan_format"


def review_of(
    document: Mapping[str, Any],
    environment: str,
    *,
    usage: Usage | None = None,
    region: str = "",
    prices: Path | None = None,
) -> Review:
    """Review a saved plan.

    Args:
        document: The JSON of ``terraform show -json <plan>``.
        environment: Name of the environment it is for.
        usage: How the platform is used, for the cost; the defaults when absent.
        region: Region of the environment, where the plan does not tell it.
        prices: A refreshed table of prices; the shipped one when absent.

    Returns:
        The review; nothing secret is left in it.

    Raises:
        PlanFormatError: It is no plan, or of a format that this qops does not know.
    """
    version = str(document.get("format_version", ""))
    if version.partition(".")[0] != "1" or "planned_values" not in document:
        raise PlanFormatError(
            "This is not the JSON of a saved plan.",
            why=f"format_version is {version!r}; known is 1.x with planned_values.",
            next_step="Give the output of terraform show -json <plan>.",
        )
    layers: dict[str, list[ResourceChange]] = {name: [] for name in LAYERS}
    unchanged: Counter[str] = Counter()
    for one in document.get("resource_changes", ()):
        layer = layer_of(one["address"]) or ROOT
        change = one["change"]
        if change["actions"] == ["no-op"] and not _told(one):
            unchanged[layer] += 1
            continue
        layers.setdefault(layer, []).append(_resource(one, layer, environment))
    reviewed = [
        _layer(name, changes, unchanged[name]) for name, changes in layers.items() if changes
    ]
    everything = [change for layer in reviewed for change in layer.changes]
    after = parse_inventory(document)
    after = replace(after, region=after.region or region)
    before = after.before or Inventory((), "nothing")
    findings, stayed = introduced(after, before, _moved(document))
    return Review(
        environment=environment,
        terraform_version=str(document.get("terraform_version", "")),
        made_at=str(document.get("timestamp", "")),
        complete=bool(document.get("complete", True)),
        errored=bool(document.get("errored", False)),
        worst=worst(change.risk for change in everything),
        counters=_counters(everything, sum(unchanged.values())),
        layers=reviewed,
        drift=_drift(document),
        outputs=output_differences(document.get("output_changes") or {}),
        failed_checks=_failed_checks(document.get("checks") or ()),
        findings=findings,
        findings_before=stayed,
        cost=cost_of(after, before, usage=usage, prices=prices),
    )


def _moved(document: Mapping[str, Any]) -> dict[str, str]:
    return {
        one["previous_address"]: one["address"]
        for one in document.get("resource_changes", ())
        if one.get("previous_address")
    }


def _told(one: Mapping[str, Any]) -> bool:
    return bool(one.get("previous_address") or one["change"].get("importing"))


def _resource(one: Mapping[str, Any], layer: str, environment: str) -> ResourceChange:
    change, tables, kind = one["change"], risk_tables(), str(one["type"])
    action, create_first = _ACTIONS.get(tuple(change["actions"]), ("update", False))
    attributes: list[AttributeChange] = []
    becomes: dict[str, Any] = {}
    if action in {"update", "replace"}:
        attributes = differences(change, kind)
        before, after = change.get("before") or {}, change.get("after") or {}
        becomes = {name: value for name, value in after.items() if before.get(name) != value}
    importing = change.get("importing") or {}
    graded: str = action
    if create_first:
        graded = "replace_create_first"
    elif action == "no-op":
        graded = "import" if importing else "move"
    reason = one.get("action_reason")
    return ResourceChange(
        address=str(one["address"]),
        type=kind,
        action=action,
        create_first=create_first,
        reason=reason,
        why=_REASONS.get(str(reason), ""),
        replace_paths=[path_text(path) for path in change.get("replace_paths") or ()],
        previous_address=one.get("previous_address"),
        import_id=_import_id(importing) if importing else None,
        deposed=one.get("deposed"),
        stateful=tables.stateful.get(kind) if one.get("mode") == "managed" else None,
        risk=tables.risk(
            kind=graded, type_=kind, layer=layer, environment=environment, becomes=becomes
        ),
        attributes=attributes,
    )


def _import_id(importing: Mapping[str, Any]) -> str:
    return masked_text(str(importing.get("id") or "")) or "(by identity)"


def _layer(name: str, changes: list[ResourceChange], unchanged: int) -> LayerReview:
    changes.sort(key=lambda one: (_ORDER.index(one.action), -one.risk.points, one.address))
    return LayerReview(
        name=name,
        worst=worst(change.risk for change in changes),
        counters=_counters(changes, unchanged),
        changes=changes,
    )


def _counters(changes: Iterable[ResourceChange], unchanged: int) -> Counters:
    counts: Counter[str] = Counter()
    for change in changes:
        counts[change.action] += 1
        counts["moved"] += change.previous_address is not None
        counts["imported"] += change.import_id is not None
    still = counts.pop("no-op", 0)
    return Counters(unchanged=unchanged + still, **counts)


def _drift(document: Mapping[str, Any]) -> list[Drift]:
    relevant: dict[str, list[str]] = {}
    for one in document.get("relevant_attributes", ()):
        relevant.setdefault(one["resource"], []).append(path_text(one.get("attribute") or ()))
    found = []
    for one in document.get("resource_drift", ()):
        change = one["change"]
        deleted = change["actions"] == ["delete"]
        attributes = [] if deleted else differences(change, str(one["type"]))
        if not deleted and not attributes:
            continue
        paths = relevant.get(one["address"]) or relevant.get(_without_keys(one["address"])) or []
        found.append(
            Drift(
                address=one["address"],
                deleted=deleted,
                relevant=deleted
                or any(_touches(item.path, path) for item in attributes for path in paths),
                attributes=attributes,
            )
        )
    return sorted(found, key=lambda one: (not one.deleted, not one.relevant, one.address))


def _touches(path: str, relevant: str) -> bool:
    """Whether one path is the other, or lies inside of it."""
    if not relevant or path == relevant:
        return True
    longer, shorter = sorted((path, relevant), key=len, reverse=True)
    return longer.startswith(shorter) and longer[len(shorter)] in ".["


def _without_keys(address: str) -> str:
    """An address without keys and indices, as ``relevant_attributes`` may name a resource."""
    text, depth = [], 0
    for sign in address:
        depth += sign == "["
        if not depth:
            text.append(sign)
        depth -= sign == "]"
    return "".join(text)


def output_differences(changes: Mapping[str, Any]) -> list[AttributeChange]:
    """The outputs that a plan would change.

    Args:
        changes: ``output_changes`` of Terraform's JSON form.
    """
    found = []
    for name, change in sorted(changes.items()):
        if change["actions"] == ["no-op"]:
            continue
        inner = {
            key: {name: change.get(key)}
            for key in ("before", "after", "before_sensitive", "after_sensitive", "after_unknown")
        }
        found += differences(inner, "")
    return found


def _failed_checks(checks: Iterable[Mapping[str, Any]]) -> list[str]:
    return [
        f"{check['address'].get('to_display', '')}: "
        + "; ".join(
            masked_text(str(problem.get("message", "")))
            for instance in check.get("instances") or ()
            for problem in instance.get("problems") or ()
        )
        for check in checks
        if check.get("status") in {"fail", "error"}
    ]
