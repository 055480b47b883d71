"""Errors that the functions raise; the state machine catches some of them by class name."""


class Cancelled(Exception):  # noqa: N818 - the contract's error name, matched by Catch
    """The run was cancelled; nothing more is to be sent to the device."""


class DeviceFailed(Exception):  # noqa: N818 - the contract's error name, matched by Catch
    """The device is unknown, revoked, or could not carry out the command."""


class RunMissingError(Exception):
    """No run has this id: the execution outlived its run's item."""


class RunEndedError(Exception):
    """The run has a final status already, so there is nothing left to do for it."""


class BadPayloadError(Exception):
    """The payload of a task breaks the state machine's contract with the function."""


class CloudCallError(Exception):
    """A call to an AWS service failed after its bounded retries.

    Attributes:
        doing: What the caller was doing, for the message.
        code: Error code of the service, or the name of the transport error.
        passing: Whether the service was busy or out of reach, so that waiting may be all it takes.
    """

    def __init__(self, doing: str, code: str, *, passing: bool = False) -> None:
        """Say what failed; the service's own message stays in the cause, not in the text.

        Args:
            doing: What the caller was doing, e.g. ``read the run``.
            code: Error code of the service, or the name of the transport error.
            passing: Whether waiting may be all it takes.
        """
        super().__init__(
            f"Could not {doing}: the service answered {code}. "
            "It is safe to try again; see the function's log for the cause."
        )
        self.doing = doing
        self.code = code
        self.passing = passing
