"""Entry point of the function ``rotate-partner-key``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from qs_rotate_partner_key.partner import partner_of, partners
    from qs_rotate_partner_key.partner_key import PartnerKey
    from qs_rotate_partner_key.retiring import retire_keys

    from qs_cloud.credentials import serve


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any] | None:
    """Carry out one step of the rotation of a partner's API key, or end keys by the clock.

    Args:
        event: ``{"SecretId", "ClientRequestToken", "Step"}``, as Secrets Manager sends it;
            ``{"schedule": ...}`` from the clock; or an operator's ``{"SecretId", "Task",
            "Versions"?}`` (``qs_cloud.credentials``).
        context: Lambda's context; says how long there is to wait.

    Returns:
        ``{"keys_deleted"}`` from the clock; nothing for a step; for an operator which versions
        open the API.

    Raises:
        RotationError: If the step does not fit the secret, the secret is no partner's, or the
            new key does not open the API.
        KeysRemainError: If keys could not be deleted; the others were.
        CloudCallError: If API Gateway or Secrets Manager refuses or cannot be reached.
        BadPayloadError: If the event is none of these.
    """
    if "schedule" in event:
        return {"keys_deleted": retire_keys(partners())}

    def remaining() -> float:
        return context.get_remaining_time_in_millis() / 1000

    return serve(event, lambda secret: PartnerKey(partner_of(secret), remaining))
