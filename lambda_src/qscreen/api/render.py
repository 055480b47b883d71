"""Renders everything that describes the API from the route table and the wire types.

``python -m qscreen.api.render --published PATH --gateway PATH --client PATH --docs PATH`` writes
the published OpenAPI document, the document API Gateway imports (a Terraform template), the
client module and the readable documentation.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from qscreen import __version__
from qscreen.api.examples import PROBLEM_EXAMPLES
from qscreen.api.gateway_responses import GATEWAY_RESPONSES
from qscreen.api.mcp import MCP_ROUTES, MCP_SERVERS, METADATA_PREFIX, McpRoute
from qscreen.api.operations import (
    FAULTS,
    OPERATIONS,
    as_json,
    models_of_operations,
    operations_by_path,
)
from qscreen.api.routes import ROUTES, SCOPES_OF_GROUP, Scope
from qscreen.api.schemas import Dialect, component_schemas, reference
from qscreen.api.type_tables import type_tables
from qscreen.wire import Problem

PLACEHOLDERS: tuple[str, ...] = (
    *sorted(
        {f"invoke_arns.{function}" for function in (r.function for r in ROUTES)}
        | {f"invoke_arns.{route.function}" for route in MCP_ROUTES}
    ),
    "authorizer_invoke_arn",
    "authorizer_role_arn",
    "region",
    "account_id",
    "prefix",
)
"""What the gateway document leaves open: variables of Terraform's ``templatefile``, and entries of
the map ``invoke_arns``, by function. As attributes, so that the template itself is JSON."""

_DESCRIPTION = (
    "One goal in Korean or English becomes a run on one device: observed, planned, acted and "
    "verified. Every message is delivered at least once; operations that start something take "
    "an Idempotency-Key. Leave a field out rather than sending null."
)
_AUTHORIZATION = (
    "Send `Authorization: Bearer <access token>` with an access token (JWT) of the platform's "
    "Cognito user pool. Each operation names the scope it needs. A token of the password or SRP "
    "sign-in carries no scope of ours: then the groups of the user decide. A missing, expired or "
    "forged token is a 401; a valid token without the scope is a 403. So is a call that a device "
    "makes for itself (its credentials, its heartbeat) once it is revoked, or with the token of "
    "another user than its owner."
)
_TAGS = {
    "health": "Whether the API is up.",
    "runs": "Start, watch, confirm and cancel runs.",
    "jobs": "Many runs at once.",
    "templates": "Goals with inputs, in versions.",
    "schedules": "Templates that run by the clock.",
    "uploads": "Files for the tools, straight into S3.",
    "settings": "Small values that a user keeps.",
    "sessions": "Where a user is signed in.",
    "devices": "Enrol and revoke devices; the devices' own calls.",
    "commands": "What devices report.",
    "mcp": "Remote MCP servers: JSON-RPC over streamable HTTP.",
}
_MCP_REQUEST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
_MCP_ANSWER = {"jsonrpc": "2.0", "id": 1, "result": {"tools": []}}
_MCP_EVENTS = (
    "id: 4JZ0aYx6Q2mCq5b1uVw7dA.0\nretry: 500\ndata: \n\n"
    'id: 4JZ0aYx6Q2mCq5b1uVw7dA.1\nevent: message\ndata: {"jsonrpc":"2.0",'
    '"id":"4JZ0aYx6Q2mCq5b1uVw7dA.1","method":"roots/list","params":{}}\n\n'
)
_MCP_ERROR = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "Sign in again."}}
_ISSUER = "https://cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_example"
_ADDRESS = "https://api.example.com"
_RISK_KEY = "qscreen/risk"


def published_document() -> str:
    """Render the published OpenAPI 3.0.1 document.

    Returns:
        JSON, indented, with a final newline.
    """
    return _document(gateway=False)


def gateway_document() -> str:
    """Render the document that API Gateway imports, as a Terraform template.

    Returns:
        JSON with ``${...}`` for the values of `PLACEHOLDERS`; every other template sequence
        is escaped.
    """
    text = _document(gateway=True)
    text = text.replace("${", "$${").replace("%{", "%%{")
    return re.sub(r"@@([\w.-]+)@@", r"${\1}", text)


def client_module() -> str:
    """Render the client module.

    Returns:
        Python source.
    """
    models = sorted(model.__name__ for model in models_of_operations() if model is not Problem)
    return _render("client.py.j2", operations=OPERATIONS, models=models)


def documentation() -> str:
    """Render the readable documentation.

    Returns:
        Markdown.
    """
    scopes = [
        {
            "name": scope.value,
            "operations": [
                *(op.route.operation_id for op in OPERATIONS if op.route.scope is scope),
                *(f"`{server.path}`" for server in MCP_SERVERS if server.scope is scope),
            ],
            "groups": [group.value for group, held in SCOPES_OF_GROUP.items() if scope in held],
        }
        for scope in Scope
    ]
    tables = type_tables(component_schemas(models_of_operations(), Dialect.OPENAPI))
    text = _render(
        "docs.md.j2",
        version=__version__,
        description=_DESCRIPTION,
        authorization=_AUTHORIZATION,
        operations=OPERATIONS,
        scopes=scopes,
        all_problems=PROBLEM_EXAMPLES.values(),
        mcp_servers=MCP_SERVERS,
        metadata_prefix=METADATA_PREFIX,
        risk_key=_RISK_KEY,
        types=[(table.name, table.fields, table.text, table.values) for table in tables],
    )
    return re.sub(r"\n{3,}", "\n\n", text)


def _document(*, gateway: bool) -> str:
    text = _render(
        "openapi.json.j2",
        gateway=gateway,
        version=__version__,
        description=_DESCRIPTION,
        authorization=_AUTHORIZATION,
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
        paths=operations_by_path(),
        mcp_paths=_mcp_routes_by_path(),
        mcp_request=_MCP_REQUEST,
        mcp_answer=_MCP_ANSWER,
        mcp_events=_MCP_EVENTS,
        mcp_error=_MCP_ERROR,
        problem_model=Problem,
        gateway_responses=GATEWAY_RESPONSES,
        # Set in marks that nothing else contains, so that escaping can tell them apart.
        placeholder={name: f"@@{name}@@" for name in PLACEHOLDERS},
        schemas=component_schemas(
            models_of_operations(), Dialect.GATEWAY if gateway else Dialect.OPENAPI
        ),
    )
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


def _render(template: str, **values: Any) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - JSON, Python and Markdown, not HTML; JSON is dumped
    )
    environment.filters["json"] = _json
    environment.filters["reference"] = reference
    environment.filters["example"] = as_json
    environment.filters["mcp_description"] = _mcp_description
    environment.filters["mcp_metadata"] = _mcp_metadata
    environment.filters["mcp_problems"] = _mcp_problems
    return environment.get_template(template).render(values)


def _mcp_routes_by_path() -> dict[str, list[McpRoute]]:
    grouped: dict[str, list[McpRoute]] = {}
    for route in MCP_ROUTES:
        grouped.setdefault(route.path, []).append(route)
    return grouped


def _mcp_description(route: McpRoute) -> str:
    needs = f"Needs the scope `{route.scope.value}`." if route.scope else "Public."
    return f"{route.summary}. {needs}"


def _mcp_metadata(route: McpRoute) -> dict[str, object]:
    return {
        "resource": _ADDRESS + route.server.path,
        "resource_name": route.server.title,
        "authorization_servers": [_ISSUER],
        "scopes_supported": [route.server.scope.value],
        "bearer_methods_supported": ["header"],
    }


def _mcp_problems(route: McpRoute) -> list[Problem]:
    refused = (401, 403) if route.scope else ()
    of_body = (413,) if route.method == "POST" else ()
    return [PROBLEM_EXAMPLES[status] for status in (*refused, *of_body, *FAULTS)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


@dataclass(frozen=True, slots=True)
class _Output:
    option: str
    meaning: str
    render: Callable[[], str]


_OUTPUTS = (
    _Output("published", "the published OpenAPI document", published_document),
    _Output("gateway", "the document that API Gateway imports", gateway_document),
    _Output("client", "the client module", client_module),
    _Output("docs", "the readable documentation", documentation),
)


def main(arguments: list[str] | None = None) -> int:
    """Write the documents that the options name.

    Args:
        arguments: Command line without the program; the process's own by default.

    Returns:
        Exit status: 0 done, 1 a file could not be written, 64 usage.
    """
    parser = argparse.ArgumentParser(prog="python -m qscreen.api.render", description=__doc__)
    for output in _OUTPUTS:
        parser.add_argument(
            f"--{output.option}", type=Path, metavar="PATH", help=f"write {output.meaning}"
        )
    options = vars(parser.parse_args(arguments))
    if not any(options.values()):
        parser.print_usage(sys.stderr)
        sys.stderr.write("nothing to write: name at least one file\n")
        return 64
    for output in _OUTPUTS:
        path: Path | None = options[output.option]
        if path is None:
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(output.render(), encoding="utf-8")
        except OSError as error:
            sys.stderr.write(
                f"{output.meaning} was not written to {path}: {error.strerror}. "
                "Name a file in a folder that you may write to.\n"
            )
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
