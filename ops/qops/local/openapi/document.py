"""From an OpenAPI 3 document to descriptions of API Gateway resources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from qops.local.openapi.references import inline_model, referenced_name, resolve

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_ANY = "x-amazon-apigateway-any-method"
_AUTH_TYPES = {"awsSigv4": "AWS_IAM", "cognito_user_pools": "COGNITO_USER_POOLS"}
_AUTHORIZER_TYPES = {
    "token": "TOKEN",
    "request": "REQUEST",
    "cognito_user_pools": "COGNITO_USER_POOLS",
}
_LOCATIONS = {"header": "header", "query": "querystring", "path": "path"}
_INTEGRATION_FIELDS = {
    "type": "type",
    "httpMethod": "integrationHttpMethod",
    "uri": "uri",
    "credentials": "credentials",
    "requestParameters": "requestParameters",
    "requestTemplates": "requestTemplates",
    "passthroughBehavior": "passthroughBehavior",
    "contentHandling": "contentHandling",
    "timeoutInMillis": "timeoutInMillis",
    "cacheNamespace": "cacheNamespace",
    "cacheKeyParameters": "cacheKeyParameters",
    "connectionType": "connectionType",
    "connectionId": "connectionId",
    "tlsConfig": "tlsConfig",
}
_UNSUPPORTED = (
    "x-amazon-apigateway-endpoint-configuration",
    "x-amazon-apigateway-documentation",
    "x-amazon-apigateway-policy",
)


class DocumentError(ValueError):
    """The document cannot be imported; the message names the place."""


@dataclass(frozen=True)
class Method:
    """A method of a resource.

    Attributes:
        name: HTTP method in upper case, or ``ANY``.
        settings: Parameters of PutMethod, without ids.
        authorizer: Name of the authorizer, if one is asked.
        validator: Name of the request validator, if any.
        integration: Parameters of PutIntegration.
        integration_responses: Parameters of PutIntegrationResponse by status code.
        responses: Parameters of PutMethodResponse by status code.
    """

    name: str
    settings: Mapping[str, Any]
    authorizer: str | None
    validator: str | None
    integration: Mapping[str, Any] | None
    integration_responses: Mapping[str, Mapping[str, Any]]
    responses: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Api:
    """Everything a document says.

    Attributes:
        title: ``info.title``.
        description: ``info.description``.
        models: Name to JSON schema (draft 4, self-contained).
        validators: Name to (validate body, validate parameters).
        authorizers: Name to parameters of CreateAuthorizer.
        gateway_responses: Response type to parameters of PutGatewayResponse.
        paths: Path to its methods.
        binary_media_types: Media types passed on as bytes.
        warnings: What was left out, and why.
    """

    title: str | None
    description: str | None
    models: Mapping[str, Any]
    validators: Mapping[str, tuple[bool, bool]]
    authorizers: Mapping[str, Mapping[str, Any]]
    gateway_responses: Mapping[str, Mapping[str, Any]]
    paths: Mapping[str, list[Method]]
    binary_media_types: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)


def read_document(body: bytes) -> Api:
    """Reads a document.

    Args:
        body: JSON or YAML.

    Returns:
        What it describes.

    Raises:
        DocumentError: It is no OpenAPI 3 document, or refers to something it does not have.
    """
    try:
        document = yaml.safe_load(body) if not body.lstrip().startswith(b"{") else json.loads(body)
    except (ValueError, yaml.YAMLError) as error:
        raise DocumentError(f"Unable to parse the document: {error}") from error
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        raise DocumentError("The document has no openapi: 3.x; other versions are not imported")
    return _Reader(document).read()


class _Reader:
    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._components = document.get("components") or {}
        self._models: dict[str, Any] = {}
        self._warnings = [
            f"{name} is not imported by the local cloud"
            for name in _UNSUPPORTED
            if name in document
        ]

    def read(self) -> Api:
        schemas = self._components.get("schemas") or {}
        for name in schemas:
            self._models[name] = inline_model(self._document, schemas[name])
        validators = {
            name: (
                bool(value.get("validateRequestBody")),
                bool(value.get("validateRequestParameters")),
            )
            for name, value in (
                self._document.get("x-amazon-apigateway-request-validators") or {}
            ).items()
        }
        authorizers = {}
        for name, scheme in (self._components.get("securitySchemes") or {}).items():
            if "x-amazon-apigateway-authorizer" in scheme:
                authorizers[name] = _authorizer(name, scheme)
        paths = {
            path: self._methods(path, item, validators, authorizers)
            for path, item in (self._document.get("paths") or {}).items()
        }
        info = self._document.get("info") or {}
        return Api(
            title=info.get("title"),
            description=info.get("description"),
            models=self._models,
            validators=validators,
            authorizers=authorizers,
            gateway_responses={
                kind: _gateway_response(value)
                for kind, value in (
                    self._document.get("x-amazon-apigateway-gateway-responses") or {}
                ).items()
            },
            paths=paths,
            binary_media_types=tuple(
                self._document.get("x-amazon-apigateway-binary-media-types") or ()
            ),
            warnings=self._warnings,
        )

    def _methods(
        self,
        path: str,
        item: Mapping[str, Any],
        validators: Mapping[str, Any],
        authorizers: Mapping[str, Any],
    ) -> list[Method]:
        methods = []
        for key, declared in item.items():
            if key not in (*_METHODS, _ANY):
                continue
            where = f"{key.upper()} {path}"
            operation = resolve(self._document, declared)
            validator = operation.get(
                "x-amazon-apigateway-request-validator",
                self._document.get("x-amazon-apigateway-request-validator"),
            )
            if validator is not None and validator not in validators:
                raise DocumentError(f"{where}: no request validator is named {validator}")
            shared = item.get("parameters") or []
            settings: dict[str, Any] = {
                "requestParameters": self._parameters(
                    [*shared, *(operation.get("parameters") or [])]
                ),
                "requestModels": self._request_models(where, operation),
            }
            if operation.get("operationId"):
                settings["operationName"] = operation["operationId"]
            authorizer = self._security(where, operation, settings, authorizers)
            integration = operation.get("x-amazon-apigateway-integration")
            methods.append(
                Method(
                    name="ANY" if key == _ANY else key.upper(),
                    settings=settings,
                    authorizer=authorizer,
                    validator=validator,
                    integration=None if integration is None else _integration(integration),
                    integration_responses=_integration_responses(integration or {}),
                    responses=self._responses(operation),
                )
            )
        return methods

    def _parameters(self, parameters: list[Any]) -> dict[str, bool]:
        found = {}
        for declared in parameters:
            parameter = resolve(self._document, declared)
            location = _LOCATIONS.get(parameter["in"])
            if location is not None:
                required = bool(parameter.get("required"))
                found[f"method.request.{location}.{parameter['name']}"] = required
        return found

    def _request_models(self, where: str, operation: Mapping[str, Any]) -> dict[str, str]:
        body = resolve(self._document, operation.get("requestBody") or {})
        return self._content_models(where, body.get("content") or {})

    def _content_models(self, where: str, content: Mapping[str, Any]) -> dict[str, str]:
        models = {}
        for media_type, value in content.items():
            schema = value.get("schema")
            if schema is None:
                continue
            name = referenced_name(schema)
            if name is None:
                name = "Inline" + "".join(filter(str.isalnum, f"{where}{media_type}".title()))
                self._models[name] = inline_model(self._document, schema)
            elif name not in self._models:
                raise DocumentError(f"{where}: there is no schema {name}")
            models[media_type] = name
        return models

    def _security(
        self,
        where: str,
        operation: Mapping[str, Any],
        settings: dict[str, Any],
        authorizers: Mapping[str, Any],
    ) -> str | None:
        """Sets the kind of authorization; returns the authorizer's name if there is one."""
        settings["authorizationType"] = "NONE"
        settings["apiKeyRequired"] = False
        chosen = None
        for requirement in operation.get("security", self._document.get("security")) or []:
            for name, scopes in requirement.items():
                scheme = (self._components.get("securitySchemes") or {}).get(name)
                if scheme is None:
                    raise DocumentError(f"{where}: there is no security scheme {name}")
                kind = scheme.get("x-amazon-apigateway-authtype", "")
                if name in authorizers:
                    chosen = name
                    is_pool = authorizers[name]["type"] == "COGNITO_USER_POOLS"
                    settings["authorizationType"] = "COGNITO_USER_POOLS" if is_pool else "CUSTOM"
                    if scopes:
                        settings["authorizationScopes"] = list(scopes)
                elif kind in _AUTH_TYPES:
                    settings["authorizationType"] = _AUTH_TYPES[kind]
                elif scheme.get("type") == "apiKey":
                    settings["apiKeyRequired"] = True
                else:
                    self._warnings.append(f"{where}: security scheme {name} has no authorizer")
        return chosen

    def _responses(self, operation: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        responses = {}
        for status, declared in (operation.get("responses") or {}).items():
            if not str(status).isdecimal():
                continue
            response = resolve(self._document, declared)
            responses[str(status)] = {
                "responseModels": self._content_models(
                    f"response {status}", response.get("content") or {}
                ),
                "responseParameters": {
                    f"method.response.header.{name}": False
                    for name in response.get("headers") or {}
                },
            }
        return responses


def _authorizer(name: str, scheme: Mapping[str, Any]) -> dict[str, Any]:
    value = scheme["x-amazon-apigateway-authorizer"]
    kind = _AUTHORIZER_TYPES.get(str(value.get("type", "")).lower())
    if kind is None:
        raise DocumentError(f"security scheme {name}: unknown authorizer type {value.get('type')}")
    settings: dict[str, Any] = {
        "type": kind,
        "authType": scheme.get("x-amazon-apigateway-authtype"),
    }
    source = value.get("identitySource")
    if source is None and kind != "REQUEST" and scheme.get("in") == "header":
        source = f"method.request.header.{scheme['name']}"
    settings["identitySource"] = source
    settings["authorizerUri"] = value.get("authorizerUri")
    settings["authorizerCredentials"] = value.get("authorizerCredentials")
    settings["identityValidationExpression"] = value.get("identityValidationExpression")
    settings["providerARNs"] = value.get("providerARNs")
    if value.get("authorizerResultTtlInSeconds") is not None:
        settings["authorizerResultTtlInSeconds"] = int(value["authorizerResultTtlInSeconds"])
    return {key: setting for key, setting in settings.items() if setting is not None}


def _integration(value: Mapping[str, Any]) -> dict[str, Any]:
    settings = {
        target: value[source]
        for source, target in _INTEGRATION_FIELDS.items()
        if value.get(source) is not None
    }
    settings["type"] = str(settings.get("type", "")).upper()
    if "connectionType" in settings:
        settings["connectionType"] = str(settings["connectionType"]).upper()
    if "passthroughBehavior" in settings:
        settings["passthroughBehavior"] = str(settings["passthroughBehavior"]).upper()
    return settings


def _integration_responses(value: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    responses = {}
    for pattern, response in (value.get("responses") or {}).items():
        settings = {
            key: response[key]
            for key in ("responseParameters", "responseTemplates", "contentHandling")
            if response.get(key) is not None
        }
        if pattern != "default":
            settings["selectionPattern"] = pattern
        responses[str(response["statusCode"])] = settings
    return responses


def _gateway_response(value: Mapping[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if value.get("statusCode") is not None:
        settings["statusCode"] = str(value["statusCode"])
    for key in ("responseParameters", "responseTemplates"):
        if value.get(key):
            settings[key] = dict(value[key])
    return settings
