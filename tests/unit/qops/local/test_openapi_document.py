"""Reading OpenAPI documents as API Gateway does."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from qops.local.openapi.document import DocumentError, read_document


def document(**changes: Any) -> bytes:
    base: dict[str, Any] = {
        "openapi": "3.0.1",
        "info": {"title": "t"},
        "components": {
            "schemas": {
                "Tree": {
                    "type": "object",
                    "properties": {
                        "name": {"$ref": "#/components/schemas/Name"},
                        "children": {
                            "type": "array",
                            "items": {"$ref": "#/components/schemas/Tree"},
                        },
                    },
                },
                "Name": {"type": "string", "maxLength": 3},
            }
        },
        "paths": {"/a": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}},
    }
    return json.dumps(base | changes).encode()


def test_models_carry_what_they_refer_to_also_themselves() -> None:
    model = read_document(document()).models["Tree"]
    jsonschema.Draft4Validator.check_schema(model)
    validator = jsonschema.Draft4Validator(model)
    assert validator.is_valid({"name": "abc", "children": [{"name": "x", "children": []}]})
    assert not validator.is_valid({"children": [{"name": "long"}]})


def test_security_of_a_method_wins_over_the_documents() -> None:
    components = {
        "securitySchemes": {
            "own": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authorizer": {
                    "type": "token",
                    "authorizerUri": "uri",
                    "authorizerResultTtlInSeconds": 0,
                },
            },
            "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "sigv4": {"type": "apiKey", "x-amazon-apigateway-authtype": "awsSigv4"},
        }
    }
    paths = {
        "/a": {
            "get": {},
            "post": {"security": [{"key": []}]},
            "put": {"security": [{"sigv4": []}]},
            "delete": {"security": []},
        }
    }
    api = read_document(document(components=components, paths=paths, security=[{"own": []}]))
    methods = {method.name: method for method in api.paths["/a"]}
    kinds = {name: method.settings["authorizationType"] for name, method in methods.items()}
    assert kinds == {"GET": "CUSTOM", "POST": "NONE", "PUT": "AWS_IAM", "DELETE": "NONE"}
    assert methods["GET"].authorizer == "own"
    assert methods["POST"].settings["apiKeyRequired"]
    authorizer = api.authorizers["own"]
    assert authorizer["identitySource"] == "method.request.header.Authorization"
    assert authorizer["authorizerResultTtlInSeconds"] == 0


def test_parameters_of_path_and_method_come_together() -> None:
    components = {"parameters": {"Id": {"name": "id", "in": "path", "required": True}}}
    operation = {"parameters": [{"name": "X-Key", "in": "header", "required": True}]}
    paths = {"/a/{id}": {"parameters": [{"$ref": "#/components/parameters/Id"}], "get": operation}}
    method = read_document(document(components=components, paths=paths)).paths["/a/{id}"][0]
    assert method.settings["requestParameters"] == {
        "method.request.path.id": True,
        "method.request.header.X-Key": True,
    }


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"{", "parse"),
        (b'{"swagger": "2.0"}', "openapi"),
        (document(security=[{"none": []}]), "GET /a"),
        (document(**{"x-amazon-apigateway-request-validator": "none"}), "GET /a"),
    ],
)
def test_what_cannot_be_imported_is_named(body: bytes, place: str) -> None:
    with pytest.raises(DocumentError, match=place):
        read_document(body)


def test_what_is_left_out_is_said() -> None:
    api = read_document(document(**{"x-amazon-apigateway-policy": {}}))
    assert api.warnings == ["x-amazon-apigateway-policy is not imported by the local cloud"]
