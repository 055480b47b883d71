"""Fetches the pictures of a run through their presigned links."""

import struct
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from qops.errors import QopsError
from qscreen.wire import RunReport

_SECONDS = 20.0
_AT_ONCE = 8
_MOST_BYTES = 20_000_000
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class PictureError(QopsError):
    """A picture could not be fetched, or is none."""

    code = "picture"


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG.

    Attributes:
        data: The file.
        width: Pixels.
        height: Pixels.
    """

    data: bytes
    width: int
    height: int

    @classmethod
    def parse(cls, data: bytes) -> "Picture":
        """Read a PNG's size from its header.

        Args:
            data: The file.

        Raises:
            PictureError: It is no PNG.
        """
        if len(data) < 24 or not data.startswith(_PNG_SIGNATURE) or data[12:16] != b"IHDR":
            raise PictureError(
                "A picture of the run is no PNG.",
                why=f"It begins with {data[:8]!r}.",
                next_step="Look at the object in the screenshots bucket.",
            )
        width, height = struct.unpack(">II", data[16:24])
        return cls(data, width, height)


@dataclass(frozen=True, slots=True)
class StepPictures:
    """The pictures of one step; None where the run has none."""

    before: Picture | None = None
    after: Picture | None = None


def fetch_pictures(report: RunReport) -> Mapping[str, StepPictures]:
    """Fetch all pictures of a run, several at once.

    Args:
        report: The run with its links.

    Returns:
        Pictures by step id.

    Raises:
        PictureError: A link does not answer with a PNG.
    """
    import httpx

    addresses = sorted(
        {
            address
            for links in report.pictures
            for address in (links.before_url, links.after_url)
            if address
        }
    )
    if not addresses:
        return {}
    with httpx.Client(timeout=_SECONDS, trust_env=False) as client:

        def fetch(address: str) -> Picture:
            try:
                answer = client.get(address)
                answer.raise_for_status()
            except httpx.HTTPError as error:
                raise PictureError(
                    "A picture of the run could not be fetched.",
                    why=str(error).split("?", 1)[0],
                    next_step="Links are short-lived: ask for the report again.",
                ) from error
            return Picture.parse(answer.content[:_MOST_BYTES])

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = dict(zip(addresses, pool.map(fetch, addresses), strict=True))
    return {
        links.step_id: StepPictures(
            before=found.get(links.before_url or ""), after=found.get(links.after_url or "")
        )
        for links in report.pictures
    }
