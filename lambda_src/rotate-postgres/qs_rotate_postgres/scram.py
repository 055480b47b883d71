"""What PostgreSQL keeps instead of a password (RFC 5803)."""

import hashlib
import hmac
import secrets
from base64 import b64encode

_ITERATIONS = 4096
_SALT_BYTES = 16


def scram_verifier(password: str) -> str:
    """Make the SCRAM-SHA-256 verifier of a password.

    The server takes it in place of the password, which so never stands in a statement that
    the server might log or show to others.

    Args:
        password: The password; ASCII, which needs no preparation (RFC 4013).

    Returns:
        ``SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>``.
    """
    salt = secrets.token_bytes(_SALT_BYTES)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ITERATIONS)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    encoded = [b64encode(part).decode() for part in (salt, stored_key, server_key)]
    return f"SCRAM-SHA-256${_ITERATIONS}:{encoded[0]}${encoded[1]}:{encoded[2]}"
