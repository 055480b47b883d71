"""Stopping and resuming: the latch first, then the record of who did it."""

import logging

from qagent.audit import AuditLog
from qagent.home import AgentHome, HomeError
from qagent.status import Doing, Status, StatusFile

_log = logging.getLogger(__name__)


def stop_by(home: AgentHome, who: str) -> None:
    """Stop everything on this device, until resumed.

    Args:
        home: The agent's folder.
        who: Who or what stops it.
    """
    home.stop_file.set()
    StatusFile(home.status).write(Status(Doing.STOPPED))
    try:
        AuditLog(home.audit).append(f"user:{who}", "stop", "device")
    except HomeError as error:
        # The agent is stopped all the same: that comes before its record.
        _log.error("stopped, but not recorded: %s", error)


def resume_by(home: AgentHome, who: str) -> None:
    """Allow work again.

    Args:
        home: The agent's folder.
        who: Who allows it.
    """
    AuditLog(home.audit).append(f"user:{who}", "resume", "device")
    home.stop_file.clear()
