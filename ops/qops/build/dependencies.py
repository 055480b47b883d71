"""Third-party packages of an archive, installed by uv from a hash-locked file."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from qops.build.bytecode import compile_folder
from qops.build.errors import BuildError
from qops.build.target import Target

TIMEOUT_SECONDS = 300

_JUNK_FOLDERS = frozenset({"bin"})
# What an installer notes about itself differs from machine to machine and is of no use later.
_JUNK_FILES = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", ".lock"})

_locks: dict[str, threading.Lock] = {}
"""One for each folder of packages that this process installs."""


def installed_files(requirements: Path, target: Target, cache: Path) -> dict[str, Path]:
    """Install locked requirements, or take what an earlier build installed.

    Args:
        requirements: The hash-locked file.
        target: What to install for.
        cache: Folder of the build's cache.

    Returns:
        The installed files by their names.

    Raises:
        BuildError: If uv is missing, or a package cannot be had for the target.
    """
    packages = _packages(requirements.read_text(encoding="utf-8"))
    if not packages:
        return {}
    digest = hashlib.sha256("\n".join((*packages, target.identity)).encode()).hexdigest()[:24]
    folder = cache / f"packages-{digest}"
    # Functions with the same packages share one folder, and are built side by side.
    with _locks.setdefault(str(folder), threading.Lock()):
        if not folder.is_dir():
            _install(requirements, target, folder)
    return {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and _wanted(path.relative_to(folder))
    }


def _packages(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _wanted(path: Path) -> bool:
    return not (
        _JUNK_FOLDERS.intersection(path.parts[:-1])
        or path.name in _JUNK_FILES
        or path.suffix == ".pyi"
    )


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if found is None:
        raise BuildError(
            "The functions' packages cannot be installed: uv was not found.",
            why=f"It is neither beside {sys.executable} nor on PATH.",
            next_step="Install the locked requirements of qops (make setup), then build again.",
        )
    return found


def _install(requirements: Path, target: Target, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=folder.parent, suffix=".part"))
    command = [
        _uv(),
        "pip",
        "install",
        "--quiet",
        "--no-progress",
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
        *target.installer_arguments(),
        "--target",
        str(part),
        "--requirement",
        str(requirements),
    ]
    environment = {k: v for k, v in os.environ.items() if k not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    try:
        _run(command, environment, requirements)
        # What a wheel brought may be of another version, or name the time it was made.
        for stale in part.rglob("*.pyc"):
            stale.unlink()
        compile_folder(part, target)
        # Whoever builds at the same time installed the same; the first one stays.
        if not folder.is_dir():
            part.chmod(0o755)
            part.replace(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _run(command: list[str], environment: dict[str, str], requirements: Path) -> None:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise BuildError(
            f"The packages of {requirements.parent.name} could not be installed.",
            why=f"uv did not finish within {TIMEOUT_SECONDS} s.",
            next_step="Check the network and the package index, then build again.",
        ) from error
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise BuildError(
            f"The packages of {requirements.parent.name}/{requirements.name} could not be "
            "installed.",
            why=lines[-1] if lines else f"uv ended with status {done.returncode}.",
            next_step="Check the network and the package index (UV_DEFAULT_INDEX), and that the "
            "lock file is as committed; then build again.",
            details=lines[-20:],
        )
