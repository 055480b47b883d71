"""``qops apply``, ``qops approve`` and ``qops audit``: a saved plan, checked, recorded, applied."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from qops.applying.checks import confirm_stateful as ask_for_stateful
from qops.applying.checks import (
    require_applicable,
    require_few_destroyed,
    require_no_removal,
    require_removal,
)
from qops.applying.seal import read_seal, seal_file
from qops.applying.trail import APPROVED, ENDED, STARTED, TrailError, TrailVerdict
from qops.errors import QopsError, RefusedError
from qops.platform.application_secret import ensure_application_secret
from qops.platform.applied import Applied, Approved, Asking, Removed
from qops.platform.aws import Aws
from qops.platform.backend import trail_at
from qops.platform.bring_up import Show, timed_apply
from qops.platform.deployment import Deployment, Notice, find_tools, require_plan
from qops.platform.migrations import migrate
from qops.platform.planning import AS_CONFIGURED, require_written_state
from qops.platform.provenance import person, require_as_planned
from qops.platform.recovery import StateRecord
from qops.platform.trails import generation_of
from qops.platform.workspace import errored_state, further_plan
from qops.releases.checkouts import settings_of_plan
from qops.releases.recording import record_applied, record_found
from qops.review.masking import masked_text
from qops.review.model import Review
from qops.review.reading import review_of
from qops.review.words import counts
from qops.settings import Settings
from qops.terraform.errors import LockLostError, TerraformError
from qops.terraform.events import Changes, Event
from qops.terraform.progress import LayerProgress, LayerTime
from qops.terraform.runner import OnEvent
from qscreen.audit import AuditRow, Scalar

REVIEWED = frozenset({"prod"})
"""Environments in which only an approved plan is applied."""

_LONGEST = 500
"""Characters of a text in the trail."""


class _Saved:
    """A saved plan at which an apply or an approval looks: whole, fresh, reviewed."""

    def __init__(self, settings: Settings, file: Path | None, notice: Notice) -> None:
        self.settings = settings
        require_written_state(settings)
        self.deployment = Deployment(settings, find_tools(settings, notice=notice), notice=notice)
        self.file = (file.absolute() if file else None) or self.deployment.workspace.plan
        require_plan(self.file, settings.environment)
        self.seal = read_seal(self.file)
        self.generation = generation_of(settings)
        self.aws = Aws(settings)
        require_as_planned(settings, self.deployment, self.aws, self.seal)
        self.deployment.install()
        document = self.deployment.runner.show(self.file)
        self.review = review_of(document, settings.environment)
        require_applicable(self.review)
        self._archives = document.get("variables", {}).get("build_dir", {}).get("value")
        self.trail = trail_at(settings, self.aws, self.deployment.state_place, self.generation)
        self.actor = person(settings, self.aws)

    def require_archives(self) -> None:
        """Refuse to apply where Terraform would look for the archives in a folder of elsewhere."""
        here = str(self.settings.build_home)
        if self._archives not in (None, here):
            raise RefusedError(
                "The plan was made in another folder.",
                why=f"It takes the archives from {self._archives}, they are in {here}.",
                next_step="Apply it where it was made, or plan here: qops plan "
                f"--env {self.settings.environment}",
            )


def approve_plan(
    settings: Settings,
    file: Path | None,
    *,
    own: bool,
    notice: Notice,
    confirm: Callable[[Review], None],
) -> Approved:
    """Record that a person has reviewed a saved plan.

    Args:
        settings: Which environment.
        file: Plan file; the environment's own when absent.
        own: Whether who made the plan may approve it.
        notice: Called with a line for the person.
        confirm: Called with the review; raises to refuse.

    Raises:
        QopsError: The plan is stale or tampered with, it is one's own, or it was refused.
    """
    saved = _Saved(settings_of_plan(settings, file), file, notice)
    mine = saved.actor == saved.seal.planned_by
    if mine and not own:
        raise RefusedError(
            "You have made this plan yourself.",
            why=f"It was planned by {saved.seal.planned_by}; a review is by somebody else.",
            next_step="Let somebody else run qops approve; where you are alone: --own, "
            "which is recorded.",
        )
    confirm(saved.review)
    row = saved.trail.append(
        actor=saved.actor,
        action=APPROVED,
        subject=saved.seal.plan,
        detail={"seal": saved.seal.digest, "own": mine, **_told(saved)},
    )
    return Approved(saved.seal, row, mine)


def apply_plan(
    settings: Settings, file: Path | None, *, notice: Notice, asking: Asking, show: Show
) -> Applied:
    """Apply exactly a saved plan, record it, and bring the database's schema up.

    Args:
        settings: Which environment.
        file: Plan file; the environment's own when absent.
        notice: Called with a line for the person.
        asking: How the person is asked.
        show: Opens a view of Terraform's progress.

    Returns:
        What was done.

    Raises:
        QopsError: The plan is missing, stale, tampered with, unreviewed or refused, or the apply
            failed; its text says how to go on.
    """
    saved = _Saved(settings_of_plan(settings, file), file, notice)
    saved.require_archives()
    require_no_removal(saved.seal)
    detail = _confirmed(saved, asking)
    record_found(
        settings,
        saved.aws,
        saved.trail,
        place=saved.deployment.state_place,
        actor=saved.actor,
        notice=notice,
    )
    started = saved.trail.append(
        actor=saved.actor, action=STARTED, subject=settings.environment, detail=detail
    )
    return _Apply(saved, started, notice, show).run()


def destroy_by_plan(
    settings: Settings, file: Path | None, *, notice: Notice, asking: Asking, show: Show
) -> Removed:
    """Apply a saved plan that removes everything, by the same guards, and record it.

    Args:
        settings: Which environment; not the local one.
        file: Plan file; the environment's ``destroy.tfplan`` when absent.
        notice: Called with a line for the person.
        asking: How the person is asked.
        show: Opens a view of Terraform's progress.

    Returns:
        What was removed.

    Raises:
        QopsError: The plan is missing, stale, tampered with, unreviewed, refused or none that
            removes everything, or Terraform failed.
    """
    saved = _Saved(settings, file or further_plan(settings, "destroy"), notice)
    saved.require_archives()
    require_removal(saved.seal)
    detail = _confirmed(saved, asking)
    started = saved.trail.append(
        actor=saved.actor, action=STARTED, subject=settings.environment, detail=detail
    )
    return _Apply(saved, started, notice, show).remove()


def read_trail(settings: Settings, *, notice: Notice) -> TrailVerdict:
    """Read and verify the trail of an environment.

    Args:
        settings: Which environment.
        notice: Called with a line for the person.
    """
    deployment = Deployment(settings, find_tools(settings, notice=notice), notice=notice)
    aws = Aws(settings)
    return trail_at(settings, aws, deployment.state_place, generation_of(settings)).verify()


class _Apply:
    """One apply, from its first row in the trail to its last."""

    def __init__(self, saved: _Saved, started: AuditRow, notice: Notice, show: Show) -> None:
        self._saved = saved
        self._started = started
        self._notice = notice
        self._show = show
        self._progress = LayerProgress()

    def remove(self) -> Removed:
        changes, layers = self._terraform()
        row = self._end(result="done", removed=changes.remove)
        return Removed(changes, layers, self._saved.seal, row, self._saved.deployment)

    def run(self) -> Applied:
        saved, settings = self._saved, self._saved.settings
        changes, layers = self._terraform()
        try:
            migration = migrate(settings, saved.aws)
            ensure_application_secret(settings, saved.aws, notice=self._notice)
        except BaseException as error:
            self._end_anyway(error, "migrations")
            if isinstance(error, QopsError):
                error.next_step = (
                    f"{error.next_step} The resources are applied; then go on with qops plan and "
                    f"qops apply --env {settings.environment}: the migrations are tried again."
                ).strip()
            raise
        row = self._end(result="done", add=changes.add, change=changes.change)
        release = None
        if saved.seal.purpose == AS_CONFIGURED.name:  # a single resource makes no release
            release = record_applied(
                settings,
                saved.aws,
                saved.trail,
                saved.seal,
                place=saved.deployment.state_place,
                actor=saved.actor,
                schema=str(migration.version),
                notice=self._notice,
            )
        return Applied(changes, migration, layers, saved.seal, row, release)

    def _terraform(self) -> tuple[Changes, tuple[LayerTime, ...]]:
        saved, settings = self._saved, self._saved.settings
        record = StateRecord(saved.deployment.workspace)
        try:
            with record.applying(saved.generation) if settings.local else nullcontext():
                return timed_apply(saved.deployment, self._counted, saved.file)
        except BaseException as error:
            if isinstance(error, TerraformError):
                self._explain(error)
            self._end_anyway(error, "terraform")
            raise
        finally:
            if not saved.file.exists():  # a plan is applied once
                seal_file(saved.file).unlink(missing_ok=True)

    @contextmanager
    def _counted(self) -> Iterator[OnEvent]:
        with self._show() as on_event:

            def take(event: Event) -> None:
                self._progress.feed(event)
                on_event(event)

            yield take

    def _explain(self, error: TerraformError) -> None:
        done, total = self._progress.done, self._progress.total
        environment = self._saved.settings.environment
        unfinished = [
            f"{layer.name}: {layer.done} of {layer.total} done, {layer.failed} failed"
            for layer in self._progress.layers.values()
            if not layer.complete
        ]
        if total:
            error.details = (f"{done} of {total} changes were made.", *unfinished, *error.details)
            left = errored_state(self._saved.settings)
            if left.is_file():
                error.next_step = (
                    f"The state could not be written to S3 and is in {left}: keep that file. Once "
                    f"S3 answers: qops state restore --file {left} --env {environment} (first "
                    f"qops state unlock --env {environment} if the lock is left), then: qops plan "
                    f"--env {environment}"
                )
                return
            if isinstance(error, LockLostError):
                return
            error.next_step = (
                "What was made is in the state, nothing is lost. Mend the cause, then plan the "
                f"rest and apply it: qops plan --env {environment}, qops apply --env {environment}"
            )

    def _end(self, **detail: Scalar) -> AuditRow:
        saved = self._saved
        try:
            return saved.trail.append(
                actor=saved.actor,
                action=ENDED,
                subject=saved.settings.environment,
                detail={
                    "started": self._started.entry.sequence,
                    "plan": saved.seal.plan,
                    "made": self._progress.done,
                    **detail,
                },
            )
        except Exception as error:
            raise TrailError(
                "The end of the apply could not be recorded.",
                why=f"{type(error).__name__}: {error}",
                next_step="qops audit shows it as unfinished; the state knows what was made.",
            ) from error

    def _end_anyway(self, error: BaseException, stage: str) -> None:
        """Record a failure; it must not hide the failure itself."""
        result = "failed" if isinstance(error, Exception) else "interrupted"
        try:
            self._end(result=result, stage=stage, error=masked_text(str(error))[:_LONGEST])
        except TrailError as problem:
            self._notice(f"! {problem.what} {problem.why}")


def _confirmed(saved: _Saved, asking: Asking) -> dict[str, Scalar]:
    """Pass all guards and questions before an apply; what its first row says."""
    require_few_destroyed(saved.review, asking.allow_destroy)
    approval = _approval(saved)
    asking.apply(counts(saved.review.counters))
    ask_for_stateful(saved.review, asking.destroys, asking.stateful)
    return {
        "plan": saved.seal.plan,
        "seal": saved.seal.digest,
        "purpose": saved.seal.purpose,
        "approved_by": approval.entry.actor if approval else None,
        **_told(saved),
    }


def _approval(saved: _Saved) -> AuditRow | None:
    environment = saved.settings.environment
    if environment not in REVIEWED:
        return None
    row = saved.trail.approval(saved.seal.plan, saved.seal.digest)
    if row is None:
        raise RefusedError(
            f"Nobody has approved this plan for {environment}.",
            why=f"The trail has no approval of plan {saved.seal.plan[:12]}….",
            next_step=f"Let somebody review it: qops approve --env {environment}",
        )
    return row


def _told(saved: _Saved) -> dict[str, Scalar]:
    review = saved.review
    return {
        "planned_by": saved.seal.planned_by,
        "planned_at": saved.seal.planned_at,
        "commit": saved.seal.commit,
        "serial": saved.seal.serial,
        "counts": counts(review.counters),
        "risk": str(review.worst) if review.worst else None,
        "destroys": ", ".join(change.address for change in review.destroyed)[:_LONGEST],
    }
