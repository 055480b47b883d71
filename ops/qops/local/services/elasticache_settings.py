"""ElastiCache: subnet groups, parameter groups and tags.

moto cannot delete subnet groups and has no parameter groups (declared only, but for the eviction
policy, which the servers get).
"""

from __future__ import annotations

from typing import Any

from qops.local.router.registry import Answer, Call, Fault, PassOn, operation

_SERVICE = "elasticache"
_POLICY = "maxmemory-policy"
_DEFAULT_PARAMETERS = {
    _POLICY: "volatile-lru",
    "timeout": "0",
    "notify-keyspace-events": "",
    "cluster-enabled": "no",
}


def tag(call: Call, arn: str, tags: list[dict[str, str]] | None) -> None:
    """Adds tags to one of our resources."""
    kept = call.records("tags").setdefault(arn, {})
    kept.update({one["Key"]: one.get("Value", "") for one in tags or []})


def maxmemory_policy(call: Call, parameter_group: str | None) -> str | None:
    """The eviction policy that a parameter group sets, if it does."""
    group = call.records("parameter-groups").get(parameter_group or "", {})
    policy: str | None = group.get("parameters", {}).get(_POLICY)
    return policy


@operation(_SERVICE, "CreateCacheSubnetGroup")
async def create_subnet_group(call: Call) -> Answer:
    """Makes a subnet group."""
    name = call.params["CacheSubnetGroupName"].lower()
    if name in call.records("subnet-groups"):
        raise Fault("CacheSubnetGroupAlreadyExists", f"Subnet group {name} exists already.")
    group = await _subnet_group(call, name)
    call.records("subnet-groups")[name] = group
    tag(call, group["ARN"], call.params.get("Tags"))
    return {"CacheSubnetGroup": group}


@operation(_SERVICE, "ModifyCacheSubnetGroup")
async def modify_subnet_group(call: Call) -> Answer:
    """Changes a subnet group."""
    name = call.params["CacheSubnetGroupName"].lower()
    kept = _find(call, "subnet-groups", name, "CacheSubnetGroupNotFoundFault")
    changed = await _subnet_group(call, name)
    if "CacheSubnetGroupDescription" not in call.params:
        changed["CacheSubnetGroupDescription"] = kept["CacheSubnetGroupDescription"]
    if "SubnetIds" not in call.params:
        changed["Subnets"], changed["VpcId"] = kept["Subnets"], kept["VpcId"]
    call.records("subnet-groups")[name] = changed
    return {"CacheSubnetGroup": changed}


@operation(_SERVICE, "DescribeCacheSubnetGroups")
async def describe_subnet_groups(call: Call) -> Answer:
    """Describes subnet groups."""
    name = call.params.get("CacheSubnetGroupName")
    if name:
        found = _find(call, "subnet-groups", name.lower(), "CacheSubnetGroupNotFoundFault")
        return {"CacheSubnetGroups": [found]}
    return {"CacheSubnetGroups": list(call.records("subnet-groups").values())}


@operation(_SERVICE, "DeleteCacheSubnetGroup")
async def delete_subnet_group(call: Call) -> Answer:
    """Deletes a subnet group."""
    name = call.params["CacheSubnetGroupName"].lower()
    found = _find(call, "subnet-groups", name, "CacheSubnetGroupNotFoundFault")
    del call.records("subnet-groups")[name]
    call.records("tags").pop(found["ARN"], None)
    return {}


@operation(_SERVICE, "CreateCacheParameterGroup")
async def create_parameter_group(call: Call) -> Answer:
    """Makes a parameter group."""
    name = call.params["CacheParameterGroupName"].lower()
    group = {
        "name": name,
        "family": call.params["CacheParameterGroupFamily"],
        "description": call.params.get("Description", ""),
        "arn": call.arn(f"parametergroup:{name}"),
        "parameters": {},
    }
    call.records("parameter-groups")[name] = group
    tag(call, group["arn"], call.params.get("Tags"))
    return {"CacheParameterGroup": _parameter_group(group)}


@operation(_SERVICE, "DescribeCacheParameterGroups")
async def describe_parameter_groups(call: Call) -> Answer:
    """Describes parameter groups."""
    if call.params.get("CacheParameterGroupName"):
        return {"CacheParameterGroups": [_parameter_group(_named_parameter_group(call))]}
    groups = call.records("parameter-groups").values()
    return {"CacheParameterGroups": [_parameter_group(group) for group in groups]}


@operation(_SERVICE, "ModifyCacheParameterGroup", "ResetCacheParameterGroup")
async def change_parameters(call: Call) -> Answer:
    """Sets or resets parameters; a running server keeps its own."""
    group = _named_parameter_group(call)
    reset = call.operation == "ResetCacheParameterGroup"
    if reset and call.params.get("ResetAllParameters"):
        group["parameters"].clear()
    for parameter in call.params.get("ParameterNameValues") or []:
        if reset:
            group["parameters"].pop(parameter["ParameterName"], None)
        else:
            group["parameters"][parameter["ParameterName"]] = parameter.get("ParameterValue", "")
    return {"CacheParameterGroupName": group["name"]}


@operation(_SERVICE, "DescribeCacheParameters")
async def describe_parameters(call: Call) -> Answer:
    """Lists parameters: those that were set, and without ``Source`` the defaults too."""
    group = _named_parameter_group(call)
    source = call.params.get("Source")
    values = {name: (value, "user") for name, value in group["parameters"].items()}
    if source != "user":
        for name, value in _DEFAULT_PARAMETERS.items():
            values.setdefault(name, (value, "system"))
    return {
        "Parameters": [
            {
                "ParameterName": name,
                "ParameterValue": value,
                "Source": origin,
                "DataType": "string",
                "IsModifiable": True,
            }
            for name, (value, origin) in values.items()
            if source in (None, origin)
        ]
    }


@operation(_SERVICE, "DeleteCacheParameterGroup")
async def delete_parameter_group(call: Call) -> Answer:
    """Deletes a parameter group."""
    group = _named_parameter_group(call)
    del call.records("parameter-groups")[group["name"]]
    call.records("tags").pop(group["arn"], None)
    return {}


@operation(_SERVICE, "ListTagsForResource")
async def list_tags(call: Call) -> Answer:
    """Lists the tags of our resources; others are moto's."""
    tags = call.records("tags").get(call.params["ResourceName"])
    if tags is None:
        if ":cluster:" in call.params["ResourceName"]:
            return {"TagList": []}
        raise PassOn
    return {"TagList": [{"Key": key, "Value": value} for key, value in tags.items()]}


@operation(_SERVICE, "AddTagsToResource")
async def add_tags(call: Call) -> Answer:
    """Adds tags to our resources."""
    if call.params["ResourceName"] not in call.records("tags"):
        raise PassOn
    tag(call, call.params["ResourceName"], call.params["Tags"])
    return await list_tags(call)


@operation(_SERVICE, "RemoveTagsFromResource")
async def remove_tags(call: Call) -> Answer:
    """Removes tags of our resources."""
    tags = call.records("tags").get(call.params["ResourceName"])
    if tags is None:
        raise PassOn
    for key in call.params["TagKeys"]:
        tags.pop(key, None)
    return await list_tags(call)


async def _subnet_group(call: Call, name: str) -> dict[str, Any]:
    subnets: list[dict[str, Any]] = []
    if call.params.get("SubnetIds"):
        found = await call.aws("ec2", "DescribeSubnets", SubnetIds=call.params["SubnetIds"])
        subnets = found["Subnets"]
    return {
        "CacheSubnetGroupName": name,
        "CacheSubnetGroupDescription": call.params.get("CacheSubnetGroupDescription", ""),
        "ARN": call.arn(f"subnetgroup:{name}"),
        "VpcId": subnets[0]["VpcId"] if subnets else "",
        "SupportedNetworkTypes": ["ipv4"],
        "Subnets": [
            {
                "SubnetIdentifier": subnet["SubnetId"],
                "SubnetAvailabilityZone": {"Name": subnet["AvailabilityZone"]},
                "SupportedNetworkTypes": ["ipv4"],
            }
            for subnet in subnets
        ],
    }


def _named_parameter_group(call: Call) -> dict[str, Any]:
    name = call.params["CacheParameterGroupName"].lower()
    return _find(call, "parameter-groups", name, "CacheParameterGroupNotFound")


def _parameter_group(group: dict[str, Any]) -> dict[str, Any]:
    return {
        "CacheParameterGroupName": group["name"],
        "CacheParameterGroupFamily": group["family"],
        "Description": group["description"],
        "IsGlobal": False,
        "ARN": group["arn"],
    }


def _find(call: Call, kind: str, name: str, code: str) -> dict[str, Any]:
    found: dict[str, Any] | None = call.records(kind).get(name)
    if found is None:
        raise Fault(code, f"{name} does not exist.", 404)
    return found
