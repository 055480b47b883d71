"""What Redis keeps of a user for a while."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from qs_cloud import clients
from qs_cloud.cache import CacheUnavailableError, connect, parse_secret
from qs_cloud.calls import calling
from qs_cloud.kept import CACHED, Whose
from qs_cloud.stages import CURRENT
from qs_user_data.store import Found, Person

if TYPE_CHECKING:
    from redis import Redis

_ResultT = TypeVar("_ResultT")

ANYBODYS = tuple(f"{name}:" for name, whose in CACHED.items() if whose is Whose.ANYBODY)
"""Keys that do not say whose goal they answer: `SharedKeys` deletes all of them."""

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class CachedKeys:
    """Keys of Redis.

    Attributes:
        name: Name in steps and certificates.
        secret_arn: ARN of the secret with the address and the credentials.
    """

    name: str
    secret_arn: str
    keeps_ids: bool = False

    def find(self, person: Person) -> Iterator[Found]:
        """See ``Store``; only what is surely his."""
        with _client(self.secret_arn) as client:
            for key in _asking(partial(_keys, client)):
                if _is_his(key, person):
                    yield Found(key, {"key": key, "value": _asking(partial(_read, client, key))})

    def erase(self, person: Person) -> Iterator[tuple[str, ...]]:
        """See ``Store``."""
        yield from _unlinked(self.secret_arn, lambda key: _is_his(key, person))


@dataclass(frozen=True, slots=True)
class SharedKeys(CachedKeys):
    """Keys of Redis of which nobody can say whose they are; they are made anew when needed."""

    def find(self, person: Person) -> Iterator[Found]:
        """See ``Store``; nothing is surely his."""
        del person
        yield from ()

    def erase(self, person: Person) -> Iterator[tuple[str, ...]]:
        """See ``Store``; what others have made goes, too."""
        del person
        yield from _unlinked(self.secret_arn, lambda key: key.startswith(ANYBODYS))


def _client(secret_arn: str) -> "Redis":
    with calling("read the secret of Redis"):
        answer = clients.secretsmanager().get_secret_value(
            SecretId=secret_arn, VersionStage=CURRENT
        )
    return connect(parse_secret(answer.get("SecretString", "")))


def _unlinked(secret_arn: str, wanted: Callable[[str], bool]) -> Iterator[tuple[str, ...]]:
    """Delete the keys that are wanted, some at a time."""
    with _client(secret_arn) as client:
        keys = [key for key in _asking(partial(_keys, client)) if wanted(key)]
        for place in range(0, len(keys), AT_ONCE):
            some = keys[place : place + AT_ONCE]
            if _asking(partial(client.unlink, *some)):
                yield tuple(some)


def _is_his(key: str, person: Person) -> bool:
    return any(
        part == person.user_id or part in person.device_ids or part in person.run_ids
        for part in key.split(":")
    )


def _keys(client: "Redis") -> list[str]:
    return [str(key) for key in client.scan_iter(count=AT_ONCE)]


def _read(client: "Redis", key: str) -> object:
    kind = client.type(key)
    if kind == "hash":
        return client.hgetall(key)
    return client.get(key) if kind == "string" else None


def _asking(ask: Callable[[], _ResultT]) -> _ResultT:
    from redis.exceptions import RedisError

    try:
        return ask()
    except (RedisError, OSError) as error:
        raise CacheUnavailableError(
            f"The cache cannot be reached, or refuses ({type(error).__name__}). What was done "
            "is kept; check the cache and invoke the function again."
        ) from error
