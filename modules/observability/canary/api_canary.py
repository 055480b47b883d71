"""Synthetic check of the API, run by CloudWatch Synthetics: is it up, and does it say so itself?

Plain Python, so that it needs nothing of the runtime but its interpreter. A check fails by raising.
"""

import http.client
import json
import os
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 10
LONGEST_BODY = 64 * 1024
CONNECTIONS = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


class CheckError(Exception):
    """The API does not answer as promised."""


def check_health(api_url: str) -> str:
    """Ask the API for its health.

    Args:
        api_url: Base URL of the API's stage.

    Returns:
        The version that answered.

    Raises:
        CheckError: There was no answer, or not the promised one.
    """
    url = f"{api_url.rstrip('/')}/v1/health"
    parts = urlsplit(url)
    if parts.scheme not in CONNECTIONS or not parts.netloc:
        raise CheckError(f"{url} is not an address of the web")
    connection = CONNECTIONS[parts.scheme](parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", parts.path, headers={"Accept": "application/json"})
        answer = connection.getresponse()
        status, body = answer.status, answer.read(LONGEST_BODY)
    except (OSError, http.client.HTTPException) as error:
        raise CheckError(f"{url} did not answer: {error}") from error
    finally:
        connection.close()
    if status != http.client.OK:
        raise CheckError(f"{url} answered {status}")
    try:
        health = json.loads(body)
    except ValueError as error:
        raise CheckError(f"{url} answered something that is not JSON") from error
    if not isinstance(health, dict) or health.get("status") != "ok":
        raise CheckError(f"{url} says that the platform is not well")
    return str(health.get("version", "unknown"))


def handler(event: object, context: object) -> str:
    """Entry point that the runtime calls.

    Args:
        event: Not used.
        context: Not used.

    Returns:
        One line for the canary's report.
    """
    del event, context
    version = check_health(os.environ["QS_API_URL"])
    return f"The API answers as version {version}."
