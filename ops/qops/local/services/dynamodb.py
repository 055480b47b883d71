"""DynamoDB: what MiniStack lacks.

Contributor insights and the recovery period are declared only. Of a restored table its key and what
it was restored from.
"""

from __future__ import annotations

import time

from qops.local.router.registry import Answer, Call, after, operation

_SERVICE = "dynamodb"
_DEFAULT_RECOVERY_DAYS = 35


@operation(_SERVICE, "UpdateContributorInsights")
async def update_contributor_insights(call: Call) -> Answer:
    """Switches insights of a table or an index on or off."""
    enabled = call.params["ContributorInsightsAction"] == "ENABLE"
    await call.aws(_SERVICE, "DescribeTable", TableName=_table(call))
    call.records("insights")[_key(call)] = enabled
    return _insights(call)


@operation(_SERVICE, "DescribeContributorInsights")
async def describe_contributor_insights(call: Call) -> Answer:
    """Tells whether insights are on."""
    await call.aws(_SERVICE, "DescribeTable", TableName=_table(call))
    return _insights(call)


@after(_SERVICE, "UpdateContinuousBackups")
async def remember_recovery_period(call: Call, answer: Answer) -> None:
    """Keeps for how long a table can be recovered."""
    wanted = call.params.get("PointInTimeRecoverySpecification") or {}
    days = wanted.get("RecoveryPeriodInDays") or _DEFAULT_RECOVERY_DAYS
    call.records("recovery")[_table(call)] = days
    _complete(call, answer)


@after(_SERVICE, "DescribeContinuousBackups")
async def answer_recovery_period(call: Call, answer: Answer) -> None:
    """Answers for how long a table can be recovered."""
    _complete(call, answer)


@after(_SERVICE, "RestoreTableToPointInTime")
async def complete_restored(call: Call, answer: Answer) -> None:
    """Encrypts a restored table as its source is, and keeps what it was restored from."""
    described = await call.aws(_SERVICE, "DescribeTable", TableName=call.params["SourceTableName"])
    source, target = described["Table"], call.params["TargetTableName"]
    key = (source.get("SSEDescription") or {}).get("KMSMasterKeyArn")
    wanted = call.params.get("SSESpecificationOverride") or (
        {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key} if key else None
    )
    if wanted:
        await call.aws(_SERVICE, "UpdateTable", TableName=target, SSESpecification=wanted)
    call.records("restores")[target] = {
        "SourceTableArn": source["TableArn"],
        "RestoreDateTime": call.params.get("RestoreDateTime") or time.time(),
        "RestoreInProgress": False,
    }
    answer["TableDescription"]["RestoreSummary"] = call.records("restores")[target]


@after(_SERVICE, "DescribeTable")
async def answer_restored(call: Call, answer: Answer) -> None:
    """Answers what a table was restored from."""
    summary = call.records("restores").get(_table(call))
    if summary:
        answer["Table"]["RestoreSummary"] = summary


@after(_SERVICE, "DeleteTable")
async def forget(call: Call, _answer: Answer) -> None:
    """Forgets the settings with the table."""
    table = _table(call)
    call.records("recovery").pop(table, None)
    call.records("restores").pop(table, None)
    for key in [key for key in call.records("insights") if key.partition("/")[0] == table]:
        del call.records("insights")[key]


def _table(call: Call) -> str:
    return str(call.params["TableName"]).rpartition("/")[2]


def _key(call: Call) -> str:
    return f"{_table(call)}/{call.params.get('IndexName') or ''}"


def _insights(call: Call) -> Answer:
    index = call.params.get("IndexName")
    enabled = call.records("insights").get(_key(call), False)
    answer = {
        "TableName": _table(call),
        "ContributorInsightsStatus": "ENABLED" if enabled else "DISABLED",
    }
    return {**answer, "IndexName": index} if index else answer


def _complete(call: Call, answer: Answer) -> None:
    backups = answer.get("ContinuousBackupsDescription") or {}
    recovery = backups.get("PointInTimeRecoveryDescription") or {}
    if recovery.get("PointInTimeRecoveryStatus") == "ENABLED":
        days = call.records("recovery").get(_table(call), _DEFAULT_RECOVERY_DAYS)
        recovery["RecoveryPeriodInDays"] = days
