"""Entry point of the function ``rotate-redis``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from qs_rotate_redis.cache_user import CacheUser

    from qs_cloud.config import variable
    from qs_cloud.rotation import read_request, rotate
    from qs_cloud.telemetry import log_ids


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Carry out one step of the rotation of the application's password of Redis.

    Args:
        event: ``{"SecretId", "ClientRequestToken", "Step"}``, as Secrets Manager sends it.
        context: Lambda's context; says how long there is to wait.

    Raises:
        RotationError: If the step does not fit the secret, the user does not become active in
            time, or the new password does not open the cache.
        CacheSecretError: If the secret holds no usable value.
        CloudCallError: If ElastiCache or Secrets Manager refuses or cannot be reached.
        BadPayloadError: If the event is no step of a rotation.
    """
    request = read_request(event)
    user = CacheUser(
        variable("QS_CACHE_USER_ID"), lambda: context.get_remaining_time_in_millis() / 1000
    )
    with log_ids(secret=request.secret, token=request.token):
        rotate(request, user)
