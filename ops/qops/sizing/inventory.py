"""The resources of the platform, from a plan or a state in Terraform's JSON form."""

import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qops.errors import UsageError
from qops.settings import Settings
from qops.terraform.events import layer_of

_KEY = re.compile(r'\["([^"]*)"\]')
_ARN_REGION = re.compile(r"^arn:aws[a-z-]*:[a-z0-9-]+:([a-z]{2}(?:-[a-z]+)+-\d):")

RECOVERY = "recovery"
"""Module of what lies in the recovery region; belongs to no layer of its own."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A managed resource.

    Attributes:
        address: E.g. ``module.data.aws_s3_bucket.this["x"]``.
        type: E.g. ``aws_s3_bucket``.
        layer: Top module; ``root`` for the root module.
        name: What tells it from others of its type: the key of the innermost instance that has
            one, else the name in the configuration.
        values: Attributes that are known.
    """

    address: str
    type: str
    layer: str
    name: str
    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A text attribute; empty when it is not known."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str, default: int = 0) -> int:
        """A whole number; the default when it is not known."""
        value = self.values.get(name)
        return int(value) if isinstance(value, int | float) else default

    def block(self, name: str) -> Mapping[str, Any]:
        """The first block of a name; empty when there is none."""
        value = self.values.get(name)
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            return value[0]
        return {}


@dataclass(frozen=True, slots=True)
class Inventory:
    """All managed resources of one environment.

    Attributes:
        source: Where it was read from, for the person.
        environment: ``local``, ``dev`` or ``prod``; empty when unknown.
        region: Main region.
        resources: Sorted by address.
        prior: What a plan starts from; None for a state.
    """

    source: str
    environment: str
    region: str
    resources: tuple[Resource, ...]
    prior: tuple[Resource, ...] | None = None

    @property
    def before(self) -> "Inventory | None":
        """The platform before the plan; None for a state."""
        if self.prior is None:
            return None
        return replace(self, source="what is there now", resources=self.prior, prior=None)

    def of(self, *types: str) -> Iterator[Resource]:
        """The resources of some types."""
        return (resource for resource in self.resources if resource.type in types)

    def one(self, type_: str) -> Resource | None:
        """The first resource of a type."""
        return next(self.of(type_), None)

    def count(self, type_: str) -> int:
        """How many of a type there are."""
        return sum(1 for _ in self.of(type_))


def read_inventory(
    settings: Settings,
    file: Path | None = None,
    *,
    declared: bool = False,
    notice: Callable[[str], None],
) -> Inventory:
    """Read the platform's resources.

    Args:
        settings: Which environment.
        file: A saved plan, or what ``terraform show -json`` printed of a plan or a state; the
            environment's saved plan when absent, and its state when there is none.
        declared: Read the configuration alone, planned with a mocked provider.
        notice: Called with a line for the person.

    Raises:
        UsageError: The file is neither, or nothing is planned or applied.
    """
    if declared:
        if file is not None:
            raise UsageError(
                "--plan and --declared exclude each other.",
                next_step="Leave one out: --declared plans the configuration without AWS.",
            )
        from qops.sizing.declared import declared_inventory

        return declared_inventory(settings, notice=notice)
    if file is not None and not file.is_file():
        raise UsageError(
            f"There is no file {file}.",
            next_step="Name a saved plan, or the output of terraform show -json.",
        )
    if file is not None and not zipfile.is_zipfile(file):
        return _placed(parse_inventory(_read_json(file), source=str(file)), settings)
    from qops.platform.deployment import Deployment, find_tools

    deployment = Deployment(settings, find_tools(settings, notice=notice), notice=notice)
    plan = file or deployment.workspace.plan
    if plan.is_file():
        deployment.install()
        shown = deployment.runner.show(plan.absolute())
        return _placed(parse_inventory(shown, source=f"plan {plan}"), settings)
    deployment.init()
    found = parse_inventory(
        deployment.runner.show(), source=f"the state of {settings.environment}", empty=True
    )
    if not found.resources:
        raise UsageError(
            f"Nothing is planned or applied in {settings.environment}.",
            why="There is no saved plan, and the state is empty.",
            next_step=f"Run qops plan --env {settings.environment}, name a plan with --plan, "
            "or use --declared, which needs no AWS.",
        )
    return _placed(found, settings)


def _placed(inventory: Inventory, settings: Settings) -> Inventory:
    """With the region that the environment declares, where no resource tells it."""
    if inventory.region:
        return inventory
    from qops.platform.aws import region_of

    return replace(inventory, region=region_of(settings))


def _read_json(file: Path) -> dict[str, Any]:
    what = "Name a saved plan, or the output of terraform show -json of a plan or a state."
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{file} is no plan.", why=str(error), next_step=what) from error
    if not isinstance(data, dict):
        raise UsageError(f"{file} is no plan.", why="It holds no JSON object.", next_step=what)
    return data


def parse_inventory(data: Mapping[str, Any], *, source: str, empty: bool = False) -> Inventory:
    """Read Terraform's JSON form of a plan or a state.

    Format: https://developer.hashicorp.com/terraform/internals/json-format (1.x).

    Args:
        data: The document.
        source: Where it is from, for the person.
        empty: Whether a document without values is an empty inventory instead of an error.

    Raises:
        UsageError: It is something else.
    """
    if "lineage" in data:
        raise UsageError(
            f"{source} is a state file as Terraform stores it.",
            why="Its form is Terraform's own and may change.",
            next_step="Print it with terraform show -json, and name that file.",
        )
    values = data.get("planned_values") or data.get("values")
    changes = data.get("resource_changes")
    if values is None and changes is None and not empty:
        raise UsageError(
            f"{source} holds neither planned_values nor values.",
            next_step="Name the output of terraform show -json of a plan or a state.",
        )
    found = _resources((values or {}).get("root_module", {}))
    if values is None and changes is not None:
        found = _planned(changes)
    resources = sorted(found, key=lambda resource: resource.address)
    prior = None
    if "planned_values" in data:
        there = ((data.get("prior_state") or {}).get("values") or {}).get("root_module", {})
        prior = tuple(sorted(_resources(there), key=lambda resource: resource.address))
    variables = data.get("variables") or {}
    return Inventory(
        source=source,
        environment=str((variables.get("environment") or {}).get("value") or "")
        or _environment(resources),
        region=str((variables.get("region") or {}).get("value") or "") or _region(resources),
        resources=tuple(resources),
        prior=prior,
    )


def _resources(module: Mapping[str, Any]) -> Iterator[Resource]:
    for item in module.get("resources", ()):
        if item.get("mode") == "managed":
            yield _resource(item, item.get("values"))
    for child in module.get("child_modules", ()):
        yield from _resources(child)


def _planned(changes: Iterable[Mapping[str, Any]]) -> Iterator[Resource]:
    for item in changes:
        change = item.get("change") or {}
        if item.get("mode") == "managed" and change.get("actions") != ["delete"]:
            yield _resource(item, change.get("after"))


def _resource(item: Mapping[str, Any], values: Mapping[str, Any] | None) -> Resource:
    address = str(item["address"])
    return Resource(
        address=address,
        type=str(item["type"]),
        layer=layer_of(address) or "root",
        name=instance_name(address),
        values=values or {},
    )


def instance_name(address: str) -> str:
    """What tells a resource from others of its type.

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
