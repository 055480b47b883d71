"""Access tokens as the user pool writes them; what reads them here has had them checked before."""

import base64
import json
from typing import Any


def bearer(sub: str, origin: str, jti: str = "1") -> str:
    """Write the header of a request with a token of a sign-in.

    Args:
        sub: The user.
        origin: Name of the sign-in (``origin_jti``).
        jti: Name of the token.

    Returns:
        Value of the header ``Authorization``.
    """
    claims = {
        "sub": sub,
        "origin_jti": origin,
        "auth_time": 1795424400,
        "client_id": "client-1",
        "jti": jti,
        "token_use": "access",
    }
    return f"Bearer {_part({'alg': 'RS256'})}.{_part(claims)}.signature"


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
