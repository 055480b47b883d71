"""What enrolment stores, and where the platform is."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from qagent.cloud import keychain
from qagent.home import HomeError, read_json, write_private_json
from qagent.messages import text
from qagent.value_faults import words_of
from qscreen.wire import Device


class ClientConfig(BaseModel):
    """The platform's client parameter (`/qscreen/<environment>/client`)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    environment: str
    region: str
    api_url: str
    user_pool_id: str
    client_id: str
    issuer: str
    domain: str | None = None
    """Address of the user pool's own sign-in page; None when it has none."""
    callback_url: str = "http://localhost:8976/callback"
    """Where that page sends the browser back to; the default is that of the platform's."""


class Enrolment(BaseModel):
    """This device as enrolled; a refresh token makes the file a secret.

    In the file the token is null when the system's keychain holds it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    client: ClientConfig
    device: Device
    username: str
    refresh_token: str


def load_client(path: Path) -> ClientConfig:
    """Read a client configuration file.

    Raises:
        HomeError: It is not there or is not a client configuration.
    """
    try:
        return ClientConfig.model_validate(read_json(path, text("home.client.repair")))
    except ValidationError as error:
        raise HomeError(
            text("home.client", path=path, why=_first(error)),
            text("home.client.repair"),
        ) from error


def load_enrolment(path: Path) -> Enrolment:
    """Read what enrolment stored.

    Raises:
        HomeError: This device is not enrolled, the file is damaged, or the keychain does not give
            the token.
    """
    values = read_json(path, text("home.enrol"))
    device = values.get("device")
    in_keychain = "refresh_token" in values and values["refresh_token"] is None
    if in_keychain and isinstance(device, dict):
        values["refresh_token"] = keychain.find(str(device.get("device_id")))
    try:
        return Enrolment.model_validate(values)
    except ValidationError as error:
        raise HomeError(
            text("home.damaged", path=path, why=_first(error)), text("home.enrol")
        ) from error


def store_enrolment(path: Path, enrolment: Enrolment) -> None:
    """Store the enrolment for the owner only, its token in the keychain where there is one.

    Raises:
        HomeError: A keychain is wanted, and there is none or it refused.
    """
    values = enrolment.model_dump(mode="json")
    if keychain.keep(enrolment.device.device_id, enrolment.refresh_token):
        values["refresh_token"] = None
    write_private_json(path, values)


def _first(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in fault['loc'])}: {words_of(fault)}"
