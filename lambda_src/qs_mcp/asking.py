"""Asks the client of a revision before 2026-07-28, without a stream that stays open.

API Gateway hands on whole answers, and the next request finds another environment of the function.
So a call whose tool asks is kept (`qs_mcp.pending`), and revision 2025-11-25 does the rest: the
answer to the call is a stream of events that ends before its response, with the request to the
client, an event id and ``retry``; the client's response goes on with the call; and the client, who
comes back with ``GET`` and ``Last-Event-ID``, gets what happened since.

Imported when a client can be asked, and not before. ``docs/decisions/0018-asking-a-client.md``.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from mcp_types import methods
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from qs_cloud.clock import utc_now
from qs_cloud.config import variable
from qs_cloud.telemetry import logger
from qs_mcp import pending, streams
from qs_mcp.askable import (
    REVISION,
    CannotAskError,
    error_response,
    error_text,
    refuse_beyond,
    session_of,
)
from qs_mcp.caller import Caller
from qs_mcp.events import body_of, json_answer, refusal
from qs_mcp.pending import PendingCall, PendingCalls, Question, TooLargeError
from qs_mcp.sdk import types

_TABLE = "QS_IDEMPOTENCY_TABLE"
_EVENT_ID = re.compile(r"(?P<call>[A-Za-z0-9_-]{22})\.(?P<number>\d{1,4})")
_EVENTS_OF_A_ROUND = 16
"""The event that opens a round, and behind it those with its questions."""

Run = Callable[[bytes], tuple[dict[str, Any], list[Any]]]
"""Carries a request out: the proxy answer, and what its handler asks."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One client's session with one server.

    Attributes:
        server: Name of the server.
        who: Who calls.
        session: Id of the session.
        can: Letters of what the client can be asked.
    """

    server: str
    who: Caller
    session: str
    can: str

    @classmethod
    def of(cls, event: Mapping[str, Any], server: str, who: Caller) -> "Conversation | None":
        """Find the session of a request.

        Args:
            event: The proxy event.
            server: Name of the server.
            who: Who calls.

        Returns:
            The session; None if the client cannot be asked.
        """
        found = session_of(event)
        return None if found is None else cls(server, who, *found)

    @property
    def _calls(self) -> PendingCalls:
        return PendingCalls(variable(_TABLE), self.server)

    def ask(self, event: Mapping[str, Any], result: Any) -> dict[str, Any]:
        """Keep a call whose handler asks, and send its questions.

        Args:
            event: The call.
            result: The handler's ``InputRequiredResult``.

        Returns:
            The proxy answer: a stream that ends before the call's response.

        Raises:
            CloudCallError: If the call cannot be kept; nothing was asked.
        """
        request = from_json(body_of(event))
        try:
            questions, state = self._questions(result)
            call_id, now = secrets.token_urlsafe(16), utc_now()
            self._calls.begin(
                call_id, self.who.user_id, self.session, request, questions, state, now
            )
        except (CannotAskError, TooLargeError) as error:
            return json_answer(HTTPStatus.OK, error_response(request["id"], error))
        _note("Call asks its client", 0, questions)
        return streams.answer(
            streams.pause(f"{call_id}.0", streams.LEAST_PAUSE_MS), *_sent(call_id, 0, questions)
        )

    def take(self, message: Mapping[str, Any], run: Run) -> dict[str, Any]:
        """Take a client's response, and go on with the call once it has all of them.

        Args:
            message: The JSON-RPC response.
            run: Carries a request out.

        Returns:
            The proxy answer: accepted, also where it was before; or refused, where nothing of
            the caller's waits for it.

        Raises:
            CloudCallError: If the table cannot be reached.
        """
        call, number = self._find(message.get("id"))
        if call is None or _is_over(call):
            return _unknown()
        place = number - _EVENTS_OF_A_ROUND * call.round - 1
        if call.state != pending.ASKED or place < 0:
            was_asked = number <= _last(call) and number % _EVENTS_OF_A_ROUND
            return _accepted() if was_asked else _unknown()
        if place >= len(call.questions):
            return _unknown()
        try:
            answered = self._calls.answer(call, place, _answer_to(call.questions[place], message))
        except TooLargeError as error:
            return refusal(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                types.INVALID_REQUEST,
                f"The answer was not taken. {error} Answer with less.",
            )
        # Not kept means kept before: by a try whose answer was lost, or whose function died then.
        now = answered or self._calls.get(call.call_id)
        if (
            now is not None
            and (now.state, now.round) == (pending.ASKED, call.round)
            and len(now.answers) == len(now.questions)
            and self._calls.claim(now, utc_now())
        ):
            self._go_on(now, run)
        return _accepted()

    def resume(self, event_id: str) -> dict[str, Any]:
        """Send what happened to a call since an event.

        Args:
            event_id: What the client got last.

        Returns:
            The proxy answer: a stream of events, with the call's response at its end if there is
            one; refused if nothing of the caller's can follow this event.

        Raises:
            CloudCallError: If the table cannot be reached.
        """
        call, number = self._find(event_id)
        if call is None or number > _last(call):
            return _nothing_follows()
        response = _response(call)
        if response:
            if number >= _last(call):
                return _nothing_follows()
            return streams.answer(streams.event(f"{call.call_id}.{_last(call)}", response))
        now = int(utc_now().timestamp() * 1000)
        waits = streams.pause(event_id, streams.pause_ms(now - call.asked_at))
        if call.state != pending.ASKED:
            return streams.answer(waits)
        sent = _sent(call.call_id, call.round, call.questions)
        first = _EVENTS_OF_A_ROUND * call.round + 1
        return streams.answer(
            waits,
            *(
                one
                for place, one in enumerate(sent)
                if first + place > number and place not in call.answers
            ),
        )

    def _find(self, event_id: object) -> tuple[PendingCall | None, int]:
        found = _EVENT_ID.fullmatch(event_id) if isinstance(event_id, str) else None
        if found is None:
            return None, 0
        call = self._calls.get(found["call"])
        # Another's call is answered for like none at all.
        if call is None or (call.owner, call.session) != (self.who.user_id, self.session):
            return None, 0
        return call, int(found["number"])

    def _questions(self, result: Any) -> tuple[list[Question], str | None]:
        shape = (
            result.model_dump(mode="json", by_alias=True, exclude_none=True)
            if isinstance(result, BaseModel)
            else result
        )
        asked = shape.get("inputRequests") or {}
        if not 0 < len(asked) <= pending.MAX_QUESTIONS:
            raise CannotAskError(
                types.INTERNAL_ERROR,
                f"The call asks {len(asked)} questions at once, and its client can be asked 1 to "
                f"{pending.MAX_QUESTIONS}. Tell the operator.",
            )
        questions = [
            Question(name, one["method"], one.get("params") or {}) for name, one in asked.items()
        ]
        for one in questions:
            refuse_beyond(self.can, one)
        return questions, shape.get("requestState")

    def _go_on(self, call: PendingCall, run: Run) -> None:
        refused = [one for one in call.answers.values() if "result" not in one]
        if refused:
            code = refused[0]["error"]["code"]
            text = f"The call was not carried out: its client refused the question ({code})."
            self._calls.end(call, error_text(call.request_id, text))
            return
        params = {
            **(call.request.get("params") or {}),
            "inputResponses": {
                one.name: call.answers[place]["result"] for place, one in enumerate(call.questions)
            },
            **({} if call.request_state is None else {"requestState": call.request_state}),
        }
        answer, asks = run(streams.json_of({**call.request, "params": params}).encode())
        try:
            if asks:
                self._ask_again(call, asks[-1])
            else:
                self._calls.end(call, _response_of(answer, call.request_id))
        except (CannotAskError, TooLargeError) as error:
            self._calls.end(call, streams.json_of(error_response(call.request_id, error)))

    def _ask_again(self, call: PendingCall, result: Any) -> None:
        if call.round + 1 >= pending.MAX_ROUNDS:
            raise CannotAskError(
                types.INTERNAL_ERROR,
                f"The call was ended: it asked {pending.MAX_ROUNDS} times and asks again.",
            )
        questions, state = self._questions(result)
        self._calls.ask_again(call, questions, state)
        _note("Call asks its client", call.round + 1, questions)


def _sent(call_id: str, number: int, questions: list[Question] | tuple[Question, ...]) -> list[str]:
    first = _EVENTS_OF_A_ROUND * number + 1
    ids = [f"{call_id}.{first + place}" for place in range(len(questions))]
    return [
        streams.event(
            one_id,
            streams.json_of(
                {"jsonrpc": "2.0", "id": one_id, "method": one.method, "params": one.params}
            ),
        )
        for one_id, one in zip(ids, questions, strict=True)
    ]


def _last(call: PendingCall) -> int:
    """Number of the event with the call's response, as far as it is known by now."""
    return _EVENTS_OF_A_ROUND * (call.round + 1)


def _is_over(call: PendingCall) -> bool:
    return utc_now().timestamp() >= call.expires_at


def _response(call: PendingCall) -> str:
    if _is_over(call):
        minutes = pending.KEEP.total_seconds() / 60
        return error_text(
            call.request_id,
            f"The call is over: it is kept for {minutes:.0f} minutes. If it waited for an "
            "answer, it was not carried out to its end. Call again.",
        )
    ran_ms = int(utc_now().timestamp() * 1000) - call.ran_at
    if call.state == pending.RUNNING and ran_ms > pending.RUN.total_seconds() * 1000:
        return error_text(
            call.request_id,
            "The call was interrupted after its questions were answered, and nobody knows "
            "how far it came. Look at what it changes before it is called again.",
        )
    return call.result


def _answer_to(question: Question, message: Mapping[str, Any]) -> dict[str, Any]:
    match message:
        case {"result": dict(result)}:
            try:
                methods.validate_client_result(question.method, REVISION, result)
            except ValidationError:
                return {"error": {"code": types.INVALID_PARAMS}}
            return {"result": result}
        case {"error": {"code": int(code)}}:
            # Its text may quote the user, and nobody reads it: the client knows it already.
            return {"error": {"code": code}}
        case _:
            return {"error": {"code": types.INVALID_REQUEST}}


def _response_of(answer: Mapping[str, Any], request_id: str | int) -> str:
    """The JSON-RPC response in an answer; a refusal by the transport does not name the request."""
    found = from_json(answer["body"])
    return streams.json_of({**found, "id": request_id})


def _accepted() -> dict[str, Any]:
    return {
        "statusCode": HTTPStatus.ACCEPTED.value,
        "multiValueHeaders": {},
        "body": "",
        "isBase64Encoded": False,
    }


def _unknown() -> dict[str, Any]:
    return refusal(
        HTTPStatus.BAD_REQUEST,
        types.INVALID_REQUEST,
        "The answer was not taken: no call of yours in this session waits for it. "
        "It was asked of somebody else, it is over, or the id is wrong. Call again.",
    )


def _nothing_follows() -> dict[str, Any]:
    return refusal(
        HTTPStatus.METHOD_NOT_ALLOWED,
        types.INVALID_REQUEST,
        "Nothing follows this event: no call of yours in this session has it, or its response "
        "was handed out with it. Send requests by POST.",
        {"allow": "POST"},
    )


def _note(what: str, number: int, questions: list[Question]) -> None:
    logger().info(what, extra={"round": number, "questions": len(questions)})
