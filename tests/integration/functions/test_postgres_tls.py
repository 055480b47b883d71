"""TLS to PostgreSQL, as the secret says: before a real server that has none itself."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from certificates import certificate
from qs_rotate_postgres.application_user import ApplicationUser

from qs_cloud import clients, postgres
from qs_cloud.postgres import (
    Database,
    DatabaseSecretError,
    DatabaseUnavailableError,
    parse_secret,
)

SECRET = "qscreen-test/postgres"
SSL_REQUEST = (8).to_bytes(4) + (80877103).to_bytes(4)
"""What asks a server for TLS (PostgreSQL, "Message Formats": SSLRequest)."""


class Door:
    """A server that has TLS before one that has not; it notes how each connection began.

    Attributes:
        port: Its port.
        certificate: What it shows.
        began: ``tls`` or ``plain``, one for each connection.
    """

    def __init__(self, behind: int, folder: Path) -> None:
        self.certificate = certificate()
        self.began: list[str] = []
        self._behind = behind
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate.write(folder))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            with client, socket.create_connection(("127.0.0.1", self._behind)) as server:
                if client.recv(8, socket.MSG_PEEK) == SSL_REQUEST:
                    self.began.append("tls")
                    client.recv(8)
                    client.sendall(b"S")
                    # Who does not trust us hangs up, by an OSError of its own.
                    with (
                        suppress(OSError),
                        self._context.wrap_socket(client, server_side=True) as inside,
                    ):
                        self._pass(inside, server)
                else:
                    self.began.append("plain")
                    self._pass(client, server)

    def _pass(self, client: socket.socket, server: socket.socket) -> None:
        """Hand on until either side ends; TLS keeps what it has read to itself, so no `select`."""

        def back() -> None:
            with suppress(OSError):
                while data := server.recv(65536):
                    client.sendall(data)

        answers = threading.Thread(target=back, daemon=True)
        self._threads.append(answers)
        answers.start()
        with suppress(OSError):
            while data := client.recv(65536):
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        answers.join(5)


@pytest.fixture
def door(platform: Any, tmp_path: Path) -> Iterator[Door]:
    found = Door(platform.postgres.port, tmp_path)
    yield found
    found.close()


@pytest.fixture
def authorities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the layer holds the bundle of the build; there is none yet."""
    file = tmp_path / "rds-ca.pem"
    monkeypatch.setattr(postgres, "AUTHORITIES", file)
    return file


def connect(proxy: str | None = None) -> None:
    database = Database(SECRET, proxy=proxy)
    try:
        with database.connection() as connection:
            assert connection.run("SELECT 1") == [[1]]
    finally:
        database.close()


def test_disable_means_plain_even_where_the_server_has_tls(door: Door, change_secret: Any) -> None:
    change_secret(sslmode="disable", port=door.port)
    connect()
    change_secret(sslmode="require", port=door.port)
    connect()
    assert door.began == ["plain", "tls"]


def test_the_certificate_is_checked_where_the_secret_has_its_authority(
    door: Door, change_secret: Any
) -> None:
    given = {"sslmode": "require", "port": door.port}
    change_secret(**given, sslrootcert=door.certificate.pem)
    connect()
    change_secret(**given, sslrootcert=certificate().pem)
    with pytest.raises(DatabaseUnavailableError, match="SSLCertVerificationError"):
        connect()
    # Issued by the right one, for another name.
    change_secret(**given, sslrootcert=door.certificate.pem, host="localhost")
    with pytest.raises(DatabaseUnavailableError, match="SSLCertVerificationError"):
        connect()


def test_the_bundle_of_the_build_is_what_the_certificate_is_checked_by(
    door: Door, change_secret: Any, authorities: Path
) -> None:
    for sslmode in ("verify-full", "require"):
        change_secret(sslmode=sslmode, port=door.port)
        # Those of several authorities, as the bundle of a region.
        authorities.write_text(certificate().pem + door.certificate.pem, encoding="ascii")
        connect()
        authorities.write_text(certificate().pem, encoding="ascii")
        with pytest.raises(DatabaseUnavailableError, match="none of the known authorities"):
            connect()
        authorities.write_text(door.certificate.pem, encoding="ascii")
        change_secret(sslmode=sslmode, port=door.port, host="localhost")
        with pytest.raises(DatabaseUnavailableError, match="SSLCertVerificationError"):
            connect()


def test_verify_full_without_an_authority_is_refused_before_anything_is_sent(
    door: Door, change_secret: Any, authorities: Path
) -> None:
    change_secret(sslmode="verify-full", port=door.port)
    with pytest.raises(DatabaseSecretError, match="no authority is known"):
        connect()
    assert not authorities.exists()
    assert door.began == []


def test_a_proxy_is_checked_by_what_the_runtime_trusts_and_by_the_bundle(
    door: Door, change_secret: Any, authorities: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sslmode in ("verify-full", "require"):
        change_secret(sslmode=sslmode, port=door.port, host="the-instance.invalid")
        # Nobody whom the runtime trusts has signed it.
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        authorities.unlink(missing_ok=True)
        with pytest.raises(DatabaseUnavailableError, match="SSLCertVerificationError"):
            connect(proxy="127.0.0.1")
        authorities.write_text(door.certificate.pem, encoding="ascii")
        connect(proxy="127.0.0.1")
        # Amazon's public authorities are those of the runtime.
        authorities.write_text(certificate().pem, encoding="ascii")
        public = authorities.with_name("public.pem")
        public.write_text(door.certificate.pem, encoding="ascii")
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
        connect(proxy="127.0.0.1")
        with pytest.raises(DatabaseUnavailableError, match="SSLCertVerificationError"):
            connect(proxy="localhost")


def test_require_does_not_fall_back(platform: Any, change_secret: Any) -> None:
    change_secret(sslmode="require")
    with pytest.raises(DatabaseUnavailableError, match="InterfaceError"):
        connect()


def test_the_rotation_takes_the_authority_over(platform: Any, change_secret: Any) -> None:
    pem = certificate().pem
    set_secret = clients.secretsmanager().put_secret_value
    admin = json.loads(
        clients.secretsmanager().get_secret_value(SecretId=f"{SECRET}-admin")["SecretString"]
    )
    set_secret(SecretId=f"{SECRET}-admin", SecretString=json.dumps({**admin, "sslrootcert": pem}))
    made = ApplicationUser(f"{SECRET}-admin").create(None)
    assert json.loads(made)["sslrootcert"] == pem


@pytest.mark.parametrize("text", ["", "nonsense", "-----BEGIN CERTIFICATE-----"])
def test_an_authority_that_is_none_is_named(text: str) -> None:
    secret = (
        '{"username": "u", "password": "a-secret", "host": "h", "port": 1, "dbname": "d", '
        f'"sslmode": "require", "sslrootcert": "{text}"}}'
    )
    with pytest.raises(DatabaseSecretError, match="at sslrootcert") as found:
        parse_secret(secret)
    assert "a-secret" not in str(found.value)
