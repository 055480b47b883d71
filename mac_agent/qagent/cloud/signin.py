"""Signing in with Cognito: password by SRP, then TOTP; and tokens that stay fresh.

The password never leaves the device: SRP proves it (pycognito does the arithmetic). A pool or
emulator that offers no SRP for the client is asked by the password flow instead.
"""

import base64
import binascii
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pyotp
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pycognito.aws_srp import AWSSRP

from qagent.cloud.config import ClientConfig
from qagent.cloud.errors import SignInError, SignInUnreachableError
from qagent.cloud.tls import require_tls13_of_boto
from qagent.messages import text

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import InitiateAuthResponseTypeDef

_EARLY_SECONDS = 60
"""A token is renewed this long before it ends."""

_MOST_CHALLENGES = 5
_RETRY_CODES = frozenset({"CodeMismatchException", "ExpiredCodeException"})


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of a signed-in user; `expires_at` in seconds of the epoch."""

    access_token: str
    refresh_token: str
    expires_at: float


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh sign-in.

    Attributes:
        tokens: The tokens.
        new_totp_secret: The secret that was set up, when this was the first sign-in.
    """

    tokens: Tokens
    new_totp_secret: str | None = None


class CognitoSignIn:
    """Signs users in to one user pool.

    Args:
        client: The platform's client configuration.
        cognito: The service; made for the region when absent.
    """

    def __init__(
        self, client: ClientConfig, cognito: "CognitoIdentityProviderClient | None" = None
    ) -> None:
        self._client = client
        require_tls13_of_boto()
        self._cognito = cognito or boto3.client(
            "cognito-idp",
            region_name=client.region,
            config=Config(
                signature_version=UNSIGNED,
                connect_timeout=5,
                read_timeout=15,
                retries={"mode": "standard", "total_max_attempts": 3},
            ),
        )

    def sign_in(
        self,
        username: str,
        password: str,
        totp_secret: str | None,
        on_new_secret: Callable[[str], None],
    ) -> SignedIn:
        """Sign in with password and TOTP.

        Args:
            username: The user's name.
            password: The user's password.
            totp_secret: The TOTP secret (base 32); None or empty to set one up.
            on_new_secret: Called with a new secret before it is activated, so that it is not
                lost.

        Raises:
            SignInError: The service refused, or the account needs something else first.
        """
        secret = (totp_secret or "").replace(" ", "")
        new_secret: str | None = None
        try:
            answer: Any = self._start(username, password)
            for _ in range(_MOST_CHALLENGES):
                challenge = answer.get("ChallengeName")
                if challenge is None:
                    return SignedIn(_tokens(answer["AuthenticationResult"], None), new_secret)
                if challenge == "MFA_SETUP":
                    secret = new_secret = self._associate(answer, on_new_secret)
                    answer = self._finish_setup(answer, username)
                elif challenge == "SOFTWARE_TOKEN_MFA":
                    if not secret:
                        raise SignInError(
                            text("signin.no_code"),
                            text("signin.no_code.repair"),
                        )
                    answer = self._answer_code(answer, username, secret)
                else:
                    raise SignInError(
                        text("signin.challenge", challenge=challenge),
                        text("signin.challenge.repair"),
                    )
        except ClientError as error:
            raise _refused(error) from error
        except BotoCoreError as error:
            raise _unreachable(error) from error
        raise SignInError(text("signin.circles"), text("cloud.operator"))

    def refresh(self, refresh_token: str) -> Tokens:
        """Get a fresh access token, and a fresh refresh token where the pool rotates them.

        Raises:
            SignInError: The refresh token is no longer valid.
            SignInUnreachableError: The service did not answer.
        """
        try:
            answer = self._cognito.get_tokens_from_refresh_token(
                ClientId=self._client.client_id, RefreshToken=refresh_token
            )
        except ClientError as error:
            raise _refused(error) from error
        except BotoCoreError as error:
            raise _unreachable(error) from error
        return _tokens(answer["AuthenticationResult"], refresh_token)

    def _start(self, username: str, password: str) -> "InitiateAuthResponseTypeDef | Any":
        srp = AWSSRP(
            username=username,
            password=password,
            pool_id=self._client.user_pool_id,
            client_id=self._client.client_id,
            client=self._cognito,
        )
        parameters = srp.get_auth_params()
        try:
            answer: Any = self._cognito.initiate_auth(
                ClientId=self._client.client_id,
                AuthFlow="USER_SRP_AUTH",
                AuthParameters=parameters,
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "InvalidParameterException":
                raise
            return self._cognito.initiate_auth(
                ClientId=self._client.client_id,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": username, "PASSWORD": password},
            )
        if answer.get("ChallengeName") != "PASSWORD_VERIFIER":
            return answer
        responses = srp.process_challenge(answer["ChallengeParameters"], parameters)
        return self._cognito.respond_to_auth_challenge(
            ClientId=self._client.client_id,
            ChallengeName="PASSWORD_VERIFIER",
            ChallengeResponses=responses,
            **_session(answer),
        )

    def _associate(self, answer: Any, on_new_secret: Callable[[str], None]) -> str:
        associated = self._cognito.associate_software_token(Session=answer["Session"])
        secret = str(associated["SecretCode"])
        on_new_secret(secret)
        verified = self._cognito.verify_software_token(
            Session=associated.get("Session") or answer["Session"],
            UserCode=pyotp.TOTP(secret).now(),
            FriendlyDeviceName="qagent",
        )
        if verified.get("Status") != "SUCCESS":
            raise SignInError(
                text("signin.new_code"),
                text("signin.new_code.repair"),
            )
        answer["Session"] = verified.get("Session") or answer["Session"]
        return secret

    def _finish_setup(self, answer: Any, username: str) -> Any:
        finished: Any = self._cognito.respond_to_auth_challenge(
            ClientId=self._client.client_id,
            ChallengeName="MFA_SETUP",
            ChallengeResponses={"USERNAME": _user(answer, username)},
            **_session(answer),
        )
        return finished

    def _answer_code(self, answer: Any, username: str, secret: str) -> Any:
        try:
            code = pyotp.TOTP(secret).now()
        except (binascii.Error, ValueError) as error:
            raise SignInError(
                text("signin.secret", why=error),
                text("signin.secret.repair"),
            ) from error
        try:
            return self._cognito.respond_to_auth_challenge(
                ClientId=self._client.client_id,
                ChallengeName="SOFTWARE_TOKEN_MFA",
                ChallengeResponses={
                    "USERNAME": _user(answer, username),
                    "SOFTWARE_TOKEN_MFA_CODE": code,
                },
                **_session(answer),
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _RETRY_CODES:
                raise SignInError(
                    text("signin.code"),
                    text("signin.code.repair"),
                ) from error
            raise


class TokenSource:
    """Gives a valid access token, renewed before it ends; safe to share by threads.

    Args:
        sign_in: The sign-in service.
        refresh_token: The stored refresh token.
        tokens: Tokens to begin with, right after a sign-in.
        keep: Called with each new refresh token: the old one is no longer good.
        stored: Tells the refresh token that is stored now: another process of this device may
            have renewed it since.
    """

    def __init__(
        self,
        sign_in: CognitoSignIn,
        refresh_token: str,
        tokens: Tokens | None = None,
        keep: Callable[[str], None] | None = None,
        stored: Callable[[], str] | None = None,
    ) -> None:
        self._sign_in = sign_in
        self._refresh_token = refresh_token
        self._tokens = tokens
        self._keep = keep
        self._stored = stored
        self._lock = threading.Lock()

    def __call__(self) -> str:
        """A valid access token; errors as `CognitoSignIn.refresh`."""
        with self._lock:
            if self._tokens is None or self._tokens.expires_at - time.time() < _EARLY_SECONDS:
                if self._stored is not None:
                    self._refresh_token = self._stored()
                self._tokens = self._sign_in.refresh(self._refresh_token)
                self._rotate(self._tokens.refresh_token)
            return self._tokens.access_token

    @property
    def refresh_token(self) -> str:
        """The refresh token that is good now."""
        with self._lock:
            return self._refresh_token

    def _rotate(self, refresh_token: str) -> None:
        if refresh_token != self._refresh_token:
            self._refresh_token = refresh_token
            if self._keep is not None:
                self._keep(refresh_token)

    def invalidate(self) -> None:
        """Forget the access token, after the API refused it."""
        with self._lock:
            self._tokens = None


def tokens_of(answer: Mapping[str, Any]) -> Tokens:
    """The tokens in an answer of an OAuth 2.0 token endpoint (RFC 6749, section 5.1)."""
    return _tokens(
        {
            "AccessToken": answer["access_token"],
            "RefreshToken": answer.get("refresh_token"),
            "ExpiresIn": answer.get("expires_in"),
        },
        None,
    )


def user_of(token: str) -> str | None:
    """The user name in an access token; only the API judges the token."""
    name = _claims(token).get("username")
    return name if isinstance(name, str) and name else None


def _tokens(result: Any, refresh_token: str | None) -> Tokens:
    access = str(result["AccessToken"])
    expires_at = time.time() + float(result.get("ExpiresIn") or 3600)
    return Tokens(
        access,
        str(result.get("RefreshToken") or refresh_token or ""),
        min(expires_at, _expiry_of(access) or expires_at),
    )


def _expiry_of(token: str) -> float | None:
    """The `exp` claim; only the API judges the token, we only plan its renewal."""
    try:
        return float(_claims(token)["exp"])
    except (ValueError, KeyError, TypeError):
        return None


def _claims(token: str) -> dict[str, Any]:
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _session(answer: Any) -> dict[str, Any]:
    session = answer.get("Session")
    return {"Session": str(session)} if session else {}


def _user(answer: Any, username: str) -> str:
    parameters = answer.get("ChallengeParameters") or {}
    return str(parameters.get("USER_ID_FOR_SRP") or parameters.get("USERNAME") or username)


def _refused(error: ClientError) -> SignInError:
    details = error.response.get("Error", {})
    code, message = details.get("Code", "?"), details.get("Message", "")
    if code in {"NotAuthorizedException", "UserNotFoundException"}:
        return SignInError(
            text("browser.refused", reason=message),
            text("signin.refused.repair"),
        )
    if code == "PasswordResetRequiredException":
        return SignInError(text("signin.reset"), text("signin.reset.repair"))
    if code in {"TooManyRequestsException", "LimitExceededException", "InternalErrorException"}:
        return SignInUnreachableError(text("signin.busy", code=code), text("signin.busy.repair"))
    return SignInError(text("signin.failed", code=code, why=message), text("cloud.operator"))


def _unreachable(error: BotoCoreError) -> SignInUnreachableError:
    return SignInUnreachableError(
        text("browser.unreachable", fault=type(error).__name__),
        text("signin.unreachable.repair"),
    )
