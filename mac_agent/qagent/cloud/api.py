"""The API as the agent uses it: fresh tokens, and problems told apart by what to do next."""

from collections.abc import Callable
from typing import TypeVar

from qagent.cloud.errors import CommandClosedError, DeviceRevokedError, UnreachableError
from qagent.cloud.signin import TokenSource
from qagent.messages import text
from qscreen.api.client import ApiClient
from qscreen.api.transport import ApiProblem, ApiUnreachable
from qscreen.wire import CommandResult, DeviceCredentials, DeviceRun

T = TypeVar("T")

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _CONFLICT = 401, 403, 404, 409


class CloudApi:
    """Calls of one device.

    Args:
        client: The generated client.
        tokens: Where its transport takes the access token from.
        device_id: Id of this device.
    """

    def __init__(self, client: ApiClient, tokens: TokenSource, device_id: str) -> None:
        self._client = client
        self._tokens = tokens
        self._device_id = device_id

    def credentials(self) -> DeviceCredentials:
        """Temporary credentials for the device's own queue.

        Raises:
            DeviceRevokedError: The device is unknown or revoked.
            UnreachableError: The platform does not answer.
        """
        return self._of_device(lambda: self._client.create_device_credentials(self._device_id))

    def say_alive(self) -> None:
        """Say that the device is alive; errors as in `credentials`."""
        self._of_device(lambda: self._client.heartbeat_device(self._device_id))

    def beat(self, command_id: str) -> bool:
        """Keep a command alive.

        Returns:
            Whether the command was cancelled.

        Raises:
            CommandClosedError: The platform no longer waits for it.
            UnreachableError: The platform does not answer.
        """
        return self._of_command(lambda: self._client.heartbeat_command(command_id)).cancelled

    def post_result(self, command_id: str, result: CommandResult) -> None:
        """Report a result; a second report of the same one changes nothing.

        Raises:
            CommandClosedError: The platform no longer waits for it.
            UnreachableError: The platform does not answer.
        """
        self._of_command(lambda: self._client.post_command_result(command_id, result))

    def report_run(self, key: str, report: DeviceRun) -> None:
        """Tell what the device did by itself; a second report of the same changes nothing.

        Args:
            key: The report's idempotency key.
            report: What was done.

        Raises:
            ApiProblem: The platform will never take it.
            DeviceRevokedError: The device is unknown or revoked.
            UnreachableError: The platform does not answer.
        """
        try:
            self._call(
                lambda: self._client.report_run(self._device_id, report, idempotency_key=key)
            )
        except ApiProblem as error:
            if error.status in {_FORBIDDEN, _NOT_FOUND}:
                raise DeviceRevokedError(text("cloud.revoked", why=error.problem.detail)) from error
            raise

    def _of_device(self, call: Callable[[], T]) -> T:
        try:
            return self._call(call)
        except ApiProblem as error:
            # The gateway refuses a device that is unknown, revoked or another user's with 403.
            if error.status in {_FORBIDDEN, _NOT_FOUND, _CONFLICT}:
                raise DeviceRevokedError(text("cloud.revoked", why=error.problem.detail)) from error
            raise

    def _of_command(self, call: Callable[[], T]) -> T:
        try:
            return self._call(call)
        except ApiProblem as error:
            if error.status in {_NOT_FOUND, _CONFLICT}:
                raise CommandClosedError(error.problem.detail) from error
            raise

    def _call(self, call: Callable[[], T]) -> T:
        """Call; a refused token is renewed once, busy answers count as unreachable."""
        for last in (False, True):
            try:
                return call()
            except ApiUnreachable as error:
                raise UnreachableError(str(error)) from error
            except ApiProblem as error:
                if error.status == _UNAUTHORIZED and not last:
                    self._tokens.invalidate()
                    continue
                if error.status >= 500 or error.status == 429:
                    raise UnreachableError(str(error)) from error
                raise
        raise AssertionError("the second try returns or raises")
