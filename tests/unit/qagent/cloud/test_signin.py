"""Signing in: challenges, the first TOTP, tokens that stay fresh. Cognito itself is played."""

import time
from typing import Any

import pyotp
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from qagent.cloud.config import ClientConfig
from qagent.cloud.errors import SignInError, SignInUnreachableError
from qagent.cloud.signin import CognitoSignIn, Tokens, TokenSource

CLIENT = ClientConfig(
    environment="test",
    region="ap-northeast-2",
    api_url="http://127.0.0.1:1",
    user_pool_id="ap-northeast-2_pool",
    client_id="client",
    issuer="http://127.0.0.1:1/issuer",
)
SECRET = pyotp.random_base32()
RESULT = {"AccessToken": "access", "RefreshToken": "refresh", "ExpiresIn": 3600}


def _error(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "InitiateAuth")


class PlayedCognito:
    """A pool whose client has no SRP; answers challenges in order."""

    def __init__(self, *answers: dict[str, Any] | Exception) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.secret = ""

    def _next(self, name: str, values: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((name, values))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def initiate_auth(self, **values: Any) -> dict[str, Any]:
        if values["AuthFlow"] == "USER_SRP_AUTH":
            raise _error("InvalidParameterException", "USER_SRP_AUTH is not enabled")
        return self._next("initiate_auth", values)

    def get_tokens_from_refresh_token(self, **values: Any) -> dict[str, Any]:
        return self._next("refresh", values)

    def respond_to_auth_challenge(self, **values: Any) -> dict[str, Any]:
        return self._next("respond", values)

    def associate_software_token(self, **values: Any) -> dict[str, Any]:
        self.secret = pyotp.random_base32()
        return {"SecretCode": self.secret, "Session": "session-2"}

    def verify_software_token(self, **values: Any) -> dict[str, Any]:
        good = pyotp.TOTP(self.secret).verify(values["UserCode"])
        return {"Status": "SUCCESS" if good else "ERROR", "Session": "session-3"}


def _sign_in(cognito: PlayedCognito, secret: str | None = SECRET) -> Any:
    shown: list[str] = []
    signed = CognitoSignIn(CLIENT, cognito).sign_in("kim", "password", secret, shown.append)
    return signed, shown


MFA = {"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "session-1", "ChallengeParameters": {}}
SETUP = {"ChallengeName": "MFA_SETUP", "Session": "session-1", "ChallengeParameters": {}}


def test_password_and_code_give_tokens() -> None:
    cognito = PlayedCognito(MFA, {"AuthenticationResult": RESULT})
    signed, shown = _sign_in(cognito)
    assert signed.tokens.access_token == "access"
    assert shown == []
    code = cognito.calls[1][1]["ChallengeResponses"]["SOFTWARE_TOKEN_MFA_CODE"]
    assert pyotp.TOTP(SECRET).verify(code, valid_window=1)


def test_the_first_sign_in_sets_up_totp_and_shows_the_secret() -> None:
    cognito = PlayedCognito(SETUP, {"AuthenticationResult": RESULT})
    signed, shown = _sign_in(cognito, None)
    assert shown == [cognito.secret] == [signed.new_totp_secret]
    assert cognito.calls[1][1]["ChallengeName"] == "MFA_SETUP"
    assert cognito.calls[1][1]["Session"] == "session-3"


def test_a_code_without_a_secret_says_what_to_give() -> None:
    with pytest.raises(SignInError, match="QAGENT_TOTP_SECRET"):
        _sign_in(PlayedCognito(MFA), None)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (_error("NotAuthorizedException"), "Check the user name"),
        (_error("UserNotFoundException"), "Check the user name"),
        (_error("PasswordResetRequiredException"), "reset"),
    ],
)
def test_refusals_say_what_to_do(error: ClientError, words: str) -> None:
    with pytest.raises(SignInError, match=words):
        _sign_in(PlayedCognito(error))


def test_a_wrong_code_says_so() -> None:
    with pytest.raises(SignInError, match="one-time code"):
        _sign_in(PlayedCognito(MFA, _error("CodeMismatchException")))


def test_a_bad_secret_says_so() -> None:
    with pytest.raises(SignInError, match="TOTP secret"):
        _sign_in(PlayedCognito(MFA), "not base 32!")


def test_an_unknown_challenge_says_so() -> None:
    with pytest.raises(SignInError, match="NEW_PASSWORD_REQUIRED"):
        _sign_in(PlayedCognito({"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s"}))


def test_a_service_that_is_away_may_come_back() -> None:
    away = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    with pytest.raises(SignInUnreachableError):
        CognitoSignIn(CLIENT, PlayedCognito(away)).refresh("refresh")


def test_tokens_are_renewed_before_they_end_and_after_a_refusal() -> None:
    fresh = {"AuthenticationResult": {**RESULT, "AccessToken": "second"}}
    again = {"AuthenticationResult": {**RESULT, "AccessToken": "third"}}
    source = TokenSource(
        CognitoSignIn(CLIENT, PlayedCognito(fresh, again)),
        "refresh",
        Tokens("first", "refresh", time.time() + 30),
    )
    assert source() == "second"
    assert source() == "second"
    source.invalidate()
    assert source() == "third"


def test_a_rotated_refresh_token_is_kept_and_used_next() -> None:
    def renewed(access: str, refresh: str) -> dict[str, Any]:
        return {"AuthenticationResult": {**RESULT, "AccessToken": access, "RefreshToken": refresh}}

    cognito = PlayedCognito(renewed("a", "r-1"), renewed("b", "r-2"))
    kept: list[str] = []
    source = TokenSource(CognitoSignIn(CLIENT, cognito), "r-0", keep=kept.append)
    assert source() == "a"
    source.invalidate()
    assert source() == "b"
    assert [values["RefreshToken"] for _, values in cognito.calls] == ["r-0", "r-1"]
    assert kept == ["r-1", "r-2"] == [kept[0], source.refresh_token]
