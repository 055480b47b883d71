"""Sessions: ``listSessions``, ``endSession``."""

from qs_api.call import Call
from qs_api.paging import read_limit, read_token, write_token
from qs_api.services import Services
from qs_cloud.sessions import sign_in_of
from qs_cloud.telemetry import count, logger
from qscreen.wire import Session, SessionList

_PAGE_KEY = frozenset({"session_id", "owner", "created_at"})


def list_sessions(call: Call, services: Services) -> SessionList:
    """List where the caller is signed in.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        A page of sessions, newest first.

    Raises:
        ProblemAnswer: 400 for a wrong limit or token.
    """
    limit, start = read_limit(call), read_token(call, _PAGE_KEY)
    found, last = services.sessions.page(call.user.sub, limit, start)
    current = _current(call)
    return SessionList(
        items=tuple(_marked(session, current) for session in found), next_token=write_token(last)
    )


def end_session(call: Call, services: Services) -> Session:
    """End a session of the caller.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The ended session.

    Raises:
        RefusedError: If the caller has none of this id.
    """
    ended = services.sessions.end(call.user.sub, call.path["session_id"], call.now)
    logger().info("Session ended", extra={"session_id": ended.session_id})
    count("SessionsEnded")
    return _marked(ended, _current(call))


def _current(call: Call) -> str | None:
    sign_in = sign_in_of(call.headers.get("authorization", ""), call.user.sub)
    return sign_in.session_id if sign_in else None


def _marked(session: Session, current: str | None) -> Session:
    return session.model_copy(update={"current": session.session_id == current})
