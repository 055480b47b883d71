"""Calls that wait for their client's answers, where every environment of a function finds them.

They lie in the idempotency table, which forgets by itself: a call is a request that is remembered
until it is answered. An item names its owner, so an erasure finds it (``qs_cloud.kept``).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from qs_cloud.change import Change
from qs_cloud.items import Value
from qs_cloud.table import Table

KEEP = timedelta(minutes=5)
"""How long a call waits for all its answers, and how long its result can be fetched again."""
RUN = timedelta(seconds=30)
"""After this a call that was resumed is not at work any more: its function ends before."""
MAX_ROUNDS = 8
"""How often one call may ask."""
MAX_QUESTIONS = 8
"""How many requests a call may send at once."""
MAX_CALL_BYTES = 128 * 1024
MAX_ANSWERS_BYTES = 192 * 1024
MAX_RESULT_BYTES = 380_000
"""An item of DynamoDB has 400 KB: either the call with its answers, or its result."""

ASKED, RUNNING, DONE = "asked", "running", "done"
_ANSWERS = tuple(f"answer_{place}" for place in range(MAX_QUESTIONS))


class TooLargeError(Exception):
    """A call, its answers or its result cannot be kept; says how much can."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request to the client.

    Attributes:
        name: The tool's name for it.
        method: E.g. ``elicitation/create``.
        params: Its parameters.
    """

    name: str
    method: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PendingCall:
    """One call that asked its client.

    Attributes:
        call_id: Its id: random, and all that leads to it.
        owner: Cognito ``sub`` of the caller.
        session: Id of the session in which it was made.
        asked_at: When it was made, milliseconds since the epoch.
        expires_at: When it is over, seconds since the epoch.
        state: ``asked``, ``running`` or ``done``.
        round: How often it has asked before.
        request: The request; empty once it is done.
        questions: What it asks in this round.
        request_state: What the tool wants to have back.
        answers: What came back so far, by place.
        ran_at: When it went on last, milliseconds since the epoch.
        request_id: The client's id of the request.
        result: The response to the client's request, JSON; empty before.
    """

    call_id: str
    owner: str
    session: str
    asked_at: int
    expires_at: int
    state: str
    round: int
    request: dict[str, Any]
    questions: tuple[Question, ...]
    request_state: str | None
    answers: dict[int, dict[str, Any]]
    ran_at: int
    request_id: str | int
    result: str


@dataclass(frozen=True, slots=True)
class PendingCalls:
    """The calls of one server.

    Attributes:
        table_name: Name of the idempotency table.
        server: Name of the server.
    """

    table_name: str
    server: str

    @property
    def _table(self) -> Table[PendingCall]:
        return Table(self.table_name, "id", "call", _read)

    def _key(self, call_id: str) -> str:
        return f"mcp#{self.server}#{call_id}"

    def get(self, call_id: str) -> PendingCall | None:
        """Read a call.

        Args:
            call_id: Id of the call.

        Returns:
            The call, over or not; None if there is none.

        Raises:
            CloudCallError: If the table cannot be reached.
        """
        return self._table.get(self._key(call_id))

    def begin(
        self,
        call_id: str,
        owner: str,
        session: str,
        request: Mapping[str, Any],
        questions: Sequence[Question],
        request_state: str | None,
        at: datetime,
    ) -> None:
        """Keep a call that asks for the first time.

        Args:
            call_id: Its id, new.
            owner: Cognito ``sub`` of the caller.
            session: Id of the session.
            request: The request.
            questions: What it asks.
            request_state: What the tool wants to have back.
            at: When.

        Raises:
            TooLargeError: If it is too large.
            CloudCallError: If the table cannot be reached.
        """
        self._table.create(
            {
                "id": self._key(call_id),
                "owner": owner,
                "session": session,
                "asked_at": int(at.timestamp() * 1000),
                "expiration": int((at + KEEP).timestamp()),
                "state": ASKED,
                "request": _text(request),
                "request_id": _text(request["id"]),
                **_round(0, request, questions, request_state),
            }
        )

    def answer(
        self, call: PendingCall, place: int, answer: Mapping[str, Any]
    ) -> PendingCall | None:
        """Keep an answer; the first one stands.

        Args:
            call: The call, in this round.
            place: Place of the question.
            answer: ``result`` or ``error`` of the client's response.

        Returns:
            The call with the answer; None if it had one, or does not ask any more.

        Raises:
            TooLargeError: If the answer is too large.
            CloudCallError: If the table cannot be reached.
        """
        text, most = _text(answer), MAX_ANSWERS_BYTES // len(call.questions)
        if len(text.encode()) > most:
            raise TooLargeError(f"An answer to this call may have {most:,} bytes.")
        attribute = _ANSWERS[place]
        return self._change(
            call, ASKED, Change(set={attribute: text}, missing=(attribute,)), call.round
        )

    def claim(self, call: PendingCall, at: datetime) -> bool:
        """Take it upon oneself to go on with a call; one of all who try may.

        Args:
            call: The call, with all answers of this round.
            at: When.

        Returns:
            Whether it is the caller's turn.

        Raises:
            CloudCallError: If the table cannot be reached.
        """
        change = Change(set={"state": RUNNING, "ran_at": int(at.timestamp() * 1000)})
        return self._change(call, ASKED, change, call.round) is not None

    def ask_again(
        self, call: PendingCall, questions: Sequence[Question], request_state: str | None
    ) -> None:
        """Begin the next round of a claimed call.

        Args:
            call: The call.
            questions: What it asks now.
            request_state: What the tool wants to have back.

        Raises:
            TooLargeError: If it is too large.
            CloudCallError: If the table cannot be reached.
        """
        values = _round(call.round + 1, call.request, questions, request_state)
        dropped = [*_ANSWERS, *(() if request_state is not None else ("request_state",))]
        held = {name: value for name, value in values.items() if value is not None}
        self._change(
            call, RUNNING, Change(set={**held, "state": ASKED}, remove=dropped), call.round
        )

    def end(self, call: PendingCall, result: str) -> None:
        """Keep the response of a claimed call; what was asked and answered is dropped.

        Args:
            call: The call.
            result: The response to the client's request, JSON.

        Raises:
            TooLargeError: If it is too large.
            CloudCallError: If the table cannot be reached.
        """
        if len(result.encode()) > MAX_RESULT_BYTES:
            raise TooLargeError(
                f"A result that is fetched later may have {MAX_RESULT_BYTES:,} bytes."
            )
        dropped = ("request", "questions", "request_state", *_ANSWERS)
        change = Change(set={"state": DONE, "result": result}, remove=dropped)
        self._change(call, RUNNING, change, call.round)

    def _change(
        self, call: PendingCall, state: str, change: Change, of_round: int
    ) -> PendingCall | None:
        held = Change(
            set=change.set,
            remove=change.remove,
            missing=change.missing,
            equals={"state": state, "round": of_round},
        )
        return self._table.change(self._key(call.call_id), held)


def _round(
    number: int,
    request: Mapping[str, Any],
    questions: Sequence[Question],
    request_state: str | None,
) -> dict[str, Value | None]:
    text = _text([[one.name, one.method, one.params] for one in questions])
    size = len(_text(request).encode()) + len(text.encode()) + len((request_state or "").encode())
    if size > MAX_CALL_BYTES:
        raise TooLargeError(
            f"A call that asks its client may have {MAX_CALL_BYTES:,} bytes with its questions."
        )
    return {"round": number, "questions": text, "request_state": request_state}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _read(values: Mapping[str, Any]) -> PendingCall:
    return PendingCall(
        call_id=values["id"].rpartition("#")[2],
        owner=values["owner"],
        session=values["session"],
        asked_at=values["asked_at"],
        expires_at=values["expiration"],
        state=values["state"],
        round=values["round"],
        request=json.loads(values.get("request", "{}")),
        questions=tuple(Question(*one) for one in json.loads(values.get("questions", "[]"))),
        request_state=values.get("request_state"),
        answers={
            place: json.loads(values[name]) for place, name in enumerate(_ANSWERS) if name in values
        },
        ran_at=values.get("ran_at", 0),
        request_id=json.loads(values["request_id"]),
        result=values.get("result", ""),
    )
