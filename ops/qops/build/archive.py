"""Archives with the same bytes for the same files, whoever builds them and when."""

import base64
import hashlib
import os
import stat
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""
_MODE = (stat.S_IFREG | 0o644) << 16
_UNIX = 3


def write_archive(files: Mapping[str, Path], destination: Path) -> None:
    """Write a zip: names sorted, one time, one mode; complete or not at all.

    Args:
        files: Files by their names inside the archive.
        destination: Where to write it.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=destination.parent, suffix=".part")
    part = Path(name)
    try:
        with (
            os.fdopen(handle, "wb") as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
        ):
            for inner, path in sorted(files.items()):
                entry = zipfile.ZipInfo(inner, _TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = _MODE
                entry.create_system = _UNIX
                archive.writestr(entry, path.read_bytes())
        part.chmod(0o644)
        part.replace(destination)
    finally:
        part.unlink(missing_ok=True)


def source_code_hash(path: Path) -> str:
    """Digest a file as Lambda's ``source_code_hash`` has it.

    Args:
        path: The file.

    Returns:
        Base64 of its SHA-256.
    """
    return base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()
