"""Finds Terraform, or fetches the pinned release and verifies it."""

import hashlib
import json
import os
import platform
import shutil
import stat
import subprocess
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from qops.errors import PrerequisiteError
from qops.prerequisites.system import require_posix

MINIMUM = (1, 11)
"""Oldest Terraform that fits: write-only arguments and S3 locking without a table."""

BELOW = (2, 0)
"""First Terraform that is not promised to fit."""

PINNED = "1.11.4"
"""Release that is fetched when there is none on PATH that fits."""

RELEASES = "https://releases.hashicorp.com/terraform"

CHECKSUMS: dict[str, str] = {
    "darwin_amd64": "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
    "darwin_arm64": "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
    "linux_amd64": "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
    "linux_arm64": "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
}
"""SHA-256 of the release's archives, as in HashiCorp's Homebrew formula of Terraform 1.11.4."""

_DOWNLOAD_SECONDS = 120.0
_VERSION_SECONDS = 20.0

Opener = Callable[[str], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True, slots=True)
class TerraformBinary:
    """A Terraform that fits.

    Attributes:
        path: The program.
        version: Its version, e.g. ``1.11.4``.
        source: ``PATH``, ``pinned release`` (already there) or ``downloaded``.
    """

    path: Path
    version: str
    source: str


def find_terraform(
    home: Path,
    *,
    search_path: str | None = None,
    allow_download: bool = True,
    notice: Callable[[str], None] = lambda _: None,
    opener: Opener | None = None,
    checksums: dict[str, str] | None = None,
) -> TerraformBinary:
    """Find a Terraform that fits, or fetch the pinned release.

    Args:
        home: qops' folder; a fetched release goes to its ``bin``.
        search_path: Replaces ``PATH``.
        allow_download: Whether fetching is allowed.
        notice: Called with a line for the person before anything is fetched.
        opener: Opens an address; ``urllib`` when absent.
        checksums: Replaces :data:`CHECKSUMS`.

    Returns:
        The program.

    Raises:
        PrerequisiteError: None fits and none can be fetched.
        NotAvailableError: This is Windows.
    """
    require_posix(
        "Terraform under qops", why="Its runs are guarded by signals and inherited pipes."
    )
    unfit = ""
    on_path = shutil.which("terraform", path=search_path)
    if on_path:
        version = version_of(Path(on_path))
        if fits(version):
            return TerraformBinary(Path(on_path), version, "PATH")
        unfit = f"{on_path} is version {version or 'unknown'}"
    own = home / "bin" / "terraform"
    if own.is_file() and version_of(own) == PINNED:
        return TerraformBinary(own, PINNED, "pinned release")
    why = unfit or "there is none on PATH"
    if not allow_download:
        raise PrerequisiteError(
            "No Terraform that fits was found.",
            why=f"{why}; 1.11 or later, below 2, is needed.",
            next_step=f"Install Terraform {PINNED}, or run qops up, which fetches it.",
        )
    notice(f"Fetching Terraform {PINNED}, because {why}.")
    _fetch(own, why=why, opener=opener or _open, checksums=checksums or CHECKSUMS)
    return TerraformBinary(own, PINNED, "downloaded")


def version_of(program: Path) -> str:
    """The version that a Terraform program tells.

    Args:
        program: The program.

    Returns:
        E.g. ``1.11.4``; empty when it does not answer.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    try:
        answer = subprocess.run(
            [str(program), "version", "-json"],
            capture_output=True,
            check=False,
            timeout=_VERSION_SECONDS,
            env={**environment, "CHECKPOINT_DISABLE": "1"},
        )
        data: dict[str, Any] = json.loads(answer.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ""
    return str(data.get("terraform_version", ""))


def fits(version: str) -> bool:
    """Whether a Terraform version can be used: a release from 1.11 on, below 2.

    Args:
        version: E.g. ``1.11.4``.
    """
    parts = version.split(".")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return False
    return MINIMUM <= (int(parts[0]), int(parts[1])) < BELOW


def platform_name() -> str:
    """This machine as Terraform's releases name it, e.g. ``linux_amd64``."""
    machine = platform.machine().lower()
    architecture = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(
        machine, machine
    )
    return f"{platform.system().lower()}_{architecture}"


def _open(address: str) -> AbstractContextManager[IO[bytes]]:
    return urllib.request.urlopen(address, timeout=_DOWNLOAD_SECONDS)  # type: ignore[no-any-return]  # noqa: S310 - https, our constant


def _fetch(target: Path, *, why: str, opener: Opener, checksums: dict[str, str]) -> None:
    name = platform_name()
    expected = checksums.get(name)
    if expected is None:
        raise PrerequisiteError(
            "No Terraform that fits was found.",
            why=f"{why}, and no release is pinned for {name}.",
            next_step=f"Install Terraform {PINNED} yourself and put it on PATH.",
        )
    address = f"{RELEASES}/{PINNED}/terraform_{PINNED}_{name}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".terraform-") as folder:
        archive = Path(folder) / "terraform.zip"
        digest = hashlib.sha256()
        try:
            with opener(address) as source, archive.open("wb") as sink:
                while block := source.read(1 << 20):
                    digest.update(block)
                    sink.write(block)
        except (OSError, urllib.error.URLError) as error:
            raise PrerequisiteError(
                f"Terraform {PINNED} could not be fetched.",
                why=f"{why}, and {address} answered: {error}.",
                next_step="Check the network or proxy, or put Terraform 1.11 or later on PATH.",
            ) from error
        if digest.hexdigest() != expected:
            raise PrerequisiteError(
                f"The archive of Terraform {PINNED} is not the pinned one; it was not used.",
                why=f"Its SHA-256 is {digest.hexdigest()}, expected {expected}.",
                next_step="Something changed it on the way (a proxy?): put Terraform on PATH.",
            )
        with zipfile.ZipFile(archive) as packed:
            packed.extract("terraform", folder)
        program = Path(folder) / "terraform"
        program.chmod(program.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        program.replace(target)
