"""Ports of this machine: which are free, and who holds one."""

from __future__ import annotations

import contextlib
import socket

import psutil

from qops.local.model import PortInUseError

HOST = "127.0.0.1"


def free_ports(count: int) -> list[int]:
    """Different TCP ports of 127.0.0.1 that nobody uses at this moment."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def require_free(port: int) -> None:
    """Makes sure that nobody listens on a port.

    Raises:
        PortInUseError: Somebody does; the error names the process where the system tells it.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            pid = _holder(port)
            raise PortInUseError(port, pid, _command(pid)) from None


def _holder(port: int) -> int | None:
    """Pid of the process that listens on a port; other users' may stay unknown."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            for connection in process.net_connections(kind="tcp"):
                listening = connection.status == psutil.CONN_LISTEN
                if listening and connection.laddr and connection.laddr.port == port:
                    return int(process.pid)
    return None


def _command(pid: int | None) -> str:
    if pid is None:
        return ""
    try:
        return " ".join(psutil.Process(pid).cmdline())[:200]
    except psutil.Error:
        return ""
