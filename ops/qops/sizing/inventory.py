"""Finds the inventory that a question about size, cost or shape is asked of."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from qops.errors import UsageError
from qops.inventory.documents import parse_inventory, read_document
from qops.inventory.model import Inventory
from qops.settings import Settings


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
        return _placed(read_document(file), settings)
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
