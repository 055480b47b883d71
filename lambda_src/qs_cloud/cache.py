"""Redis, found through its secret at run time. A cache may be away: callers go on without.

The client library is no part of the shared layer: functions that use this module name
``redis`` in their requirements.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError
from qs_cloud.stages import CURRENT

if TYPE_CHECKING:
    from redis import Redis

CONNECT_TIMEOUT_SECONDS = 0.5
ANSWER_TIMEOUT_SECONDS = 0.5
"""A cache that is slower than this costs more than it gives."""
SECRET_AGE_SECONDS = 300
"""The secret is read again after this, so that a replaced cluster is found."""
MARK_SECONDS = 86400
"""For so long it is known by which version of the secret a function came in last."""
MARK_AGAIN_SECONDS = 60
"""An open connection leaves its word anew after this: a cache that was lost has forgotten it."""
MARK = "consumer:"
"""First part of the keys of these words."""
RETRY_AFTER_SECONDS = 10
"""After a failure the cache is left alone for so long: a run is not slowed down twice."""


class CacheUnavailableError(Exception):
    """The cache cannot be reached; go on without it."""


class CacheSecretError(Exception):
    """The secret with the address of Redis is not what it must be."""


class CacheSecret(BaseModel):
    """Value of the secret ``<prefix>/redis``."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    username: str = ""
    password: str = ""
    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65535)
    tls: bool = True


def parse_secret(text: str) -> CacheSecret:
    """Read the value of a secret.

    Args:
        text: The value, JSON.

    Returns:
        The typed value.

    Raises:
        CacheSecretError: If it cannot be used; names the fields, never their values.
    """
    try:
        return CacheSecret.model_validate_json(text)
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        raise CacheSecretError(
            f"The secret of Redis is not usable at {', '.join(fields) or 'the whole'}. "
            "It must be JSON with username, password, host, port and tls."
        ) from None


def connect(secret: CacheSecret) -> "Redis":
    """Make a client; it connects with its first command.

    Args:
        secret: Address and credentials.

    Returns:
        A client that waits briefly, and tries a broken connection once more.
    """
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return Redis(
        host=secret.host,
        port=secret.port,
        ssl=secret.tls,
        username=secret.username or None,
        password=secret.password or None,
        decode_responses=True,
        socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
        socket_timeout=ANSWER_TIMEOUT_SECONDS,
        # The client's own default is ten tries with pauses: longer than a run may wait.
        retry=Retry(NoBackoff(), 1),
    )


def leave_word(client: "Redis", version: str) -> None:
    """Leave word under the function's name by which version of the secret it came in.

    After a rotation an operator learns from it who has come in with the new password
    (``rotate-redis``). A cache that takes no word can be read all the same.

    Args:
        client: A client that is connected.
        version: The version of the secret that it was connected by.

    Raises:
        RedisError: If the cache cannot be reached, or refuses the password.
    """
    from redis.exceptions import ResponseError

    if function := os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
        with suppress(ResponseError):
            client.set(f"{MARK}{function}", version, ex=MARK_SECONDS)


@dataclass(slots=True)
class Cache:
    """A connection to Redis that is made when it is needed.

    Attributes:
        secret_arn: ARN of the secret with the address and the credentials.
        clock: Monotonic clock, seconds.
    """

    secret_arn: str
    clock: Callable[[], float] = time.monotonic
    _client: "Redis | None" = None
    _version: str = ""
    _connected_at: float = field(default=0.0)
    _marked_at: float = field(default=0.0)
    _failed_at: float | None = None

    def get(self, key: str) -> str | None:
        """Read a value.

        Args:
            key: Key of the value.

        Returns:
            The value, or None if there is none.

        Raises:
            CacheUnavailableError: If the cache cannot be reached.
        """
        value = self._do(lambda client: client.get(key))
        return value if isinstance(value, str) else None

    def put(self, key: str, value: str, seconds: int) -> None:
        """Store a value for a time.

        Args:
            key: Key of the value.
            value: The value.
            seconds: How long it is kept.

        Raises:
            CacheUnavailableError: If the cache cannot be reached.
        """
        self._do(lambda client: client.set(key, value, ex=seconds))

    def put_fields(self, key: str, fields: dict[str, str], seconds: int) -> None:
        """Store a hash for a time, in one transaction; fields that are not named stay.

        Args:
            key: Key of the hash.
            fields: Values by field.
            seconds: How long it is kept from now on.

        Raises:
            CacheUnavailableError: If the cache cannot be reached.
        """

        def store(client: "Redis") -> object:
            with client.pipeline(transaction=True) as pipeline:
                for name, value in fields.items():
                    pipeline.hset(key, name, value)
                pipeline.expire(key, seconds)
                return pipeline.execute()

        self._do(store)

    def _do(self, work: "Callable[[Redis], object]") -> object:
        from redis.exceptions import RedisError

        if self._failed_at is not None and self.clock() - self._failed_at < RETRY_AFTER_SECONDS:
            raise CacheUnavailableError("The cache failed a moment ago; it is left alone.")
        try:
            answer = self._work(work)
        except (RedisError, OSError, CloudCallError, CacheSecretError) as error:
            self._client = None
            self._failed_at = self.clock()
            raise CacheUnavailableError(
                f"The cache cannot be reached ({type(error).__name__}). "
                "Check the secret with its address and password, and the cluster."
            ) from error
        self._failed_at = None
        return answer

    def _work(self, work: "Callable[[Redis], object]") -> object:
        from redis.exceptions import AuthenticationError

        try:
            return work(self._connect())
        except AuthenticationError:
            # The password was rotated since the secret was read; nothing has been done yet.
            self._client = None
            return work(self._connect())

    def _connect(self) -> "Redis":
        now = self.clock()
        if self._client is None or now - self._connected_at >= SECRET_AGE_SECONDS:
            secret, self._version = self._secret()
            self._client = connect(secret)
            self._connected_at = now
        elif now - self._marked_at < MARK_AGAIN_SECONDS:
            return self._client
        leave_word(self._client, self._version)
        self._marked_at = now
        return self._client

    def _secret(self) -> tuple[CacheSecret, str]:
        with calling("read the secret of Redis"):
            answer = clients.secretsmanager().get_secret_value(
                SecretId=self.secret_arn, VersionStage=CURRENT
            )
        return parse_secret(answer.get("SecretString", "")), str(answer["VersionId"])
