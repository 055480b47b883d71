"""Certificates of servers on this machine, each its own authority."""

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key.

    Attributes:
        pem: The certificate, which is the authority that it comes from, too.
        key: The private key, PEM.
    """

    pem: str
    key: str

    def write(self, folder: Path) -> Path:
        """Write both into one file, as servers load them.

        Args:
            folder: Where.

        Returns:
            The file.
        """
        file = folder / "server.pem"
        file.write_text(self.pem + self.key, encoding="ascii")
        return file


def certificate(
    address: str = "127.0.0.1", *, lasts: timedelta = _DAY, authority: bool = True
) -> Certificate:
    """Make a certificate that signs itself.

    Args:
        address: IP address that it is for.
        lasts: Until when it holds, from now; it began a day before that or before now.
        authority: Whether it may sign others.

    Returns:
        The certificate.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    # Authorities are found by their names: each has one of its own.
    named = f"{address} {secrets.token_hex(4)}"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, named)])
    end = datetime.now(UTC) + lasts
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(end, datetime.now(UTC)) - _DAY)
        .not_valid_after(end)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Certificate(made.public_bytes(Encoding.PEM).decode(), private.decode())
