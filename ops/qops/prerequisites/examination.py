"""``qops doctor``: looks at the machine, changes nothing."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable

from qops.configuration.files import settings_files
from qops.errors import QopsError
from qops.local.ports import require_free
from qops.platform.bring_up import local_cloud
from qops.platform.deployment import PROVIDER_VERSION
from qops.prerequisites.answers import Finding
from qops.prerequisites.display import usable_display
from qops.prerequisites.provider_mirror import find_provider_mirror
from qops.prerequisites.system_packages import Purpose, desktop_purposes, missing_packages
from qops.prerequisites.terraform_binary import find_terraform
from qops.settings import Settings
from qops.terraform.cli_config import inherited_config_problem

_NEEDED_BYTES = 3 << 30
"""Providers (0.7 GB unpacked), two environments, archives and the local cloud's data."""


def examine(settings: Settings) -> list[Finding]:
    """Check what the machine has and lacks.

    Args:
        settings: Where to look.

    Returns:
        The findings, good ones included.
    """
    checks: Iterable[Callable[[Settings], list[Finding]]] = (
        _python,
        _terraform,
        _mirror,
        _port,
        _desktop,
        _reading,
        _disk,
        _environment,
        _settings_files,
    )
    return [finding for check in checks for finding in check(settings)]


def _python(_: Settings) -> list[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return [Finding(name="Python", ok=True, required=True, found=f"{version} in {sys.prefix}")]


def _terraform(settings: Settings) -> list[Finding]:
    try:
        binary = find_terraform(settings.home, allow_download=False)
    except QopsError as error:
        return [
            Finding(
                name="Terraform",
                ok=False,
                required=False,
                found=f"{error.what} {error.why}",
                next_step="qops up fetches the pinned release, or install it yourself.",
            )
        ]
    found = f"{binary.version} ({binary.source}: {binary.path})"
    return [Finding(name="Terraform", ok=True, required=True, found=found)]


def _mirror(settings: Settings) -> list[Finding]:
    name = f"provider hashicorp/aws {PROVIDER_VERSION}"
    try:
        mirror = find_provider_mirror(PROVIDER_VERSION, setting=settings.provider_mirror)
    except QopsError as error:
        return [
            Finding(
                name=name,
                ok=False,
                required=True,
                found=f"{error.what} {error.why}",
                next_step=error.next_step,
            )
        ]
    found = f"mirror {mirror.folder} ({mirror.source})" if mirror else "Terraform downloads it"
    return [Finding(name=name, ok=True, required=True, found=found)]


def _port(settings: Settings) -> list[Finding]:
    name = f"port {settings.port}"
    state = local_cloud(settings).status().state
    if state is not None and state.port == settings.port:
        return [Finding(name=name, ok=True, required=True, found="held by our local cloud")]
    try:
        require_free(settings.port)
    except QopsError as error:
        return [
            Finding(
                name=name,
                ok=False,
                required=True,
                found=error.why,
                next_step=error.next_step,
            )
        ]
    return [Finding(name=name, ok=True, required=True, found="free")]


def _desktop(_: Settings) -> list[Finding]:
    try:
        missing = missing_packages(desktop_purposes(os.environ))
    except QopsError as error:
        return [
            Finding(
                name="desktop",
                ok=False,
                required=False,
                found=f"{error.what} {error.why}",
                next_step=error.next_step,
            )
        ]
    if missing:
        return [
            Finding(
                name=f"package {package.name}",
                ok=False,
                required=False,
                found=f"missing; needed for {package.why}",
                next_step="qops demo offers to install it",
            )
            for package in missing
        ]
    display = usable_display(os.environ)
    found = f"display {display}" if display else "virtual display and editor are installed"
    return [Finding(name="desktop", ok=True, required=False, found=found)]


def _reading(_: Settings) -> list[Finding]:
    missing = missing_packages((Purpose.READING,)) if sys.platform == "linux" else ()
    return [
        Finding(
            name=f"package {package.name}",
            ok=False,
            required=False,
            found=f"missing; needed for {package.why}",
            next_step="It is unpacked below .qscreen with the first picture, without root.",
        )
        for package in missing
    ]


def _disk(settings: Settings) -> list[Finding]:
    folder = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    return [
        Finding(
            name="disk",
            ok=free >= _NEEDED_BYTES,
            required=True,
            found=f"{free / (1 << 30):.1f} GiB free in {folder}",
            next_step="" if free >= _NEEDED_BYTES else "Free 3 GiB, or set QOPS_HOME elsewhere.",
        )
    ]


def _environment(_: Settings) -> list[Finding]:
    problem = inherited_config_problem(os.environ)
    if problem is None:
        return []
    return [
        Finding(
            name="TF_CLI_CONFIG_FILE",
            ok=False,
            required=False,
            found=problem,
            next_step="Unset it.",
        )
    ]


def _settings_files(settings: Settings) -> list[Finding]:
    files = settings_files(settings.repository, os.environ)
    there = [str(file.path) for file in files if file.path.is_file()]
    return [
        Finding(
            name="settings",
            ok=True,
            required=False,
            found=", ".join(there) or f"no {files[0].path.name}: defaults and variables",
        )
    ]
