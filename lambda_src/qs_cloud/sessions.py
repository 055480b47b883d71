"""Sessions of people: one sign-in and all tokens that are renewed from it.

Cognito names a sign-in in each of its tokens (``origin_jti``). A session is written down when its
first request arrives, and once a minute after that; the same write tells whether it was ended. So
an ended session is refused within a minute, like a scope that was taken back.
"""

import base64
import binascii
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.change import Change
from qs_cloud.clock import stamp
from qs_cloud.items import from_item
from qs_cloud.refusal import missing
from qs_cloud.table import Table
from qscreen.wire import Session

KEEP = timedelta(days=30)
"""How long a session is kept after its last request; a refresh token does not live longer."""

NOTE_SECONDS = 60
MAX_KEPT = 1024


class SessionEndedError(Exception):
    """The session of the token was ended."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a token says of its sign-in.

    Attributes:
        session_id: Id of the session.
        owner: Cognito ``sub`` of the user.
        client_id: App client.
        started_at: When the user signed in.
    """

    session_id: str
    owner: str
    client_id: str
    started_at: datetime


def sign_in_of(authorization: str, owner: str) -> SignIn | None:
    """Read the sign-in from an access token that the authorizer has checked already.

    Args:
        authorization: The header's value.
        owner: ``sub`` that the authorizer found in this token.

    Returns:
        The sign-in; None if the token names none, e.g. one of a machine.
    """
    parts = authorization.removeprefix("Bearer ").strip().split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return None
    if not isinstance(claims, dict) or claims.get("sub") != owner:
        return None
    origin, begun = claims.get("origin_jti"), claims.get("auth_time")
    if not isinstance(origin, str) or not isinstance(begun, int | float):
        return None
    digest = hashlib.sha256(f"{owner}\n{origin}".encode()).hexdigest()
    return SignIn(
        session_id=f"ses-{digest[:20]}",
        owner=owner,
        client_id=str(claims.get("client_id", "")),
        started_at=datetime.fromtimestamp(begun, UTC),
    )


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One item of the sessions table.

    Attributes:
        session: The session as the API shows it.
        owner: Cognito ``sub`` of its user.
        announced: Whether the audit has heard of it.
    """

    session: Session
    owner: str
    announced: bool


def session_record(values: Mapping[str, Any]) -> SessionRecord:
    """Read an item of the sessions table.

    Args:
        values: Plain values by attribute name.

    Returns:
        The typed record.
    """
    ended = values.get("ended_at")
    session = Session(
        session_id=values["session_id"],
        client_id=values["client_id"],
        started_at=datetime.fromisoformat(values["created_at"]),
        last_seen_at=datetime.fromisoformat(values["last_seen_at"]),
        ended_at=datetime.fromisoformat(ended) if ended else None,
    )
    return SessionRecord(session, values["owner"], "announced_at" in values)


@dataclass(slots=True)
class Sessions:
    """The sessions of all users.

    Attributes:
        table: The sessions table.
        clock: Monotonic clock, seconds.
    """

    table: Table[SessionRecord]
    clock: Callable[[], float] = time.monotonic
    _seen: dict[str, float] = field(default_factory=dict)

    def note(self, sign_in: SignIn, at: datetime) -> bool:
        """Note a request of a session, and refuse one that was ended.

        Args:
            sign_in: What the token says.
            at: When the request arrived.

        Returns:
            Whether the audit has yet to hear of the session.

        Raises:
            SessionEndedError: If the session was ended.
            CloudCallError: If the table cannot be reached.
        """
        seen = self._seen.get(sign_in.session_id)
        if seen is not None and self.clock() - seen < NOTE_SECONDS:
            return False
        record = self._write(sign_in, at)
        if record.session.ended_at is not None:
            self._seen.pop(sign_in.session_id, None)
            raise SessionEndedError(f"The session {sign_in.session_id} was ended.")
        while len(self._seen) >= MAX_KEPT:
            del self._seen[next(iter(self._seen))]
        self._seen[sign_in.session_id] = self.clock()
        return not record.announced

    def announced(self, session_id: str, at: datetime) -> None:
        """Note that the audit has heard of a session.

        Args:
            session_id: Id of the session.
            at: When it was told.

        Raises:
            CloudCallError: If the table cannot be reached.
        """
        self.table.change(session_id, Change(set={"announced_at": stamp(at)}))

    def page(
        self, owner: str, limit: int, start: Mapping[str, str] | None
    ) -> tuple[tuple[Session, ...], dict[str, str] | None]:
        """List a user's sessions, newest first.

        Args:
            owner: Cognito ``sub`` of the user.
            limit: At most so many.
            start: Key after which the page begins.

        Returns:
            The sessions, and the key at which the page ended (None at the end).

        Raises:
            CloudCallError: If the table cannot be reached.
        """
        records, last = self.table.page("by_owner", ("owner", owner), limit, start)
        return tuple(record.session for record in records), last

    def end(self, owner: str, session_id: str, at: datetime) -> Session:
        """End a session: its tokens, and those renewed from it, are refused from now on.

        Args:
            owner: Cognito ``sub`` of the user who asks.
            session_id: Id of the session.
            at: When it was asked for.

        Returns:
            The ended session.

        Raises:
            RefusedError: If there is none for the user.
            CloudCallError: If the table cannot be reached.
        """
        ended = self.table.change(
            session_id,
            Change(set={"ended_at": stamp(at)}, equals={"owner": owner}, missing=("ended_at",)),
        )
        self._seen.pop(session_id, None)
        if ended is not None:
            return ended.session
        found = self.table.get(session_id)
        if found is None or found.owner != owner:
            raise missing("session", session_id)
        return found.session

    def _write(self, sign_in: SignIn, at: datetime) -> SessionRecord:
        values = {
            ":owner": {"S": sign_in.owner},
            ":client": {"S": sign_in.client_id},
            ":started": {"S": stamp(sign_in.started_at)},
            ":seen": {"S": stamp(at)},
            ":expires": {"N": str(int((at + KEEP).timestamp()))},
        }
        with calling("note the session"):
            answer = clients.dynamodb().update_item(
                TableName=self.table.name,
                Key={self.table.key: {"S": sign_in.session_id}},
                UpdateExpression="SET #owner = if_not_exists(#owner, :owner), "
                "#client = if_not_exists(#client, :client), "
                "#created = if_not_exists(#created, :started), "
                "#seen = :seen, #expires = :expires",
                ExpressionAttributeNames={
                    "#owner": "owner",
                    "#client": "client_id",
                    "#created": "created_at",
                    "#seen": "last_seen_at",
                    "#expires": "expires_epoch",
                },
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
            )
        return session_record(from_item(answer["Attributes"]))


def sessions_table(name: str) -> Table[SessionRecord]:
    """Typed access to the sessions table.

    Args:
        name: Name of the table.

    Returns:
        The table.
    """
    return Table(name, "session_id", "session", session_record)
