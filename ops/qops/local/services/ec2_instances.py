"""EC2: instances and launch templates (declared only: no machine is started).

moto looks for instance profiles in its own IAM, but roles are MiniStack's; it counts a launch
template's own tags among those that it gives to instances, knows nothing of monitoring, gives a
public address to instances that shall have none, and forgets security groups of an interface.
"""

from __future__ import annotations

from typing import Any

from qops.local.router.owners import Backend
from qops.local.router.registry import Answer, Call, Fault, after, before, operation

_SERVICE = "ec2"
_EXISTS = "EntityAlreadyExists"
_TEMPLATE = "launch-template"


@before(_SERVICE, "RunInstances", "AssociateIamInstanceProfile")
async def mirror_profile(call: Call) -> None:
    """Makes an instance profile known to moto when it really exists."""
    wanted = call.params.get("IamInstanceProfile") or {}
    name = wanted.get("Name") or str(wanted.get("Arn") or "").rpartition("/")[2]
    if not name:
        return
    try:
        found = await call.aws("iam", "GetInstanceProfile", InstanceProfileName=name)
    except Fault as fault:
        message = f"Value ({name}) for parameter iamInstanceProfile.name is invalid."
        raise Fault("InvalidParameterValue", message) from fault
    await _moto(call, "CreateInstanceProfile", InstanceProfileName=name)
    for role in found["InstanceProfile"].get("Roles") or []:
        role_name = {"RoleName": role["RoleName"]}
        await _moto(call, "CreateRole", AssumeRolePolicyDocument="{}", **role_name)
        await _moto(call, "AddRoleToInstanceProfile", InstanceProfileName=name, **role_name)


@after(_SERVICE, "DescribeLaunchTemplates")
async def answer_tags(call: Call, answer: Answer) -> None:
    """Answers the tags of templates as they are now, not as they were made."""
    for template in answer.get("LaunchTemplates") or []:
        mine = [{"Name": "resource-id", "Values": [template["LaunchTemplateId"]]}]
        found = await call.aws(_SERVICE, "DescribeTags", Filters=mine)
        template["Tags"] = [
            {"Key": tag["Key"], "Value": tag.get("Value", "")} for tag in found.get("Tags") or []
        ]


@after(_SERVICE, "DescribeInstanceAttribute")
async def drop_empty_user_data(_call: Call, answer: Answer) -> None:
    """An instance without user data has none, rather than empty ones."""
    if not (answer.get("UserData") or {}).get("Value"):
        answer.pop("UserData", None)


@after(_SERVICE, "DescribeLaunchTemplateVersions")
async def drop_own_tags(_call: Call, answer: Answer) -> None:
    """Answers the tags for instances without those of the template itself."""
    for version in answer.get("LaunchTemplateVersions") or []:
        data: dict[str, Any] = version.get("LaunchTemplateData") or {}
        specified = data.get("TagSpecifications") or []
        kept = [one for one in specified if one.get("ResourceType") != _TEMPLATE]
        if kept:
            data["TagSpecifications"] = kept
        else:
            data.pop("TagSpecifications", None)


@operation(_SERVICE, "MonitorInstances", "UnmonitorInstances")
async def monitor(call: Call) -> Answer:
    """Declares whether instances are monitored in detail."""
    changed = []
    for identifier in call.params["InstanceIds"]:
        kept = call.records("instances").setdefault(identifier, {})
        kept["monitored"] = call.operation == "MonitorInstances"
        changed.append({"InstanceId": identifier, "Monitoring": _monitoring(kept)})
    return {"InstanceMonitorings": changed}


@after(_SERVICE, "RunInstances")
async def remember(call: Call, answer: Answer) -> None:
    """Keeps whether new instances are monitored in detail and have no public address."""
    interfaces = call.params.get("NetworkInterfaces") or []
    kept = {
        "monitored": bool((call.params.get("Monitoring") or {}).get("Enabled")),
        "private": any(one.get("AssociatePublicIpAddress") is False for one in interfaces),
    }
    for instance in answer.get("Instances") or []:
        call.records("instances")[instance["InstanceId"]] = dict(kept)
        _settle(instance, kept)


@after(_SERVICE, "DescribeInstances")
async def describe(call: Call, answer: Answer) -> None:
    """Answers what was asked for."""
    for reservation in answer.get("Reservations") or []:
        for instance in reservation.get("Instances") or []:
            _settle(instance, call.records("instances").get(instance["InstanceId"], {}))


def _settle(instance: dict[str, Any], kept: dict[str, bool]) -> None:
    instance["Monitoring"] = _monitoring(kept)
    interfaces = instance.get("NetworkInterfaces") or []
    if interfaces and not instance.get("SecurityGroups"):
        instance["SecurityGroups"] = interfaces[0].get("Groups") or []
    if not kept.get("private"):
        return
    for key in ("PublicIpAddress", "PublicDnsName"):
        instance.pop(key, None)
    for interface in interfaces:
        interface.pop("Association", None)
        for address in interface.get("PrivateIpAddresses") or []:
            address.pop("Association", None)


def _monitoring(kept: dict[str, bool]) -> dict[str, str]:
    return {"State": "enabled" if kept.get("monitored") else "disabled"}


async def _moto(call: Call, name: str, /, **params: Any) -> None:
    try:
        await call.context.backends.call("iam", name, params, call.region, Backend.MOTO)
    except Fault as fault:
        if fault.code not in (_EXISTS, "LimitExceeded"):
            raise
