"""Step Functions: heartbeats of tasks that wait for a token, and failures of their function.

MiniStack ignores ``HeartbeatSeconds``, and goes on waiting when the function that should hand out
the token has failed.
"""

from __future__ import annotations

import contextvars
import functools
import threading
import time
from typing import Any

from ministack.services import stepfunctions

_POLL_SECONDS = 0.1
_TOKEN: contextvars.ContextVar[str | None] = contextvars.ContextVar("task_token", default=None)
_HANDING_OUT: contextvars.ContextVar[threading.Event | None] = contextvars.ContextVar(
    "handing_out", default=None
)
"""Set while the function runs that hands out the token."""


def install() -> None:
    """Wraps the two functions concerned."""
    invoke_with_callback = stepfunctions._invoke_with_callback
    call_lambda = stepfunctions._call_lambda

    @functools.wraps(invoke_with_callback)
    def with_heartbeat(
        resource: str, input_data: Any, token: str, state_def: dict[str, Any]
    ) -> Any:
        over, handing_out = threading.Event(), threading.Event()
        seconds = state_def.get("HeartbeatSeconds")
        if seconds:
            watch = threading.Thread(
                target=_watch,
                args=(token, float(seconds), over, handing_out),
                name="heartbeat",
                daemon=True,
            )
            watch.start()
        previous, before = _TOKEN.set(token), _HANDING_OUT.set(handing_out)
        try:
            return invoke_with_callback(resource, input_data, token, state_def)
        finally:
            _TOKEN.reset(previous)
            _HANDING_OUT.reset(before)
            over.set()

    @functools.wraps(call_lambda)
    def failing(func_ref: str, event: Any) -> Any:
        handing_out = _HANDING_OUT.get() or threading.Event()
        handing_out.set()
        try:
            return call_lambda(func_ref, event)
        except stepfunctions._ExecutionError as error:
            _fail(_TOKEN.get(), error.error, error.cause)
            raise
        finally:
            handing_out.clear()

    stepfunctions._invoke_with_callback = with_heartbeat
    stepfunctions._call_lambda = failing


def _watch(token: str, seconds: float, over: threading.Event, handing_out: threading.Event) -> None:
    """Fails the task when no heartbeat came for that long, once its token was handed out."""
    last_beat, since = None, time.monotonic()
    while not over.wait(_POLL_SECONDS):
        task = stepfunctions._task_tokens.get(token)
        beat = task["heartbeat"] if task else last_beat
        # A function that starts slowly is no silence of whoever is to get the token from it.
        if beat != last_beat or handing_out.is_set():
            last_beat, since = beat, time.monotonic()
        if time.monotonic() - since > seconds:
            cause = f"No heartbeat within {seconds:g} seconds"
            _fail(token, "States.HeartbeatTimeout", cause)
            return


def _fail(token: str | None, error: str, cause: str) -> None:
    task = stepfunctions._task_tokens.get(token) if token else None
    if task is not None and not task["event"].is_set():
        task["error"] = {"Error": error, "Cause": cause}
        task["event"].set()
