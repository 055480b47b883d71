"""CloudWatch Logs: saved queries and data protection, which MiniStack lacks (declared only).

What a protection policy would mask is not masked.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from qops.local.router.registry import Answer, Call, Fault, operation

_SERVICE = "logs"


@operation(_SERVICE, "PutQueryDefinition")
async def put_query_definition(call: Call) -> Answer:
    """Makes or replaces a saved query."""
    identifier = call.params.get("queryDefinitionId") or str(uuid.uuid4())
    copied = ("name", "queryString", "logGroupNames", "queryLanguage", "parameters")
    call.records("queries")[identifier] = {
        **{key: call.params[key] for key in copied if key in call.params},
        "queryDefinitionId": identifier,
        "lastModified": int(time.time() * 1000),
    }
    return {"queryDefinitionId": identifier}


@operation(_SERVICE, "DescribeQueryDefinitions")
async def describe_query_definitions(call: Call) -> Answer:
    """Lists saved queries."""
    prefix = call.params.get("queryDefinitionNamePrefix") or ""
    queries = call.records("queries").values()
    return {"queryDefinitions": [one for one in queries if one["name"].startswith(prefix)]}


@operation(_SERVICE, "DeleteQueryDefinition")
async def delete_query_definition(call: Call) -> Answer:
    """Deletes a saved query."""
    identifier = call.params["queryDefinitionId"]
    return {"success": call.records("queries").pop(identifier, None) is not None}


@operation(_SERVICE, "PutDataProtectionPolicy")
async def put_data_protection_policy(call: Call) -> Answer:
    """Declares what is masked in a log group that exists."""
    group = await _group(call)
    policy = {
        "logGroupIdentifier": call.params["logGroupIdentifier"],
        "policyDocument": call.params["policyDocument"],
        "lastUpdatedTime": int(time.time() * 1000),
    }
    call.records("protection")[group] = policy
    return policy


@operation(_SERVICE, "GetDataProtectionPolicy")
async def get_data_protection_policy(call: Call) -> Answer:
    """Answers what is masked in a log group."""
    group = await _group(call)
    found: dict[str, Any] | None = call.records("protection").get(group)
    return found or {"logGroupIdentifier": call.params["logGroupIdentifier"]}


@operation(_SERVICE, "DeleteDataProtectionPolicy")
async def delete_data_protection_policy(call: Call) -> Answer:
    """Masks nothing any more."""
    call.records("protection").pop(await _group(call), None)
    return {}


async def _group(call: Call) -> str:
    """Name of the log group that a name or an ARN stands for."""
    identifier = str(call.params["logGroupIdentifier"])
    name = identifier.partition(":log-group:")[2].removesuffix(":*") or identifier
    found = await call.aws(_SERVICE, "DescribeLogGroups", logGroupNamePrefix=name)
    if name not in {group["logGroupName"] for group in found.get("logGroups") or []}:
        raise Fault("ResourceNotFoundException", "The specified log group does not exist.")
    return name
