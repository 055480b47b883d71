"""Pictures by handle: files for their owner only, gone with the server's process."""

import io
import os
import re
import secrets
import shutil
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from qagent.desktop.base import Picture

SCHEME = "qscreen://pictures/"
MIME = "image/png"
MOST = 20
"""Most pictures that are kept; the oldest goes first."""

_URI = re.compile(rf"^{re.escape(SCHEME)}[0-9a-f]{{16}}\.png$")


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture that can be fetched.

    Attributes:
        uri: Its address for ``resources/read``.
        path: Its file, for clients that read files and no resources.
        width: Pixels.
        height: Pixels.
        size: Bytes.
    """

    uri: str
    path: Path
    width: int
    height: int
    size: int


class Shelf:
    """The pictures of one process.

    Args:
        folder: Folder of the pictures of all processes; files of those that ended are deleted.
        most: Most pictures kept.
    """

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self._folder = folder / str(os.getpid())
        self._most = most
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        _sweep(folder)

    def put(self, png: bytes, width: int, height: int) -> Kept:
        """Keep a picture.

        Args:
            png: The picture, covered.
            width: Pixels.
            height: Pixels.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.parent.chmod(0o700)
        name = f"{secrets.token_hex(8)}.png"
        path = self._folder / name
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(png)
        kept = self._kept[SCHEME + name] = Kept(SCHEME + name, path, width, height, len(png))
        while len(self._kept) > self._most:
            _, oldest = self._kept.popitem(last=False)
            oldest.path.unlink(missing_ok=True)
        return kept

    def read(self, uri: str) -> bytes | None:
        """The picture as PNG; None when it is not kept (any more)."""
        kept = self._kept.get(uri) if _URI.match(uri) else None
        if kept is None:
            return None
        try:
            return kept.path.read_bytes()
        except OSError:
            return None

    def all(self) -> tuple[Kept, ...]:
        """The pictures that are kept, newest last."""
        return tuple(self._kept.values())

    def close(self) -> None:
        """Delete all of them."""
        self._kept.clear()
        shutil.rmtree(self._folder, ignore_errors=True)


def png_of(picture: Picture) -> bytes:
    """A picture as PNG.

    Args:
        picture: Raw pixels.
    """
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.bgra, "raw", "BGRX")
    packed = io.BytesIO()
    image.save(packed, "PNG", compress_level=1)
    return packed.getvalue()


def _sweep(folder: Path) -> None:
    """Delete what processes left that were killed."""
    for left in folder.glob("[0-9]*"):
        try:
            os.kill(int(left.name), 0)
        except ProcessLookupError:
            shutil.rmtree(left, ignore_errors=True)
        except (ValueError, PermissionError):
            continue
