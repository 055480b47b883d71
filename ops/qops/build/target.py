"""What the archives are built for."""

import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache

from qops.build.errors import BuildError

CLOUD_PYTHON = "3.13"
"""Python of the functions in AWS: the newest that Lambda's wheels and Powertools both cover."""

_ANSWER_SECONDS = 20
_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True)
class Target:
    """A platform on which functions run.

    Attributes:
        python: Version, e.g. ``3.13``.
        architecture: As Lambda names it: ``x86_64`` or ``arm64``.
        wheels: Platform as uv names it; None for this machine.
    """

    python: str
    architecture: str
    wheels: str | None

    @property
    def runtime(self) -> str:
        """Lambda's name of the runtime, e.g. ``python3.13``."""
        return f"python{self.python}"

    @property
    def identity(self) -> str:
        """What must be the same for a cached archive to be used again."""
        where = self.wheels or f"{sys.platform}-{platform.machine()}"
        bytecode = "bytecode" if self.interpreter else "sources"
        return f"{self.runtime}|{self.architecture}|{where}|{bytecode}"

    @property
    def interpreter(self) -> str | None:
        """An interpreter of the target's version, whose bytecode the runtime takes; or None."""
        if self.python == f"{sys.version_info.major}.{sys.version_info.minor}":
            return sys.executable
        return _interpreter(self.python)

    def installer_arguments(self) -> list[str]:
        """Arguments that make uv install for this target."""
        if self.wheels is None:
            return ["--python", sys.executable]
        return ["--python-version", self.python, "--python-platform", self.wheels]


@cache
def _interpreter(version: str) -> str | None:
    """Find an interpreter of a version that runs.

    A program of its name need not be one: those that switch versions answer to all names, and fail
    for a version that is not chosen. Bytecode would be missing then without a word.
    """
    found = shutil.which(f"python{version}")
    if found is None:
        return None
    program = "import sys; print(sys.executable if sys.version_info[:2] == {} else '')"
    asked = program.format(tuple(int(part) for part in version.split(".")))
    try:
        done = subprocess.run(
            [found, "-I", "-S", "-c", asked],
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None


def target_of(environment: str) -> Target:
    """Find what an environment runs on.

    Args:
        environment: Name of the environment.

    Returns:
        This machine and this interpreter for ``local``, where functions run as processes of
        this machine; else Lambda's Linux.

    Raises:
        BuildError: If Lambda has no name for this machine's architecture.
    """
    if environment != "local":
        return Target(CLOUD_PYTHON, "x86_64", "x86_64-manylinux_2_28")
    machine = platform.machine().lower()
    if machine not in _ARCHITECTURES:
        raise BuildError(
            f"The functions cannot be built for this machine ({machine}).",
            why="Lambda knows x86_64 and arm64 only.",
            next_step="Use a machine of one of these architectures.",
        )
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Target(version, _ARCHITECTURES[machine], None)
