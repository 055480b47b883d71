"""The use cases: check the platform once, watch it, explain a check."""

import difflib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from qops.answer import Failure
from qops.errors import UsageError
from qops.failures import as_qops_error
from qops.health.answers import CheckAnswer, ExplainAnswer, HealthAnswer
from qops.health.checks import CHECKS
from qops.health.model import Check, Finding, Layer, State
from qops.health.running import Result, run_checks
from qops.health.surroundings import Surroundings
from qops.inventory.model import Inventory
from qops.inventory.state import read_state
from qops.local.model import LocalCloudError
from qops.platform.aws import Aws
from qops.settings import Settings


def select(only: Sequence[str], *, deep: bool, checks: Sequence[Check] = CHECKS) -> list[Check]:
    """Choose checks.

    Args:
        only: Ids and layers; all when empty. A deep check that is named by its id runs anyway.
        deep: Whether deep checks run.
        checks: What to choose from.

    Raises:
        UsageError: There is no such check or layer.
    """
    layers, ids = {layer.value for layer in Layer}, {check.id for check in checks}
    for word in only:
        if word not in layers | ids:
            raise UsageError(
                f"There is no check or layer {word!r}.",
                why=_near(word, sorted(layers | ids)),
                next_step=f"Name a check (qops health explain lists them) or one of the layers "
                f"{', '.join(layer.value for layer in Layer)}.",
            )
    wanted = [
        check
        for check in checks
        if check.id in only or ((deep or not check.deep) and (not only or check.layer in only))
    ]
    return sorted(wanted, key=lambda check: list(Layer).index(check.layer))


def check_health(
    settings: Settings,
    *,
    deep: bool = False,
    only: Sequence[str] = (),
    aws: Aws | None = None,
    on_result: Callable[[Result], object] | None = None,
) -> HealthAnswer:
    """Check the platform.

    Args:
        settings: Which environment.
        deep: Whether deep checks run.
        only: Ids and layers of the checks; all when empty.
        aws: The environment's clients; made when absent.
        on_result: Called for each result as it arrives.

    Returns:
        What was found.

    Raises:
        UsageError: ``only`` names what does not exist.
        PrerequisiteError: The platform is not applied.
        botocore.exceptions.NoCredentialsError: There are no credentials.
    """
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        NoCredentialsError,
        PartialCredentialsError,
    )

    checks = select(only, deep=deep)
    clients = aws or Aws(settings)
    problem = None
    try:
        inventory = read_state(settings, clients)
    except (NoCredentialsError, PartialCredentialsError):
        raise  # nothing was asked: that is for the person to mend, and says nothing of the platform
    except (BotoCoreError, ClientError, LocalCloudError) as error:
        known = as_qops_error(error, settings=settings)
        problem = Failure.model_validate(dict(known.as_json()))
        # Nobody knows what there is to look at, so nothing is known of any of it.
        at = Surroundings(settings, clients, Inventory((), "unknown"))
        why = at.judge("state", error).detail
        finding = Finding("the platform's state", State.UNKNOWN, f"it cannot be read: {why}")
        results = [Result(check, (finding,), 0.0) for check in checks]
    else:
        at = Surroundings(settings, clients, inventory)
        results = run_checks(checks, at, on_result=on_result)
    counts = Counter(result.state for result in results)
    return HealthAnswer(
        environment=settings.environment,
        checked_at=datetime.now(UTC),
        deep=deep,
        source=at.inventory.source,
        counts={state: counts.get(state, 0) for state in State},
        checks=[CheckAnswer.of(result) for result in results],
        problem=problem,
    )


def watch(
    look: Callable[[], HealthAnswer],
    show: Callable[[HealthAnswer], object],
    *,
    every_seconds: float,
    sleep: Callable[[float], object] = time.sleep,
) -> HealthAnswer:
    """Check again and again, until the person interrupts.

    Args:
        look: Checks once.
        show: Shows what was found.
        every_seconds: Pause between two rounds, seconds.
        sleep: Waits.

    Returns:
        The last complete round, whose state becomes the exit code.

    Raises:
        KeyboardInterrupt: The person interrupted before the first round was complete.
    """
    answer = look()
    show(answer)
    try:
        while True:
            sleep(every_seconds)
            answer = look()
            show(answer)
    except KeyboardInterrupt:
        return answer


def explain(name: str) -> ExplainAnswer:
    """What a check means, and how to repair what it finds.

    Args:
        name: Id of the check.

    Raises:
        UsageError: There is no such check; the error lists them.
    """
    for check in CHECKS:
        if check.id == name:
            return ExplainAnswer.of(check)
    raise UsageError(
        f"There is no check {name!r}." if name else "Which check?",
        why=_near(name, [check.id for check in CHECKS]) if name else "",
        next_step="Name one of these.",
        details=[f"{check.id:<30} {check.title}" for check in CHECKS],
    )


def _near(word: str, words: list[str]) -> str:
    near = difflib.get_close_matches(word, words, n=3, cutoff=0.5)
    return f"Near to it: {', '.join(near)}." if near else ""
