"""Writes the findings of a review as SARIF 2.1.0, for code scanning."""

import json
from typing import Any

import qops
from qops.review.model import Finding, Grade, Review
from qops.review.policies import policies

_ROOT = "terraform/platform/main.tf"
"""Where a result points: the root that calls the layer's module; a resource has no line here."""

_LEVELS = {Grade.LOW: "note", Grade.MEDIUM: "warning", Grade.HIGH: "error", Grade.CRITICAL: "error"}
_SCORES = {Grade.LOW: "3.0", Grade.MEDIUM: "5.0", Grade.HIGH: "8.0", Grade.CRITICAL: "9.5"}
"""``security-severity``, by which GitHub grades: over 9.0 critical, 7.0 high, 4.0 medium.

Source: https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning
"""


def sarif(review: Review) -> str:
    """Write the findings.

    Args:
        review: The review of a plan.

    Returns:
        A document with a rule for each policy that is broken, and a result for each finding.
    """
    broken = {one.id for one in review.findings}
    rules = [
        {
            "id": one.id,
            "shortDescription": {"text": one.title},
            "help": {"text": one.repair},
            "defaultConfiguration": {"level": _LEVELS[one.severity]},
            "properties": {
                "security-severity": _SCORES[one.severity],
                "tags": ["security", *([one.convention] if one.convention else [])],
            },
        }
        for one in policies()
        if one.id in broken
    ]
    driver = {"name": "qops plan", "version": qops.__version__, "rules": rules}
    results = [_result(one) for one in review.findings]
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": f"qops-plan/{review.environment}/"},
                "results": results,
            }
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _result(finding: Finding) -> dict[str, Any]:
    seen = f"{finding.address} {finding.attribute}"
    value = f" = {finding.value}" if finding.value else ""
    where = f"{finding.id}/{finding.address}/{finding.attribute}"
    return {
        "ruleId": finding.id,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.title}: {seen}{value}. {finding.repair}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _ROOT},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [{"fullyQualifiedName": finding.address, "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"policy/address/attribute": where},
    }
