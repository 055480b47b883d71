"""Answers by screen fingerprint: the same picture is analysed once, as long as Redis is there."""

import hashlib
import os
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from qs_cloud.cache import Cache, CacheUnavailableError
from qs_cloud.telemetry import count, logger
from qscreen.wire import Rect

SECONDS = 3600
"""How long an answer is kept: a screen seldom comes back after that."""
_RELEASE = "1"
"""Part of each key; to be counted up when the meaning of an answer changes."""
_VARIABLE = "QS_CACHE_SECRET_ARN"

_AnswerT = TypeVar("_AnswerT", bound=BaseModel)


def key_of(
    user_id: str, fingerprint: str, region: Rect | None, operation: str, *options: object
) -> str:
    """Name an answer.

    Args:
        user_id: Whose it is: what is known of a user can be found and deleted by this.
        fingerprint: Digest of the picture.
        region: What of it was analysed.
        operation: What was done.
        *options: What else the answer depends on.

    Returns:
        Key in Redis.
    """
    place = (region.x, region.y, region.width, region.height) if region else None
    text = repr((_RELEASE, fingerprint, place, operation, options))
    return f"vision:{user_id}:{hashlib.sha256(text.encode()).hexdigest()}"


def remembered(
    key: str, model: type[_AnswerT], make: Callable[[], _AnswerT]
) -> tuple[_AnswerT, bool]:
    """Answer from the cache, or make the answer and keep it.

    Args:
        key: Name of the answer.
        model: What it is.
        make: Makes it.

    Returns:
        The answer, and whether it came from the cache.
    """
    found = known(key, model)
    if found is not None:
        return found, True
    answer = make()
    remember(key, answer)
    return answer, False


def known(key: str, model: type[_AnswerT]) -> _AnswerT | None:
    """Look an answer up.

    Args:
        key: Name of the answer.
        model: What it is.

    Returns:
        The answer; None if there is none, or the cache is away.
    """
    found = _get(key)
    if found is not None:
        try:
            answer = model.model_validate_json(found)
        except ValidationError:
            # Another release wrote it.
            logger().info("An answer in the cache does not fit; it is made anew")
        else:
            count("VisionCache", dimensions={"outcome": "hit"})
            return answer
    count("VisionCache", dimensions={"outcome": "miss"})
    return None


def remember(key: str, answer: BaseModel) -> None:
    """Keep an answer.

    Args:
        key: Its name.
        answer: The answer.
    """
    _put(key, answer.model_dump_json())


@cache
def _store(secret_arn: str) -> Cache:
    return Cache(secret_arn)


def _get(key: str) -> str | None:
    arn = os.environ.get(_VARIABLE, "").strip()
    if not arn:
        return None
    try:
        return _store(arn).get(key)
    except CacheUnavailableError:
        logger().warning("The cache is away; the picture is analysed anew")
        return None


def _put(key: str, value: str) -> None:
    arn = os.environ.get(_VARIABLE, "").strip()
    if not arn:
        return
    try:
        _store(arn).put(key, value, SECONDS)
    except CacheUnavailableError:
        logger().warning("The cache is away; the answer is not kept")
