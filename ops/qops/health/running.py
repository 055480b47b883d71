"""Runs checks side by side, each with its own time limit."""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qops.health.model import Check, Finding, State, overall
from qops.health.surroundings import Surroundings

WORKERS = 12
"""Checks at a time: they wait for answers, they do not compute."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a check said.

    Attributes:
        check: The check.
        findings: What it found, unhealthy things first.
        seconds: How long it took, or was waited for.
    """

    check: Check
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def state(self) -> State:
        """The worst of what it found."""
        return overall(self.findings)


_ORDER = {state: number for number, state in enumerate(State)}


def run_checks(
    checks: Sequence[Check],
    surroundings: Surroundings,
    *,
    workers: int = WORKERS,
    on_result: Callable[[Result], object] | None = None,
) -> list[Result]:
    """Run checks.

    A check that does not end in time is unknown; its thread is left to its own client's limits and
    ends with the process.

    Args:
        checks: The checks.
        surroundings: What they look at.
        workers: How many run at a time.
        on_result: Called for each result as it arrives.

    Returns:
        The results in the order of the checks.
    """
    waiting = deque(sorted(checks, key=lambda one: one.alone))
    running: dict[str, tuple[Check, float]] = {}
    arrived: queue.SimpleQueue[tuple[str, list[Finding]]] = queue.SimpleQueue()
    results: dict[str, Result] = {}

    def keep(check: Check, started: float, findings: Iterable[Finding]) -> None:
        ordered = tuple(sorted(findings, key=lambda one: _ORDER[one.state]))
        result = Result(check, ordered, time.monotonic() - started)
        results[check.id] = result
        if on_result is not None:
            on_result(result)

    while waiting or running:
        while waiting and len(running) < (1 if waiting[0].alone else workers):
            check = waiting.popleft()
            running[check.id] = (check, time.monotonic())
            threading.Thread(
                target=_look, args=(check, surroundings, arrived), name=check.id, daemon=True
            ).start()
        end = min(started + check.timeout_seconds for check, started in running.values())
        try:
            name, findings = arrived.get(timeout=max(end - time.monotonic(), 0.001))
        except queue.Empty:
            pass
        else:
            if name in running:  # else it came after its time
                keep(*running.pop(name), findings)
        now = time.monotonic()
        for check, started in list(running.values()):
            if now - started >= check.timeout_seconds:
                del running[check.id]
                text = f"no answer within {check.timeout_seconds:g} s"
                keep(check, started, [Finding(check.title, State.UNKNOWN, text)])
    return [results[check.id] for check in checks]


def _look(
    check: Check,
    surroundings: Surroundings,
    arrived: "queue.SimpleQueue[tuple[str, list[Finding]]]",
) -> None:
    try:
        findings = list(check.look(surroundings))
    except Exception as error:
        findings = [surroundings.judge(check.title, error)]
    arrived.put((check.id, findings))
