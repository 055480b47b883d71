"""``qops up``: local cloud, archives, plan, apply, migrations; free when nothing has changed."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from qops.local import LocalCloud, LocalCloudState
from qops.local.environment import ensure_environment, lock_file
from qops.platform.application_secret import ensure_application_secret
from qops.platform.archives import build_archives
from qops.platform.aws import Aws, region_of
from qops.platform.deployment import Deployment, Notice, find_tools
from qops.platform.migrations import MigrationResult, migrate
from qops.platform.recovery import StateRecord, Verdict, explain
from qops.platform.workspace import sources_digest
from qops.processes import group_status
from qops.settings import Settings
from qops.terraform.errors import TerraformError
from qops.terraform.events import Changes, Event
from qops.terraform.progress import LayerProgress, LayerTime
from qops.terraform.runner import OnEvent

Show = Callable[[], AbstractContextManager[OnEvent]]
"""Opens a view of Terraform's progress."""


@dataclass(slots=True)
class BroughtUp:
    """What ``up`` did.

    Attributes:
        cloud: The running local cloud.
        changes: What the apply changed; None when it was not needed.
        migration: What the migrations did; None when the apply was not needed.
        stages: Seconds by stage, in order.
        layers: When each layer was worked on in the apply.
    """

    cloud: LocalCloudState
    changes: Changes | None = None
    migration: MigrationResult | None = None
    stages: dict[str, float] = field(default_factory=dict)
    layers: tuple[LayerTime, ...] = ()


def local_cloud(settings: Settings) -> LocalCloud:
    """The local cloud of these settings; nothing is started."""
    return LocalCloud(settings.home, settings.port, region=region_of(settings))


def bring_up(settings: Settings, *, notice: Notice, show: Show) -> BroughtUp:
    """Start the local cloud and make the platform in it what the checkout says.

    Args:
        settings: The local environment.
        notice: Called with a line for the person.
        show: Opens a view of Terraform's progress.

    Returns:
        What was done.

    Raises:
        QopsError: Something is missing or failed; its text says what to do.
    """
    return _BringUp(settings, notice, show).run()


def timed_apply(
    deployment: Deployment, show: Show, plan: Path | None = None
) -> tuple[Changes, tuple[LayerTime, ...]]:
    """Apply a saved plan and take the time of each layer.

    Args:
        deployment: Terraform, set up for one environment.
        show: Opens a view of Terraform's progress.
        plan: Plan file; the environment's own when absent.

    Returns:
        What changed, and when each layer was worked on.
    """
    progress = LayerProgress()
    with show() as on_event:

        def take(event: Event) -> None:
            progress.feed(event)
            on_event(event)

        done = deployment.apply(plan, on_event=take)
    return done.changes, progress.times()


def prepare_environment(cloud: LocalCloud, progress: Callable[[str], None]) -> None:
    """Install the emulators, so that the local cloud finds them when it starts.

    Nothing is touched under a cloud that runs.

    Args:
        cloud: The local cloud.
        progress: Called with one line for each step.

    Raises:
        LocalCloudError: The packages could not be installed.
    """
    state = group_status(cloud.folders.local)
    if state is None or state.phase in {"stopped", "failed"}:
        ensure_environment(cloud.folders.local / "venv", lock_file(), progress)


class _BringUp:
    """One pass of ``up``; holds what its steps share."""

    def __init__(self, settings: Settings, notice: Notice, show: Show) -> None:
        self._settings = settings
        self._notice = notice
        self._show = show
        self._stages: dict[str, float] = {}
        self._layers: tuple[LayerTime, ...] = ()
        self._cloud = local_cloud(settings)

    def run(self) -> BroughtUp:
        """All steps in their order."""
        with _timed(self._stages, "tools"):
            tools = find_tools(self._settings, notice=self._notice)
            deployment = Deployment(self._settings, tools, notice=self._notice)
            record = StateRecord(deployment.workspace)
        with ThreadPoolExecutor(2, thread_name_prefix="prepare") as beside:
            building = beside.submit(build_archives, self._settings, notice=self._notice)
            with _timed(self._stages, "prepare"):
                installing = beside.submit(
                    prepare_environment, self._cloud, lambda line: self._notice(f"  {line}")
                )
                # Nothing is started for a provider that cannot be had.
                deployment.install()
                installing.result()
            state = self._start()
            verdict = record.judge(state.generation)
            if verdict is not Verdict.KEEP:
                explain(verdict, self._notice)
                record.discard()
                if verdict is Verdict.RESET:
                    state = self._start_afresh()
            with _timed(self._stages, "build"):
                archives = building.result()
        digest = sources_digest(self._settings, [archives.manifest, archives.openapi])
        if record.read().applied_digest == digest:
            self._notice("The platform is unchanged since the last apply.")
            return BroughtUp(cloud=state, stages=self._stages)
        with _timed(self._stages, "apply"):
            deployment.init()
            changes = self._apply(deployment, record, state)
        if changes is None:
            record.discard()
            state = self._start_afresh()
            with _timed(self._stages, "apply"):
                changes = self._plan_and_apply(deployment, record, state.generation)
        with _timed(self._stages, "migrate"):
            aws = Aws(self._settings)
            migration = migrate(self._settings, aws)
            ensure_application_secret(self._settings, aws, notice=self._notice)
        record.end(state.generation, digest=digest)
        return BroughtUp(
            cloud=state,
            changes=changes,
            migration=migration,
            stages=self._stages,
            layers=self._layers,
        )

    def _apply(
        self, deployment: Deployment, record: StateRecord, state: LocalCloudState
    ) -> Changes | None:
        """Plan and apply; a failure is met with a second plan, then with None: start afresh.

        An emulator loses a race between creations or an answer now and then. What it has made
        without Terraform's knowledge cannot be mended by planning, only by an empty cloud.
        """
        for first in (True, False):
            try:
                return self._plan_and_apply(deployment, record, state.generation)
            except TerraformError as error:
                again = first and not error.killed
                if not again and state.reused and not error.killed:
                    # The cloud held something before: emptying it is the person's decision.
                    error.next_step = "Mend the cause; or empty the local cloud: qops reset."
                    raise
                what = "is tried once more" if again else "starts afresh in an empty local cloud"
                self._notice(f"The apply failed and {what}: {error.why}")
                if not again:
                    break
        return None

    def _plan_and_apply(
        self, deployment: Deployment, record: StateRecord, generation: str
    ) -> Changes:
        plan = deployment.plan()
        if plan.empty:
            return Changes()
        self._notice(f"Plan: {plan.changes}.")
        with record.applying(generation):
            changes, self._layers = timed_apply(deployment, self._show)
        return changes

    def _start(self) -> LocalCloudState:
        with _timed(self._stages, "local cloud"):
            return self._cloud.start(lambda line: self._notice(f"  {line}"))

    def _start_afresh(self) -> LocalCloudState:
        with _timed(self._stages, "local cloud"):
            self._cloud.stop()
        return self._start()


@contextmanager
def _timed(stages: dict[str, float], name: str) -> Iterator[None]:
    started = time.monotonic()
    try:
        yield
    finally:
        stages[name] = stages.get(name, 0.0) + time.monotonic() - started
