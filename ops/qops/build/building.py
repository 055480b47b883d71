"""The use case: from the checkout to archives and ``manifest.json``."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from qops.build.archive import source_code_hash, write_archive
from qops.build.authorities import Authorities, read_authorities
from qops.build.bytecode import compiled
from qops.build.dependencies import installed_files
from qops.build.errors import BuildError
from qops.build.target import Target, target_of
from qops.build.units import CANARY, LAYER, Unit, read_units

MANIFEST = "manifest.json"
OPENAPI = "openapi.json"

_KEPT_IN_CACHE = 160
"""Archives and package folders that the cache keeps, a few builds of each; the oldest go first."""
_WORKERS = 8
"""Archives that are made side by side."""


@dataclass(frozen=True, slots=True)
class BuildManifest:
    """What a build made.

    Attributes:
        manifest: The file ``manifest.json``, which Terraform reads.
        runtime: Lambda's name of the runtime.
        architecture: ``x86_64`` or ``arm64``.
        archives: SHA-256 (base64, as ``source_code_hash``) by function, and of ``layer``.
        openapi: The document that API Gateway imports.
        built: Names of the archives that were built anew; the others were in the cache.
    """

    manifest: Path
    runtime: str
    architecture: str
    archives: Mapping[str, str]
    openapi: Path
    built: tuple[str, ...]

    def path_of(self, name: str) -> Path:
        """Find an archive.

        Args:
            name: Name of a function, or ``layer``.

        Returns:
            Path of the archive.
        """
        return self.manifest.parent / f"{name}.zip"


def build(
    root: Path,
    folder: Path,
    environment: str | None = None,
    *,
    authorities: Path | None = None,
    progress: Callable[[str], None],
) -> BuildManifest:
    """Build the archives of an environment.

    Args:
        root: Root of the checkout.
        folder: Where the result goes, e.g. ``.qscreen/build/local``; the cache is beside it.
        environment: Name of the environment; the name of the folder by default.
        authorities: Certificates of the authorities of RDS (PEM), which the layer is given; None
            for none.
        progress: Called with a line for the person, once for each archive.

    Returns:
        What was made. ``manifest.json`` is written last, so it never names an archive that is
        not there.

    Raises:
        BuildError: If something is missing or cannot be installed.
    """
    target = target_of(environment or folder.name)
    known = read_authorities(authorities)
    units = read_units(root, known)
    cache = folder.parent / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    # uv mostly waits for files and the network, so the archives are made side by side.
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        made = list(pool.map(lambda unit: _build_unit(unit, target, cache, folder), units))
    for unit, fresh in zip(units, made, strict=True):
        progress(f"{unit.name}: {'built' if fresh else 'unchanged'}")
    openapi = folder / OPENAPI
    _write_text(openapi, _gateway_document())
    digests = {unit.name: source_code_hash(folder / f"{unit.name}.zip") for unit in units}
    manifest = folder / MANIFEST
    _write_text(manifest, _manifest_text(target, digests, known))
    _trim(cache)
    return BuildManifest(
        manifest=manifest,
        runtime=target.runtime,
        architecture=target.architecture,
        archives=digests,
        openapi=openapi,
        built=tuple(unit.name for unit, fresh in zip(units, made, strict=True) if fresh),
    )


def _build_unit(unit: Unit, target: Target, cache: Path, folder: Path) -> bool:
    cached = cache / f"{unit.name}-{unit.digest(target)}.zip"
    fresh = not cached.is_file()
    if fresh:
        files = installed_files(unit.requirements, target, cache)
        clash = sorted(files.keys() & unit.sources.keys())
        if clash:
            raise BuildError(
                f"The archive of {unit.name} cannot be built: {clash[0]} comes twice.",
                why="A package that it requires has a file of the same name as its own code.",
                next_step="Rename the own file.",
            )
        files.update(unit.sources)
        # The canary's runtime is CloudWatch's own, of another version.
        with compiled({} if unit.name == CANARY else unit.sources, target) as bytecode:
            files.update(bytecode)
            write_archive({unit.prefix + name: path for name, path in files.items()}, cached)
    os.utime(cached)
    _place(cached, folder / f"{unit.name}.zip")
    return fresh


def _place(cached: Path, destination: Path) -> None:
    if destination.is_file() and destination.samefile(cached):
        return
    handle, name = tempfile.mkstemp(dir=destination.parent, suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        shutil.copyfile(cached, part)
        part.chmod(0o644)
        part.replace(destination)
    finally:
        part.unlink(missing_ok=True)


def _write_text(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _gateway_document() -> str:
    from qscreen.api.render import gateway_document

    return gateway_document()


def _manifest_text(
    target: Target, digests: Mapping[str, str], authorities: Authorities | None
) -> str:
    entries = {name: {"path": f"{name}.zip", "sha256": digest} for name, digest in digests.items()}
    document = {
        "runtime": target.runtime,
        "architecture": target.architecture,
        "layer": entries.pop(LAYER),
        "canary": entries.pop(CANARY),
        "functions": entries,
        "openapi": OPENAPI,
        "rds_authorities": authorities.summary if authorities else None,
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _trim(cache: Path) -> None:
    kept = [path for path in cache.iterdir() if not path.name.endswith(".part")]
    kept.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[_KEPT_IN_CACHE:]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
