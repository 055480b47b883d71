"""Putting the pieces of `qagent serve` and `qagent enrol` together."""

import logging
import platform
import signal
from collections.abc import Callable
from pathlib import Path

from qagent import __version__
from qagent.cloud.api import CloudApi
from qagent.cloud.config import (
    ClientConfig,
    Enrolment,
    load_client,
    load_enrolment,
    store_enrolment,
)
from qagent.cloud.connection import connected
from qagent.cloud.delivery import deliver
from qagent.cloud.enrolling import enrol_once, settled
from qagent.cloud.loop import QueueLoop
from qagent.cloud.pictures import PictureUploader
from qagent.cloud.queue import SqsQueue
from qagent.cloud.signin import CognitoSignIn, SignedIn, TokenSource, user_of
from qagent.consent import Source
from qagent.desktop import backend_name, open_backend
from qagent.home import AgentHome, HomeError
from qagent.journal import Journal
from qagent.locks import held
from qagent.messages import text
from qagent.outbox import Outbox
from qagent.oversight import oversee
from qagent.policy import load_policy
from qagent.stop_key import watched
from qagent.stopping import stop_by
from qagent.work import Worker
from qscreen.api.client import ApiClient
from qscreen.api.http import HttpxTransport
from qscreen.wire import Device, DevicePlatform, EnrolRequest

_log = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 15.0


def enrol(
    home: AgentHome,
    client: ClientConfig,
    sign_in: Callable[[], SignedIn],
    username: str,
    name: str | None,
) -> Device:
    """Sign in and enrol this machine as a device.

    Args:
        home: The agent's folder.
        client: The platform's client configuration.
        sign_in: Signs a person in; what it asks for is not stored.
        username: The user who owns the device; who signed in when empty.
        name: The device's name; the host name when absent.

    Raises:
        SignInError: The sign-in was refused.
        ApiError: The platform did not take the device, or its answer was lost: enrolling again
            gets the same device.
        HomeError: The enrolment could not be stored.
    """
    home.create()
    signed_in = sign_in()
    tokens = TokenSource(CognitoSignIn(client), signed_in.tokens.refresh_token, signed_in.tokens)
    with HttpxTransport(client.api_url, tokens, _TIMEOUT_SECONDS) as transport:
        device = enrol_once(
            ApiClient(transport),
            client.api_url,
            EnrolRequest(
                name=(name or platform.node() or "device")[:100],
                platform=DevicePlatform(backend_name()),
                agent_version=__version__,
                screenshots_allowed=load_policy(home.policy).screenshots,
            ),
            home.enrolling,
        )
    store_enrolment(
        home.device,
        Enrolment(
            client=client,
            device=device,
            username=username or user_of(signed_in.tokens.access_token) or device.owner,
            refresh_token=tokens.refresh_token,
        ),
    )
    settled(home.enrolling)
    return device


def serve(home: AgentHome, on_ready: Callable[[], None]) -> None:
    """Serve this device's queue until SIGTERM or Ctrl-C.

    Args:
        home: The agent's folder.
        on_ready: Called once the agent waits for commands.

    Raises:
        HomeError: The device is not enrolled, or another agent serves.
        DesktopError: There is no usable desktop.
        SignInError: The stored sign-in is no longer valid.
        DeviceRevokedError: The platform no longer knows the device.
    """
    enrolment = load_enrolment(home.device)
    home.create()
    with (
        held(home.lock, what=text("lock.serving")),
        watched(load_policy(home.policy).stop_key, lambda: stop_by(home, "stop key")),
    ):
        journal = Journal(home.journal)
        if journal.damaged_lines:
            _log.warning("the journal has %d damaged lines", journal.damaged_lines)
        who = f"{enrolment.username}, {enrolment.client.api_url}"
        oversight = oversee(home, Source.CLOUD, who)
        worker = Worker(journal, open_backend, lambda: load_policy(home.policy), oversight)
        try:
            worker.open()
            _serve(home, enrolment, journal, worker, on_ready)
        finally:
            worker.close()
            journal.close()


def _serve(
    home: AgentHome,
    enrolment: Enrolment,
    journal: Journal,
    worker: Worker,
    on_ready: Callable[[], None],
) -> None:
    device = enrolment.device
    with connected(home, enrolment) as connection:
        api = CloudApi(connection.api, connection.tokens, device.device_id)
        loop = QueueLoop(
            device.device_id,
            api,
            SqsQueue(device.queue_url, device.region, api),
            journal,
            worker,
            home.stop_file,
            lambda: load_policy(home.policy),
            PictureUploader,
            home.root / "screen.lock",
            lambda: deliver(Outbox(home.outbox), api),
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: loop.shut_down())
        loop.run(on_ready)


def known_client(config_file: Path | None, home: AgentHome) -> ClientConfig:
    """The client configuration: from the file, or from an earlier enrolment.

    Raises:
        HomeError: There is neither.
    """
    if config_file is not None:
        return load_client(config_file)
    try:
        return load_enrolment(home.device).client
    except HomeError as error:
        raise HomeError(text("home.no_platform"), text("home.no_platform.repair")) from error
