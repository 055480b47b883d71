"""Finds the log groups of a function, a layer, or of all that a run passes through."""

from collections.abc import Iterable
from dataclasses import dataclass

from qops.errors import PrerequisiteError
from qops.health.model import Layer
from qops.inventory.state import read_state
from qops.names import not_found
from qops.platform.aws import Aws
from qops.settings import Settings

OF_RUNS = (
    "api", "dispatch", "mcp-workflow", "planner", "reap-devices", "recorder", "work-jobs",
    "write-audit",
)  # fmt: skip
"""Functions whose lines may bear a run's id. CloudWatch Logs takes few questions a second."""


@dataclass(frozen=True, slots=True)
class Group:
    """A log group.

    Attributes:
        name: Its name.
        short: What people call it: the function's name, or ``<service>/<rest>``.
    """

    name: str
    short: str


def find_groups(settings: Settings, aws: Aws) -> tuple[Group, ...]:
    """All log groups of the environment.

    Args:
        settings: Which environment.
        aws: Its clients.
    """
    pages = (
        aws.client("logs")
        .get_paginator("describe_log_groups")
        .paginate(logGroupNamePattern=settings.prefix)
    )
    # An emulator may not know the pattern and give all.
    return tuple(
        Group(name, short_name(name, settings.prefix))
        for page in pages
        for one in page["logGroups"]
        if settings.prefix in (name := str(one["logGroupName"]))
    )


def short_name(name: str, prefix: str) -> str:
    """What people call a log group, e.g. ``planner`` or ``states/run``."""
    before, _, rest = name.partition(prefix)
    rest = rest.strip("-/")
    parts = [part for part in before.split("/") if part not in {"", "aws", "vendedlogs"}]
    if parts == ["lambda"]:
        return rest
    service = parts[0].removeprefix("aws-").strip("-") if parts else ""
    return "/".join(part for part in (service, rest) if part)


def groups_of(settings: Settings, aws: Aws, target: str | None) -> tuple[Group, ...]:
    """The groups that a target names.

    Args:
        settings: Which environment.
        aws: Its clients.
        target: A function, a layer, another short name, or a group's whole name; the functions
            that runs pass through when absent.

    Raises:
        NotFoundError: It names none; the nearest are told.
        PrerequisiteError: The platform is not applied.
    """
    groups = find_groups(settings, aws)
    if not groups:
        raise PrerequisiteError(
            f"There is no log group of {settings.prefix}.",
            why="The platform is not applied in this environment.",
            next_step="Apply it: qops up" if settings.local else "Apply it: qops plan, qops apply",
        )
    if target is None:
        return tuple(one for one in groups if one.short in OF_RUNS)
    named = _named(groups, target)
    if named:
        return named
    if target in {layer.value for layer in Layer}:
        inventory = read_state(settings, aws)
        ours = {
            one.text("name")
            for one in inventory.of("aws_cloudwatch_log_group")
            if one.layer == target
        }
        of_layer = tuple(one for one in groups if one.name in ours)
        if of_layer:
            return of_layer
    raise not_found(
        "log group, function or layer with logs",
        target,
        [one.short for one in groups] + [layer.value for layer in Layer],
        next_step="Functions: "
        + ", ".join(one.short for one in groups if one.name.startswith("/aws/lambda/")),
    )


def _named(groups: Iterable[Group], target: str) -> tuple[Group, ...]:
    return tuple(
        one
        for one in groups
        if target in {one.name, one.short} or one.short.startswith(f"{target}/")
    )
