"""API Gateway: versions of documentation, which MiniStack lacks; the parts are MiniStack's.

A version keeps the parts as they were when it was made.
"""

from __future__ import annotations

import datetime
from typing import Any

from qops.local.router.registry import Answer, Call, Fault, after, operation

_SERVICE = "apigateway"


@operation(_SERVICE, "CreateDocumentationVersion")
async def create_version(call: Call) -> Answer:
    """Freezes the parts."""
    api, name = call.params["restApiId"], call.params["documentationVersion"]
    if name in _versions(call, api):
        raise Fault("ConflictException", f"Documentation version {name} already exists.", 409)
    parts = await call.aws(_SERVICE, "GetDocumentationParts", restApiId=api, limit=500)
    version = {
        "version": name,
        "createdDate": datetime.datetime.now(datetime.UTC).replace(microsecond=0),
        "description": call.params.get("description", ""),
    }
    _versions(call, api)[name] = {"described": version, "parts": parts.get("items") or []}
    return version


@operation(_SERVICE, "GetDocumentationVersion")
async def get_version(call: Call) -> Answer:
    """Describes a version."""
    return _version(call)


@operation(_SERVICE, "GetDocumentationVersions")
async def get_versions(call: Call) -> Answer:
    """Lists versions."""
    found = _versions(call, call.params["restApiId"]).values()
    return {"items": [one["described"] for one in found]}


@operation(_SERVICE, "UpdateDocumentationVersion")
async def update_version(call: Call) -> Answer:
    """Changes the description of a version."""
    version = _version(call)
    for patch in call.params.get("patchOperations") or []:
        if patch["path"] != "/description":
            raise Fault("BadRequestException", f"Invalid patch path {patch['path']}")
        version["description"] = patch.get("value", "")
    return version


@operation(_SERVICE, "DeleteDocumentationVersion")
async def delete_version(call: Call) -> Answer:
    """Deletes a version."""
    _version(call)
    del _versions(call, call.params["restApiId"])[call.params["documentationVersion"]]
    return {}


@after(_SERVICE, "DeleteRestApi")
async def forget(call: Call, _answer: Answer) -> None:
    """Forgets the versions with the API."""
    call.records("versions").pop(call.params["restApiId"], None)


def _versions(call: Call, api: str) -> dict[str, Any]:
    found: dict[str, Any] = call.records("versions").setdefault(api, {})
    return found


def _version(call: Call) -> dict[str, Any]:
    name = call.params["documentationVersion"]
    found = _versions(call, call.params["restApiId"]).get(name)
    if found is None:
        message = "Invalid Documentation version identifier specified"
        raise Fault("NotFoundException", message, 404)
    described: dict[str, Any] = found["described"]
    return described
