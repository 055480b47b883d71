"""Findings in SARIF 2.1.0, which editors and code hosts show beside the lines."""

from typing import Any

from qagent import __version__
from qagent.workflows.lint import Finding, Rule
from qagent.yaml_files import Lines

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(findings: list[Finding], path: str, lines: Lines) -> dict[str, Any]:
    """The findings of one file.

    Args:
        findings: The findings.
        path: The file.
        lines: Tells the lines.
    """
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "qagent",
                        "version": __version__,
                        "rules": [
                            {
                                "id": rule.value,
                                "name": rule.name.title().replace("_", ""),
                                "shortDescription": {"text": rule.said()},
                                "defaultConfiguration": {"level": str(rule.severity)},
                            }
                            for rule in Rule
                        ],
                    }
                },
                "results": [_result(one, path, lines) for one in findings],
            }
        ],
    }


def _result(found: Finding, path: str, lines: Lines) -> dict[str, Any]:
    region = {"startLine": max(1, lines.of(*found.place))}
    return {
        "ruleId": found.rule.value,
        "ruleIndex": list(Rule).index(found.rule),
        "level": str(found.severity),
        "message": {"text": f"{found.what} {found.repair}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": path}, "region": region}}],
    }
