"""Answers checks and controls."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qops.compliance.model import Evidence, Verdict
from qops.compliance.rules import RULES
from qops.health.model import State
from qops.health.running import Result
from qops.inventory.model import Inventory

LIVE = {
    "acm_certificates_expiration_check": "network.certificates",
    "kms_cmk_not_deleted_unintentionally": "security.keys",
    "secretsmanager_secret_rotated_periodically": "security.secret-age",
    "cloudtrail_multi_region_enabled_logging_management_events": "security.trail",
}
"""Checks that a check of health answers, by its id."""

_TYPES = {
    "acm": "aws_acm",
    "apigateway": "aws_api_gateway",
    "awslambda": "aws_lambda",
    "documentdb": "aws_docdb",
    "directoryservice": "aws_directory_service",
    "elbv2": "aws_lb",
    "eventbridge": "aws_cloudwatch_event",
    "kafka": "aws_msk",
    "stepfunctions": "aws_sfn",
    "elasticbeanstalk": "aws_elastic_beanstalk",
    "codeartifact": "aws_codeartifact",
    "rds": "aws_db_",
}
"""What types of resources begin with, where it is not the name of the service."""

_ACCOUNT_WIDE = frozenset(
    {
        "account",
        "accessanalyzer",
        "cloudformation",
        "cloudtrail",
        "cloudwatch",
        "config",
        "directconnect",
        "ec2",
        "fms",
        "guardduty",
        "iam",
        "inspector2",
        "macie",
        "organizations",
        "resourceexplorer2",
        "securityhub",
        "shield",
        "ssm",
        "ssmincidents",
        "trustedadvisor",
        "vpc",
        "wellarchitected",
        "networkfirewall",
        "waf",
    }
)
"""Services that concern the account: nothing of them in the platform says nothing."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a check said.

    Attributes:
        name: Name of the check.
        title: Its title.
        verdict: What is known of it.
        evidence: What was seen; what is not met first.
        reason: Why nothing was seen; empty with evidence.
    """

    name: str
    title: str
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""


@cache
def catalogue() -> Mapping[str, Any]:
    """The frameworks, their controls, and the titles of the checks."""
    file = Path(__file__).with_name("controls.json")
    document: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return document


def judge(name: str, inventory: Inventory, live: Mapping[str, Result]) -> Judged:
    """Answer one check.

    Args:
        name: Its name.
        inventory: The plan or the state.
        live: Results of health by the check's id; empty when nothing was called.
    """
    service, title = catalogue()["checks"][name]
    if name in LIVE:
        return _of_health(name, title, live.get(LIVE[name]))
    rule = RULES.get(name)
    if rule is None:
        prefix = _TYPES.get(service, f"aws_{service}")
        there = any(one.type.startswith(prefix) for one in inventory.resources)
        if there or service in _ACCOUNT_WIDE:
            why = "neither plan nor state nor a check of health shows it"
            return Judged(name, title, Verdict.NOT_CHECKABLE, reason=why)
        return Judged(
            name, title, Verdict.NOT_APPLICABLE, reason=f"the platform has nothing of {service}"
        )
    seen = sorted(rule.answer(inventory), key=lambda one: list(Verdict).index(one.verdict))
    if seen:
        return Judged(name, title, seen[0].verdict, tuple(seen))
    absent = f"the platform has no {rule.types[0]}"
    verdict = Verdict.NOT_MET if rule.required else Verdict.NOT_APPLICABLE
    return Judged(name, title, verdict, reason=absent)


def _of_health(name: str, title: str, result: Result | None) -> Judged:
    if result is None:
        return Judged(name, title, Verdict.NOT_CHECKABLE, reason="nothing was called live")
    verdicts = {
        State.HEALTHY: Verdict.MET,
        State.UNHEALTHY: Verdict.NOT_MET,
        State.UNKNOWN: Verdict.NOT_CHECKABLE,
    }
    seen = tuple(
        Evidence(f"health {result.check.id}", one.subject, one.detail, verdicts[one.state])
        for one in result.findings
        if one.state in verdicts
    )
    if not seen:
        return Judged(name, title, Verdict.NOT_APPLICABLE, reason="there is nothing of the kind")
    return Judged(name, title, verdicts[result.state], seen)


def conclude(checks: Sequence[Judged]) -> tuple[Verdict, str]:
    """The verdict on a control from its checks, and why.

    A control is met only if every check of it that applies is met, and at least one shows
    evidence; a check that cannot be answered leaves it open.

    Args:
        checks: Its checks.
    """
    by = {state: [one for one in checks if one.verdict is state] for state in Verdict}
    if by[Verdict.NOT_MET]:
        return Verdict.NOT_MET, ""
    if by[Verdict.NOT_CHECKABLE]:
        open_, met = len(by[Verdict.NOT_CHECKABLE]), len(by[Verdict.MET])
        return Verdict.NOT_CHECKABLE, f"{met} of its checks are met, {open_} cannot be seen here"
    if by[Verdict.MET]:
        return Verdict.MET, ""
    if not checks:
        return Verdict.NOT_CHECKABLE, "a matter of organisation: no technical check"
    return Verdict.NOT_CHECKABLE, "the platform has nothing that it is about"
