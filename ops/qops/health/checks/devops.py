"""Checks of the layer devops: quotas, releases, backups, who is told."""

import json
from collections.abc import Iterator
from datetime import timedelta

from qops.health.model import Check, Finding, Layer, Severity
from qops.health.surroundings import (
    Surroundings,
    healthy,
    judged,
    not_applicable,
    unhealthy,
    unknown,
)
from qops.inventory.model import Resource

QUOTA_SHARE = 0.8
"""Above this share of a quota the next peak breaks something."""

_MOST_UNRESERVED = 100
"""Lambda itself keeps so much concurrency free; less can be reserved by nobody."""


def _concurrency(at: Surroundings) -> Iterator[Finding]:
    if not at.inventory.of("aws_lambda_function"):
        return

    def look() -> Finding:
        limit = at.client("lambda").get_account_settings()["AccountLimit"]
        most, free = (
            int(limit["ConcurrentExecutions"]),
            int(limit["UnreservedConcurrentExecutions"]),
        )
        peak = at.metric("AWS/Lambda", "ConcurrentExecutions", {}, statistic="Maximum", minutes=60)
        used = (peak or 0) / most if most else 1
        detail = f"peak {peak or 0:.0f} of {most} in an hour, {free} not reserved"
        return judged(
            "Lambda concurrency", used <= QUOTA_SHARE and free >= _MOST_UNRESERVED, detail
        )

    yield from at.one("Lambda concurrency", look)


_WATCHED_QUOTAS = (
    # service, quota's code, what it counts in the state
    ("vpc", "L-F678F1CE", "aws_vpc"),
    ("ec2", "L-0263D0A3", "aws_eip"),
    ("rds", "L-7B6409FD", "aws_db_instance"),
    ("dynamodb", "L-F98FE922", "aws_dynamodb_table"),
)
"""Quotas of the region that an account has few of: VPCs, addresses, instances, tables
(https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html). Those that IAM and S3
have are global and answered elsewhere."""


def _quotas(at: Surroundings) -> Iterator[Finding]:
    for service, code, kind in _WATCHED_QUOTAS:
        own = len(at.inventory.of(kind))
        if not own:
            continue

        def look(service: str = service, code: str = code, own: int = own) -> Finding:
            quotas = at.client("service-quotas")
            try:
                quota = quotas.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]
            except quotas.exceptions.NoSuchResourceException:
                if at.settings.local:
                    return not_applicable(f"{service} {code}", "the local cloud has no quotas")
                return unknown(f"{service} {code}", "Service Quotas does not know it")
            value = float(quota["Value"])
            return judged(
                str(quota["QuotaName"]),
                own <= value * QUOTA_SHARE,
                f"the platform alone uses {own} of {value:.0f}",
            )

        yield from at.one(f"{service} {code}", look)


def _release(at: Surroundings) -> Iterator[Finding]:
    def look() -> Iterator[Finding]:
        name = f"/qscreen/{at.settings.environment}/release"
        value = at.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
        try:
            release = json.loads(value)
            version, commit = str(release["version"]), str(release["commit"])
        except (ValueError, TypeError, KeyError):
            yield unhealthy("release", f"the parameter {name} does not name a release")
            return
        yield healthy("release", f"version {version}, commit {commit[:12]}")

    yield from at.one("release", look)


def _pipeline(at: Surroundings) -> Iterator[Finding]:
    def look(pipeline: Resource) -> Finding:
        name = pipeline.text("name")
        stages = at.client("codepipeline").get_pipeline_state(name=name)["stageStates"]
        failed = [
            str(one["stageName"])
            for one in stages
            if one.get("latestExecution", {}).get("status") == "Failed"
        ]
        return judged(
            name, not failed, f"failed in {', '.join(failed)}" if failed else "no failure"
        )

    yield from at.each(at.inventory.of("aws_codepipeline"), "name", look)


def _backup_jobs(at: Surroundings) -> Iterator[Finding]:
    def look(vault: Resource) -> Finding:
        name = vault.text("name")
        at.client("backup").describe_backup_vault(BackupVaultName=name)
        jobs = at.client("backup").list_backup_jobs(
            ByBackupVaultName=name, ByCreatedAfter=at.now() - timedelta(days=2)
        )["BackupJobs"]
        failed = [one for one in jobs if one["State"] in {"FAILED", "ABORTED", "EXPIRED"}]
        if failed:
            what = str(failed[0].get("ResourceArn", "?")).rpartition(":")[2]
            return unhealthy(name, f"{len(failed)} of {len(jobs)} jobs of two days failed: {what}")
        return healthy(name, f"{len(jobs)} jobs of two days, none failed")

    here = [one for one in at.inventory.of("aws_backup_vault") if one.layer != "recovery"]
    yield from at.each(here, "name", look)


def _told(at: Surroundings) -> Iterator[Finding]:
    def look(topic: Resource) -> Finding:
        name = topic.text("name")
        wanted = [
            one
            for one in at.inventory.of("aws_sns_topic_subscription")
            if one.text("topic_arn") == topic.text("arn")
        ]
        found = at.client("sns").get_topic_attributes(TopicArn=topic.text("arn"))["Attributes"]
        pending = int(found.get("SubscriptionsPending", 0))
        confirmed = int(found.get("SubscriptionsConfirmed", 0))
        if not wanted:
            return not_applicable(name, "configured without subscribers")
        return judged(
            name,
            pending == 0 and confirmed >= len(wanted),
            f"{confirmed} of {len(wanted)} subscriptions confirmed, {pending} pending",
        )

    yield from at.each(at.inventory.of("aws_sns_topic"), "name", look)


CHECKS = (
    Check(
        id="devops.lambda-concurrency",
        layer=Layer.DEVOPS,
        severity=Severity.MEDIUM,
        title="Concurrency of Lambda",
        meaning="The account's concurrency is almost used up: the next peak is throttled.",
        repair="Ask for a higher quota (Concurrent executions), or lower reservations.",
        runbook="quotas.md#lambda-concurrency",
        look=_concurrency,
    ),
    Check(
        id="devops.quotas",
        layer=Layer.DEVOPS,
        severity=Severity.LOW,
        title="Quotas of the account",
        meaning="The platform alone uses most of a quota: an apply may fail half-way.",
        repair="Ask for a higher quota in Service Quotas.",
        runbook="quotas.md#others",
        look=_quotas,
        deep=True,
    ),
    Check(
        id="devops.release",
        layer=Layer.DEVOPS,
        severity=Severity.LOW,
        title="The release is recorded",
        meaning="Nobody can tell which version runs, and agents cannot compare theirs.",
        repair="Plan and apply.",
        runbook="releases.md#no-record",
        look=_release,
    ),
    Check(
        id="devops.pipeline",
        layer=Layer.DEVOPS,
        severity=Severity.MEDIUM,
        title="The pipeline of releases",
        meaning="The last release stopped half-way.",
        repair="Open the failed stage; retry it, or release the former commit.",
        runbook="releases.md#failed-pipeline",
        look=_pipeline,
    ),
    Check(
        id="devops.backup-jobs",
        layer=Layer.DEVOPS,
        severity=Severity.HIGH,
        title="Backup jobs",
        meaning="A backup of the last two days failed.",
        repair="Open the job: its message names the cause, mostly a role or a key.",
        runbook="backups.md",
        look=_backup_jobs,
    ),
    Check(
        id="devops.subscriptions",
        layer=Layer.DEVOPS,
        severity=Severity.MEDIUM,
        title="Somebody is told",
        meaning="A subscription of the alarms was never confirmed: nobody hears of them.",
        repair="Open the confirmation mail, or subscribe the address again.",
        runbook="alarms.md#nobody-is-told",
        look=_told,
    ),
)
"""The checks of this layer."""
