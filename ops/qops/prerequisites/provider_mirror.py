"""Finds a folder of Terraform providers, so that a laptop behind a wall can work."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qops.errors import PrerequisiteError
from qops.prerequisites.terraform_binary import platform_name

_NAMESPACE = "hashicorp"
_TYPE = "aws"
_MOST_ENTRIES = 200
"""A top-level folder with more entries than this is not searched."""


@dataclass(frozen=True, slots=True)
class ProviderMirror:
    """A filesystem mirror that holds the provider for this machine.

    Attributes:
        folder: What Terraform's ``filesystem_mirror`` takes as ``path``.
        source: How it was found: ``setting`` or ``search``.
    """

    folder: Path
    source: str


def find_provider_mirror(
    version: str,
    *,
    setting: Path | None,
    candidates: Iterable[Path] | None = None,
    platform: str | None = None,
) -> ProviderMirror | None:
    """Find a mirror with the wanted provider.

    Args:
        version: Version of ``hashicorp/aws``, e.g. ``5.100.0``.
        setting: ``QOPS_PROVIDER_MIRROR``; must fit if given.
        candidates: Folders to look at; :func:`candidate_folders` when absent.
        platform: E.g. ``linux_amd64``; this machine when absent.

    Returns:
        The mirror, or None: Terraform then downloads the provider.

    Raises:
        PrerequisiteError: The setting names a folder without the provider.
    """
    system = platform or platform_name()
    if setting is not None:
        if _holds(setting, version, system):
            return ProviderMirror(setting, "setting")
        raise PrerequisiteError(
            f"The provider mirror {setting} does not hold what is needed.",
            why=f"There is no <host>/{_NAMESPACE}/{_TYPE}/{version}/{system} in it.",
            next_step="Mend QOPS_PROVIDER_MIRROR, or unset it so that Terraform downloads.",
        )
    for folder in candidates if candidates is not None else candidate_folders(os.environ):
        if _holds(folder, version, system):
            return ProviderMirror(folder, "search")
    return None


def candidate_folders(
    environ: Mapping[str, str], *, tops: Sequence[Path] | None = None
) -> tuple[Path, ...]:
    """Folders that may be a mirror: Terraform's implied ones, then a bounded search.

    The search looks at the direct children of the folders in which software is put by hand
    (add-on software, local software, served data), no deeper.

    Args:
        environ: Environment variables (``HOME``, ``XDG_DATA_HOME``, ``XDG_DATA_DIRS``).
        tops: Replaces the folders whose children are looked at.
    """
    home = Path(environ.get("HOME", "~")).expanduser()
    implied = [home / ".terraform.d" / "plugins"]
    if sys.platform == "darwin":
        implied += [
            home / "Library/Application Support/io.terraform/plugins",
            Path("/Library/Application Support/io.terraform/plugins"),
        ]
    data_home = Path(environ.get("XDG_DATA_HOME") or home / ".local/share")
    data_dirs = (environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    implied += [
        folder / "terraform" / "plugins"
        for folder in (data_home, *(Path(name) for name in data_dirs if name))
    ]
    found = list(implied)
    for top in tops if tops is not None else _top_folders():
        found.extend(_children(top))
    return tuple(found)


def _top_folders() -> tuple[Path, ...]:
    root = Path(os.sep)
    return tuple(
        root.joinpath(*parts)
        for parts in (("opt",), ("usr", "local"), ("usr", "local", "lib"), ("srv",), ("var", "lib"))
    )


def _children(folder: Path) -> list[Path]:
    try:
        entries = sorted(entry.path for entry in os.scandir(folder) if entry.is_dir())
    except OSError:
        return []
    return [] if len(entries) > _MOST_ENTRIES else [Path(entry) for entry in entries]


def _holds(folder: Path, version: str, system: str) -> bool:
    packed = f"terraform-provider-{_TYPE}_{version}_{system}.zip"
    for host in _children(folder):
        base = host / _NAMESPACE / _TYPE
        try:
            if (base / version / system).is_dir() or (base / packed).is_file():
                return True
        except OSError:
            continue
    return False
