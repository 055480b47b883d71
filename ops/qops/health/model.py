"""What a check is, and what it may say."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qops.health.surroundings import Surroundings

RUNBOOKS = "docs/runbooks"
"""Folder of the runbooks, from the repository's root."""


class Layer(StrEnum):
    """The eight layers, in their order."""

    CLIENT = "client"
    NETWORK = "network"
    AI = "ai"
    COMPUTE = "compute"
    DATA = "data"
    SECURITY = "security"
    OBSERVABILITY = "observability"
    DEVOPS = "devops"


class Severity(StrEnum):
    """What an unhealthy check costs."""

    CRITICAL = "critical"
    """Runs fail now, or data can be lost."""
    HIGH = "high"
    """Part of the platform does not work, or a protection is off."""
    MEDIUM = "medium"
    """It will fail if nobody acts."""
    LOW = "low"
    """Worth knowing."""


class State(StrEnum):
    """What is known of something. What could not be asked is unknown, never healthy."""

    UNHEALTHY = "unhealthy"
    UNKNOWN = "unknown"
    HEALTHY = "healthy"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found of one thing.

    Attributes:
        subject: Name of the thing.
        state: What is known of it.
        detail: Why, in a few words; figures with their units.
    """

    subject: str
    state: State
    detail: str = ""


Look = Callable[["Surroundings"], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """A check: code and metadata.

    Attributes:
        id: Stable id, ``<layer>.<what>``.
        layer: Layer that it is about.
        severity: What it costs when it is unhealthy.
        title: What is checked, a few words.
        meaning: What it means when it is unhealthy, one or two sentences.
        repair: What to do first.
        runbook: Name of the runbook and its heading, e.g. ``queues.md#dead-letters``.
        look: Finds out.
        deep: Whether it runs only with ``--deep``: it opens connections, reads more, or takes
            longer than a second.
        alone: Whether it runs after the others and by itself, because it measures time.
        timeout_seconds: After so long it counts as unknown, seconds.
    """

    id: str
    layer: Layer
    severity: Severity
    title: str
    meaning: str
    repair: str
    runbook: str
    look: Look
    deep: bool = False
    alone: bool = False
    timeout_seconds: float = 15.0

    @property
    def runbook_path(self) -> str:
        """Path of the runbook from the repository's root, with its heading."""
        return f"{RUNBOOKS}/{self.runbook}"


def overall(findings: Iterable[Finding]) -> State:
    """The state of a check: the worst of what it found.

    Unhealthy outweighs unknown: one thing that is known to be broken is enough. Nothing found, or
    nothing that applies, means that the check does not apply here.
    """
    states = {one.state for one in findings}
    for state in (State.UNHEALTHY, State.UNKNOWN, State.HEALTHY):
        if state in states:
            return state
    return State.NOT_APPLICABLE
