"""The runbooks that stop functions and let them work again."""

import json
import runpy
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from terraform_copy import REPOSITORY

SCRIPT = REPOSITORY / "modules" / "devops" / "runbooks" / "halt.py"
PARAMETER = "/qscreen/test/halted"
FUNCTIONS = {"dispatch": "qscreen-test-dispatch", "api": "qscreen-test-api"}


@pytest.fixture(autouse=True)
def functions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws(config={"lambda": {"use_docker": False}}):
        role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
        for name in FUNCTIONS.values():
            boto3.client("lambda").create_function(
                FunctionName=name,
                Role=role["Role"]["Arn"],
                Runtime="python3.11",
                Handler="handler.handler",
                Code={"ZipFile": b"-"},
            )
        yield


def run(handler: str, **events: object) -> dict[str, Any]:
    found = runpy.run_path(str(SCRIPT))[handler](
        {"functions": FUNCTIONS, "parameter": PARAMETER, **events}, None
    )
    assert isinstance(found, dict)
    return found


def concurrency(name: str) -> int | None:
    answer = boto3.client("lambda").get_function_concurrency(FunctionName=FUNCTIONS[name])
    return answer.get("ReservedConcurrentExecutions")


def kept() -> dict[str, Any]:
    value = boto3.client("ssm").get_parameter(Name=PARAMETER)["Parameter"]["Value"]
    found = json.loads(value)
    assert isinstance(found, dict)
    return found


def test_a_function_stands_still_and_works_again() -> None:
    assert run("halt", chosen=["dispatch"]) == {"halted": ["dispatch"]}
    assert concurrency("dispatch") == 0
    assert concurrency("api") is None
    assert kept() == {"dispatch": None}
    assert run("resume") == {"resumed": ["dispatch"]}
    assert concurrency("dispatch") is None
    assert boto3.client("ssm").describe_parameters()["Parameters"] == []


def test_a_reserved_concurrency_comes_back() -> None:
    boto3.client("lambda").put_function_concurrency(
        FunctionName=FUNCTIONS["dispatch"], ReservedConcurrentExecutions=5
    )
    run("halt", chosen=["dispatch"])
    assert concurrency("dispatch") == 0
    run("resume")
    assert concurrency("dispatch") == 5


def test_halting_twice_forgets_nothing() -> None:
    boto3.client("lambda").put_function_concurrency(
        FunctionName=FUNCTIONS["dispatch"], ReservedConcurrentExecutions=5
    )
    run("halt", chosen=["dispatch"])
    assert run("halt", chosen=["dispatch", "api"]) == {"halted": ["api", "dispatch"]}
    assert kept() == {"dispatch": 5, "api": None}
    run("resume")
    assert concurrency("dispatch") == 5
    assert concurrency("api") is None


def test_an_unknown_function_stops_nothing() -> None:
    with pytest.raises(ValueError, match="no function planner"):
        run("halt", chosen=["dispatch", "planner"])
    assert concurrency("dispatch") is None


def test_resuming_what_was_not_halted_is_no_error() -> None:
    assert run("resume") == {"resumed": []}
