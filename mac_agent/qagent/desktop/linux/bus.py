"""The accessibility bus: calls and pipelined calls over one blocking connection."""

import os
import time
from collections.abc import Iterator, Sequence
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from qagent.desktop.base import GoneError, NoAccessibilityError, UnsupportedError

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
_WINDOW = 48
"""Calls kept in flight; unlimited pipelining overran the socket (measured with dbus-fast)."""

_BUS_REPAIR = (
    "Install the packages dbus, at-spi2-core and libatk-adaptor, and start the desktop with "
    "at-spi-bus-launcher (`qagent doctor` checks each part)."
)


class CallError(Exception):
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
            self._connection: DBusConnection = open_dbus_connection(address)
        except (OSError, ValueError) as error:
            raise NoAccessibilityError(
                f"The accessibility bus does not answer ({error}).", _BUS_REPAIR
            ) from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def message(
        self, ref: AtspiRef, interface: str, method: str, signature: str = "", *args: Any
    ) -> Message:
        """Build a call of an AT-SPI interface (short name) or of a full interface name."""
        full = interface if interface.count(".") > 1 else IFACE + interface
        address = DBusAddress(ref[1], bus_name=ref[0], interface=full)
        return new_method_call(address, method, signature or None, tuple(args))

    def property(self, ref: AtspiRef, interface: str, name: str) -> Message:
        """Build a call that reads a property."""
        return self.message(ref, PROPERTIES, "Get", "ss", IFACE + interface, name)

    def call(
        self, ref: AtspiRef, interface: str, method: str, signature: str = "", *args: Any
    ) -> tuple[Any, ...]:
        """Call and wait.

        Raises:
            UnsupportedError: The element lacks the interface or method.
            GoneError: The element or its program no longer answers.
            CallError: Any other error answer.
        """
        return self._one(self.message(ref, interface, method, signature, *args))

    def get(self, ref: AtspiRef, interface: str, name: str) -> Any:
        """Read a property; errors as in `call`."""
        return self._one(self.property(ref, interface, name))[0][1]

    def _one(self, message: Message) -> tuple[Any, ...]:
        try:
            reply = self._connection.send_and_get_reply(message, timeout=self.timeout)
        except TimeoutError as error:
            raise GoneError(f"the program did not answer within {self.timeout:g} s") from error
        except OSError as error:
            raise NoAccessibilityError(
                f"The accessibility bus went away ({error}).", _BUS_REPAIR
            ) from error
        if reply.header.message_type is MessageType.error:
            name = str(reply.header.fields.get(HeaderFields.error_name, ""))
            detail = str(reply.body[0]) if reply.body else name
            if name in _UNSUPPORTED:
                raise UnsupportedError(detail)
            if name.startswith("org.freedesktop.DBus.Error.") and name.rpartition(".")[2] in {
                "UnknownObject",
                "ServiceUnknown",
                "NameHasNoOwner",
                "NoReply",
                "Disconnected",
            }:
                raise GoneError(detail)
            raise CallError(f"{name}: {detail}")
        return tuple(reply.body)

    def many(
        self, messages: Sequence[Message], timeout: float | None = None
    ) -> list[tuple[Any, ...] | None]:
        """Send calls in a pipeline.

        Returns:
            The bodies in the order of the calls; None for an error or for no answer in time.
        """
        bodies: list[tuple[Any, ...] | None] = [None] * len(messages)
        pending: dict[int, int] = {}
        todo: Iterator[tuple[int, Message]] = iter(enumerate(messages))
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)

        def send_next() -> None:
            for place, message in todo:
                serial = next(self._connection.outgoing_serial)
                self._connection.send(message, serial=serial)
                pending[serial] = place
                return

        try:
            for _ in range(_WINDOW):
                send_next()
            while pending:
                reply = self._connection.receive(timeout=max(0.001, deadline - time.monotonic()))
                place = pending.pop(reply.header.fields.get(HeaderFields.reply_serial, -1), None)
                if place is None:
                    continue
                if reply.header.message_type is MessageType.method_return:
                    bodies[place] = tuple(reply.body)
                send_next()
        except TimeoutError:
            return bodies
        except OSError as error:
            raise NoAccessibilityError(
                f"The accessibility bus went away ({error}).", _BUS_REPAIR
            ) from error
        return bodies


def _ask_session_bus() -> str:
    """Ask the session bus for the accessibility bus's address."""
    try:
        with open_dbus_connection("SESSION") as session:
            address = DBusAddress(
                "/org/a11y/bus", bus_name="org.a11y.Bus", interface="org.a11y.Bus"
            )
            reply = session.send_and_get_reply(new_method_call(address, "GetAddress"), timeout=5)
    except (OSError, KeyError, ValueError, TimeoutError) as error:
        raise NoAccessibilityError(
            f"There is no D-Bus session to ask for the accessibility bus ({error}).", _BUS_REPAIR
        ) from error
    if reply.header.message_type is MessageType.error or not reply.body or not reply.body[0]:
        raise NoAccessibilityError(
            "The D-Bus session has no accessibility bus (org.a11y.Bus is not there).", _BUS_REPAIR
        )
    return str(reply.body[0])
