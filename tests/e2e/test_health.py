"""Health and compliance of the applied platform, as an operator asks for them."""

import json
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from e2e_endpoint import client
from e2e_qops import home, qops
from e2e_waiting import PATIENCE

from qops.compliance.answers import ComplianceAnswer

NAMED = {
    "client.agent-versions": "scripted devices enrol under old versions",
    "client.devices-silent": "scripted devices are never heard of again",
    "compute.dead-letters": "tests of failures leave them",
    "compute.executions": "tests of failures make runs fail",
    "compute.function-errors": "tests of failures make functions fail",
    "devops.subscriptions": "nobody reads the mail that confirms the full set's subscription",
    "network.api-latency": "other tests keep the machine busy",
    "network.certificates": "the full set names a certificate that no account has",
    "observability.alarms": "alarms ring for what tests of failures break",
}
"""What may be unhealthy on the platform that all tests share, and why; all else must be healthy."""

NEVER_SILENT = {
    "network.api-answers",
    "network.api-dependencies",
    "compute.functions",
    "compute.state-machines",
    "data.tables",
    "data.cache-answers",
    "data.database-connects",
    "data.bucket-closed",
    "security.keys",
    "security.secret-age",
}
"""Checks that apply to every platform and must have seen it healthy."""


@pytest.fixture(scope="module")
def checked(config: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    if not (home() / "local").is_dir():
        pytest.skip("qops knows the local cloud of its own home only; this endpoint is another")
    page = tmp_path_factory.mktemp("health") / "health.html"
    end = time.monotonic() + PATIENCE
    while True:
        code, answer = qops("health", "--deep", "--html", str(page))
        assert code == answer["exit_code"]
        found: dict[str, Any] = {**answer["result"], "page": page}
        # A busy machine answers some questions too late: they are asked again.
        if not _too_late(found) or time.monotonic() > end:
            return found


def _too_late(checked: dict[str, Any]) -> list[str]:
    details = [one["detail"] for found in states(checked, "unknown").values() for one in found]
    return [text for text in details if text.startswith("no answer")]


def states(checked: dict[str, Any], *wanted: str) -> dict[str, Any]:
    return {
        one["id"]: [f for f in one["findings"] if f["state"] in wanted]
        for one in checked["checks"]
        if one["state"] in wanted
    }


def test_the_platform_is_healthy(checked: dict[str, Any]) -> None:
    assert states(checked, "unknown") == {}
    wrong = states(checked, "unhealthy")
    assert {name: found for name, found in wrong.items() if name not in NAMED} == {}


def test_what_everybody_has_was_really_seen(checked: dict[str, Any]) -> None:
    assert set(states(checked, "healthy")) >= NEVER_SILENT


def test_the_api_asked_its_stores(checked: dict[str, Any]) -> None:
    found = next(one for one in checked["checks"] if one["id"] == "network.api-dependencies")
    assert {"table runs", "secret postgres"} <= {one["subject"] for one in found["findings"]}


def test_the_page_is_written(checked: dict[str, Any]) -> None:
    page: Path = checked["page"]
    assert "data.database-connects" in page.read_text(encoding="utf-8")


def test_no_secret_is_in_the_answer(checked: dict[str, Any], prefix: str) -> None:
    manager = client("secretsmanager")
    for purpose in ("postgres", "redis"):
        value = manager.get_secret_value(SecretId=f"{prefix}/{purpose}")["SecretString"]
        password = json.loads(value)["password"]
        assert password not in str(checked["checks"])
        assert password not in checked["page"].read_text(encoding="utf-8")


def test_compliance_has_evidence_of_the_applied_platform(checked: dict[str, Any]) -> None:
    code, answer = qops("compliance")
    result = answer["result"]
    assert code == 2  # the lean platform has neither GuardDuty nor a second zone
    jsonschema.validate(result, ComplianceAnswer.model_json_schema())
    assert result["live"] is True
    keys = result["checks"]["kms_cmk_not_deleted_unintentionally"]
    assert keys["verdict"] == "met"
    assert {one["address"] for one in keys["evidence"]} == {"health security.keys"}
    for framework in result["frameworks"]:
        for control in framework["controls"]:
            if control["verdict"] == "met":
                met = [result["checks"][name] for name in control["checks"]]
                assert any(check["evidence"] for check in met), control
