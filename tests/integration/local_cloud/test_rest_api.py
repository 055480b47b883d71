"""A REST API imported from an OpenAPI document: routes, authorizer, validation, templates."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from qops.local import LocalCloudState

BACKEND = """
import json
def handler(event, context):
    authorizer = event["requestContext"].get("authorizer") or {}
    body = {"path": event["pathParameters"], "user": authorizer.get("user"), "body": event["body"]}
    return {"statusCode": 201, "headers": {"x-from": "function"}, "body": json.dumps(body)}
"""
AUTHORIZER = """
import uuid
def handler(event, context):
    headers = {name.lower(): value for name, value in event["headers"].items()}
    header = headers.get("authorization", "")
    if header not in ("Bearer good", "Bearer deny"):
        raise Exception("Unauthorized")
    effect = "Allow" if header == "Bearer good" else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "u", "policyDocument": policy, "context": {"user": str(uuid.uuid4())}}
"""


def document(state: LocalCloudState, api: str, authorizer: str) -> dict[str, Any]:
    def invoking(arn: str) -> str:
        base = f"arn:aws:apigateway:{state.region}:lambda:path/2015-03-31/functions"
        return f"{base}/{arn}/invocations"

    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": invoking(api)}
    run = {
        "type": "object",
        "required": ["goal"],
        "properties": {
            "goal": {"type": "string", "minLength": 1},
            "mode": {"$ref": "#/components/schemas/Mode"},
        },
        "additionalProperties": False,
    }
    fault = '{"error": {"code": "invalid", "fault": "$context.error.validationErrorString"}}'
    return {
        "openapi": "3.0.1",
        "info": {"title": "imported", "version": "1"},
        "x-amazon-apigateway-request-validators": {
            "all": {"validateRequestBody": True, "validateRequestParameters": True}
        },
        "x-amazon-apigateway-request-validator": "all",
        "x-amazon-apigateway-gateway-responses": {
            "BAD_REQUEST_BODY": {
                "statusCode": 400,
                "responseTemplates": {"application/json": fault},
            },
            "UNAUTHORIZED": {
                "statusCode": 401,
                "responseParameters": {"gatewayresponse.header.x-reason": "'sign-in'"},
                "responseTemplates": {"application/json": '{"error": {"code": "unauthorized"}}'},
            },
        },
        "components": {
            "schemas": {"Run": run, "Mode": {"type": "string", "enum": ["auto", "dry_run"]}},
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "name": "Authorization",
                    "in": "header",
                    "x-amazon-apigateway-authtype": "custom",
                    "x-amazon-apigateway-authorizer": {
                        "type": "request",
                        "identitySource": "method.request.header.Authorization",
                        "authorizerUri": invoking(authorizer),
                        "authorizerResultTtlInSeconds": 60,
                    },
                }
            },
        },
        "security": [{"token": []}],
        "paths": {
            "/v1/runs": {
                "post": {
                    "operationId": "createRun",
                    "parameters": [{"name": "Idempotency-Key", "in": "header", "required": True}],
                    "requestBody": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Run"}}
                        }
                    },
                    "responses": {"201": {"description": "made"}},
                    "x-amazon-apigateway-integration": integration,
                }
            },
            "/v1/runs/{run_id}": {
                "parameters": [{"name": "run_id", "in": "path", "required": True}],
                "get": {"x-amazon-apigateway-integration": integration},
            },
            "/v1/health": {"get": {"security": [], "x-amazon-apigateway-integration": integration}},
        },
    }


@pytest.fixture(scope="module")
def api(
    client: Any, function: Callable[..., str], state: LocalCloudState
) -> tuple[str, str, dict[str, Any]]:
    gateway = client("apigateway")
    body = document(state, function("rest-api", BACKEND), function("rest-auth", AUTHORIZER))
    identifier = gateway.create_rest_api(name="imported")["id"]
    for _ in range(2):
        gateway.put_rest_api(restApiId=identifier, mode="overwrite", body=json.dumps(body))
    gateway.create_deployment(restApiId=identifier, stageName="test")
    for name in ("rest-api", "rest-auth"):
        client("lambda").add_permission(
            FunctionName=name,
            StatementId="gateway",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
        )
    return identifier, f"{state.url}/restapis/{identifier}/test/_user_request_", body


GOOD = "Bearer good"


def call(api: Any, method: str, path: str, bearer: str = GOOD, **options: Any) -> Any:
    headers = {"Authorization": bearer, **options.pop("headers", {})}
    return httpx.request(method, api[1] + path, headers=headers, timeout=60, **options)


def test_importing_twice_leaves_one_of_everything(client: Any, api: Any) -> None:
    gateway = client("apigateway")
    paths = sorted(item["path"] for item in gateway.get_resources(restApiId=api[0])["items"])
    assert paths == ["/", "/v1", "/v1/health", "/v1/runs", "/v1/runs/{run_id}"]
    models = [one["name"] for one in gateway.get_models(restApiId=api[0])["items"]]
    assert sorted(models) == ["Mode", "Run"]
    assert len(gateway.get_authorizers(restApiId=api[0])["items"]) == 1
    assert len(gateway.get_request_validators(restApiId=api[0])["items"]) == 1


def test_a_right_request_reaches_the_function(api: Any) -> None:
    made = call(
        api,
        "POST",
        "/v1/runs",
        json={"goal": "g", "mode": "auto"},
        headers={"Idempotency-Key": "1"},
    )
    assert made.status_code == 201
    assert made.headers["x-from"] == "function"
    assert json.loads(made.json()["body"]) == {"goal": "g", "mode": "auto"}
    found = call(api, "GET", "/v1/runs/r%201")
    assert found.json()["path"] == {"run_id": "r 1"}


def test_the_authorizer_decides_and_its_answer_is_kept(api: Any) -> None:
    first, second = (call(api, "GET", "/v1/runs/r1").json()["user"] for _ in range(2))
    assert first == second
    assert call(api, "GET", "/v1/runs/r1", "Bearer deny").status_code == 403
    refused = call(api, "GET", "/v1/runs/r1", "Bearer forged")
    assert refused.status_code == 401
    assert refused.json() == {"error": {"code": "unauthorized"}}
    assert refused.headers["x-reason"] == "sign-in"
    assert httpx.get(api[1] + "/v1/runs/r1", timeout=60).status_code == 401
    assert httpx.get(api[1] + "/v1/health", timeout=60).status_code == 201


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"goal": ""}, "goal"),
        ({"goal": "g", "mode": "often"}, "mode"),
        ({"goal": "g", "more": 1}, "more"),
        ({}, "goal"),
    ],
)
def test_a_body_against_the_schema_is_refused_with_the_place(
    api: Any, body: dict[str, Any], place: str
) -> None:
    refused = call(api, "POST", "/v1/runs", json=body, headers={"Idempotency-Key": "1"})
    assert refused.status_code == 400
    assert place in refused.json()["error"]["fault"]


def test_a_missing_header_is_refused(api: Any) -> None:
    refused = call(api, "POST", "/v1/runs", json={"goal": "g"})
    assert refused.status_code == 400
    assert "Idempotency-Key" in refused.text


def test_an_unknown_route_is_refused(api: Any) -> None:
    assert call(api, "GET", "/v1/nothing").status_code in (403, 404)


def test_a_document_that_cannot_be_imported_changes_nothing(client: Any, api: Any) -> None:
    gateway = client("apigateway")
    broken = json.loads(json.dumps(api[2]))
    broken["paths"]["/v1/runs"]["post"]["security"] = [{"other": []}]
    with pytest.raises(gateway.exceptions.BadRequestException, match="POST /v1/runs"):
        gateway.put_rest_api(restApiId=api[0], mode="overwrite", body=json.dumps(broken))
    assert call(api, "GET", "/v1/runs/r1").status_code == 201
