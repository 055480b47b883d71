"""Where the refresh token is kept. The system's keychain is played by a backend of `keyring`."""

import json
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked

from qagent.cloud.config import ClientConfig, Enrolment, load_enrolment, store_enrolment
from qagent.home import HomeError
from qscreen.wire import Device


class Chain(KeyringBackend):
    """A keychain in memory."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def _check(self) -> None:
        if self.locked:
            raise KeyringLocked("locked")

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> Chain:
    monkeypatch.delenv("QAGENT_SECRETS", raising=False)
    monkeypatch.setenv("QAGENT_LANG", "en")
    made = Chain()
    keyring.set_keyring(made)
    return made


@pytest.fixture
def enrolment() -> Enrolment:
    return Enrolment(
        client=ClientConfig(
            environment="test",
            region="ap-northeast-2",
            api_url="http://127.0.0.1:1",
            user_pool_id="p",
            client_id="c",
            issuer="i",
        ),
        device=Device.model_validate(
            {
                "device_id": "dev-1",
                "owner": "user-1",
                "name": "desk",
                "platform": "linux",
                "agent_version": "1",
                "screenshots_allowed": False,
                "status": "active",
                "queue_url": "http://127.0.0.1:1/queue",
                "region": "ap-northeast-2",
                "enrolled_at": "2026-11-23T09:00:00Z",
            }
        ),
        username="kim",
        refresh_token="secret-token-1",
    )


def test_the_file_does_not_hold_what_the_keychain_keeps(
    tmp_path: Path, chain: Chain, enrolment: Enrolment
) -> None:
    path = tmp_path / "device.json"
    store_enrolment(path, enrolment)
    assert "secret-token-1" not in path.read_text(encoding="utf-8")
    assert chain.kept == {("qagent", "dev-1"): "secret-token-1"}
    assert load_enrolment(path) == enrolment
    store_enrolment(path, enrolment.model_copy(update={"refresh_token": "secret-token-2"}))
    assert load_enrolment(path).refresh_token == "secret-token-2"


@pytest.mark.parametrize("why", ["none", "locked", "setting"])
def test_without_a_keychain_the_owners_file_holds_it(
    tmp_path: Path, chain: Chain, enrolment: Enrolment, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if why == "none":
        keyring.set_keyring(NoKeyring())
    elif why == "setting":
        monkeypatch.setenv("QAGENT_SECRETS", "file")
    chain.locked = why == "locked"
    path = tmp_path / "device.json"
    store_enrolment(path, enrolment)
    assert json.loads(path.read_text(encoding="utf-8"))["refresh_token"] == "secret-token-1"
    assert path.stat().st_mode & 0o077 == 0
    assert chain.kept == {}
    assert load_enrolment(path) == enrolment


@pytest.mark.parametrize("why", ["none", "locked"])
def test_a_keychain_that_is_wanted_and_not_there_is_no_reason_for_a_file(
    tmp_path: Path, chain: Chain, enrolment: Enrolment, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QAGENT_SECRETS", "keychain")
    chain.locked = why == "locked"
    if why == "none":
        keyring.set_keyring(NoKeyring())
    path = tmp_path / "device.json"
    with pytest.raises(HomeError) as caught:
        store_enrolment(path, enrolment)
    assert "QAGENT_SECRETS=file" in caught.value.repair
    assert not path.exists()


@pytest.mark.parametrize(
    ("fault", "said"), [("forgotten", "holds no token"), ("locked", "locked"), ("gone", "keychain")]
)
def test_a_token_that_is_not_given_says_what_to_do(
    tmp_path: Path, chain: Chain, enrolment: Enrolment, fault: str, said: str
) -> None:
    path = tmp_path / "device.json"
    store_enrolment(path, enrolment)
    chain.locked = fault == "locked"
    if fault == "forgotten":
        chain.kept.clear()
    elif fault == "gone":
        keyring.set_keyring(NoKeyring())
    with pytest.raises(HomeError, match=said) as caught:
        load_enrolment(path)
    assert caught.value.repair


def test_a_setting_that_nobody_knows_is_named(
    tmp_path: Path, chain: Chain, enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QAGENT_SECRETS", "vault")
    with pytest.raises(HomeError, match="vault") as caught:
        store_enrolment(tmp_path / "device.json", enrolment)
    assert "auto, keychain, file" in caught.value.repair
