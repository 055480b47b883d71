"""What can go wrong with the cloud, told apart by what to do next."""

from qagent.messages import text


class SignInError(Exception):
    """Signing in did not succeed.

    Attributes:
        what: What happened.
        repair: What the user can do about it.
    """

    def __init__(self, what: str, repair: str) -> None:
        super().__init__(f"{what} {repair}")
        self.what = what
        self.repair = repair


class SignInUnreachableError(SignInError):
    """The sign-in service did not answer; trying again later may help."""


class DeviceRevokedError(Exception):
    """The platform no longer knows this device.

    Attributes:
        what: What happened.
        repair: What the user can do about it.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self.repair = text("cloud.revoked.repair")
        super().__init__(f"{what} {self.repair}")


class CommandClosedError(Exception):
    """The platform no longer waits for this command."""


class UnreachableError(Exception):
    """The platform does not answer; trying again later may help."""
