"""CodeDeploy: applications, configurations and groups, of which moto lacks half (declared only).

Nothing is deployed: ``CreateDeployment`` is not answered.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from qops.local.router import tags
from qops.local.router.registry import Answer, Call, Fault, operation

_SERVICE = "codedeploy"


@operation(_SERVICE, "CreateApplication")
async def create_application(call: Call) -> Answer:
    """Makes an application."""
    name = call.params["applicationName"]
    if name in call.records("applications"):
        raise Fault("ApplicationAlreadyExistsException", f"Application {name} already exists.")
    application = {
        "applicationId": str(uuid.uuid4()),
        "applicationName": name,
        "createTime": _now(),
        "linkedToGitHub": False,
        "computePlatform": call.params.get("computePlatform") or "Server",
    }
    call.records("applications")[name] = application
    tags.put(call, _arn(call, name), call.params.get("tags"))
    return {"applicationId": application["applicationId"]}


@operation(_SERVICE, "GetApplication")
async def get_application(call: Call) -> Answer:
    """Describes an application."""
    return {"application": _application(call)}


@operation(_SERVICE, "ListApplications")
async def list_applications(call: Call) -> Answer:
    """Lists applications."""
    return {"applications": list(call.records("applications"))}


@operation(_SERVICE, "UpdateApplication")
async def update_application(call: Call) -> Answer:
    """Gives an application another name."""
    application = _application(call)
    name, new = application["applicationName"], call.params["newApplicationName"]
    del call.records("applications")[name]
    call.records("applications")[new] = {**application, "applicationName": new}
    kept = tags.mapping(call, _arn(call, name))
    tags.forget(call, _arn(call, name))
    tags.put(call, _arn(call, new), kept)
    return {}


@operation(_SERVICE, "DeleteApplication")
async def delete_application(call: Call) -> Answer:
    """Deletes an application with its groups."""
    name = call.params["applicationName"]
    call.records("applications").pop(name, None)
    groups = call.records("groups")
    for key in [key for key in groups if key.partition("/")[0] == name]:
        del groups[key]
        tags.forget(call, _group_arn(call, key))
    tags.forget(call, _arn(call, name))
    return {}


@operation(_SERVICE, "CreateDeploymentConfig")
async def create_configuration(call: Call) -> Answer:
    """Makes a configuration."""
    name = call.params["deploymentConfigName"]
    if name in call.records("configurations"):
        message = f"Deployment configuration {name} already exists."
        raise Fault("DeploymentConfigAlreadyExistsException", message)
    configuration = {
        **call.params,
        "deploymentConfigId": str(uuid.uuid4()),
        "createTime": _now(),
    }
    configuration.setdefault("computePlatform", "Server")
    call.records("configurations")[name] = configuration
    return {"deploymentConfigId": configuration["deploymentConfigId"]}


@operation(_SERVICE, "GetDeploymentConfig")
async def get_configuration(call: Call) -> Answer:
    """Describes a configuration."""
    found = call.records("configurations").get(call.params["deploymentConfigName"])
    if found is None:
        message = f"No Deployment Configuration found: {call.params['deploymentConfigName']}"
        raise Fault("DeploymentConfigDoesNotExistException", message)
    return {"deploymentConfigInfo": found}


@operation(_SERVICE, "DeleteDeploymentConfig")
async def delete_configuration(call: Call) -> Answer:
    """Deletes a configuration that no group uses."""
    name = call.params["deploymentConfigName"]
    if any(one.get("deploymentConfigName") == name for one in call.records("groups").values()):
        raise Fault("DeploymentConfigInUseException", f"{name} is in use.")
    call.records("configurations").pop(name, None)
    return {}


@operation(_SERVICE, "CreateDeploymentGroup")
async def create_group(call: Call) -> Answer:
    """Makes a group."""
    application = _application(call)
    key = _key(call.params["applicationName"], call.params["deploymentGroupName"])
    if key in call.records("groups"):
        raise Fault("DeploymentGroupAlreadyExistsException", f"{key} already exists.")
    group = {name: value for name, value in call.params.items() if name != "tags"}
    group["deploymentGroupId"] = str(uuid.uuid4())
    group["computePlatform"] = application["computePlatform"]
    call.records("groups")[key] = group
    tags.put(call, _group_arn(call, key), call.params.get("tags"))
    return {"deploymentGroupId": group["deploymentGroupId"]}


@operation(_SERVICE, "GetDeploymentGroup")
async def get_group(call: Call) -> Answer:
    """Describes a group."""
    key = _key(call.params["applicationName"], call.params["deploymentGroupName"])
    return {"deploymentGroupInfo": _group(call, key)}


@operation(_SERVICE, "ListDeploymentGroups")
async def list_groups(call: Call) -> Answer:
    """Lists the groups of an application."""
    name = _application(call)["applicationName"]
    groups = [one for one in call.records("groups").values() if one["applicationName"] == name]
    return {
        "applicationName": name,
        "deploymentGroups": [one["deploymentGroupName"] for one in groups],
    }


@operation(_SERVICE, "UpdateDeploymentGroup")
async def update_group(call: Call) -> Answer:
    """Changes a group, and its name where another one is given."""
    application, name = call.params["applicationName"], call.params["currentDeploymentGroupName"]
    key = _key(application, name)
    group = _group(call, key)
    skipped = ("currentDeploymentGroupName", "newDeploymentGroupName")
    group.update({one: value for one, value in call.params.items() if one not in skipped})
    new = _key(application, call.params.get("newDeploymentGroupName") or name)
    group["deploymentGroupName"] = new.partition("/")[2]
    del call.records("groups")[key]
    call.records("groups")[new] = group
    if new != key:
        tags.put(call, _group_arn(call, new), tags.mapping(call, _group_arn(call, key)))
        tags.forget(call, _group_arn(call, key))
    return {"hooksNotCleanedUp": []}


@operation(_SERVICE, "DeleteDeploymentGroup")
async def delete_group(call: Call) -> Answer:
    """Deletes a group."""
    key = _key(call.params["applicationName"], call.params["deploymentGroupName"])
    call.records("groups").pop(key, None)
    tags.forget(call, _group_arn(call, key))
    return {"hooksNotCleanedUp": []}


@operation(_SERVICE, "CreateDeployment")
async def refuse_deployment(_call: Call) -> Answer:
    """Says that nothing here deploys; moto would call it succeeded."""
    message = "The local cloud does not implement codedeploy CreateDeployment."
    raise Fault("NotImplementedByEmulator", message)


@operation(_SERVICE, "ListTagsForResource")
async def list_tags(call: Call) -> Answer:
    """Lists tags."""
    return {"Tags": tags.pairs(call, call.params["ResourceArn"])}


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


def _application(call: Call) -> dict[str, Any]:
    name = call.params["applicationName"]
    found: dict[str, Any] | None = call.records("applications").get(name)
    if found is None:
        raise Fault("ApplicationDoesNotExistException", f"No application found for name: {name}")
    return found


def _group(call: Call, key: str) -> dict[str, Any]:
    found: dict[str, Any] | None = call.records("groups").get(key)
    if found is None:
        message = f"No Deployment Group found for name: {key.partition('/')[2]}"
        raise Fault("DeploymentGroupDoesNotExistException", message)
    return found


def _key(application: str, group: str) -> str:
    return f"{application}/{group}"


def _arn(call: Call, application: str) -> str:
    return call.arn(f"application:{application}")


def _group_arn(call: Call, key: str) -> str:
    return call.arn(f"deploymentgroup:{key}")


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)
