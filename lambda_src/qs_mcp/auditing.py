"""What the audit hears of a tool that changes something, and of sessions that call."""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from qs_cloud.attendance import Attendance
from qs_cloud.audit_facts import facts_of, subject_of
from qs_cloud.audit_trail import Act, AuditTrail, Outcome
from qs_cloud.clock import utc_now
from qs_cloud.config import variable
from qs_cloud.refusal import RefusedError, RunRefusedError, Why
from qs_cloud.sessions import Sessions, sessions_table, sign_in_of
from qs_mcp.caller import Caller
from qs_mcp.faults import LargeResultFault, ToolFault
from qs_mcp.sdk import types
from qs_mcp.tools import Tool

SOURCE = "qscreen.mcp"


@cache
def _trail() -> AuditTrail:
    return AuditTrail.from_environment()


@cache
def _attendance() -> Attendance:
    return Attendance(Sessions(sessions_table(variable("QS_SESSIONS_TABLE"))), _trail())


def attend(authorization: str, who: Caller) -> None:
    """Note the session of a call, and refuse one that was ended.

    Args:
        authorization: The header's value; the authorizer has checked it.
        who: Who calls.

    Raises:
        SessionEndedError: If the session was ended.
        CloudCallError: If the table cannot be reached.
    """
    sign_in = sign_in_of(authorization, who.user_id)
    if sign_in is not None:
        _attendance().note(sign_in, utc_now(), who.request_id)


def carry_out(tool: Tool, arguments: Mapping[str, Any], who: Caller) -> types.CallToolResult:
    """Carry a tool out, and tell the audit of it if its declaration says so.

    Args:
        tool: The tool.
        arguments: As the client sent them.
        who: Who calls.

    Returns:
        The tool's result.

    Raises:
        ToolFault: If the tool refuses.
        CloudCallError: If the act cannot be written down; then nothing was done.
    """
    taken = tool.taken(arguments)
    if tool.audit is None:
        return tool.call(taken)
    act, trail = _act(tool, tool.audit, arguments, who), _trail()
    trail.begin(act)
    try:
        result = tool.call(taken)
    except LargeResultFault:
        trail.settle(act.event(Outcome.DONE))
        raise
    except ToolFault as fault:
        _faulted(act, fault)
        raise
    except Exception:
        trail.settle(act.event(Outcome.FAILED))
        raise
    values = result.structured_content or {}
    facts, subject = facts_of(values), act.subject or subject_of(act.name, who.user_id, values)
    trail.settle(
        act.event(Outcome.DONE, facts if subject is None else {**facts, "subject": subject})
    )
    return result


def denied(tool: Tool, arguments: Mapping[str, Any], who: Caller) -> None:
    """Tell that a tool was denied to a role.

    Args:
        tool: The tool.
        arguments: As the client sent them.
        who: Who calls.
    """
    if tool.audit is not None:
        act = _act(tool, tool.audit, arguments, who)
        _trail().tell(act.refusal({"http_status": HTTPStatus.FORBIDDEN.value}))


def _faulted(act: Act, fault: ToolFault) -> None:
    match fault.__cause__:
        case RefusedError(why=Why.NOT_FOUND):
            # What is another's is not found: somebody was kept from it.
            _trail().drop(act)
            _trail().tell(act.refusal({"http_status": HTTPStatus.NOT_FOUND.value}))
        case None | RefusedError() | RunRefusedError():
            _trail().drop(act)
        case _:
            _trail().settle(act.event(Outcome.FAILED))


def _act(tool: Tool, name: str, arguments: Mapping[str, Any], who: Caller) -> Act:
    return Act(
        source=SOURCE,
        name=name,
        operation=tool.name,
        actor=who.user_id,
        request_id=who.request_id,
        at=utc_now(),
        subject=subject_of(name, who.user_id, arguments),
    )
