"""Connections to code hosts, under their new and their old name, which moto lacks (declared only).

A connection stays pending, as on AWS until a person has confirmed it in a browser.
"""

from __future__ import annotations

import uuid
from typing import Any

from qops.local.router import tags
from qops.local.router.registry import Answer, Call, Fault, operation


async def create_connection(call: Call) -> Answer:
    """Makes a connection."""
    arn = call.arn(f"connection/{uuid.uuid4()}")
    connection = {
        "ConnectionName": call.params["ConnectionName"],
        "ConnectionArn": arn,
        "OwnerAccountId": call.account,
        "ConnectionStatus": "PENDING",
    }
    for key in ("ProviderType", "HostArn"):
        if call.params.get(key):
            connection[key] = call.params[key]
    call.records("connections")[arn] = connection
    tags.put(call, arn, call.params.get("Tags"))
    return {"ConnectionArn": arn}


async def get_connection(call: Call) -> Answer:
    """Describes a connection."""
    return {"Connection": _connection(call)}


async def list_connections(call: Call) -> Answer:
    """Lists connections."""
    return {"Connections": list(call.records("connections").values())}


async def delete_connection(call: Call) -> Answer:
    """Deletes a connection."""
    arn = _connection(call)["ConnectionArn"]
    del call.records("connections")[arn]
    tags.forget(call, arn)
    return {}


async def list_tags(call: Call) -> Answer:
    """Lists tags."""
    return {"Tags": tags.pairs(call, call.params["ResourceArn"])}


async def tag_resource(call: Call) -> Answer:
    """Adds tags."""
    tags.put(call, call.params["ResourceArn"], call.params["Tags"])
    return {}


async def untag_resource(call: Call) -> Answer:
    """Removes tags."""
    tags.remove(call, call.params["ResourceArn"], call.params["TagKeys"])
    return {}


def _connection(call: Call) -> dict[str, Any]:
    found: dict[str, Any] | None = call.records("connections").get(call.params["ConnectionArn"])
    if found is None:
        raise Fault("ResourceNotFoundException", "The connection does not exist.")
    return found


for _service in ("codeconnections", "codestar-connections"):
    operation(_service, "CreateConnection")(create_connection)
    operation(_service, "GetConnection")(get_connection)
    operation(_service, "ListConnections")(list_connections)
    operation(_service, "DeleteConnection")(delete_connection)
    operation(_service, "ListTagsForResource")(list_tags)
    operation(_service, "TagResource")(tag_resource)
    operation(_service, "UntagResource")(untag_resource)
