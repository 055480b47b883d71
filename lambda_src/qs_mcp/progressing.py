"""Progress of a call, for clients that asked to be told."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from anyio import from_thread
from anyio.lowlevel import EventLoopToken, current_token

Report = Callable[[float, float | None, str | None], Coroutine[Any, Any, None]]

_report: ContextVar[tuple[Report, EventLoopToken] | None] = ContextVar("report", default=None)


def progress(done: float, total: float | None, message: str) -> None:
    """Tell the client how far the call is, if it asked for that; otherwise do nothing.

    Args:
        done: How much is done; grows from call to call.
        total: How much there is to do; None where nobody knows.
        message: What is being done, for a person; no text of the user's.
    """
    found = _report.get()
    if found is not None:
        report, token = found
        from_thread.run(report, done, total, message, token=token)


@contextmanager
def reporting(report: Report | None) -> Iterator[None]:
    """Let `progress` report for what follows; to be entered on the event loop.

    Args:
        report: Sends one notification; None where the client did not ask for any.

    Yields:
        Nothing.
    """
    token = _report.set(None if report is None else (report, current_token()))
    try:
        yield
    finally:
        _report.reset(token)
