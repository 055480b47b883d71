"""What is built: the functions, the layer they share, and the synthetic check of the API."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from qops.build.authorities import Authorities
from qops.build.errors import BuildError
from qops.build.target import Target

HANDLER = "handler.py"
LAYER = "layer"
CANARY = "canary"
CANARY_HOME = Path("modules", "observability", "canary")
LAYER_PACKAGES = ("qscreen", "qs_cloud", "qs_mcp", "qs_planning", "qs_reading")

AUTHORITIES = "qs_cloud/rds-ca.pem"
"""Where ``qs_cloud.postgres`` looks for the certificates of the authorities of RDS."""

_FORMAT = "2"
"""Raised when the layout of archives changes, so that cached ones are not used again."""
_LOCK = "requirements.txt"
_LEFT_OUT = frozenset({"requirements.in", _LOCK, "README.md"})
_JUNK_FOLDERS = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"})


@dataclass(frozen=True, slots=True)
class Unit:
    """One archive to build.

    Attributes:
        name: Name of the function, ``layer`` or ``canary``.
        prefix: Folder inside the archive; empty for functions.
        sources: Own files by their path below the prefix.
        requirements: The hash-locked requirements.
    """

    name: str
    prefix: str
    sources: dict[str, Path]
    requirements: Path

    @property
    def own_bytes(self) -> int:
        """Size of the own code, bytes."""
        return sum(path.stat().st_size for path in self.sources.values())

    def digest(self, target: Target) -> str:
        """Digest everything that the archive is made of.

        Args:
            target: What it is built for.

        Returns:
            24 hexadecimal digits.
        """
        digest = hashlib.sha256(f"{_FORMAT}|{self.prefix}|{target.identity}".encode())
        digest.update(self.requirements.read_bytes())
        for name, path in sorted(self.sources.items()):
            digest.update(f"\0{name}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:24]


def function_names(root: Path) -> tuple[str, ...]:
    """Find the functions: every folder of ``lambda_src`` with a handler or a lock file.

    Args:
        root: Root of the checkout.

    Returns:
        Their names, sorted; a folder that has one of the two files only is named as well, so
        that the build can say what it lacks.
    """
    home = root / "lambda_src"
    return tuple(
        sorted({path.parent.name for file in (HANDLER, _LOCK) for path in home.glob(f"*/{file}")})
    )


def read_units(root: Path, authorities: Authorities | None = None) -> tuple[Unit, ...]:
    """Find what is to be built.

    Args:
        root: Root of the checkout.
        authorities: Certificates for the layer; None for none.

    Returns:
        The layer, the functions and the canary.

    Raises:
        BuildError: If a folder, a handler or a lock file is missing.
    """
    home = root / "lambda_src"
    units = [
        Unit(
            name=LAYER,
            prefix="python/",
            sources={
                f"{package}/{name}": path
                for package in LAYER_PACKAGES
                for name, path in _files(home / package).items()
            },
            requirements=home / "layer-requirements.txt",
        )
    ]
    if authorities is not None:
        units[0].sources[AUTHORITIES] = authorities.file
    for name in function_names(root):
        sources = {
            inner: path for inner, path in _files(home / name).items() if inner not in _LEFT_OUT
        }
        units.append(Unit(name, "", sources, home / name / _LOCK))
    canary = root / CANARY_HOME
    scripts = {path.name: path for path in sorted(canary.glob("*.py"))}
    units.append(Unit(CANARY, "python/", scripts, canary / _LOCK))
    for unit in units:
        _check(unit, root)
    return tuple(units)


def _files(folder: Path) -> dict[str, Path]:
    return {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix != ".pyc"
        and not _JUNK_FOLDERS.intersection(path.relative_to(folder).parts)
    }


def _check(unit: Unit, root: Path) -> None:
    missing = None
    if not unit.requirements.is_file():
        missing = unit.requirements
    elif unit.name not in (LAYER, CANARY) and HANDLER not in unit.sources:
        missing = unit.requirements.with_name(HANDLER)
    elif not unit.sources:
        missing = root / "lambda_src"
    if missing is not None:
        raise BuildError(
            f"The archive of {unit.name} cannot be built: {missing.relative_to(root)} is missing.",
            why="The checkout is not complete.",
            next_step="Restore the file (git status shows what is missing) and build again.",
        )
