"""The runbook that rotates a secret now."""

import runpy
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from terraform_copy import REPOSITORY

SCRIPT = REPOSITORY / "modules" / "devops" / "runbooks" / "rotate_secret.py"
SECRET = "qscreen-test/postgres"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("secretsmanager").create_secret(Name=SECRET, SecretString="old")[
            "VersionId"
        ]


def rotate(deadline_seconds: float = 60) -> dict[str, Any]:
    events = {"secret": SECRET, "deadline_seconds": deadline_seconds, "poll_seconds": 0}
    found = runpy.run_path(str(SCRIPT))["rotate"](events, None)
    assert isinstance(found, dict)
    return found


def test_the_new_version_is_in_use(secret: str) -> None:
    version = rotate()["version"]
    assert version != secret
    stages = boto3.client("secretsmanager").describe_secret(SecretId=SECRET)["VersionIdsToStages"]
    assert "AWSCURRENT" in stages[version]


def test_a_rotation_that_does_not_end_is_an_error(
    secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the service answers while the rotation function still works, or has failed."""
    session = boto3.Session()

    def pending(parsed: dict[str, Any], **_: object) -> None:
        parsed["VersionIdsToStages"] = {
            version: ["AWSCURRENT"] if version == secret else ["AWSPENDING"]
            for version in parsed["VersionIdsToStages"]
        }

    session.events.register("after-call.secrets-manager.DescribeSecret", pending)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    with pytest.raises(TimeoutError, match="the former one still is"):
        rotate(deadline_seconds=-1)
