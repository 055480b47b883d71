"""What was allowed: by the policy, by an earlier answer for the run, or by asking now."""

import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from qagent.consent.classify import Act
from qagent.consent.dialog import Answer, Dialog
from qagent.consent.question import Origin, ask_about
from qagent.messages import text
from qagent.policy import Policy, RiskKind
from qagent.stop import StopSignal
from qscreen.wire import Step

_MOST_RUNS = 200
"""Runs of which grants are remembered; the oldest is forgotten first."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of one question.

    Attributes:
        answer: The answer.
        kinds: What was asked about.
        app: Program that the act goes to.
        seconds: Time the answer took.
        reason: Why not, in words; empty when it was allowed.
    """

    answer: Answer
    kinds: frozenset[RiskKind]
    app: str
    seconds: float
    reason: str = ""

    @property
    def allowed(self) -> bool:
        """Whether the act may be done."""
        return self.answer in {Answer.ONCE, Answer.RUN}


class Consents:
    """Asks, and remembers what was allowed for a run.

    Args:
        dialog: Asks the person.
    """

    def __init__(self, dialog: Dialog) -> None:
        self._dialog = dialog
        self._granted: OrderedDict[str, set[tuple[RiskKind, str]]] = OrderedDict()

    def open_kinds(self, run_id: str, app: str, kinds: Iterable[RiskKind]) -> frozenset[RiskKind]:
        """Those of the kinds that were not allowed for the run in this program."""
        granted = self._granted.get(run_id, set())
        return frozenset(kind for kind in kinds if (kind, app) not in granted)

    def ask(
        self,
        act: Act,
        step: Step,
        kinds: frozenset[RiskKind],
        app: str,
        run_id: str,
        origin: Origin,
        policy: Policy,
        stop: StopSignal,
    ) -> Decision:
        """Ask the person at the device.

        Args:
            act: What is about to be done.
            step: The step that it belongs to.
            kinds: What is asked about.
            app: Program that the act goes to.
            run_id: The run.
            origin: Who asks for it.
            policy: The policy in force.
            stop: Ends the question.

        Raises:
            StoppedError: The work was stopped meanwhile.
        """
        started = time.monotonic()
        seconds = policy.consent.timeout_seconds
        reply = self._dialog.ask(ask_about(act, step, kinds, origin, seconds), stop)
        if reply.answer is Answer.RUN:
            self._granted.setdefault(run_id, set()).update((kind, app) for kind in kinds)
            self._granted.move_to_end(run_id)
            while len(self._granted) > _MOST_RUNS:
                self._granted.popitem(last=False)
        reason = ""
        if reply.answer not in {Answer.ONCE, Answer.RUN}:
            key = f"consent.reason.{reply.answer}"
            reason = text(key, seconds=seconds, why=reply.why)
        return Decision(reply.answer, kinds, app, time.monotonic() - started, reason)
