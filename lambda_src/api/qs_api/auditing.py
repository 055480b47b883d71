"""What the audit hears of an operation, by the route table.

An operation with a name for the audit is written down before it is carried out. What it was
denied is told, too; a mistake in a request (400, 409, 412) changes nothing, denies nobody
anything, and is not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from qs_api.call import Call
from qs_api.problems import ProblemAnswer, refusal
from qs_cloud.audit_facts import facts_of, subject_of
from qs_cloud.audit_trail import Act, AuditTrail, Outcome
from qs_cloud.refusal import RefusedError
from qscreen.api.routes import Route
from qscreen.wire import WireModel

SOURCE = "qscreen.api"

_DENIALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
"""Answers by which somebody is kept from something: what is another's is not found."""


@dataclass(frozen=True, slots=True)
class Auditor:
    """Carries operations out as the audit wants it.

    Attributes:
        trail: Tells the audit.
    """

    trail: AuditTrail

    def carry_out(self, route: Route, call: Call, operation: Callable[[], WireModel]) -> WireModel:
        """Carry out an operation, and tell the audit of it if the route says so.

        Args:
            route: The route.
            call: The request.
            operation: Carries it out.

        Returns:
            The operation's answer.

        Raises:
            CloudCallError: If the act cannot be written down; then nothing was done.
            Exception: Whatever the operation raises.
        """
        if route.audit is None or call.caller is None:
            return operation()
        act = _act(route, route.audit, call)
        self.trail.begin(act)
        try:
            result = operation()
        except ProblemAnswer as answer:
            self._refused(act, answer)
            raise
        except RefusedError as refused:
            self._refused(act, refusal(refused))
            raise
        except Exception:
            self.trail.settle(act.event(Outcome.FAILED))
            raise
        values = dict(result)
        facts, subject = facts_of(values), act.subject or subject_of(act.name, act.actor, values)
        self.trail.settle(
            act.event(Outcome.DONE, facts if subject is None else {**facts, "subject": subject})
        )
        return result

    def denied(self, route: Route, call: Call, answer: ProblemAnswer) -> None:
        """Tell that an operation was denied before it began.

        Args:
            route: The route.
            call: The request.
            answer: What the caller is told.
        """
        if route.audit is not None and call.caller is not None:
            self._tell_denial(_act(route, route.audit, call), answer)

    def _refused(self, act: Act, answer: ProblemAnswer) -> None:
        self.trail.drop(act)
        self._tell_denial(act, answer)

    def _tell_denial(self, act: Act, answer: ProblemAnswer) -> None:
        if answer.problem.status in _DENIALS:
            self.trail.tell(act.refusal({"http_status": answer.problem.status}))


def _act(route: Route, name: str, call: Call) -> Act:
    return Act(
        source=SOURCE,
        name=name,
        operation=route.operation_id,
        actor=call.user.sub,
        request_id=call.request_id,
        at=call.now,
        subject=subject_of(name, call.user.sub, call.path),
    )
