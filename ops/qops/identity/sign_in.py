"""The dialogue of a sign-in with Cognito: password, TOTP enrolment, TOTP, refresh."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qops.errors import QopsError
from qops.identity.store import Tokens

_STEP_SECONDS = 30
"""Length of a TOTP step (RFC 6238)."""

_DEVICE_NAME = "qops"


class SignInError(QopsError):
    """Cognito did not let the user in."""

    code = "sign_in"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Outcome of a first sign-in.

    Attributes:
        totp_secret: Base32 secret that Cognito gave for this user.
        tokens: Tokens of the sign-in.
    """

    totp_secret: str
    tokens: Tokens


class SignIn:
    """Signs a user in through one app client."""

    def __init__(
        self,
        cognito: Any,
        client_id: str,
        *,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare the dialogue.

        Args:
            cognito: boto3 client of ``cognito-idp``.
            client_id: The app client.
            now: Clock, epoch seconds.
            sleep: Waits, seconds.
        """
        self._cognito = cognito
        self._client_id = client_id
        self._now = now
        self._sleep = sleep

    def first(self, username: str, password: str) -> Enrolment:
        """Sign in for the first time and enrol an authenticator.

        Args:
            username: Name of the user.
            password: Its permanent password.

        Returns:
            The authenticator's secret and the tokens.

        Raises:
            SignInError: Cognito asked for something else, or refused.
        """
        started = self._start(username, password)
        if started.get("ChallengeName") != "MFA_SETUP":
            raise self._unexpected("an authenticator's set-up", started)
        associated = self._cognito.associate_software_token(Session=started["Session"])
        secret = str(associated["SecretCode"])
        verified = self._cognito.verify_software_token(
            Session=associated["Session"],
            UserCode=self._code(secret),
            FriendlyDeviceName=_DEVICE_NAME,
        )
        if verified.get("Status") != "SUCCESS":
            raise SignInError(
                "The authenticator was not accepted.",
                why=f"Cognito answered {verified.get('Status')!r}.",
                next_step="Check this machine's clock: codes depend on it.",
            )
        finished = self._cognito.respond_to_auth_challenge(
            ClientId=self._client_id,
            ChallengeName="MFA_SETUP",
            Session=verified["Session"],
            ChallengeResponses={"USERNAME": username},
        )
        return Enrolment(secret, self._tokens(finished))

    def again(self, username: str, password: str, totp_secret: str) -> Tokens:
        """Sign in with password and code.

        A code counts once: when Cognito refuses one that was used just now, the next is waited
        for (30 s at most) and tried once.

        Args:
            username: Name of the user.
            password: Its password.
            totp_secret: Base32 secret of the authenticator.

        Returns:
            The tokens.

        Raises:
            SignInError: Cognito asked for something else, or refused.
        """
        for last in (False, True):
            started = self._start(username, password)
            if started.get("ChallengeName") != "SOFTWARE_TOKEN_MFA":
                raise self._unexpected("a code of the authenticator", started)
            try:
                finished = self._cognito.respond_to_auth_challenge(
                    ClientId=self._client_id,
                    ChallengeName="SOFTWARE_TOKEN_MFA",
                    Session=started["Session"],
                    ChallengeResponses={
                        "USERNAME": username,
                        "SOFTWARE_TOKEN_MFA_CODE": self._code(totp_secret),
                    },
                )
            except self._cognito.exceptions.ClientError as error:
                code = error.response["Error"]["Code"]
                if last or code not in {"CodeMismatchException", "ExpiredCodeException"}:
                    raise SignInError(
                        "The code of the authenticator was refused.",
                        why=str(error),
                        next_step="Check this machine's clock: codes depend on it.",
                    ) from error
                self._sleep(_STEP_SECONDS - self._now() % _STEP_SECONDS + 0.5)
            else:
                return self._tokens(finished)
        raise AssertionError("the loop returns or raises")

    def refresh(self, refresh_token: str) -> Tokens | None:
        """New tokens for a refresh token; a new one of those too, where the pool rotates them.

        Args:
            refresh_token: The latest one.

        Returns:
            The tokens, or None when the refresh token is no longer good.
        """
        try:
            answer = self._cognito.get_tokens_from_refresh_token(
                ClientId=self._client_id, RefreshToken=refresh_token
            )
        except self._cognito.exceptions.ClientError:
            return None
        if "AuthenticationResult" not in answer:
            return None
        return self._tokens(answer, refresh_token=refresh_token)

    def _start(self, username: str, password: str) -> Mapping[str, Any]:
        try:
            answer: Mapping[str, Any] = self._cognito.initiate_auth(
                ClientId=self._client_id,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": username, "PASSWORD": password},
            )
        except self._cognito.exceptions.ClientError as error:
            raise SignInError(
                f"The user {username} could not sign in.",
                why=str(error),
                next_step="qops reset makes a fresh local cloud with a fresh user.",
            ) from error
        return answer

    def _code(self, secret: str) -> str:
        import pyotp

        return pyotp.TOTP(secret, interval=_STEP_SECONDS).at(int(self._now()))

    def _tokens(self, answer: Mapping[str, Any], refresh_token: str = "") -> Tokens:
        result = answer.get("AuthenticationResult")
        if not result:
            raise self._unexpected("tokens", answer)
        return Tokens(
            client_id=self._client_id,
            access_token=str(result["AccessToken"]),
            expires_at=self._now() + float(result["ExpiresIn"]),
            refresh_token=str(result.get("RefreshToken") or refresh_token),
        )

    def _unexpected(self, wanted: str, answer: Mapping[str, Any]) -> SignInError:
        got = answer.get("ChallengeName") or (
            "tokens without a second factor" if "AuthenticationResult" in answer else "nothing"
        )
        return SignInError(
            "The sign-in took an unexpected turn.",
            why=f"Expected {wanted}, Cognito answered with {got}.",
            next_step="The user pool must have MFA on with TOTP: look at modules/security.",
        )
