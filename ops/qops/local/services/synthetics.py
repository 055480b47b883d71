"""Synthetics: canaries, of which moto lacks half (declared only: no canary ever runs)."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from qops.local.router import tags
from qops.local.router.registry import Answer, Call, Fault, operation

_SERVICE = "synthetics"
_CHANGEABLE = (
    *("ExecutionRoleArn", "RuntimeVersion", "SuccessRetentionPeriodInDays"),
    *("FailureRetentionPeriodInDays", "VisualReference", "ArtifactConfig"),
    "ProvisionedResourceCleanup",
)
_RUN_DEFAULTS = {"TimeoutInSeconds": 840, "MemoryInMB": 1500, "ActiveTracing": False}


@operation(_SERVICE, "CreateCanary")
async def create_canary(call: Call) -> Answer:
    """Makes a canary."""
    name = call.params["Name"]
    if name in call.records("canaries"):
        raise Fault("ConflictException", f"A canary named {name} exists already.", 409)
    now = _now()
    canary = {
        "Id": str(uuid.uuid4()),
        "Name": name,
        "SuccessRetentionPeriodInDays": 31,
        "FailureRetentionPeriodInDays": 31,
        "RunConfig": dict(_RUN_DEFAULTS),
        "EngineArn": call.arn(f"function:cwsyn-{name}", service="lambda"),
        "Timeline": {"Created": now, "LastModified": now},
        "State": "READY",
    }
    await _change(call, canary)
    call.records("canaries")[name] = canary
    tags.put(call, _arn(call, name), call.params.get("Tags"))
    return {"Canary": _described(call, canary)}


@operation(_SERVICE, "UpdateCanary")
async def update_canary(call: Call) -> Answer:
    """Changes a canary."""
    canary = _canary(call)
    await _change(call, canary)
    canary["Timeline"]["LastModified"] = _now()
    return {}


@operation(_SERVICE, "GetCanary")
async def get_canary(call: Call) -> Answer:
    """Describes a canary."""
    return {"Canary": _described(call, _canary(call))}


@operation(_SERVICE, "DescribeCanaries")
async def describe_canaries(call: Call) -> Answer:
    """Describes canaries."""
    names = call.params.get("Names")
    found = [one for one in call.records("canaries").values() if not names or one["Name"] in names]
    return {"Canaries": [_described(call, one) for one in found]}


@operation(_SERVICE, "StartCanary")
async def start_canary(call: Call) -> Answer:
    """Declares that a canary runs."""
    canary = _canary(call)
    canary["State"] = "RUNNING"
    canary["Timeline"]["LastStarted"] = _now()
    return {}


@operation(_SERVICE, "StopCanary")
async def stop_canary(call: Call) -> Answer:
    """Declares that a canary does not run."""
    canary = _canary(call)
    canary["State"] = "STOPPED"
    canary["Timeline"]["LastStopped"] = _now()
    return {}


@operation(_SERVICE, "DeleteCanary")
async def delete_canary(call: Call) -> Answer:
    """Deletes a canary that does not run."""
    canary = _canary(call)
    if canary["State"] == "RUNNING":
        raise Fault("ConflictException", "Canary is in a state that cannot be modified.", 409)
    del call.records("canaries")[canary["Name"]]
    tags.forget(call, _arn(call, canary["Name"]))
    return {}


@operation(_SERVICE, "ListTagsForResource")
async def list_tags(call: Call) -> Answer:
    """Lists tags."""
    return {"Tags": tags.mapping(call, call.params["ResourceArn"])}


@operation(_SERVICE, "TagResource")
async def tag_resource(call: Call) -> Answer:
    """Adds tags."""
    tags.put(call, call.params["ResourceArn"], call.params["Tags"])
    return {}


@operation(_SERVICE, "UntagResource")
async def untag_resource(call: Call) -> Answer:
    """Removes tags."""
    tags.remove(call, call.params["ResourceArn"], call.params["TagKeys"])
    return {}


async def _change(call: Call, canary: dict[str, Any]) -> None:
    params = call.params
    canary.update({key: params[key] for key in _CHANGEABLE if params.get(key) is not None})
    if params.get("Code"):
        source = call.arn(f"layer:cwsyn-{canary['Name']}:1", service="lambda")
        canary["Code"] = {"SourceLocationArn": source, "Handler": params["Code"].get("Handler", "")}
    if params.get("Schedule"):
        canary["Schedule"] = {"DurationInSeconds": 0, **params["Schedule"]}
    if params.get("RunConfig"):
        described = {key: one for key, one in params["RunConfig"].items() if key in _RUN_DEFAULTS}
        canary["RunConfig"] = {**canary["RunConfig"], **described}
    if params.get("ArtifactS3Location"):
        canary["ArtifactS3Location"] = params["ArtifactS3Location"].removeprefix("s3://")
    if params.get("VpcConfig"):
        canary["VpcConfig"] = await _network(call, params["VpcConfig"])


async def _network(call: Call, wanted: dict[str, Any]) -> dict[str, Any]:
    """The network of a canary with the VPC that its subnets are in."""
    subnets = wanted.get("SubnetIds") or []
    if not subnets:
        return wanted
    found = await call.aws("ec2", "DescribeSubnets", SubnetIds=subnets)
    return {**wanted, "VpcId": found["Subnets"][0]["VpcId"]}


def _canary(call: Call) -> dict[str, Any]:
    found: dict[str, Any] | None = call.records("canaries").get(call.params["Name"])
    if found is None:
        raise Fault("ResourceNotFoundException", "Canary could not be found", 404)
    return found


def _described(call: Call, canary: dict[str, Any]) -> dict[str, Any]:
    described = {key: value for key, value in canary.items() if key != "State"}
    described["Status"] = {"State": canary["State"]}
    described["Tags"] = tags.mapping(call, _arn(call, canary["Name"]))
    return described


def _arn(call: Call, name: str) -> str:
    return call.arn(f"canary:{name}")


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)
