"""ElastiCache: each replication group is a real Redis server.

moto keeps deleted groups, forgets settings and does not list members as clusters, so replication
groups and their members are ours. A group has one server, whatever its number of nodes.
"""

from __future__ import annotations

import asyncio
from typing import Any

from qops.local.engines.pool import HOST, EngineError
from qops.local.engines.redis import Redis
from qops.local.router.registry import Answer, Call, Fault, PassOn, operation
from qops.local.services.elasticache_settings import maxmemory_policy, tag

_SERVICE = "elasticache"
_DEFAULTS = {
    "Engine": "redis",
    "EngineVersion": "7.1",
    "CacheNodeType": "cache.t4g.micro",
    "SnapshotRetentionLimit": 0,
    "SnapshotWindow": "03:00-04:00",
    "PreferredMaintenanceWindow": "sun:05:00-sun:06:00",
    "NetworkType": "ipv4",
    "IpDiscovery": "ipv4",
    "AutoMinorVersionUpgrade": True,
    "AtRestEncryptionEnabled": False,
    "TransitEncryptionEnabled": False,
}
_CHANGEABLE = (
    "AutoMinorVersionUpgrade",
    "AutomaticFailoverEnabled",
    "CacheNodeType",
    "CacheParameterGroupName",
    "Engine",
    "EngineVersion",
    "MultiAZEnabled",
    "PreferredMaintenanceWindow",
    "ReplicationGroupDescription",
    "SecurityGroupIds",
    "SnapshotRetentionLimit",
    "SnapshotWindow",
    "TransitEncryptionEnabled",
    "TransitEncryptionMode",
    "UserGroupIds",
)


@operation(_SERVICE, "CreateReplicationGroup")
async def create(call: Call) -> Answer:
    """Starts a server and declares the group."""
    identifier = call.params["ReplicationGroupId"].lower()
    if identifier in call.records("groups"):
        raise Fault("ReplicationGroupAlreadyExists", f"{identifier} exists already.")
    group = {**_DEFAULTS, **{k: v for k, v in call.params.items() if k not in ("Tags",)}}
    group["ReplicationGroupId"] = identifier
    group["AuthTokenEnabled"] = bool(group.pop("AuthToken", None))
    policy = maxmemory_policy(call, group.get("CacheParameterGroupName"))
    token = call.params.get("AuthToken")
    try:
        await asyncio.to_thread(
            call.context.engines.start,
            "redis",
            identifier,
            lambda folder, port: Redis(folder, port, auth_token=token, policy=policy),
        )
    except EngineError as error:
        raise Fault("InvalidParameterValue", str(error)) from error
    call.records("groups")[identifier] = group
    tag(call, _arn(call, identifier), call.params.get("Tags"))
    return {"ReplicationGroup": _described(call, group)}


@operation(_SERVICE, "DescribeReplicationGroups")
async def describe(call: Call) -> Answer:
    """Describes groups, with the addresses where their servers really listen."""
    if call.params.get("ReplicationGroupId"):
        return {"ReplicationGroups": [_described(call, _group(call))]}
    return {"ReplicationGroups": [_described(call, one) for one in call.records("groups").values()]}


@operation(_SERVICE, "ModifyReplicationGroup")
async def modify(call: Call) -> Answer:
    """Changes the declaration; the server goes on as it is."""
    group = _group(call)
    if call.params.get("AuthToken"):
        raise Fault("InvalidParameterValue", "The local cloud cannot change the auth token.")
    group.update({key: call.params[key] for key in _CHANGEABLE if key in call.params})
    return {"ReplicationGroup": _described(call, group)}


@operation(_SERVICE, "DeleteReplicationGroup")
async def delete(call: Call) -> Answer:
    """Stops the server and forgets the group."""
    group = _group(call)
    identifier = group["ReplicationGroupId"]
    answer = {"ReplicationGroup": {**_described(call, group), "Status": "deleting"}}
    await asyncio.to_thread(call.context.engines.remove, "redis", identifier)
    del call.records("groups")[identifier]
    call.records("tags").pop(_arn(call, identifier), None)
    return answer


@operation(_SERVICE, "DescribeCacheClusters")
async def describe_members(call: Call) -> Answer:
    """Describes the members of groups; clusters on their own are moto's."""
    wanted = call.params.get("CacheClusterId")
    members = [
        _member(call, group, name)
        for group in call.records("groups").values()
        for name in _members(group)
        if wanted in (None, name)
    ]
    if wanted is not None and not members:
        raise PassOn
    if wanted is None:
        alone = await call.aws(_SERVICE, "DescribeCacheClusters")
        members += alone.get("CacheClusters", [])
    return {"CacheClusters": members}


def _group(call: Call) -> dict[str, Any]:
    identifier = call.params["ReplicationGroupId"].lower()
    found: dict[str, Any] | None = call.records("groups").get(identifier)
    if found is None:
        raise Fault("ReplicationGroupNotFoundFault", f"ReplicationGroup {identifier} not found.")
    return found


def _arn(call: Call, identifier: str) -> str:
    return call.arn(f"replicationgroup:{identifier}")


def _members(group: dict[str, Any]) -> list[str]:
    nodes = group.get("NumCacheClusters") or 1 + (group.get("ReplicasPerNodeGroup") or 0)
    return [f"{group['ReplicationGroupId']}-{number:03}" for number in range(1, nodes + 1)]


def _described(call: Call, group: dict[str, Any]) -> dict[str, Any]:
    identifier = group["ReplicationGroupId"]
    engine = call.context.engines.find("redis", identifier)
    where = {"Address": HOST, "Port": engine.port if engine is not None else 0}
    copied = (
        *("ReplicationGroupId", "CacheNodeType", "Engine", "SnapshotRetentionLimit"),
        *("SnapshotWindow", "NetworkType", "IpDiscovery", "AutoMinorVersionUpgrade"),
        *("AtRestEncryptionEnabled", "TransitEncryptionEnabled", "AuthTokenEnabled", "KmsKeyId"),
        *("TransitEncryptionMode", "UserGroupIds"),
    )
    described = {key: group[key] for key in copied if group.get(key) is not None}
    described.update(
        ARN=_arn(call, identifier),
        Description=group.get("ReplicationGroupDescription", ""),
        Status="available" if engine is not None and engine.running else "create-failed",
        ClusterEnabled=False,
        ClusterMode="disabled",
        AutomaticFailover="enabled" if group.get("AutomaticFailoverEnabled") else "disabled",
        MultiAZ="enabled" if group.get("MultiAZEnabled") else "disabled",
        DataTiering="disabled",
        MemberClusters=_members(group),
        NodeGroups=[
            {
                "NodeGroupId": "0001",
                "Status": "available",
                "PrimaryEndpoint": where,
                "ReaderEndpoint": where,
                "NodeGroupMembers": [
                    {
                        "CacheClusterId": name,
                        "CacheNodeId": "0001",
                        "ReadEndpoint": where,
                        "PreferredAvailabilityZone": f"{call.region}a",
                        "CurrentRole": "replica" if index else "primary",
                    }
                    for index, name in enumerate(_members(group))
                ],
            }
        ],
    )
    return described


def _member(call: Call, group: dict[str, Any], name: str) -> dict[str, Any]:
    version = str(group["EngineVersion"])
    major = version.partition(".")[0]
    copied = (
        *("CacheNodeType", "Engine", "ReplicationGroupId", "CacheSubnetGroupName"),
        *("PreferredMaintenanceWindow", "AutoMinorVersionUpgrade", "SnapshotRetentionLimit"),
        *("SnapshotWindow", "AuthTokenEnabled", "TransitEncryptionEnabled", "NetworkType"),
        *("AtRestEncryptionEnabled", "IpDiscovery", "TransitEncryptionMode"),
    )
    member = {key: group[key] for key in copied if group.get(key) is not None}
    parameter_group = group.get("CacheParameterGroupName") or f"default.{group['Engine']}{major}"
    member.update(
        CacheClusterId=name,
        ARN=call.arn(f"cluster:{name}"),
        CacheClusterStatus="available",
        # two parts are declared, three are answered, as AWS does
        EngineVersion=version if version.count(".") > 1 else f"{version}.0",
        NumCacheNodes=1,
        PreferredAvailabilityZone=f"{call.region}a",
        CacheParameterGroup={
            "CacheParameterGroupName": parameter_group,
            "ParameterApplyStatus": "in-sync",
        },
        SecurityGroups=[
            {"SecurityGroupId": identifier, "Status": "active"}
            for identifier in group.get("SecurityGroupIds") or []
        ],
    )
    return member
