"""What watches over an agent's steps: who asks, consent, pace, audit, and what is shown of it."""

import hashlib
from dataclasses import dataclass, field

from qagent.audit import AuditLog
from qagent.consent import Consents, Decision, Dialog, NativeDialog, Origin, Source
from qagent.home import AgentHome
from qagent.pace import Pace
from qagent.policy import Policy
from qagent.status import StatusFile
from qscreen.audit import Scalar
from qscreen.wire import Command, Effect, Step


@dataclass(slots=True)
class Oversight:
    """One for each process that acts.

    Attributes:
        origin: Who asks for the steps.
        consents: Asks the person at the device.
        audit: Where it is recorded; None in work that has no agent home.
        status: Where it is shown.
        pace: Holds back what comes too fast.
    """

    origin: Origin
    consents: Consents = field(default_factory=lambda: Consents(NativeDialog()))
    audit: AuditLog | None = None
    status: StatusFile = field(default_factory=lambda: StatusFile(None))
    pace: Pace = field(default_factory=Pace)

    def record_begun(self, command: Command, step: Step, policy: Policy) -> None:
        """Record that a step is about to change something."""
        self._record("step.begun", command, step, {"policy": digest(policy)})

    def record_decision(self, command: Command, step: Step, decision: Decision) -> None:
        """Record what a person answered, before anything is done on it."""
        self._record(
            "consent",
            command,
            step,
            {
                "answer": str(decision.answer),
                "kinds": " ".join(sorted(decision.kinds)),
                "app": decision.app[:200],
                "seconds": round(decision.seconds, 3),
            },
        )

    def record_effect(self, command: Command, step: Step, effect: Effect, consent: str) -> None:
        """Record what came of a step."""
        self._record(
            "step",
            command,
            step,
            {
                "outcome": str(effect.outcome),
                "error": None if effect.error is None else str(effect.error),
                "route": str(effect.route),
                "ms": round(effect.duration_ms, 1),
                "consent": consent,
            },
        )

    def record_observation(self, command: Command, status: str) -> None:
        """Record that the screen was looked at for somebody."""
        if self.audit is not None:
            detail: dict[str, Scalar] = {"command": command.id, "status": status}
            self.audit.append(self._who(), "observe", command.run_id, detail)

    def _record(self, action: str, command: Command, step: Step, detail: dict[str, Scalar]) -> None:
        if self.audit is None:
            return
        common: dict[str, Scalar] = {
            "command": command.id,
            "step": step.id,
            "kind": str(step.action.kind),
            "risk": str(step.risk),
        }
        self.audit.append(self._who(), action, command.run_id, common | detail)

    def _who(self) -> str:
        return f"{self.origin.source}:{self.origin.who}"


def oversee(home: AgentHome, source: Source, who: str, dialog: Dialog | None = None) -> Oversight:
    """The oversight of a process that works in an agent's folder.

    Args:
        home: The agent's folder.
        source: Where the steps come from.
        who: Who asks for them, in words for the person at the device.
        dialog: Asks; the native dialog when absent.
    """
    return Oversight(
        Origin(source, who),
        Consents(dialog or NativeDialog()),
        AuditLog(home.audit),
        StatusFile(home.status),
    )


def digest(policy: Policy) -> str:
    """SHA-256 of the policy in force, so that the log tells by which one was judged."""
    try:
        content = policy.path.read_bytes()
    except OSError:
        content = b""
    return hashlib.sha256(content).hexdigest()
