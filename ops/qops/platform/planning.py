"""``qops plan`` and ``qops apply``: a saved plan, reviewed, applied as it is."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from qops.errors import PrerequisiteError
from qops.platform.application_secret import ensure_application_secret
from qops.platform.archives import build_archives
from qops.platform.aws import Aws
from qops.platform.bring_up import Show, local_cloud, timed_apply
from qops.platform.deployment import Deployment, Notice, find_tools, require_plan
from qops.platform.migrations import MigrationResult, migrate
from qops.platform.recovery import StateRecord, Verdict, explain
from qops.review.model import Review
from qops.review.reading import review_of
from qops.settings import Settings
from qops.terraform.events import Changes
from qops.terraform.progress import LayerTime
from qops.terraform.runner import PlanResult


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did.

    Attributes:
        changes: What it changed.
        migration: What the migrations did.
        layers: When each layer was worked on.
    """

    changes: Changes
    migration: MigrationResult
    layers: tuple[LayerTime, ...]


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


def apply_plan(
    settings: Settings,
    file: Path | None,
    *,
    notice: Notice,
    confirm: Callable[[str], None],
    show: Show,
) -> Applied:
    """Apply a saved plan and bring the database's schema up.

    Args:
        settings: Which environment.
        file: Plan file; the environment's own when absent.
        notice: Called with a line for the person.
        confirm: Called with the counts before anything changes; raises to refuse.
        show: Opens a view of Terraform's progress.

    Returns:
        What was done.

    Raises:
        QopsError: There is no such plan, it was refused, or it failed.
    """
    deployment = Deployment(settings, find_tools(settings, notice=notice), notice=notice)
    plan = (file.absolute() if file else None) or deployment.workspace.plan
    record = StateRecord(deployment.workspace)
    generation = local_cloud(settings).wait_healthy().generation if settings.local else ""
    if plan.is_file():
        confirm(_counts(deployment, plan))
    with record.applying(generation) if settings.local else nullcontext():
        changes, layers = timed_apply(deployment, show, plan)
    aws = Aws(settings)
    migration = migrate(settings, aws)
    ensure_application_secret(settings, aws, notice=notice)
    return Applied(changes, migration, layers)


def _counts(deployment: Deployment, plan: Path) -> str:
    deployment.init()
    verbs: dict[str, int] = {}
    for change in deployment.runner.show(plan).get("resource_changes", ()):
        for action in change.get("change", {}).get("actions", ()):
            verbs[action] = verbs.get(action, 0) + 1
    names = ("create", "update", "delete")
    return ", ".join(f"{verbs.get(name, 0)} to {name}" for name in names)
