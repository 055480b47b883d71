"""Starting programs: by the session bus where it can, so that they do not depend on the agent.

A program that is our child may be ended with us by whoever supervises the agent, and the user's
document with it. A program that the session bus starts belongs to the desktop; our own command
then only hands the request over to it.
"""

import os
import subprocess
import threading
from pathlib import Path

from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

_BUS = DBusAddress(
    "/org/freedesktop/DBus",
    bus_name="org.freedesktop.DBus",
    interface="org.freedesktop.DBus",
)
_START_SECONDS = 10.0


def launch(argv: tuple[str, ...], folder: Path, service: str) -> subprocess.Popen[bytes]:
    """Start a program without our own settings in its environment.

    Args:
        argv: Command line.
        folder: Working directory.
        service: The program's name on the session bus; empty when it has none.

    Returns:
        The command; it may end at once with 0 when a running instance takes over.
    """
    if service:
        _start_service(service)
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("QAGENT_", "AWS_"))
    }
    process = subprocess.Popen(
        argv,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    # Somebody must take note of its end, or it stays as a zombie as long as the agent runs.
    threading.Thread(target=process.wait, name=f"reap-{process.pid}", daemon=True).start()
    return process


def _start_service(name: str) -> bool:
    """Ask the session bus to start a service; whether it runs now.

    A desktop whose bus does not know the service is nothing unusual: then the program is started
    as our child.
    """
    try:
        with open_dbus_connection("SESSION") as session:
            message = new_method_call(_BUS, "StartServiceByName", "su", (name, 0))
            reply = session.send_and_get_reply(message, timeout=_START_SECONDS)
    except (OSError, KeyError, ValueError, TimeoutError):
        return False
    return bool(reply.header.message_type is MessageType.method_return)
