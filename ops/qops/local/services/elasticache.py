"""ElastiCache: each replication group is a real Redis server.

moto keeps deleted groups, forgets settings and does not list members as clusters, so replication
groups and their members are ours. A group has one server, whatever its number of nodes. Delivery of
its logs is declared only.
"""

from __future__ import annotations

import asyncio
from typing import Any

from qops.local.engines.pool import HOST, EngineError
from qops.local.engines.redis import Redis, password_rule
from qops.local.router.registry import Answer, Call, Fault, PassOn, operation
from qops.local.services.elasticache_settings import maxmemory_policy, tag
from qops.local.services.elasticache_users import server_users

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
)
_FIRST_WITH_CLOSED_CHANNELS = 7
_MOST_TOKENS = 2


@operation(_SERVICE, "CreateReplicationGroup")
async def create(call: Call) -> Answer:
    """Starts a server and declares the group."""
    identifier = call.params["ReplicationGroupId"].lower()
    if identifier in call.records("groups"):
        raise Fault("ReplicationGroupAlreadyExists", f"{identifier} exists already.")
    group = {**_DEFAULTS, **{k: v for k, v in call.params.items() if k not in ("Tags",)}}
    group["ReplicationGroupId"] = identifier
    token = group.pop("AuthToken", None)
    group["TokenRules"] = [password_rule(token)] if token else []
    group["LogDeliveryConfigurations"] = []
    _deliver_logs(group, call.params.get("LogDeliveryConfigurations"))
    policy = maxmemory_policy(call, group.get("CacheParameterGroupName"))
    users = server_users(call, group)
    major = str(group["EngineVersion"]).partition(".")[0]
    open_channels = major.isdecimal() and int(major) < _FIRST_WITH_CLOSED_CHANNELS
    try:
        await asyncio.to_thread(
            call.context.engines.start,
            "redis",
            identifier,
            lambda folder, port: Redis(
                folder, port, users=users, policy=policy, open_channels=open_channels
            ),
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
    """Changes the declaration and who may sign in; the server goes on with its data."""
    group = _group(call)
    changed = {**group, **{key: call.params[key] for key in _CHANGEABLE if key in call.params}}
    removed = set(call.params.get("UserGroupIdsToRemove") or [])
    kept = [] if call.params.get("RemoveUserGroups") else group.get("UserGroupIds") or []
    changed["UserGroupIds"] = [name for name in kept if name not in removed]
    changed["UserGroupIds"] += call.params.get("UserGroupIdsToAdd") or []
    changed["TokenRules"] = _token_rules(call, group["TokenRules"])
    changed["LogDeliveryConfigurations"] = list(group["LogDeliveryConfigurations"])
    _deliver_logs(changed, call.params.get("LogDeliveryConfigurations"))
    engine = call.context.engines.find("redis", group["ReplicationGroupId"])
    if isinstance(engine, Redis):
        try:
            await asyncio.to_thread(engine.set_users, server_users(call, changed))
        except EngineError as error:
            raise Fault("InvalidParameterValue", str(error)) from error
    group.update(changed)
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


def _token_rules(call: Call, rules: list[str]) -> list[str]:
    """The rules of the tokens after a change: rotated in, set alone, or taken away."""
    strategy = call.params.get("AuthTokenUpdateStrategy")
    if strategy == "DELETE":
        return []
    token = call.params.get("AuthToken")
    if not token:
        return rules
    kept = [] if strategy == "SET" else rules[-(_MOST_TOKENS - 1) :]
    return [*kept, password_rule(token)]


def _deliver_logs(group: dict[str, Any], configurations: list[dict[str, Any]] | None) -> None:
    """Declares where logs go, one place for each kind of log."""
    for wanted in configurations or []:
        others = [
            one for one in group["LogDeliveryConfigurations"] if one["LogType"] != wanted["LogType"]
        ]
        if wanted.get("Enabled", True):
            copied = ("LogType", "DestinationType", "DestinationDetails", "LogFormat")
            declared = {key: wanted[key] for key in copied if key in wanted}
            others.append({**declared, "Status": "active"})
        group["LogDeliveryConfigurations"] = others


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
        *("AtRestEncryptionEnabled", "TransitEncryptionEnabled", "KmsKeyId"),
        *("TransitEncryptionMode", "UserGroupIds", "LogDeliveryConfigurations"),
    )
    described = {key: group[key] for key in copied if group.get(key) is not None}
    described.update(
        AuthTokenEnabled=bool(group["TokenRules"]),
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
        *("SnapshotWindow", "TransitEncryptionEnabled", "NetworkType", "IpDiscovery"),
        *("AtRestEncryptionEnabled", "TransitEncryptionMode", "LogDeliveryConfigurations"),
    )
    member = {key: group[key] for key in copied if group.get(key) is not None}
    parameter_group = group.get("CacheParameterGroupName") or f"default.{group['Engine']}{major}"
    member.update(
        AuthTokenEnabled=bool(group["TokenRules"]),
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
