"""API Gateway: import of OpenAPI documents (PutRestApi, ImportRestApi), which MiniStack lacks.

The import is made of MiniStack's own operations, so that what it makes is served, described and
deleted like anything made by hand.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from qops.local.openapi.document import Api, DocumentError, Method, read_document
from qops.local.router.registry import Answer, Call, Fault, operation

_SERVICE = "apigateway"
_LOCKS: dict[str, asyncio.Lock] = {}


@operation(_SERVICE, "PutRestApi")
async def put_rest_api(call: Call) -> Answer:
    """Replaces what an API has by what a document says; ``merge`` is not implemented."""
    if call.params.get("mode", "merge") != "overwrite":
        raise Fault("BadRequestException", "The local cloud imports with mode=overwrite only.")
    api = _read(call.params["body"])
    identifier = call.params["restApiId"]
    await _aws(call, "GetRestApi", restApiId=identifier)
    async with _LOCKS.setdefault(identifier, asyncio.Lock()):
        await _clear(call, identifier)
        await _build(call, identifier, api)
    return await _answer(call, identifier, api)


@operation(_SERVICE, "ImportRestApi")
async def import_rest_api(call: Call) -> Answer:
    """Makes an API from a document."""
    api = _read(call.params["body"])
    made = await _aws(call, "CreateRestApi", name=api.title or "imported")
    await _build(call, made["id"], api)
    return await _answer(call, made["id"], api)


def _read(body: Any) -> Api:
    raw = body.read() if hasattr(body, "read") else body
    try:
        return read_document(raw if isinstance(raw, bytes) else str(raw).encode())
    except (DocumentError, KeyError, TypeError) as error:
        raise Fault("BadRequestException", f"Errors found during import: {error}") from error


async def _answer(call: Call, identifier: str, api: Api) -> Answer:
    answer = await _aws(call, "GetRestApi", restApiId=identifier)
    if api.warnings:
        answer["warnings"] = api.warnings
    return answer


async def _clear(call: Call, identifier: str) -> None:
    resources = await _aws(call, "GetResources", restApiId=identifier, limit=500, embed=["methods"])
    for resource in sorted(resources.get("items", []), key=lambda item: -len(item["path"])):
        if resource["path"] == "/":
            for method in resource.get("resourceMethods") or {}:
                await _aws(
                    call,
                    "DeleteMethod",
                    restApiId=identifier,
                    resourceId=resource["id"],
                    httpMethod=method,
                )
        else:
            await _aws(call, "DeleteResource", restApiId=identifier, resourceId=resource["id"])
    for listing, deletion, key, parameter in (
        ("GetAuthorizers", "DeleteAuthorizer", "id", "authorizerId"),
        ("GetRequestValidators", "DeleteRequestValidator", "id", "requestValidatorId"),
        ("GetModels", "DeleteModel", "name", "modelName"),
    ):
        found = await _aws(call, listing, restApiId=identifier, limit=500)
        for item in found.get("items", []):
            await _aws(call, deletion, restApiId=identifier, **{parameter: item[key]})
    responses = await _aws(call, "GetGatewayResponses", restApiId=identifier, limit=500)
    for item in responses.get("items", []):
        if not item.get("defaultResponse"):
            await _aws(
                call,
                "DeleteGatewayResponse",
                restApiId=identifier,
                responseType=item["responseType"],
            )


async def _build(call: Call, identifier: str, api: Api) -> None:
    await _describe(call, identifier, api)
    for name, schema in api.models.items():
        await _aws(
            call,
            "CreateModel",
            restApiId=identifier,
            name=name,
            contentType="application/json",
            schema=json.dumps(schema),
        )
    validators = {}
    for name, (body, parameters) in api.validators.items():
        made = await _aws(
            call,
            "CreateRequestValidator",
            restApiId=identifier,
            name=name,
            validateRequestBody=body,
            validateRequestParameters=parameters,
        )
        validators[name] = made["id"]
    authorizers = {}
    for name, settings in api.authorizers.items():
        made = await _aws(call, "CreateAuthorizer", restApiId=identifier, name=name, **settings)
        authorizers[name] = made["id"]
    for kind, settings in api.gateway_responses.items():
        await _aws(call, "PutGatewayResponse", restApiId=identifier, responseType=kind, **settings)
    resources = await _aws(call, "GetResources", restApiId=identifier, limit=500)
    ids = {item["path"]: item["id"] for item in resources["items"]}
    for path, methods in api.paths.items():
        resource = await _resource(call, identifier, path, ids)
        for method in methods:
            await _method(call, identifier, resource, method, authorizers, validators)


async def _describe(call: Call, identifier: str, api: Api) -> None:
    patches = [
        {"op": "replace", "path": path, "value": value}
        for path, value in (("/name", api.title), ("/description", api.description))
        if value
    ]
    patches += [
        {"op": "add", "path": "/binaryMediaTypes/" + media_type.replace("/", "~1")}
        for media_type in api.binary_media_types
    ]
    if patches:
        await _aws(call, "UpdateRestApi", restApiId=identifier, patchOperations=patches)


async def _resource(call: Call, identifier: str, path: str, ids: dict[str, str]) -> str:
    """The resource of a path, made with its parents where they are missing."""
    clean = "/" + path.strip("/")
    if clean in ids:
        return ids[clean]
    parent, _, part = clean.rpartition("/")
    made = await _aws(
        call,
        "CreateResource",
        restApiId=identifier,
        parentId=await _resource(call, identifier, parent, ids),
        pathPart=part,
    )
    ids[clean] = made["id"]
    return str(made["id"])


async def _method(
    call: Call,
    identifier: str,
    resource: str,
    method: Method,
    authorizers: dict[str, str],
    validators: dict[str, str],
) -> None:
    where = {"restApiId": identifier, "resourceId": resource, "httpMethod": method.name}
    settings = dict(method.settings)
    if method.authorizer is not None:
        settings["authorizerId"] = authorizers[method.authorizer]
    if method.validator is not None:
        settings["requestValidatorId"] = validators[method.validator]
    await _aws(call, "PutMethod", **where, **settings)
    for status, response in method.responses.items():
        await _aws(call, "PutMethodResponse", **where, statusCode=status, **response)
    if method.integration is None:
        return
    await _aws(call, "PutIntegration", **where, **method.integration)
    for status, response in method.integration_responses.items():
        await _aws(call, "PutIntegrationResponse", **where, statusCode=status, **response)


async def _aws(call: Call, operation_name: str, /, **params: Any) -> Answer:
    return await call.aws(_SERVICE, operation_name, **params)
