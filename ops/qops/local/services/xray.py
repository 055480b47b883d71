"""X-Ray: groups, sampling rules and encryption, which neither backend has (declared only)."""

from __future__ import annotations

import secrets
import time
from typing import Any

from qops.local.router.registry import Answer, Call, Fault, operation

_SERVICE = "xray"


@operation(_SERVICE, "CreateGroup")
async def create_group(call: Call) -> Answer:
    """Makes a group."""
    name = call.params["GroupName"]
    if any(group["GroupName"] == name for group in call.records("groups").values()):
        raise Fault("InvalidRequestException", f"A group named {name} exists already.")
    arn = call.arn(f"group/{name}/{secrets.token_hex(13).upper()}")
    group = {
        "GroupName": name,
        "GroupARN": arn,
        "FilterExpression": call.params.get("FilterExpression", ""),
        "InsightsConfiguration": {
            "InsightsEnabled": False,
            "NotificationsEnabled": False,
            **(call.params.get("InsightsConfiguration") or {}),
        },
    }
    call.records("groups")[arn] = group
    _tag(call, arn, call.params.get("Tags"))
    return {"Group": group}


@operation(_SERVICE, "GetGroup")
async def get_group(call: Call) -> Answer:
    """Describes a group."""
    return {"Group": _group(call)}


@operation(_SERVICE, "GetGroups")
async def get_groups(call: Call) -> Answer:
    """Lists groups."""
    return {"Groups": list(call.records("groups").values())}


@operation(_SERVICE, "UpdateGroup")
async def update_group(call: Call) -> Answer:
    """Changes a group."""
    group = _group(call)
    for key in ("FilterExpression", "InsightsConfiguration"):
        if key in call.params:
            group[key] = call.params[key]
    return {"Group": group}


@operation(_SERVICE, "DeleteGroup")
async def delete_group(call: Call) -> Answer:
    """Deletes a group."""
    arn = _group(call)["GroupARN"]
    del call.records("groups")[arn]
    call.records("tags").pop(arn, None)
    return {}


@operation(_SERVICE, "CreateSamplingRule")
async def create_sampling_rule(call: Call) -> Answer:
    """Makes a sampling rule."""
    rule = {"Attributes": {}, **call.params["SamplingRule"]}
    name = rule["RuleName"]
    if name in call.records("rules"):
        raise Fault("InvalidRequestException", f"A sampling rule named {name} exists already.")
    rule["RuleARN"] = call.arn(f"sampling-rule/{name}")
    record = {"SamplingRule": rule, "CreatedAt": time.time(), "ModifiedAt": time.time()}
    call.records("rules")[name] = record
    _tag(call, rule["RuleARN"], call.params.get("Tags"))
    return {"SamplingRuleRecord": record}


@operation(_SERVICE, "GetSamplingRules")
async def get_sampling_rules(call: Call) -> Answer:
    """Lists sampling rules."""
    return {"SamplingRuleRecords": list(call.records("rules").values())}


@operation(_SERVICE, "UpdateSamplingRule")
async def update_sampling_rule(call: Call) -> Answer:
    """Changes a sampling rule."""
    update = call.params["SamplingRuleUpdate"]
    record = _rule(call, update)
    record["SamplingRule"].update(update)
    record["ModifiedAt"] = time.time()
    return {"SamplingRuleRecord": record}


@operation(_SERVICE, "DeleteSamplingRule")
async def delete_sampling_rule(call: Call) -> Answer:
    """Deletes a sampling rule."""
    record = _rule(call, call.params)
    del call.records("rules")[record["SamplingRule"]["RuleName"]]
    call.records("tags").pop(record["SamplingRule"]["RuleARN"], None)
    return {"SamplingRuleRecord": record}


@operation(_SERVICE, "PutEncryptionConfig")
async def put_encryption_config(call: Call) -> Answer:
    """Declares how traces are encrypted."""
    config = {"Type": call.params["Type"], "Status": "ACTIVE"}
    if call.params.get("KeyId"):
        config["KeyId"] = call.params["KeyId"]
    call.records("encryption")["config"] = config
    return {"EncryptionConfig": config}


@operation(_SERVICE, "GetEncryptionConfig")
async def get_encryption_config(call: Call) -> Answer:
    """Tells how traces are encrypted."""
    default = {"Type": "NONE", "Status": "ACTIVE"}
    return {"EncryptionConfig": call.records("encryption").get("config", default)}


@operation(_SERVICE, "ListTagsForResource")
async def list_tags(call: Call) -> Answer:
    """Lists tags."""
    tags = call.records("tags").get(call.params["ResourceARN"], {})
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


@operation(_SERVICE, "TagResource")
async def tag_resource(call: Call) -> Answer:
    """Adds tags."""
    _tag(call, call.params["ResourceARN"], call.params["Tags"])
    return {}


@operation(_SERVICE, "UntagResource")
async def untag_resource(call: Call) -> Answer:
    """Removes tags."""
    tags = call.records("tags").get(call.params["ResourceARN"], {})
    for key in call.params["TagKeys"]:
        tags.pop(key, None)
    return {}


def _group(call: Call) -> dict[str, Any]:
    wanted = (call.params.get("GroupARN"), call.params.get("GroupName"))
    for group in call.records("groups").values():
        if group["GroupARN"] == wanted[0] or group["GroupName"] == wanted[1]:
            found: dict[str, Any] = group
            return found
    raise Fault("InvalidRequestException", "Group not found")


def _rule(call: Call, wanted: dict[str, Any]) -> dict[str, Any]:
    for record in call.records("rules").values():
        rule = record["SamplingRule"]
        if rule["RuleName"] == wanted.get("RuleName") or rule["RuleARN"] == wanted.get("RuleARN"):
            found: dict[str, Any] = record
            return found
    raise Fault("InvalidRequestException", "Sampling rule does not exist")


def _tag(call: Call, arn: str, tags: list[dict[str, str]] | None) -> None:
    kept = call.records("tags").setdefault(arn, {})
    kept.update({tag["Key"]: tag["Value"] for tag in tags or []})
