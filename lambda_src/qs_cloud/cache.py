"""Redis, found through a parameter at run time. A cache may be away: callers go on without.

The client library is no part of the shared layer: functions that use this module name
``redis`` in their requirements.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError

if TYPE_CHECKING:
    from redis import Redis

CONNECT_TIMEOUT_SECONDS = 0.5
ANSWER_TIMEOUT_SECONDS = 0.5
"""A cache that is slower than this costs more than it gives."""
ADDRESS_AGE_SECONDS = 300
"""The address is read again after this, so that a replaced cluster is found."""
RETRY_AFTER_SECONDS = 10
"""After a failure the cache is left alone for so long: a run is not slowed down twice."""


class CacheUnavailableError(Exception):
    """The cache cannot be reached; go on without it."""


class CacheAddress(BaseModel):
    """Value of the parameter ``/qscreen/<env>/cache``."""

    model_config = ConfigDict(frozen=True)

    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65535)
    tls: bool = True


@dataclass(slots=True)
class Cache:
    """A connection to Redis that is made when it is needed.

    Attributes:
        parameter: Name of the parameter that holds the address.
        clock: Monotonic clock, seconds.
    """

    parameter: str
    clock: Callable[[], float] = time.monotonic
    _client: "Redis | None" = None
    _connected_at: float = field(default=0.0)
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
            answer = work(self._connect())
        except (RedisError, OSError, CloudCallError, ValidationError) as error:
            self._client = None
            self._failed_at = self.clock()
            raise CacheUnavailableError(
                f"The cache cannot be reached ({type(error).__name__}). "
                "Check the parameter with its address, and the cluster."
            ) from error
        self._failed_at = None
        return answer

    def _connect(self) -> "Redis":
        if self._client is not None and self.clock() - self._connected_at < ADDRESS_AGE_SECONDS:
            return self._client
        from redis import Redis

        address = self._address()
        self._client = Redis(
            host=address.host,
            port=address.port,
            ssl=address.tls,
            decode_responses=True,
            socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
            socket_timeout=ANSWER_TIMEOUT_SECONDS,
        )
        self._connected_at = self.clock()
        return self._client

    def _address(self) -> CacheAddress:
        with calling("read the address of the cache"):
            answer = clients.ssm().get_parameter(Name=self.parameter)
        return CacheAddress.model_validate_json(answer["Parameter"]["Value"])
