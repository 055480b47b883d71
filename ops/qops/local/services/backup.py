"""AWS Backup: vaults, plans and selections, of which moto lacks half (declared only).

No recovery point is ever made: a job that is started fails, and says so.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from qops.local.router import tags
from qops.local.router.registry import Answer, Call, Fault, operation

_SERVICE = "backup"


@operation(_SERVICE, "CreateBackupVault")
async def create_vault(call: Call) -> Answer:
    """Makes a vault."""
    name = call.params["BackupVaultName"]
    if name in call.records("vaults"):
        raise Fault("AlreadyExistsException", f"Backup vault {name} already exists.")
    key = call.params.get("EncryptionKeyArn")
    vault = {
        "BackupVaultName": name,
        "BackupVaultArn": call.arn(f"backup-vault:{name}"),
        "EncryptionKeyArn": key or call.arn("alias/aws/backup", service="kms"),
        "CreationDate": _now(),
        "NumberOfRecoveryPoints": 0,
        "Locked": False,
    }
    call.records("vaults")[name] = vault
    tags.put(call, vault["BackupVaultArn"], call.params.get("BackupVaultTags"))
    copied = ("BackupVaultName", "BackupVaultArn", "CreationDate")
    return {key: vault[key] for key in copied}


@operation(_SERVICE, "DescribeBackupVault")
async def describe_vault(call: Call) -> Answer:
    """Describes a vault."""
    return _vault(call)


@operation(_SERVICE, "ListBackupVaults")
async def list_vaults(call: Call) -> Answer:
    """Lists vaults."""
    return {"BackupVaultList": list(call.records("vaults").values())}


@operation(_SERVICE, "DeleteBackupVault")
async def delete_vault(call: Call) -> Answer:
    """Deletes a vault with its settings."""
    vault = _vault(call)
    name = vault["BackupVaultName"]
    del call.records("vaults")[name]
    for kind in ("policies", "notifications"):
        call.records(kind).pop(name, None)
    tags.forget(call, vault["BackupVaultArn"])
    return {}


@operation(_SERVICE, "PutBackupVaultLockConfiguration")
async def lock_vault(call: Call) -> Answer:
    """Locks a vault; with days to think it over it becomes final then."""
    vault = _vault(call)
    vault["Locked"] = True
    for key in ("MinRetentionDays", "MaxRetentionDays"):
        if key in call.params:
            vault[key] = call.params[key]
    days = call.params.get("ChangeableForDays")
    if days:
        vault["LockDate"] = _now() + datetime.timedelta(days=days)
    return {}


@operation(_SERVICE, "DeleteBackupVaultLockConfiguration")
async def unlock_vault(call: Call) -> Answer:
    """Takes the lock off."""
    vault = _vault(call)
    vault["Locked"] = False
    for key in ("MinRetentionDays", "MaxRetentionDays", "LockDate"):
        vault.pop(key, None)
    return {}


@operation(_SERVICE, "PutBackupVaultAccessPolicy")
async def put_policy(call: Call) -> Answer:
    """Sets the policy of a vault."""
    call.records("policies")[_vault(call)["BackupVaultName"]] = call.params["Policy"]
    return {}


@operation(_SERVICE, "GetBackupVaultAccessPolicy")
async def get_policy(call: Call) -> Answer:
    """Answers the policy of a vault."""
    vault = _vault(call)
    policy = call.records("policies").get(vault["BackupVaultName"])
    if policy is None:
        raise Fault("ResourceNotFoundException", "The backup vault has no policy.")
    copied = ("BackupVaultName", "BackupVaultArn")
    return {**{key: vault[key] for key in copied}, "Policy": policy}


@operation(_SERVICE, "DeleteBackupVaultAccessPolicy")
async def delete_policy(call: Call) -> Answer:
    """Removes the policy of a vault."""
    call.records("policies").pop(_vault(call)["BackupVaultName"], None)
    return {}


@operation(_SERVICE, "PutBackupVaultNotifications")
async def put_notifications(call: Call) -> Answer:
    """Declares who is told of what."""
    copied = ("SNSTopicArn", "BackupVaultEvents")
    wanted = {key: call.params[key] for key in copied}
    call.records("notifications")[_vault(call)["BackupVaultName"]] = wanted
    return {}


@operation(_SERVICE, "GetBackupVaultNotifications")
async def get_notifications(call: Call) -> Answer:
    """Tells who is told of what."""
    vault = _vault(call)
    wanted = call.records("notifications").get(vault["BackupVaultName"])
    if wanted is None:
        raise Fault("ResourceNotFoundException", "The backup vault has no notifications.")
    copied = ("BackupVaultName", "BackupVaultArn")
    return {**{key: vault[key] for key in copied}, **wanted}


@operation(_SERVICE, "DeleteBackupVaultNotifications")
async def delete_notifications(call: Call) -> Answer:
    """Tells nobody any more."""
    call.records("notifications").pop(_vault(call)["BackupVaultName"], None)
    return {}


@operation(_SERVICE, "ListTags")
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
    tags.remove(call, call.params["ResourceArn"], call.params["TagKeyList"])
    return {}


@operation(_SERVICE, "CreateBackupPlan")
async def create_plan(call: Call) -> Answer:
    """Makes a plan."""
    identifier = str(uuid.uuid4())
    plan = {
        "BackupPlanId": identifier,
        "BackupPlanArn": call.arn(f"backup-plan:{identifier}"),
        "CreationDate": _now(),
        **_content(call),
    }
    call.records("plans")[identifier] = plan
    tags.put(call, plan["BackupPlanArn"], call.params.get("BackupPlanTags"))
    return _summary(plan)


@operation(_SERVICE, "UpdateBackupPlan")
async def update_plan(call: Call) -> Answer:
    """Replaces a plan."""
    plan = _plan(call)
    plan.update(_content(call))
    return _summary(plan)


@operation(_SERVICE, "GetBackupPlan")
async def get_plan(call: Call) -> Answer:
    """Describes a plan."""
    return _plan(call)


@operation(_SERVICE, "ListBackupPlans")
async def list_plans(call: Call) -> Answer:
    """Lists plans."""
    plans = call.records("plans").values()
    named = [
        {**_summary(one), "BackupPlanName": one["BackupPlan"]["BackupPlanName"]} for one in plans
    ]
    return {"BackupPlansList": named}


@operation(_SERVICE, "DeleteBackupPlan")
async def delete_plan(call: Call) -> Answer:
    """Deletes a plan without selections."""
    plan = _plan(call)
    if _selections(call, plan["BackupPlanId"]):
        message = "Related backup plan selections must be deleted prior to backup plan deletion."
        raise Fault("InvalidRequestException", message)
    del call.records("plans")[plan["BackupPlanId"]]
    tags.forget(call, plan["BackupPlanArn"])
    return {**_summary(plan), "DeletionDate": _now()}


@operation(_SERVICE, "CreateBackupSelection")
async def create_selection(call: Call) -> Answer:
    """Adds resources to a plan."""
    plan = _plan(call)
    identifier = str(uuid.uuid4())
    selection = {
        "SelectionId": identifier,
        "BackupPlanId": plan["BackupPlanId"],
        "CreationDate": _now(),
        "BackupSelection": call.params["BackupSelection"],
    }
    call.records("selections")[identifier] = selection
    copied = ("SelectionId", "BackupPlanId", "CreationDate")
    return {key: selection[key] for key in copied}


@operation(_SERVICE, "GetBackupSelection")
async def get_selection(call: Call) -> Answer:
    """Describes a selection."""
    return _selection(call)


@operation(_SERVICE, "ListBackupSelections")
async def list_selections(call: Call) -> Answer:
    """Lists the selections of a plan."""
    copied = ("SelectionId", "BackupPlanId", "CreationDate")
    found = _selections(call, _plan(call)["BackupPlanId"])
    return {"BackupSelectionsList": [{key: one[key] for key in copied} for one in found]}


@operation(_SERVICE, "DeleteBackupSelection")
async def delete_selection(call: Call) -> Answer:
    """Deletes a selection."""
    del call.records("selections")[_selection(call)["SelectionId"]]
    return {}


@operation(_SERVICE, "ListRecoveryPointsByBackupVault")
async def list_recovery_points(call: Call) -> Answer:
    """Lists what a vault holds: nothing, for no backup is ever made here (declared only)."""
    _vault(call)
    return {"RecoveryPoints": []}


@operation(_SERVICE, "StartBackupJob")
async def start_job(call: Call) -> Answer:
    """Starts a job, which fails: nothing is copied here."""
    vault, now = _vault(call), _now()
    job = {
        "BackupJobId": str(uuid.uuid4()),
        "AccountId": call.account,
        "BackupVaultName": vault["BackupVaultName"],
        "BackupVaultArn": vault["BackupVaultArn"],
        "ResourceArn": call.params["ResourceArn"],
        "IamRoleArn": call.params["IamRoleArn"],
        "CreationDate": now,
        "CompletionDate": now,
        "State": "FAILED",
        "StatusMessage": "The local cloud makes no recovery points.",
    }
    call.records("jobs")[job["BackupJobId"]] = job
    return {key: job[key] for key in ("BackupJobId", "CreationDate")}


@operation(_SERVICE, "DescribeBackupJob")
async def describe_job(call: Call) -> Answer:
    """Describes a job."""
    job = call.records("jobs").get(call.params["BackupJobId"])
    if job is None:
        raise Fault("ResourceNotFoundException", "Backup job does not exist.")
    return dict(job)


@operation(_SERVICE, "ListBackupJobs")
async def list_jobs(call: Call) -> Answer:
    """Lists jobs of a vault, of a resource, in a state, or of a time."""
    wanted = {"BackupVaultName": "ByBackupVaultName", "ResourceArn": "ByResourceArn",
              "State": "ByState"}  # fmt: skip
    after, before = (_moment(call.params.get(f"ByCreated{when}")) for when in ("After", "Before"))
    return {
        "BackupJobs": [
            job
            for job in call.records("jobs").values()
            if all(call.params.get(by) in {None, job[key]} for key, by in wanted.items())
            and (after is None or job["CreationDate"] >= after)
            and (before is None or job["CreationDate"] <= before)
        ]
    }


def _moment(value: Any) -> datetime.datetime | None:
    """A time of a query string, where it stands as text."""
    if value is None:
        return None
    found = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def _vault(call: Call) -> dict[str, Any]:
    name = call.params["BackupVaultName"]
    found: dict[str, Any] | None = call.records("vaults").get(name)
    if found is None:
        raise Fault("ResourceNotFoundException", f"Backup vault {name} was not found.")
    return found


def _plan(call: Call) -> dict[str, Any]:
    found: dict[str, Any] | None = call.records("plans").get(call.params["BackupPlanId"])
    if found is None:
        message = f"Failed reading Backup plan with provided version {call.params['BackupPlanId']}"
        raise Fault("ResourceNotFoundException", message)
    return found


def _content(call: Call) -> dict[str, Any]:
    plan = call.params["BackupPlan"]
    rules = [{"RuleId": str(uuid.uuid4()), **rule} for rule in plan.get("Rules") or []]
    return {"VersionId": str(uuid.uuid4()), "BackupPlan": {**plan, "Rules": rules}}


def _summary(plan: dict[str, Any]) -> dict[str, Any]:
    copied = ("BackupPlanId", "BackupPlanArn", "CreationDate", "VersionId")
    return {key: plan[key] for key in copied}


def _selections(call: Call, plan: str) -> list[dict[str, Any]]:
    return [one for one in call.records("selections").values() if one["BackupPlanId"] == plan]


def _selection(call: Call) -> dict[str, Any]:
    found: dict[str, Any] | None = call.records("selections").get(call.params["SelectionId"])
    if found is None or found["BackupPlanId"] != call.params["BackupPlanId"]:
        raise Fault("ResourceNotFoundException", "Cannot find the backup selection.")
    return found


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)
