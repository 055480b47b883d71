"""``qops plan`` and ``qops show``: a plan is saved, sealed and reviewed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qops.applying.seal import write_seal
from qops.cost.prices import refreshed_file
from qops.errors import PrerequisiteError
from qops.platform.archives import build_archives
from qops.platform.aws import region_of
from qops.platform.bring_up import local_cloud
from qops.platform.deployment import Deployment, Notice, find_tools, require_plan
from qops.platform.provenance import make_seal
from qops.platform.recovery import StateRecord, Verdict, explain
from qops.platform.workspace import errored_state
from qops.review.model import Review
from qops.review.reading import review_of
from qops.settings import Settings
from qops.sizing.usage import Usage
from qops.terraform.runner import PlanResult


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a plan is for, if not for what the configuration asks.

    Attributes:
        name: As its seal has it: ``destroy``, ``adopt`` or ``forget``.
        options: Further arguments of :meth:`Deployment.plan`.
    """

    name: str = "apply"
    options: Mapping[str, Any] = field(default_factory=dict)


AS_CONFIGURED = Purpose()


def make_plan(
    settings: Settings,
    file: Path | None,
    *,
    notice: Notice,
    usage: Usage | None = None,
    purpose: Purpose = AS_CONFIGURED,
) -> tuple[PlanResult, Review]:
    """Build the archives, save a plan and review it.

    Args:
        settings: Which environment.
        file: Plan file; the environment's own when absent.
        notice: Called with a line for the person.
        usage: How the platform is used, for the cost; the defaults when absent.
        purpose: What for, if not for what the configuration asks.

    Returns:
        The plan, and what it would do.

    Raises:
        QopsError: The local cloud does not run, or Terraform could not plan.
    """
    deployment = ready_to_plan(settings, notice=notice)
    plan = deployment.plan(file.absolute() if file else None, **purpose.options)
    seal = make_seal(settings, deployment, plan.file, purpose=purpose.name)
    write_seal(plan.file, seal)
    return plan, _review(settings, deployment.runner.show(plan.file), usage)


def ready_to_plan(settings: Settings, *, notice: Notice) -> Deployment:
    """Have all that a plan needs: a state to be trusted, the archives, Terraform.

    Args:
        settings: Which environment.
        notice: Called with a line for the person.

    Raises:
        QopsError: The local cloud does not run, or its state cannot be trusted.
    """
    require_written_state(settings)
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
    return deployment


def require_written_state(settings: Settings) -> None:
    """Refuse to plan by a state that lacks what the last apply has made.

    Args:
        settings: Which environment.

    Raises:
        PrerequisiteError: Terraform could not write the state, and it lies here in a file.
    """
    left = errored_state(settings)
    if settings.local or not left.is_file():
        return
    raise PrerequisiteError(
        "The last apply could not write its state.",
        why=f"What it made is in {left} only; a plan without it would make everything twice.",
        next_step=f"Write it: qops state restore --file {left} --env {settings.environment}",
    )


def review_plan(
    settings: Settings, file: Path | None, *, notice: Notice, usage: Usage | None = None
) -> tuple[Path, Review]:
    """Review a saved plan without planning again; nothing in the cloud is read.

    Args:
        settings: Which environment.
        file: Plan file; the environment's own when absent.
        notice: Called with a line for the person.
        usage: How the platform is used, for the cost; the defaults when absent.

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
    return plan, _review(settings, deployment.runner.show(plan), usage)


def _review(settings: Settings, document: Mapping[str, Any], usage: Usage | None) -> Review:
    return review_of(
        document,
        settings.environment,
        usage=usage,
        region=region_of(settings),
        prices=refreshed_file(settings.home),
    )
