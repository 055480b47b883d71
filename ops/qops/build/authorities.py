"""The certificates of the authorities by which functions check the database's own."""

import hashlib
import ssl
import time
from dataclasses import dataclass
from pathlib import Path

from qops.build.errors import BuildError

_WHERE = (
    "Download the bundle of the environment's region from https://truststore.pki.rds.amazonaws.com/"
    "<region>/<region>-bundle.pem and put it there as it is."
)


@dataclass(frozen=True, slots=True)
class Authorities:
    """Certificates of authorities.

    Attributes:
        file: The file, PEM.
        certificates: How many are in it.
        valid_until: Day on which the first of them ends, e.g. ``2061-05-20``.
    """

    file: Path
    certificates: int
    valid_until: str

    @property
    def summary(self) -> dict[str, object]:
        """What the manifest says of them."""
        return {
            "certificates": self.certificates,
            "sha256": hashlib.sha256(self.file.read_bytes()).hexdigest(),
            "valid_until": self.valid_until,
        }


def read_authorities(file: Path | None) -> Authorities | None:
    """Read and check a bundle.

    Args:
        file: The file; None where the environment has none.

    Returns:
        What is in it; None without a file.

    Raises:
        BuildError: If it holds no certificates of authorities, or one that has ended.
    """
    if file is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cadata=file.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise BuildError(
            f"{file} cannot be used as certificates of the authorities of RDS.",
            why=f"It is no PEM file of certificates ({type(error).__name__}).",
            next_step=_WHERE,
        ) from error
    found = context.get_ca_certs()
    if not found:
        raise BuildError(
            f"{file} cannot be used as certificates of the authorities of RDS.",
            why="None of its certificates is one of an authority.",
            next_step=_WHERE,
        )
    ends = min(ssl.cert_time_to_seconds(str(one["notAfter"])) for one in found)
    day = time.strftime("%Y-%m-%d", time.gmtime(ends))
    if ends < time.time():
        raise BuildError(
            f"A certificate in {file} ended on {day}.",
            why="Functions would refuse a database whose certificate it signed.",
            next_step=_WHERE,
        )
    return Authorities(file, len(found), day)
