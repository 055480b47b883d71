"""``qops drift``: a refresh-only plan, compared with what the last apply left."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from qops.applying.seal import planned_state
from qops.drift.answers import DriftAnswer
from qops.drift.judging import judge
from qops.drift.known import known_file, read_known
from qops.platform.deployment import Notice
from qops.platform.planning import ready_to_plan
from qops.platform.workspace import further_plan
from qops.settings import Settings
from qops.state.document import read_state
from qops.state.place import StatePlace


def _today() -> date:
    return datetime.now(UTC).date()


def detect_drift(
    settings: Settings, *, notice: Notice, today: Callable[[], date] = _today
) -> DriftAnswer:
    """Look at every resource of the state and tell what is not as the last apply left it.

    Nothing is changed; the plan is thrown away.

    Args:
        settings: Which environment.
        notice: Called with a line for the person.
        today: Tells the day, for entries that expire.

    Raises:
        UsageError: The file of known drift cannot be used.
        PrerequisiteError: Nothing is applied.
        UnreadableStateError: The state is broken.
        QopsError: Terraform could not look.
    """
    file = known_file(settings)
    known = read_known(file)  # before the long work
    store = StatePlace(settings).store
    read_state(store.require_current(), store.name)
    deployment = ready_to_plan(settings, notice=notice)
    plan = further_plan(settings, "drift")
    try:
        deployment.plan(plan, mode="refresh_only")
        state = planned_state(plan)
        document = deployment.runner.show(plan)
    finally:
        plan.unlink(missing_ok=True)
    return judge(
        document,
        environment=settings.environment,
        serial=state.serial,
        known=known,
        known_file=str(file.relative_to(settings.repository)),
        today=today(),
    )
