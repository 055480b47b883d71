"""Finds out whether there is a display to use."""

import re
import socket
from collections.abc import Callable, Mapping

_SECONDS = 2.0
_FIRST_TCP_PORT = 6000
_NAME = re.compile(r"(?P<host>[^:/]*(?:/unix)?|\[[^\]]+\]):(?P<number>\d{1,5})(?:\.\d+)?")


def usable_display(
    environ: Mapping[str, str], *, answers: Callable[[str, int], bool] | None = None
) -> str | None:
    """The display that ``DISPLAY`` names, if a server answers there.

    A ``DISPLAY`` that outlived its server (a closed SSH session, a container) is no display.

    Args:
        environ: Environment variables.
        answers: Tells whether a server listens; looks for itself when absent.

    Returns:
        The value of ``DISPLAY``, or None.
    """
    named = environ.get("DISPLAY", "")
    parts = _NAME.fullmatch(named)
    if parts is None:
        return None
    look = answers or _answers
    return named if look(parts["host"].strip("[]"), int(parts["number"])) else None


def _answers(host: str, number: int) -> bool:
    if host not in {"", "unix"} and not host.endswith("/unix"):
        try:
            socket.create_connection((host, _FIRST_TCP_PORT + number), _SECONDS).close()
        except (OSError, OverflowError):
            return False
        return True
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - the place is a part of the X protocol
    for address in (path, "\0" + path):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(_SECONDS)
            try:
                probe.connect(address)
            except OSError:
                continue
            return True
    return False
