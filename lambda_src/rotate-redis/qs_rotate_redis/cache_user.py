"""One user with two passwords: the present one and the next."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qs_cloud import clients
from qs_cloud.cache import MARK, CacheSecret, connect, parse_secret
from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError
from qs_cloud.rotation import RotationError
from qs_cloud.telemetry import logger

PROBE_KEY = "session:rotation"
"""A key that the user may read; it need not exist."""

POLL_SECONDS = 2.0
RESERVE_SECONDS = 10.0
"""Time that is kept at the end, to say what went wrong before Lambda ends the function."""
TEST_SECONDS = 30.0
"""An active user's password reaches the nodes a little later."""

_PASSWORD_BYTES = 32
_PASSWORD_LENGTHS = range(16, 129)
"""Lengths that ElastiCache takes."""
_BUSY = frozenset({"InvalidUserState", "InvalidUserStateFault"})


@dataclass(frozen=True, slots=True)
class CacheUser:
    """The application's user of Redis, as a door whose key is rotated.

    Attributes:
        user_id: Id of ElastiCache's user.
        remaining: Says how many seconds the function still has.
        sleep: Waits for seconds.
    """

    user_id: str
    remaining: Callable[[], float]
    sleep: Callable[[float], None] = time.sleep

    def create(self, current: str | None) -> str:
        """Make the next value: the same user at the same address, with a new password.

        Args:
            current: The present value.

        Returns:
            The next value.

        Raises:
            RotationError: If there is no present value, which alone knows the address.
            CacheSecretError: If it cannot be used.
        """
        if current is None:
            raise RotationError(
                "The secret of Redis has no value, and with it no address to keep. Apply the "
                "data layer (terraform/platform), which writes it, then rotate."
            )
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        return parse_secret(current).model_copy(update={"password": password}).model_dump_json()

    def set(self, current: str | None, pending: str) -> None:
        """Make the next password valid beside the present one; an older one ends now.

        Args:
            current: The present value.
            pending: The next value.

        Raises:
            RotationError: If the user is not active in time.
            CloudCallError: If ElastiCache refuses or cannot be reached.
        """
        passwords = [parse_secret(pending).password]
        if current is not None and len(parse_secret(current).password) in _PASSWORD_LENGTHS:
            passwords.append(parse_secret(current).password)
        self._leave(passwords)

    def test(self, pending: str) -> None:
        """Reach the cache with the next password, and read a key.

        Args:
            pending: The next value.

        Raises:
            RotationError: If the cache cannot be reached or refuses.
        """
        from redis.exceptions import RedisError

        secret, waited = parse_secret(pending), 0.0
        while True:
            try:
                return _use(secret)
            except (RedisError, OSError) as error:
                if waited >= TEST_SECONDS or self.remaining() < RESERVE_SECONDS:
                    raise RotationError(
                        f"The cache at {secret.host}:{secret.port} does not open to the new "
                        f"password ({type(error).__name__}); the present one stays in use. Check "
                        "that the function reaches the cache and what the user's access string "
                        "allows, then start the rotation again."
                    ) from None
            self.sleep(POLL_SECONDS)
            waited += POLL_SECONDS

    def opens(self, value: str) -> bool:
        """Reach the cache with a password, and read a key.

        Args:
            value: A value of the secret, of whatever age.

        Returns:
            Whether the cache lets it in.

        Raises:
            RotationError: If the cache cannot be reached.
        """
        from redis.exceptions import AuthenticationError, RedisError

        secret = parse_secret(value)
        try:
            _use(secret)
        except AuthenticationError:
            return False
        except (RedisError, OSError) as error:
            raise RotationError(
                f"The cache at {secret.host}:{secret.port} cannot be asked "
                f"({type(error).__name__}). Check that it runs and that the function reaches it."
            ) from None
        return True

    def retire(self, current: str) -> None:
        """Leave the present password alone; clients that are connected stay so.

        Args:
            current: The present value.

        Raises:
            RotationError: If the user is not active in time, or the present password is one that
                ElastiCache never took.
            CloudCallError: If ElastiCache refuses or cannot be reached.
        """
        password = parse_secret(current).password
        if len(password) not in _PASSWORD_LENGTHS:
            raise RotationError(
                "The present password is none that ElastiCache takes: the secret was never "
                "rotated. Nothing was changed. Rotate the secret first."
            )
        self._leave([password])

    def sessions(self, current: str, version: str) -> Sequence[Mapping[str, object]]:
        """Tell by which version each function came in last: the word that it left of it.

        The application's user may not list clients, so nobody tells who is still inside.

        Args:
            current: The present value.
            version: Its version.

        Returns:
            ``{"program", "present", "sessions", "open"}`` for each that came in within a day;
            nothing if the cache does not answer, which ``opens`` has said then.
        """
        from redis.exceptions import RedisError

        try:
            with connect(parse_secret(current)) as client:
                left = {str(key): client.get(key) for key in client.scan_iter(match=f"{MARK}*")}
        except (RedisError, OSError):
            return ()
        return [
            {
                "program": key.removeprefix(MARK),
                "present": by == version,
                "sessions": 1,
                "open": False,
            }
            for key, by in sorted(left.items())
            if by is not None
        ]

    def _leave(self, passwords: list[str]) -> None:
        self._wait_until_active()
        try:
            self._modify(passwords)
        except CloudCallError as error:
            if error.code not in _BUSY:
                raise
            self._wait_until_active()
            self._modify(passwords)
        self._wait_until_active()

    def _modify(self, passwords: list[str]) -> None:
        with calling("give the cache's user its passwords"):
            clients.elasticache().modify_user(
                UserId=self.user_id,
                AuthenticationMode={"Type": "password", "Passwords": passwords},
            )

    def _wait_until_active(self) -> None:
        while (status := self._status()) != "active":
            if self.remaining() < RESERVE_SECONDS:
                raise RotationError(
                    f"The cache's user {self.user_id} is {status} for too long; the present "
                    "password stays in use. Look at the user in ElastiCache, then start the "
                    "rotation again."
                )
            logger().info("Waiting for the cache's user", extra={"status": status})
            self.sleep(POLL_SECONDS)

    def _status(self) -> str:
        with calling("look at the cache's user"):
            answer = clients.elasticache().describe_users(UserId=self.user_id)
        return next((user["Status"] for user in answer["Users"]), "missing")


def _use(secret: CacheSecret) -> None:
    with connect(secret) as client:
        client.ping()
        client.get(PROBE_KEY)
