"""Files in S3, sent and fetched with addresses that the platform gave, as a user's program does."""

from collections.abc import Mapping
from typing import Any

import httpx
from e2e_waiting import PATIENCE


def send(
    form: Mapping[str, Any], content: bytes | tuple[str, bytes, str], **changed: str
) -> httpx.Response:
    """Send a file with a form.

    Args:
        form: Address and fields, as the platform or S3 gave them.
        content: The file; or its name, what it holds and what that is.
        **changed: Fields that are sent instead.

    Returns:
        What S3 answered.
    """
    return httpx.post(
        form["url"],
        data={**form["fields"], **changed},
        files={"file": content},
        timeout=PATIENCE,
    )


def fetch(url: str) -> httpx.Response:
    """Fetch what lies at an address.

    Args:
        url: The address.

    Returns:
        What S3 answered.
    """
    return httpx.get(url, timeout=PATIENCE)
