"""The page on failures says something of every service of every function, by tests that exist."""

import pytest
from documented_tests import missing_tests, rows
from function_services import functions, services_of

PAGE = "failures.md"
DEMANDED = (
    "throttled",
    "timed out",
    "partial batch",
    "malformed output of a model",
    "guardrail intervenes",
    "wrong type of a picture or document",
    "request over 6 MB",
    "presigned address expired",
    "poisoned message",
)


def test_every_service_of_every_function_has_a_row() -> None:
    written = {(function, service) for function, service, *_ in rows(PAGE, "By function")}
    called = {(function, service) for function in functions() for service in services_of(function)}
    assert written == called


@pytest.mark.parametrize("heading", ["By failure", "By function"])
def test_every_row_is_shown_by_tests_that_exist(heading: str) -> None:
    for row in rows(PAGE, heading):
        assert all(row), row
        assert missing_tests(row[-1]) == [], row[0]


def test_every_failure_that_must_be_met_has_a_row() -> None:
    written = [row[0] for row in rows(PAGE, "By failure")]
    missing = [one for one in DEMANDED if not any(row.startswith(one) for row in written)]
    assert missing == []


def test_services_are_read_off_the_code() -> None:
    assert {"DynamoDB", "SQS", "S3"} <= services_of("dispatch")
    assert "Bedrock" in services_of("planner")
    assert "Textract" not in services_of("dispatch")
