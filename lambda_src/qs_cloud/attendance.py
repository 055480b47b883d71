"""Requests of sessions: who comes is noted, whose session has ended is refused, the audit hears."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from qs_cloud.audit_trail import Act, AuditTrail, Outcome
from qs_cloud.sessions import SessionEndedError, Sessions, SignIn

SOURCE = "qscreen.sessions"
STARTED = "Session Started"
USED = "Session Used"
_OPERATION = "signIn"


@dataclass(frozen=True, slots=True)
class Attendance:
    """Notes the sessions of requests.

    Attributes:
        sessions: The sessions of all users.
        trail: Tells the audit.
    """

    sessions: Sessions
    trail: AuditTrail

    def note(self, sign_in: SignIn, at: datetime, request_id: str) -> None:
        """Note a request of a session, and refuse one that was ended.

        The audit hears of a session with its first request. Until that has been told, each
        look at the session tells it again, under the same id.

        Args:
            sign_in: What the token says.
            at: When the request arrived.
            request_id: Id of the request.

        Raises:
            SessionEndedError: If the session was ended.
            CloudCallError: If the table cannot be reached.
        """
        try:
            new = self.sessions.note(sign_in, at)
        except SessionEndedError:
            self.trail.tell(_act(USED, sign_in, at, request_id).refusal())
            raise
        started = _act(STARTED, sign_in, at, request_id)
        facts = {"client_id": sign_in.client_id}
        if new and self.trail.tell(started.event(Outcome.DONE, facts)):
            self.sessions.announced(sign_in.session_id, at)


def _act(name: str, sign_in: SignIn, at: datetime, request_id: str) -> Act:
    return Act(
        source=SOURCE,
        name=name,
        operation=_OPERATION,
        actor=sign_in.owner,
        request_id=request_id,
        at=at,
        subject=sign_in.session_id,
        id=hashlib.sha256(f"{name}\n{sign_in.session_id}".encode()).hexdigest()[:24],
    )
