"""Handing over what waits in the outbox, oldest first."""

import logging
from typing import Protocol

from qagent.outbox import Outbox
from qscreen.api.transport import ApiProblem
from qscreen.wire import DeviceRun

_log = logging.getLogger(__name__)

AT_A_TIME = 5
"""Runs handed over between two looks at the queue: commands do not wait for reports."""


class Api(Protocol):
    """What delivery needs of the platform; see `qagent.cloud.api.CloudApi`."""

    def report_run(self, key: str, report: DeviceRun) -> None:
        """Tell what the device did by itself."""
        ...


def deliver(outbox: Outbox, api: Api) -> bool:
    """Hand over what waits; what the platform refuses for good is put aside.

    Args:
        outbox: The runs that wait.
        api: The platform.

    Returns:
        Whether some wait still.

    Raises:
        UnreachableError: The platform does not answer; what is left waits.
        DeviceRevokedError: The device is unknown or revoked.
        SignInError: The stored sign-in is no longer valid.
    """
    waiting = outbox.waiting(AT_A_TIME)
    for letter in waiting:
        try:
            api.report_run(letter.key, letter.report)
        except ApiProblem as error:
            _log.error("the local run %s was refused with %d: put aside", letter.key, error.status)
            outbox.set_aside(letter.key)
        else:
            outbox.settle(letter.key)
    return len(waiting) == AT_A_TIME
