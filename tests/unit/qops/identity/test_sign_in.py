# ruff: noqa: N801, N803 - the names of boto3
import stat
from pathlib import Path

import pyotp
import pytest
from botocore.exceptions import ClientError

from qops.identity.demo_user import random_password
from qops.identity.sign_in import SignIn, SignInError
from qops.identity.store import SecretFile, Tokens

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class Cognito:
    """A user pool with MFA on: knows one user, refuses a code that was used."""

    class exceptions:
        ClientError = ClientError

    def __init__(self, clock, *, enrolled: bool, used_step: int | None = None) -> None:
        self._clock = clock
        self.enrolled = enrolled
        self.used_step = used_step
        self.rotated = ""

    def initiate_auth(self, ClientId, AuthFlow, AuthParameters):
        assert AuthFlow == "USER_PASSWORD_AUTH"
        if AuthParameters["PASSWORD"] != "right":
            self._refuse("NotAuthorizedException")
        name = "SOFTWARE_TOKEN_MFA" if self.enrolled else "MFA_SETUP"
        return {"ChallengeName": name, "Session": "s1"}

    def get_tokens_from_refresh_token(self, ClientId, RefreshToken):
        if RefreshToken != "refresh":
            self._refuse("NotAuthorizedException")
        return self._tokens(refresh=self.rotated) if self.rotated else self._tokens()

    def associate_software_token(self, Session):
        assert Session == "s1"
        return {"SecretCode": SECRET, "Session": "s2"}

    def verify_software_token(self, Session, UserCode, FriendlyDeviceName):
        assert Session == "s2"
        self._check(UserCode, "EnableSoftwareTokenMFAException")
        return {"Status": "SUCCESS", "Session": "s3"}

    def respond_to_auth_challenge(self, ClientId, ChallengeName, Session, ChallengeResponses):
        if ChallengeName == "MFA_SETUP":
            assert Session == "s3"
            self.enrolled = True
        else:
            self._check(ChallengeResponses["SOFTWARE_TOKEN_MFA_CODE"], "CodeMismatchException")
        return self._tokens(refresh="refresh")

    def _check(self, code: str, error: str) -> None:
        step = int(self._clock.now // 30)
        if code != pyotp.TOTP(SECRET).at(int(self._clock.now)) or step == self.used_step:
            self._refuse(error)
        self.used_step = step

    def _tokens(self, **refresh: str):
        result = {"AccessToken": f"access-{self._clock.now:.0f}", "ExpiresIn": 3600}
        if refresh:
            result["RefreshToken"] = refresh["refresh"]
        return {"AuthenticationResult": result}

    def _refuse(self, code: str) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "op")


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_010.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def sign_in(cognito: Cognito, clock: Clock) -> SignIn:
    return SignIn(cognito, "client", now=clock, sleep=clock.sleep)


def test_the_first_sign_in_enrols_an_authenticator(clock: Clock) -> None:
    done = sign_in(Cognito(clock, enrolled=False), clock).first("u", "right")
    assert done.totp_secret == SECRET
    assert done.tokens.refresh_token == "refresh"
    assert done.tokens.expires_at == clock.now + 3600


def test_a_later_sign_in_answers_with_a_code(clock: Clock) -> None:
    tokens = sign_in(Cognito(clock, enrolled=True), clock).again("u", "right", SECRET)
    assert tokens.access_token.startswith("access-")
    assert clock.slept == []


def test_a_code_that_was_used_waits_for_the_next(clock: Clock) -> None:
    used = int(clock.now // 30)
    sign_in(Cognito(clock, enrolled=True, used_step=used), clock).again("u", "right", SECRET)
    assert len(clock.slept) == 1
    assert clock.slept[0] <= 30.5
    assert int(clock.now // 30) == used + 1


def test_a_wrong_secret_is_refused_after_one_more_try(clock: Clock) -> None:
    with pytest.raises(SignInError, match="authenticator was refused"):
        sign_in(Cognito(clock, enrolled=True), clock).again("u", "right", "A" * 32)
    assert len(clock.slept) == 1


def test_a_wrong_password_is_refused(clock: Clock) -> None:
    with pytest.raises(SignInError, match="could not sign in"):
        sign_in(Cognito(clock, enrolled=True), clock).again("u", "wrong", SECRET)


def test_a_pool_without_a_second_factor_is_noticed(clock: Clock) -> None:
    cognito = Cognito(clock, enrolled=True)
    cognito.initiate_auth = lambda **_: cognito._tokens()
    with pytest.raises(SignInError) as caught:
        sign_in(cognito, clock).again("u", "right", SECRET)
    assert "without a second factor" in caught.value.why


def test_refresh_keeps_the_refresh_token_and_a_bad_one_gives_none(clock: Clock) -> None:
    dialogue = sign_in(Cognito(clock, enrolled=True), clock)
    assert dialogue.refresh("refresh").refresh_token == "refresh"
    assert dialogue.refresh("old") is None


def test_a_pool_that_rotates_gives_a_new_refresh_token(clock: Clock) -> None:
    cognito = Cognito(clock, enrolled=True)
    cognito.rotated = "next"
    assert sign_in(cognito, clock).refresh("refresh").refresh_token == "next"


def test_secrets_are_for_their_owner_only(tmp_path: Path) -> None:
    file = SecretFile(tmp_path / "demo" / "tokens.json")
    tokens = Tokens("c", "a", 1.0, "r")
    file.write(tokens)
    file.write(tokens)
    assert Tokens(**file.read()) == tokens
    assert stat.S_IMODE((tmp_path / "demo" / "tokens.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "demo").stat().st_mode) == 0o700
    file.remove()
    assert file.read() is None


def test_passwords_are_long_mixed_and_not_repeated() -> None:
    made = {random_password() for _ in range(200)}
    assert len(made) == 200
    for word in made:
        assert len(word) == 24
        assert any(c.islower() for c in word)
        assert any(c.isupper() for c in word)
        assert any(c.isdigit() for c in word)
        assert any(not c.isalnum() for c in word)
