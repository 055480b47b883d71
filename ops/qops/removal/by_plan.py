"""``qops destroy`` in AWS: a saved plan first, then its apply by the guards of every apply."""

from dataclasses import dataclass
from pathlib import Path

from qops.applying.checks import REMOVAL
from qops.platform.applied import Asking
from qops.platform.applying import destroy_by_plan
from qops.platform.bring_up import Show
from qops.platform.deployment import Notice
from qops.platform.planning import Purpose, make_plan
from qops.platform.workspace import further_plan
from qops.removal.destroying import Destroyed, remaining, remove_device_queues
from qops.review.model import Review
from qops.settings import Settings
from qops.terraform.runner import PlanResult
from qscreen.audit import AuditRow

_PLAN = Purpose(REMOVAL, {"mode": "destroy"})


@dataclass(frozen=True, slots=True)
class DestroyedByPlan:
    """What a destroy in AWS did.

    Attributes:
        done: What was removed, and what is left.
        plan: SHA-256 of the plan.
        row: The row of the trail that records its end.
    """

    done: Destroyed
    plan: str
    row: AuditRow


def plan_removal(
    settings: Settings, *, notice: Notice, file: Path | None = None
) -> tuple[PlanResult, Review]:
    """Save a plan that removes everything; nothing is removed.

    Args:
        settings: Which environment.
        notice: Called with a line for the person.
        file: Plan file; the environment's ``destroy.tfplan`` when absent.

    Raises:
        QopsError: Terraform could not plan.
    """
    where = file or further_plan(settings, "destroy")
    return make_plan(settings, where, notice=notice, purpose=_PLAN)


def remove_by_plan(
    settings: Settings, file: Path, *, notice: Notice, asking: Asking, show: Show
) -> DestroyedByPlan:
    """Remove everything by a saved plan.

    Args:
        settings: Which environment.
        file: The plan.
        notice: Called with a line for the person.
        asking: How the person is asked.
        show: Opens a view of Terraform's progress.

    Raises:
        QopsError: A guard refused, or Terraform failed; its text says how to go on.
    """
    removed = destroy_by_plan(settings, file, notice=notice, asking=asking, show=show)
    remove_device_queues(settings)
    left = remaining(removed.deployment)
    return DestroyedByPlan(
        Destroyed(removed.changes, left, removed.layers), removed.seal.plan, removed.row
    )
