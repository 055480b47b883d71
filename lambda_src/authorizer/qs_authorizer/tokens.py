"""Access tokens of the user pool: who they speak for, once everything about them holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from qs_authorizer.keys import SigningKeys

ALGORITHM = "RS256"
"""What Cognito signs with; a token that names another algorithm is refused."""
LEEWAY_SECONDS = 5
"""Difference between clocks that an expiry tolerates."""


class TokenRefusedError(Exception):
    """The token does not hold.

    Attributes:
        why: One of a few fixed words, for the log; never a part of the token.
    """

    def __init__(self, why: str) -> None:
        """Say why.

        Args:
            why: A fixed word.
        """
        super().__init__(f"The access token was refused: {why}. Sign in again.")
        self.why = why


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token that holds says.

    Attributes:
        sub: Stable id of the user.
        username: Name of the user.
        scopes: All scopes of the token.
        groups: Groups of the user.
    """

    sub: str
    username: str
    scopes: frozenset[str]
    groups: frozenset[str]


def bearer_token(headers: Mapping[str, str] | None) -> str:
    """Take the token out of the ``Authorization`` header.

    Args:
        headers: Headers as API Gateway passes them.

    Returns:
        The token.

    Raises:
        TokenRefusedError: If there is none of the scheme Bearer.
    """
    for name, value in (headers or {}).items():
        if name.lower() == "authorization":
            scheme, _, token = value.strip().partition(" ")
            if scheme.lower() == "bearer" and token.strip():
                return token.strip()
    raise TokenRefusedError("missing")


@dataclass(frozen=True, slots=True)
class Verifier:
    """Checks tokens of one user pool.

    Attributes:
        keys: Its signing keys.
        issuer: Its issuer, exactly as tokens name it.
        client_ids: Clients whose tokens are taken.
    """

    keys: SigningKeys
    issuer: str
    client_ids: frozenset[str]

    def verify(self, token: str) -> Claims:
        """Check a token.

        Args:
            token: The encoded token.

        Returns:
            What it says.

        Raises:
            TokenRefusedError: If it is malformed, forged, expired, of another pool or client,
                or no access token.
            KeysUnavailableError: If the signing keys cannot be had.
        """
        claims = self._decode(token)
        if claims.get("token_use") != "access":
            raise TokenRefusedError("not_an_access_token")
        if claims.get("client_id") not in self.client_ids:
            raise TokenRefusedError("unknown_client")
        groups = claims.get("cognito:groups") or ()
        return Claims(
            sub=str(claims["sub"]),
            username=str(claims.get("username", "")),
            scopes=frozenset(str(claims.get("scope", "")).split()),
            groups=frozenset(map(str, groups)) if isinstance(groups, list) else frozenset(),
        )

    def _decode(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError as error:
            raise TokenRefusedError("malformed") from error
        if header.get("alg") != ALGORITHM:
            raise TokenRefusedError("wrong_algorithm")
        key = self.keys.find(str(header.get("kid", "")))
        if key is None:
            raise TokenRefusedError("unknown_key")
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key=key.key,
                algorithms=[ALGORITHM],
                issuer=self.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "sub"], "verify_aud": False},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenRefusedError("expired") from error
        except jwt.InvalidSignatureError as error:
            raise TokenRefusedError("forged") from error
        except jwt.InvalidIssuerError as error:
            raise TokenRefusedError("wrong_issuer") from error
        except jwt.InvalidTokenError as error:
            raise TokenRefusedError("invalid") from error
        return claims
