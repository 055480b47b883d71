"""The API's document for schemathesis: which operations are asked, and what must hold."""

from typing import Any

import schemathesis
from schemathesis import BaseSchema
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
"""No 5xx, and no answer that the document does not name."""


def documented_operations(document: dict[str, Any]) -> BaseSchema:
    """Read the operations of the API itself.

    Args:
        document: The published OpenAPI document.

    Returns:
        The operations.
    """
    return schemathesis.openapi.from_dict(document).exclude(path_regex=r"^/v1/mcp/|^/\.well-known/")


def operations_on_something(document: dict[str, Any]) -> BaseSchema:
    """Read the operations of the API whose path names something, so that it may be there or not.

    Args:
        document: The published OpenAPI document.

    Returns:
        The operations.
    """
    return documented_operations(document).include(path_regex=r"\{")


def mcp_operations(document: dict[str, Any]) -> BaseSchema:
    """Read the operations of the remote MCP servers.

    They speak JSON-RPC: what they say in it is asked by their own suites.

    Args:
        document: The published OpenAPI document.

    Returns:
        The operations.
    """
    return schemathesis.openapi.from_dict(document).include(path_regex=r"^/v1/mcp/")
