"""The local cloud's own Python environment, made from a lock with hashes."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from qops.local.model import LocalCloudError

_MARKER = ".lock-digest"
_TAIL_LINES = 15


def lock_file() -> Path:
    """The lock in the checkout."""
    return Path(__file__).resolve().parents[3] / "requirements" / "local-cloud.txt"


def ensure_environment(folder: Path, lock: Path, progress: Callable[[str], None]) -> Path:
    """Makes the environment when it is missing or was made from another lock.

    Args:
        folder: Folder of the environment.
        lock: Requirements with hashes.
        progress: Called with one line for each step.

    Returns:
        The environment's Python.

    Raises:
        LocalCloudError: The packages could not be installed.
    """
    digest = lock_digest(lock)
    python = folder / "bin" / "python"
    marker = folder / _MARKER
    if python.exists() and marker.exists() and marker.read_text(encoding="utf-8") == digest:
        return python
    progress("environment: installing the emulators")
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    uv = _uv()
    if uv is not None:
        _run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)])
        install = [uv, "pip", "install", "--quiet", "--python", str(python)]
    else:
        _run([sys.executable, "-m", "venv", str(folder)])
        install = [str(python), "-m", "pip", "install", "--quiet", "--no-input"]
        install.append("--disable-pip-version-check")
    _run([*install, "--require-hashes", "-r", str(lock)])
    marker.write_text(digest, encoding="utf-8")
    return python


def lock_digest(lock: Path) -> str:
    """What an environment made from a lock with this Python is known by.

    Raises:
        LocalCloudError: The lock cannot be read.
    """
    try:
        return hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    except OSError as error:
        raise LocalCloudError(
            "The lock of the local cloud's environment cannot be read.",
            why=str(error),
            next_step="Run qops from a complete checkout.",
        ) from error


def _uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv")


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise LocalCloudError(
            "The local cloud's environment could not be made.", why=f"{command[0]}: {error}"
        ) from error
    if done.returncode != 0:
        tail = (done.stderr.strip() or done.stdout.strip()).splitlines()[-_TAIL_LINES:]
        raise LocalCloudError(
            "The local cloud's environment could not be made.",
            why=f"{' '.join(command[:3])} ended with exit code {done.returncode}.",
            next_step="Check the network and the package index settings, then repeat the command.",
            details=tail,
        )
