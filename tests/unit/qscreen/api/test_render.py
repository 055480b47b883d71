"""The rendered documents, judged by other people's validators."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from qscreen import wire
from qscreen.api import operations, render
from qscreen.api.examples import EXAMPLES
from qscreen.api.gateway_responses import GATEWAY_RESPONSES
from qscreen.api.mcp import MCP_ROUTES, MCP_SERVERS, McpRoute
from qscreen.api.operations import IDENTIFIER_PATTERN, OPERATIONS
from qscreen.api.routes import ROUTES, Route
from qscreen.api.schemas import Dialect, component_schemas, convert
from qscreen.wire.base import Identifier

ROOT = Path(__file__).parents[4]
COMMITTED = {
    "docs/openapi.json": render.published_document,
    "docs/api.md": render.documentation,
    "lambda_src/qscreen/api/client.py": render.client_module,
}


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    return dict(json.loads(render.published_document()))


@pytest.fixture(scope="module")
def gateway() -> dict[str, Any]:
    return dict(json.loads(render.gateway_document()))


def objects(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        return [node, *(found for value in node.values() for found in objects(value))]
    if isinstance(node, list):
        return [found for value in node for found in objects(value)]
    return []


def subschemas(schema: dict[str, Any]) -> list[dict[str, Any]]:
    children = [*schema.get("properties", {}).values()]
    children += [schema[key] for key in ("items", "additionalProperties") if key in schema]
    children += [option for key in ("oneOf", "allOf") for option in schema.get(key, ())]
    nested = [child for child in children if isinstance(child, dict)]
    return [schema, *(found for child in nested for found in subschemas(child))]


@pytest.mark.parametrize("path", COMMITTED)
def test_committed_files_are_fresh(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == COMMITTED[path](), (
        f"{path} is stale: run `python -m qscreen.api.render --published docs/openapi.json "
        "--docs docs/api.md --client lambda_src/qscreen/api/client.py`"
    )


def test_published_document_is_valid_openapi(published: dict[str, Any]) -> None:
    OpenAPIV30SpecValidator(published).validate()
    assert published["openapi"] == "3.0.1"


def test_gateway_document_is_valid_openapi(gateway: dict[str, Any]) -> None:
    OpenAPIV30SpecValidator(gateway).validate()


CALLED_BY_DEVICES = {"createDeviceCredentials", "heartbeatDevice", "reportRun"}
AUDITED = {
    *("createRun", "cancelRun", "confirmRun", "createJob", "createUpload"),
    *("createTemplate", "updateTemplate", "deleteTemplate", "createSchedule", "deleteSchedule"),
    *("putSetting", "deleteSetting", "endSession", "enrolDevice", "revokeDevice"),
    *("createDeviceCredentials", "reportRun"),
}

MET_ANYWHERE = {"429", "500", "502", "503", "504"}


def route_scheme(route: Route) -> str:
    return "fresh" if route.operation_id in {*CALLED_BY_DEVICES, *AUDITED} else "token"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation_id)
def test_each_route_is_an_operation(
    route: Route, published: dict[str, Any], gateway: dict[str, Any]
) -> None:
    for document, scheme in ((published, "token"), (gateway, route_scheme(route))):
        operation = document["paths"][route.path][route.method.lower()]
        assert operation["operationId"] == route.operation_id
        assert operation["security"] == ([{scheme: []}] if route.scope else [])
        of_body = {"413"} if route.request else set()
        expected = {str(route.status), *map(str, route.problems), *MET_ANYWHERE} | of_body
        if route.scope:
            expected |= {"400", "401", "403"}
        conditional = route.etag and route.method == "GET"
        expected |= {"304"} if conditional else set()
        assert set(operation["responses"]) == expected
        assert ("headers" in operation["responses"][str(route.status)]) == route.etag
        assert ("requestBody" in operation) == (route.request is not None)
        parameters = {p["name"]: p for p in operation.get("parameters", ())}
        names = set(re.findall(r"{(\w+)}", route.path))
        names |= {"Idempotency-Key"} if route.idempotency_key else set()
        names |= {"limit", "next_token"} if route.paginated else set()
        names |= {"If-Match"} if route.if_match else set()
        names |= {"If-None-Match"} if conditional else set()
        assert set(parameters) == names
        if route.idempotency_key:
            assert parameters["Idempotency-Key"]["required"] is True
            assert parameters["Idempotency-Key"]["in"] == "header"


def test_there_is_no_other_operation(gateway: dict[str, Any]) -> None:
    found = {(method, path) for path, item in gateway["paths"].items() for method in item}
    assert found == {(route.method.lower(), route.path) for route in (*ROUTES, *MCP_ROUTES)}


@pytest.mark.parametrize("route", MCP_ROUTES, ids=lambda route: route.operation_id)
def test_each_route_of_an_mcp_server_is_an_operation(
    route: McpRoute, published: dict[str, Any], gateway: dict[str, Any]
) -> None:
    for document in (published, gateway):
        operation = document["paths"][route.path][route.method.lower()]
        assert operation["operationId"] == route.operation_id
        assert operation["security"] == ([{"token": []}] if route.scope else [])
        assert set(operation["responses"]) >= MET_ANYWHERE
        assert ({"401", "403"} <= set(operation["responses"])) == (route.scope is not None)
        assert "parameters" not in operation
    # Its body is the protocol's business: the gateway checks none.
    assert "requestBody" not in gateway["paths"][route.path][route.method.lower()]
    operation = published["paths"][route.path][route.method.lower()]
    assert ("requestBody" in operation) == (route.method == "POST")


def test_each_mcp_server_has_its_function_and_its_metadata(gateway: dict[str, Any]) -> None:
    assert len({server.scope for server in MCP_SERVERS}) == len(MCP_SERVERS)
    for server in MCP_SERVERS:
        assert set(gateway["paths"][server.path]) == {"post", "get", "delete"}
        assert set(gateway["paths"][server.metadata_path]) == {"get"}
        for path in (server.path, server.metadata_path):
            for operation in gateway["paths"][path].values():
                uri = operation["x-amazon-apigateway-integration"]["uri"]
                assert uri == f"${{invoke_arns.mcp-{server.name}}}"


def test_a_refused_token_is_answered_with_a_challenge(gateway: dict[str, Any]) -> None:
    for kind, answer in gateway["x-amazon-apigateway-gateway-responses"].items():
        challenge = answer["responseParameters"].get("gatewayresponse.header.WWW-Authenticate")
        assert (challenge is not None) == (answer["statusCode"] == "401"), kind
        assert challenge in (None, "'Bearer realm=\"qscreen\"'")


def test_published_document_has_no_aws_extension(published: dict[str, Any]) -> None:
    assert not [key for node in objects(published) for key in node if key.startswith("x-amazon")]


def test_gateway_models_use_only_what_api_gateway_reads(gateway: dict[str, Any]) -> None:
    forbidden = {
        "anyOf",
        "const",
        "default",
        "discriminator",
        "example",
        "examples",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "nullable",
        "prefixItems",
    }
    assert not [key for node in objects(gateway["paths"]) for key in forbidden & set(node)]
    for name, schema in gateway["components"]["schemas"].items():
        assert name.isalnum()
        jsonschema.Draft4Validator.check_schema(schema)
        for node in subschemas(schema):
            assert not forbidden & set(node), name
            assert set(node) == {"$ref"} or "$ref" not in node, name


def test_gateway_operations_are_integrated_and_validated(gateway: dict[str, Any]) -> None:
    validators = gateway["x-amazon-apigateway-request-validators"]
    chosen = validators[gateway["x-amazon-apigateway-request-validator"]]
    assert chosen == {"validateRequestBody": True, "validateRequestParameters": True}
    functions = {route.path: route.function for route in (*ROUTES, *MCP_ROUTES)}
    for path, item in gateway["paths"].items():
        for operation in item.values():
            integration = operation["x-amazon-apigateway-integration"]
            assert integration["type"] == "aws_proxy"
            assert integration["uri"] == f"${{invoke_arns.{functions[path]}}}"


@pytest.mark.parametrize(("name", "seconds"), [("token", 60), ("fresh", 0)])
def test_devices_and_what_the_audit_keeps_are_decided_on_anew_each_time(
    gateway: dict[str, Any], name: str, seconds: int
) -> None:
    assert set(gateway["components"]["securitySchemes"]) == {"token", "fresh"}
    scheme = gateway["components"]["securitySchemes"][name]
    assert scheme["x-amazon-apigateway-authtype"] == "custom"
    assert scheme["x-amazon-apigateway-authorizer"] == {
        "type": "request",
        "identitySource": "method.request.header.Authorization",
        "authorizerUri": "${authorizer_invoke_arn}",
        "authorizerCredentials": "${authorizer_role_arn}",
        "authorizerResultTtlInSeconds": seconds,
    }


def test_each_route_leads_to_its_function(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = replace(ROUTES[0], function="mcp-elsewhere")
    monkeypatch.setattr(operations, "OPERATIONS", (operations.Operation(moved), *OPERATIONS[1:]))
    monkeypatch.setattr(
        render, "PLACEHOLDERS", (*render.PLACEHOLDERS, f"invoke_arns.{moved.function}")
    )
    paths = json.loads(render.gateway_document())["paths"]
    uris = {
        path: {operation["x-amazon-apigateway-integration"]["uri"] for operation in item.values()}
        for path, item in paths.items()
    }
    assert uris.pop("/v1/health") == {"${invoke_arns.mcp-elsewhere}"}
    others = {path: found for path, found in uris.items() if "/mcp/" not in path}
    assert all(found == {"${invoke_arns.api}"} for found in others.values())


def test_gateway_template_has_no_sequence_but_the_placeholders() -> None:
    text = render.gateway_document()
    unescaped = re.findall(r"(?<!\$)\$\{([^}]*)\}", text)
    assert set(unescaped) <= set(render.PLACEHOLDERS)
    assert {"invoke_arns.api", "authorizer_invoke_arn", "authorizer_role_arn", "prefix"} <= set(
        unescaped
    )
    assert not re.search(r"(?<!%)%\{", text)
    assert "@@" not in text


def test_template_sequences_of_texts_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "_DESCRIPTION", "costs ${region} and %{ if x }")
    text = render.gateway_document()
    assert "costs $${region} and %%{ if x }" in text


def test_gateway_answers_are_problems(gateway: dict[str, Any]) -> None:
    answers = gateway["x-amazon-apigateway-gateway-responses"]
    assert {"UNAUTHORIZED", "ACCESS_DENIED", "BAD_REQUEST_BODY", "THROTTLED"} <= set(answers)
    assert {"RESOURCE_NOT_FOUND", "DEFAULT_4XX", "DEFAULT_5XX"} <= set(answers)
    for kind, answer in answers.items():
        template = answer["responseTemplates"]["application/json"]
        body = template.replace("$context.error.messageString", '"why"')
        problem = wire.Problem.model_validate_json(body)
        assert str(problem.status) == answer["statusCode"], kind
        assert problem.next_step, kind
        assert problem.request_id == "$context.requestId"
        header = answer["responseParameters"]["gatewayresponse.header.Content-Type"]
        assert header == "'application/problem+json'"
    body = answers["BAD_REQUEST_BODY"]["responseTemplates"]["application/json"]
    assert json.loads(body)["detail"] == "$context.error.validationErrorString"
    assert len({answer.kind for answer in GATEWAY_RESPONSES}) == len(GATEWAY_RESPONSES)


def test_a_busy_platform_says_how_long_to_wait(
    published: dict[str, Any], gateway: dict[str, Any]
) -> None:
    for path in published["paths"].values():
        for operation in path.values():
            for status in ("429", "503"):
                assert set(operation["responses"][status]["headers"]) == {"Retry-After"}
    for kind, answer in gateway["x-amazon-apigateway-gateway-responses"].items():
        wait = answer["responseParameters"].get("gatewayresponse.header.Retry-After")
        busy = answer["statusCode"] in {"429", "503"} and kind != "QUOTA_EXCEEDED"
        assert (wait is not None) == busy, kind
        assert wait is None or int(wait.strip("'")) > 0


def test_what_the_gateway_answers_by_itself_is_documented(published: dict[str, Any]) -> None:
    """But for the type of the body: no operation of ours is told to the gateway by type."""
    answered = {str(one.status) for one in GATEWAY_RESPONSES} - {"415"}
    operation = published["paths"]["/v1/runs"]["post"]
    assert answered <= set(operation["responses"])


def resolved(document: dict[str, Any], name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


@pytest.mark.parametrize("model", EXAMPLES, ids=lambda model: model.__name__)
def test_examples_satisfy_the_gateway_models(
    model: type[wire.WireModel], gateway: dict[str, Any]
) -> None:
    example = json.loads(EXAMPLES[model].model_dump_json(exclude_none=True))
    jsonschema.Draft4Validator(resolved(gateway, model.__name__)).validate(example)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"goal": "", "device_id": "dev-1"},
        {"goal": "x" * 2001, "device_id": "dev-1"},
        {"goal": "x", "device_id": "Not An Id"},
        {"goal": "x", "device_id": "dev-1", "mode": "fast"},
        {"goal": "x", "device_id": "dev-1", "extra": 1},
        {"goal": 1, "device_id": "dev-1"},
    ],
)
def test_gateway_refuses_a_wrong_run_request(
    body: dict[str, object], gateway: dict[str, Any]
) -> None:
    assert not jsonschema.Draft4Validator(resolved(gateway, "RunRequest")).is_valid(body)


def test_each_operation_has_examples(published: dict[str, Any]) -> None:
    for item in published["paths"].values():
        for operation in item.values():
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    assert content["example"]
            if "requestBody" in operation:
                assert operation["requestBody"]["content"]["application/json"]["example"]


def test_path_parameters_have_the_pattern_of_identifiers() -> None:
    field = Identifier.__metadata__[0]  # type: ignore[attr-defined]
    patterns = [entry.pattern for entry in field.metadata if hasattr(entry, "pattern")]
    assert patterns == [IDENTIFIER_PATTERN]
    assert OPERATIONS


@pytest.mark.parametrize(
    ("schema", "openapi", "gateway"),
    [
        ({"const": "a"}, {"enum": ["a"]}, {"enum": ["a"]}),
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
            {"type": "string", "nullable": True},
            {"type": "string"},
        ),
        (
            {"anyOf": [{"$ref": "#/x"}, {"type": "null"}], "description": "d"},
            {"allOf": [{"$ref": "#/x"}], "description": "d", "nullable": True},
            {"$ref": "#/x"},
        ),
        (
            {"type": "object", "patternProperties": {"^a$": {"const": "b"}}},
            {"type": "object", "additionalProperties": {"enum": ["b"]}},
            {"type": "object", "additionalProperties": {"enum": ["b"]}},
        ),
        (
            {"type": "integer", "exclusiveMinimum": 0},
            {"type": "integer", "minimum": 1},
            {"type": "integer", "minimum": 1},
        ),
        (
            {"type": "number", "exclusiveMinimum": 0},
            {"type": "number", "minimum": 0, "exclusiveMinimum": True},
            {"type": "number", "minimum": 0},
        ),
        (
            {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "integer"}]},
            {"type": "array", "items": {"type": "integer"}},
            {"type": "array", "items": {"type": "integer"}},
        ),
        (
            {"oneOf": [{"$ref": "#/x"}], "discriminator": {"propertyName": "kind"}},
            {"oneOf": [{"$ref": "#/x"}], "discriminator": {"propertyName": "kind"}},
            {"oneOf": [{"$ref": "#/x"}]},
        ),
        ({"type": "string", "title": "T"}, {"type": "string"}, {"type": "string"}),
        (
            {"type": "object", "properties": {"kind": {"const": "a"}, "title": {"type": "null"}}},
            {
                "type": "object",
                "properties": {"kind": {"enum": ["a"]}, "title": {"type": "null"}},
                "required": ["kind"],
            },
            {
                "type": "object",
                "properties": {"kind": {"enum": ["a"]}, "title": {"type": "null"}},
                "required": ["kind"],
            },
        ),
    ],
)
def test_conversion(
    schema: dict[str, Any], openapi: dict[str, Any], gateway: dict[str, Any]
) -> None:
    assert convert(schema, Dialect.OPENAPI) == openapi
    assert convert(schema, Dialect.GATEWAY) == gateway


def test_conversion_refuses_an_open_union() -> None:
    with pytest.raises(ValueError, match="discriminator"):
        convert({"anyOf": [{"type": "string"}, {"type": "integer"}]}, Dialect.GATEWAY)


def test_component_names_must_be_alphanumeric() -> None:
    odd = type("Odd_Name", (wire.WireModel,), {"__module__": __name__})
    with pytest.raises(ValueError, match="Odd_Name"):
        component_schemas([odd], Dialect.GATEWAY)


def test_client_is_clean_for_the_tools(tmp_path: Path) -> None:
    client = tmp_path / "client.py"
    client.write_text(render.client_module(), encoding="utf-8")
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--config", ROOT / "pyproject.toml", client],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_command_writes_the_files_it_is_asked_for(tmp_path: Path) -> None:
    paths = {name: tmp_path / "new" / name for name in ("published", "gateway", "client", "docs")}
    arguments = [part for name, path in paths.items() for part in (f"--{name}", str(path))]
    assert render.main(arguments) == 0
    assert json.loads(paths["published"].read_text(encoding="utf-8"))["paths"]
    assert "${invoke_arns.api}" in paths["gateway"].read_text(encoding="utf-8")


def test_command_without_files_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert render.main([]) == 64
    assert "name at least one file" in capsys.readouterr().err


def test_command_says_why_a_file_was_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert render.main(["--docs", str(tmp_path)]) == 1
    assert "Is a directory" in capsys.readouterr().err
