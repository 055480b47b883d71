"""The environment of the reading engine: packages from a lock, and Tesseract's language data.

``prepare_reading`` runs this as a process of its own with the first document, because it takes long
and because the router keeps nothing of the caller's environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from qops.local.environment import ensure_environment
from qops.local.model import LocalCloudError

LANGUAGES = ("kor", "eng")
PACKAGES = tuple(f"tesseract-ocr-{language}" for language in LANGUAGES)
_SYSTEM = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/opt/homebrew/share/tessdata",
    "/usr/local/share/tessdata",
)
_SETTINGS = ("HOME", "PATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
_SETTING_PREFIXES = ("PIP_", "UV_", "XDG_")


@dataclass(frozen=True)
class Prepared:
    """Where the parts are.

    Attributes:
        python: Python with the packages.
        tessdata: Folder with the language data.
    """

    python: str
    tessdata: str


def lock_file() -> Path:
    """The lock in the checkout."""
    return Path(__file__).resolve().parents[4] / "requirements" / "local-engines.txt"


def package_settings() -> dict[str, str]:
    """The variables of this process with which packages are installed."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _SETTINGS
        or name.startswith(_SETTING_PREFIXES)
        or name.lower() in ("http_proxy", "https_proxy", "no_proxy", "all_proxy")
    }
    # uv lies beside the Python of qops
    kept["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
    return kept


def prepare(folder: Path) -> Prepared:
    """Installs what is missing.

    Args:
        folder: Folder of the environment; others may prepare the same one at the same time.

    Raises:
        LocalCloudError: Something could not be installed.
    """
    import fcntl  # here: the module is loaded on Windows, too, where nothing is ever prepared

    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        python = ensure_environment(folder, lock_file(), lambda _line: None)
        return Prepared(str(python), str(tessdata(folder.with_name("tessdata"))))


def tessdata(folder: Path, system: tuple[str, ...] = _SYSTEM) -> Path:
    """The language data: the system's, or Debian's packages unpacked into a folder of ours.

    Args:
        folder: Folder of ours.
        system: Where the system may have it.

    Raises:
        LocalCloudError: It is not to be had.
    """
    own = folder / "usr" / "share" / "tesseract-ocr" / "5" / "tessdata"
    named = os.environ.get("TESSDATA_PREFIX")
    for place in (*([named] if named else []), *system, str(own)):
        if all((Path(place) / f"{name}.traineddata").is_file() for name in LANGUAGES):
            return Path(place)
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise LocalCloudError(
            "Tesseract's language data for Korean and English is missing.",
            why=f"looked in {', '.join(system)}",
            next_step="Install it: brew install tesseract-lang, or name its folder in"
            " TESSDATA_PREFIX.",
        )
    download = folder / "packages"
    download.mkdir(parents=True, exist_ok=True)
    # needs no root: the packages are unpacked, not installed
    _run(["apt-get", "download", "-q", *PACKAGES], download)
    for archive in download.glob("*.deb"):
        _run(["dpkg-deb", "-x", str(archive), str(folder)], download)
    shutil.rmtree(download)
    if not all((own / f"{name}.traineddata").is_file() for name in LANGUAGES):
        raise LocalCloudError(
            "Debian's packages hold no language data where it was expected.",
            why=f"looked in {own}",
            next_step=f"As root, run: apt-get install {' '.join(PACKAGES)}",
        )
    return own


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise LocalCloudError(
            "Tesseract's language data could not be fetched.",
            why=f"{' '.join(command[:2])}: {done.stderr.strip()[-400:]}",
            next_step=f"As root, run: apt-get update && apt-get install {' '.join(PACKAGES)}",
        )
