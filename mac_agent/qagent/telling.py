"""Keeping what was done on this device alone for the platform, where the policy wants it told."""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime

from qagent.home import AgentHome
from qagent.outbox import Outbox
from qagent.policy import load_policy
from qagent.reporting import Done, report_of

_log = logging.getLogger(__name__)


def keep_for_platform(
    home: AgentHome,
    goal: str,
    done: Iterable[Done],
    started_at: datetime,
    finished_at: datetime,
    secrets: Collection[str] = (),
) -> None:
    """Put a run into the outbox; nothing of a device that is not enrolled or need not tell.

    Args:
        home: The agent's folder.
        goal: What was asked for.
        done: Its commands in their order.
        started_at: When it began.
        finished_at: When it ended.
        secrets: Texts that must be in no part of it.
    """
    if not home.device.exists():
        return
    policy = load_policy(home.policy)
    report = report_of(goal, done, started_at, finished_at, policy, secrets)
    if report is None:
        return
    try:
        Outbox(home.outbox).put(report)
    except OSError as error:
        # It is done and in the audit log; that the platform does not hear of it undoes nothing.
        _log.warning("the run was not kept for the platform: %s", error.strerror)
