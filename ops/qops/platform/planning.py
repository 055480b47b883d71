"""``qops plan`` and ``qops show``: a plan is saved, sealed and reviewed."""

from pathlib import Path

from qops.applying.seal import write_seal
from qops.errors import PrerequisiteError
from qops.platform.archives import build_archives
from qops.platform.bring_up import local_cloud
from qops.platform.deployment import Deployment, Notice, find_tools, require_plan
from qops.platform.provenance import make_seal
from qops.platform.recovery import StateRecord, Verdict, explain
from qops.review.model import Review
from qops.review.reading import review_of
from qops.settings import Settings
from qops.terraform.runner import PlanResult


def make_plan(
    settings: Settings, file: Path | None, *, notice: Notice
) -> tuple[PlanResult, Review]:
    """Build the archives, save a plan and review it.

    Args:
        settings: Which environment.
        file: Plan file; the environment's own when absent.
        notice: Called with a line for the person.

    Returns:
        The plan, and what it would do.

    Raises:
        QopsError: The local cloud does not run, or Terraform could not plan.
    """
    deployment = Deployment(settings, find_tools(settings, notice=notice), notice=notice)
    if settings.local:
        generation = local_cloud(settings).wait_healthy().generation
        record = StateRecord(deployment.workspace)
        verdict = record.judge(generation)
        if verdict is Verdict.RESET:
            raise PrerequisiteError(
                "The state is not to be trusted.",
                why="The last apply was killed before Terraform could record it.",
                next_step="Run qops up: it empties the local cloud and applies everything anew.",
            )
        if verdict is Verdict.DISCARD:
            explain(verdict, notice)
            record.discard()
    build_archives(settings, notice=notice)
    plan = deployment.plan(file.absolute() if file else None)
    write_seal(plan.file, make_seal(settings, deployment, plan.file))
    return plan, review_of(deployment.runner.show(plan.file), settings.environment)


def review_plan(settings: Settings, file: Path | None, *, notice: Notice) -> tuple[Path, Review]:
    """Review a saved plan without planning again; nothing in the cloud is read.

    Args:
        settings: Which environment.
        file: Plan file; the environment's own when absent.
        notice: Called with a line for the person.

    Returns:
        The plan file, and what it would do.

    Raises:
        UsageError: There is no such plan.
        TerraformError: Terraform cannot read it.
    """
    deployment = Deployment(settings, find_tools(settings, notice=notice), notice=notice)
    plan = (file.absolute() if file else None) or deployment.workspace.plan
    require_plan(plan, settings.environment)
    deployment.install()
    return plan, review_of(deployment.runner.show(plan), settings.environment)
