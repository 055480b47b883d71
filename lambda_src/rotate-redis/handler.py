"""Entry point of the function ``rotate-redis``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from qs_rotate_redis.cache_user import CacheUser

    from qs_cloud.config import variable
    from qs_cloud.credentials import serve


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any] | None:
    """Carry out one step of the rotation of the application's password of Redis.

    Args:
        event: ``{"SecretId", "ClientRequestToken", "Step"}``, as Secrets Manager sends it; or
            an operator's ``{"SecretId", "Task", "Versions"?}`` (``qs_cloud.credentials``).
        context: Lambda's context; says how long there is to wait.

    Returns:
        Nothing for a step; for an operator which versions open the cache.

    Raises:
        RotationError: If the step does not fit the secret, the user does not become active in
            time, or the new password does not open the cache.
        CacheSecretError: If the secret holds no usable value.
        CloudCallError: If ElastiCache or Secrets Manager refuses or cannot be reached.
        BadPayloadError: If the event is neither.
    """

    def remaining() -> float:
        return context.get_remaining_time_in_millis() / 1000

    return serve(event, lambda _: CacheUser(variable("QS_CACHE_USER_ID"), remaining))
