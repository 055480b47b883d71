"""Whether the archives work: each handler is imported by a fresh process with nothing else."""

import importlib.metadata
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qops.build.building import BuildManifest
from qops.build.errors import BuildError
from qops.build.target import target_of
from qops.build.units import CANARY, HANDLER, LAYER

TIMEOUT_SECONDS = 60

_PROGRAM = """
import json, sys, time
sys.path[:0] = json.loads(sys.argv[1])
started = time.perf_counter()
import handler
took = time.perf_counter() - started
assert callable(handler.handler)
print(json.dumps({"ms": took * 1000, "modules": len(sys.modules)}))
"""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How a function starts.

    Attributes:
        name: Name of the function.
        cold_import_ms: Time of the first import of its handler, milliseconds, on this machine.
        modules: Modules that were loaded for it.
        own_bytes: Size of its own code, bytes; without packages and the layer.
        archive_bytes: Size of its archive, bytes.
    """

    name: str
    cold_import_ms: float
    modules: int
    own_bytes: int
    archive_bytes: int


def verify(manifest: BuildManifest) -> tuple[ImportReport, ...]:
    """Import each handler as Lambda would: its archive, the layer, boto3, and nothing else.

    Args:
        manifest: What a build made.

    Returns:
        A report for each function.

    Raises:
        BuildError: If a handler cannot be imported, or the archives are for another platform.
    """
    here = target_of("local")
    if (manifest.runtime, manifest.architecture) != (here.runtime, here.architecture):
        raise BuildError(
            f"The archives for {manifest.runtime} on {manifest.architecture} cannot be imported "
            "here.",
            why=f"This is {here.runtime} on {here.architecture}.",
            next_step="Verify the archives of the environment local.",
        )
    with tempfile.TemporaryDirectory(prefix="qops-verify-") as name:
        home = Path(name)
        layer = unpack(manifest.path_of(LAYER), home / LAYER) / "python"
        boto = runtime_packages(home / "runtime")
        return tuple(
            _import(
                manifest,
                function,
                unpack(manifest.path_of(function), home / function),
                [layer, boto],
            )
            for function in sorted(manifest.archives.keys() - {CANARY, LAYER})
        )


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack an archive.

    Args:
        archive: The archive.
        folder: Where to.

    Returns:
        The folder.
    """
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def _import(manifest: BuildManifest, name: str, folder: Path, others: list[Path]) -> ImportReport:
    paths = json.dumps([str(folder), *map(str, others)])
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-W", "error", "-c", _PROGRAM, paths],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
        cwd=folder,
        env={"POWERTOOLS_SERVICE_NAME": name, "POWERTOOLS_METRICS_NAMESPACE": "QScreen"},
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise BuildError(
            f"The handler of {name} cannot be imported from its archive.",
            why=lines[-1] if lines else f"The process ended with status {done.returncode}.",
            next_step=f"Add what is missing to lambda_src/{name}/requirements.in and lock it, "
            "or correct the code.",
            details=lines[-20:],
        )
    found = json.loads(done.stdout)
    own = (HANDLER, f"qs_{name.replace('-', '_')}/")
    return ImportReport(
        name=name,
        cold_import_ms=round(found["ms"], 1),
        modules=found["modules"],
        own_bytes=sum(
            path.stat().st_size
            for path in folder.rglob("*")
            if path.suffix != ".pyc"
            and path.is_file()
            and path.relative_to(folder).as_posix().startswith(own)
        ),
        archive_bytes=manifest.path_of(name).stat().st_size,
    )


def runtime_packages(folder: Path) -> Path:
    """Make a folder with boto3 and what it needs, as the runtime brings them.

    Args:
        folder: The folder to make.

    Returns:
        The folder.
    """
    folder.mkdir(parents=True)
    for distribution in sorted(_closure("boto3")):
        for entry in _top_level(distribution):
            (folder / entry.name).symlink_to(entry)
    return folder


def _closure(name: str) -> set[str]:
    wanted, found = [name], set[str]()
    while wanted:
        current = wanted.pop()
        if current not in found:
            found.add(current)
            for line in importlib.metadata.requires(current) or ():
                match = re.match(r"[A-Za-z0-9._-]+", line)
                if match and "extra ==" not in line:
                    wanted.append(match[0])
    return found


def _top_level(distribution: str) -> Iterator[Path]:
    seen: set[str] = set()
    for file in importlib.metadata.files(distribution) or ():
        top = file.parts[0]
        if top in seen or top == ".." or top.endswith((".dist-info", ".pth")):
            continue
        if top == "__pycache__":
            continue
        seen.add(top)
        yield Path(str(importlib.metadata.distribution(distribution).locate_file(top)))
