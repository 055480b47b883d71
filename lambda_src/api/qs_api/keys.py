"""``Idempotency-Key``: the caller's name of a request."""

from qs_api.call import Call
from qs_api.problems import bad_parameter
from qs_cloud.intake import MAX_KEY_LENGTH


def read_key(call: Call) -> str:
    """Read the key of a request that must have one.

    Args:
        call: The request.

    Returns:
        The key.

    Raises:
        ProblemAnswer: 400 without a usable key.
    """
    key = call.headers.get("idempotency-key", "").strip()
    if not key or len(key) > MAX_KEY_LENGTH:
        raise bad_parameter(
            "Idempotency-Key",
            f"The header must hold 1 to {MAX_KEY_LENGTH} characters.",
            "Send a new random key, e.g. a UUID, with each new request; the same one to repeat it.",
        )
    return key
