"""Which service a request is for, read from its head alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs

from qops.local.router.owners import TARGETS, UNSIGNED_ACTIONS

_CREDENTIAL = re.compile(r"Credential=([^,\s]+)")
_EXECUTE_API = re.compile(r"^/restapis/[^/]+/[^/]+/_user_request_(/|$)|^/_aws/execute-api/")
_COGNITO = re.compile(
    r"^/(oauth2/|login$|login/|logout$|signup$|[^/]+/\.well-known/(jwks\.json|openid-configuration)$)"
)
_OWN = {"/_qscreen/health": "health", "/_localstack/health": "localstack-health"}
_SCOPE_PARTS = 5

Own = Literal["health", "localstack-health"]


@dataclass(frozen=True)
class Route:
    """The decision for one request.

    Attributes:
        signing_name: Service in the words of SigV4, or ``None`` when the body has to tell.
        region: Region the request was signed for, if any.
        access_key: Access key the request was signed with, if any.
        own: One of the router's own pages.
        data_plane: The request is no AWS operation (a call of a deployed API, a login page): it is
            passed on as it is.
    """

    signing_name: str | None = None
    region: str | None = None
    access_key: str | None = None
    own: str | None = None
    data_plane: bool = False


def route(method: str, path: str, query: str, headers: Mapping[str, str]) -> Route:
    """Decides by path of our own, credential scope, target, path, in this order.

    Args:
        method: HTTP method.
        path: Raw path.
        query: Raw query string.
        headers: Header fields by lower-case name.

    Returns:
        The route; ``signing_name`` is ``None`` only for unsigned forms, whose body must be read.
    """
    if path in _OWN:
        return Route(own=_OWN[path])
    if _EXECUTE_API.match(path) or ".execute-api." in headers.get("host", ""):
        return Route(signing_name="execute-api", data_plane=True)
    scope = _scope(headers.get("authorization", ""), query)
    if scope is not None:
        access_key, region, signing_name = scope
        return Route(signing_name, region, access_key)
    prefix = headers.get("x-amz-target", "").partition(".")[0]
    if prefix in TARGETS:
        return Route(signing_name=TARGETS[prefix])
    if _COGNITO.match(path):
        return Route(signing_name="cognito-idp", data_plane=True)
    content_type = headers.get("content-type", "")
    if method == "POST" and content_type.startswith("application/x-www-form-urlencoded"):
        return Route()
    return Route(signing_name="s3", data_plane=True)


def unsigned_form(body: bytes) -> str | None:
    """The service that an unsigned form is for, if its action is one that goes unsigned."""
    fields = parse_qs(body.decode("utf-8", "replace"))
    return UNSIGNED_ACTIONS.get(fields.get("Action", [""])[0])


def _scope(authorization: str, query: str) -> tuple[str, str, str] | None:
    """Access key, region and service of the credential scope in a header or a presigned query."""
    found = _CREDENTIAL.search(authorization)
    scope = found.group(1) if found else None
    if scope is None and "X-Amz-Credential=" in query:
        scope = parse_qs(query).get("X-Amz-Credential", [None])[0]
    if scope is None:
        return ("", "", "s3") if "AWSAccessKeyId=" in query else None
    parts = scope.rsplit("/", _SCOPE_PARTS - 1)
    if len(parts) != _SCOPE_PARTS:
        return None
    access_key, _, region, signing_name, _ = parts
    return access_key, region, signing_name
