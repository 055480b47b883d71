"""The servers as protected resources (RFC 9728): their metadata, and the challenge that names it.

API Gateway answers a request without a valid token itself (gateway response ``UNAUTHORIZED``), so
this challenge is what a client sees only where the gateway lets a request through; and of a
function's own ``WWW-Authenticate`` it makes ``x-amzn-Remapped-WWW-Authenticate``.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from qs_cloud.config import variable
from qs_mcp.events import header_of, json_answer
from qscreen.api.mcp import METADATA_PREFIX, McpServer

_METADATA_AGE_SECONDS = 3600


def is_metadata(event: Mapping[str, Any]) -> bool:
    """Tell whether an event asks for the metadata.

    Args:
        event: The proxy event.

    Returns:
        Whether its resource is the well-known one.
    """
    return str(event.get("resource") or event.get("path", "")).startswith(METADATA_PREFIX)


def metadata(event: Mapping[str, Any], server: McpServer) -> dict[str, Any]:
    """Answer with a server's metadata.

    Args:
        event: The proxy event.
        server: The server.

    Returns:
        The proxy answer.
    """
    document = {
        "resource": base_url(event) + server.path,
        "resource_name": server.title,
        "authorization_servers": [variable("QS_ISSUER")],
        "scopes_supported": [server.scope.value],
        "bearer_methods_supported": ["header"],
    }
    age = {"cache-control": f"public, max-age={_METADATA_AGE_SECONDS}"}
    return json_answer(HTTPStatus.OK, document, age)


def challenge(event: Mapping[str, Any], server: McpServer, error: str | None = None) -> str:
    """Write the challenge that tells a client where to get a token.

    Args:
        event: The proxy event.
        server: The server.
        error: Error code of RFC 6750; None where no token came.

    Returns:
        Value of ``WWW-Authenticate``.
    """
    parts = [f'resource_metadata="{base_url(event)}{server.metadata_path}"']
    parts.append(f'scope="{server.scope.value}"')
    if error:
        parts.insert(0, f'error="{error}"')
    return "Bearer " + ", ".join(parts)


def base_url(event: Mapping[str, Any]) -> str:
    """Find the address of the API as the client wrote it.

    Args:
        event: The proxy event.

    Returns:
        Scheme, host, and the stage where it is part of the address.
    """
    context = event.get("requestContext") or {}
    host = str(context.get("domainName") or header_of(event, "host"))
    inside = str(event.get("path", ""))
    outside = str(context.get("path") or inside)
    prefix = outside.removesuffix(inside) if outside.endswith(inside) else ""
    scheme = header_of(event, "x-forwarded-proto") or "https"
    return f"{scheme}://{host}{prefix}"
