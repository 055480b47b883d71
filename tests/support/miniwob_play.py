"""Episodes of MiniWoB++ played by the agent as it is: goal in, reward out.

The agent gets the goal in words and nothing else: no name of a task, no page, no tree but its own.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from miniwob_referee import Referee, Verdict

from qagent.local import LocalWork
from qagent.stop import StopSignal
from qscreen.wire import NotUnderstood

SOLVED = 1.0
"""Least reward of a solved episode: the full one; a part of it does not count."""

_END_SECONDS = 3.0
"""Time a page gets to notice what the agent did last."""

POLICY = """version: 1
allow: {risks: [look, navigate, edit], apps: [Chromium], secure_fields: true}
consent: {without_asking: [send, delete, pay, overwrite, install, settings, credentials]}
limits: {steps_per_minute: 6000}
physical_input: {pause: false}
"""
"""Nobody sits at the desktop of the benchmark: its policy answers instead of a person."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One played episode.

    Attributes:
        goal: What the page asked for.
        understood: Whether the agent understood it; else it did nothing.
        steps: Steps that the agent made.
        seconds: Time from the goal to the end of the agent's work.
        verdict: What the page says.
        told: What the agent says of its last step.
    """

    goal: str
    understood: bool
    steps: int
    seconds: float
    verdict: Verdict
    told: str

    @property
    def solved(self) -> bool:
        """Whether the page gave the full reward."""
        return self.verdict.done and self.verdict.reward >= SOLVED


def agent_home(folder: Path) -> Path:
    """Make an agent's folder with the policy of the benchmark."""
    home = folder / "agent"
    home.mkdir(mode=0o700)
    (home / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return home


def play(
    referee: Referee, work: LocalWork, task: str, seed: int, limit: float | None = None
) -> Episode:
    """Play one episode.

    Args:
        referee: Starts it and knows the reward.
        work: The agent.
        task: Name of the task, for the referee alone.
        seed: Seed of the episode.
        limit: Time that the page gives, seconds: ten by itself, for a person at a quick machine.
    """
    goal = referee.start(task, seed, limit)
    began = time.monotonic()
    result = work.run(goal, StopSignal())
    seconds = time.monotonic() - began
    if isinstance(result, NotUnderstood):
        return Episode(goal, False, 0, seconds, referee.verdict(), result.because)
    end = time.monotonic() + (_END_SECONDS if limit is None else limit)
    while not (verdict := referee.verdict()).done and time.monotonic() < end:
        time.sleep(0.03)
    told = result.effects[-1].evidence if result.effects else ""
    return Episode(goal, True, len(result.effects), seconds, verdict, told)
