"""The accessibility bus: calls and pipelined calls over one blocking connection."""

import os
import time
from collections.abc import Sequence
from typing import Any

from qagent.desktop.base import (
    GoneError,
    NoAccessibilityError,
    ProgramError,
    UnansweredError,
    UnsupportedError,
)
from qagent.desktop.linux.wire import Call, Wire, method_call
from qagent.messages import text

IFACE = "org.a11y.atspi."
REGISTRY = "org.a11y.atspi.Registry"
ROOT_PATH = "/org/a11y/atspi/accessible/root"
NULL_PATH = "/org/a11y/atspi/null"
PROPERTIES = "org.freedesktop.DBus.Properties"

AtspiRef = tuple[str, str]
"""Bus name of the program and object path of the element."""

_UNSUPPORTED = frozenset(
    {
        "org.freedesktop.DBus.Error.UnknownMethod",
        "org.freedesktop.DBus.Error.UnknownInterface",
        "org.freedesktop.DBus.Error.UnknownProperty",
        "org.freedesktop.DBus.Error.NotSupported",
    }
)
_WINDOW = 64
"""Most calls in flight; unlimited pipelining overran the socket (measured with dbus-fast)."""

_BATCH = 32
"""Calls sent in one piece."""

_GONE = frozenset(
    f"org.freedesktop.DBus.Error.{name}"
    for name in ("UnknownObject", "ServiceUnknown", "NameHasNoOwner", "NoReply", "Disconnected")
)

_ROUNDS = 3
"""So often a busy program is asked for what must not be missing."""

_ASK_SECONDS = 5.0
"""Time the accessibility bus gets to start: the session bus starts it when it is asked for."""


class CallError(ProgramError):
    """A program answered a call with an error that is neither `gone` nor `unsupported`."""


class AccessibilityBus:
    """Connection to the accessibility bus.

    Args:
        timeout: Seconds that one call, or one batch, may take.
    """

    def __init__(self, timeout: float = 2.0) -> None:
        self.timeout = timeout
        address = os.environ.get("AT_SPI_BUS_ADDRESS", "").strip() or _ask_session_bus()
        try:
            self._wire = Wire(address)
        except (OSError, ValueError) as error:
            raise NoAccessibilityError(text("bus.silent", why=error), text("bus.repair")) from error

    def close(self) -> None:
        """Close the connection."""
        self._wire.close()

    def message(
        self, ref: AtspiRef, interface: str, method: str, signature: str = "", *args: Any
    ) -> Call:
        """Build a call of an AT-SPI interface (short name) or of a full interface name."""
        full = interface if interface.count(".") > 1 else IFACE + interface
        return method_call(ref[0], ref[1], full, method, signature, args)

    def property(self, ref: AtspiRef, interface: str, name: str) -> Call:
        """Build a call that reads a property."""
        return self.message(ref, PROPERTIES, "Get", "ss", IFACE + interface, name)

    def call(
        self, ref: AtspiRef, interface: str, method: str, signature: str = "", *args: Any
    ) -> tuple[Any, ...]:
        """Call and wait.

        Raises:
            UnsupportedError: The element lacks the interface or method.
            GoneError: The element or its program no longer exists.
            UnansweredError: The program did not answer in time.
            CallError: Any other error answer.
        """
        return self._one(self.message(ref, interface, method, signature, *args))

    def get(self, ref: AtspiRef, interface: str, name: str) -> Any:
        """Read a property; errors as in `call`."""
        return self._one(self.property(ref, interface, name))[0][1]

    def set_number(self, ref: AtspiRef, interface: str, name: str, value: float) -> None:
        """Set a property that is a number; errors as in `call`."""
        self._one(
            self.message(ref, PROPERTIES, "Set", "ssv", IFACE + interface, name, float(value))
        )

    def _one(self, call: Call) -> tuple[Any, ...]:
        deadline = time.monotonic() + self.timeout
        try:
            (serial,) = self._wire.send([call], self.timeout)
            while True:
                # An answer that another call gave up waiting for may come first.
                reply = self._wire.receive(deadline)
                if reply.serial == serial:
                    break
        except TimeoutError as error:
            raise UnansweredError(text("element.silent", seconds=f"{self.timeout:g}")) from error
        except OSError as error:
            raise NoAccessibilityError(text("bus.gone", why=error), text("bus.repair")) from error
        if reply.error is None:
            return reply.body
        detail = str(reply.body[0]) if reply.body else reply.error
        if reply.error in _UNSUPPORTED:
            raise UnsupportedError(detail)
        if reply.error in _GONE:
            raise GoneError(detail)
        raise CallError(f"{reply.error}: {detail}")

    def many(
        self, calls: Sequence[Call], timeout: float | None = None
    ) -> list[tuple[Any, ...] | None]:
        """Send calls in a pipeline.

        Returns:
            The bodies in the order of the calls; None for an error or for no answer in time.
        """
        return self._pipeline(calls, self.timeout if timeout is None else timeout)[0]

    def all_of(self, calls: Sequence[Call]) -> list[tuple[Any, ...] | None]:
        """Send calls in a pipeline; what does not come in time is asked for again.

        Returns:
            The bodies in the order of the calls; None for an error, and for that alone.

        Raises:
            UnansweredError: Some answers did not come in any of the rounds.
        """
        bodies: list[tuple[Any, ...] | None] = [None] * len(calls)
        missing = list(range(len(calls)))
        for _ in range(_ROUNDS):
            told, unanswered = self._pipeline([calls[one] for one in missing], self.timeout)
            for place, body in zip(missing, told, strict=True):
                bodies[place] = body
            missing = [missing[one] for one in unanswered]
            if not missing:
                return bodies
        raise UnansweredError(text("element.silent", seconds=f"{_ROUNDS * self.timeout:g}"))

    def _pipeline(
        self, calls: Sequence[Call], seconds: float
    ) -> tuple[list[tuple[Any, ...] | None], list[int]]:
        """The bodies, and the places of the calls that were not answered in time."""
        bodies: list[tuple[Any, ...] | None] = [None] * len(calls)
        pending: dict[int, int] = {}
        sent = 0
        deadline = time.monotonic() + seconds
        try:
            while pending or sent < len(calls):
                while sent < len(calls) and len(pending) <= _WINDOW - _BATCH:
                    batch = calls[sent : sent + _BATCH]
                    serials = self._wire.send(batch, seconds)
                    pending.update(zip(serials, range(sent, sent + len(batch)), strict=True))
                    sent += len(batch)
                reply = self._wire.receive(deadline)
                place = pending.pop(reply.serial, None)
                if place is not None and reply.error is None:
                    bodies[place] = reply.body
        except TimeoutError:
            return bodies, sorted([*pending.values(), *range(sent, len(calls))])
        except OSError as error:
            raise NoAccessibilityError(text("bus.gone", why=error), text("bus.repair")) from error
        return bodies, []


def _ask_session_bus() -> str:
    """Ask the session bus for the accessibility bus's address."""
    call = method_call("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", "", ())
    try:
        session = Wire("SESSION")
        try:
            session.send([call], _ASK_SECONDS)
            reply = session.receive(time.monotonic() + _ASK_SECONDS)
        finally:
            session.close()
    except (OSError, KeyError, ValueError) as error:
        raise NoAccessibilityError(text("bus.no_session", why=error), text("bus.repair")) from error
    if reply.error is not None or not reply.body or not reply.body[0]:
        raise NoAccessibilityError(text("bus.none"), text("bus.repair"))
    return str(reply.body[0])
