import json
from typing import Any

import pytest
from qs_recorder.task import read_task

from qs_cloud.errors import BadPayloadError


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"Error": "Cancelled", "Cause": "by a user"}, ("Cancelled", "by a user")),
        ({"Error": "States.Timeout"}, ("States.Timeout", "")),
        (
            {
                "Error": "Runtime.HandlerError",
                "Cause": json.dumps({"errorType": "DeviceFailed", "errorMessage": "revoked"}),
            },
            ("DeviceFailed", "revoked"),
        ),
        ({"Error": "X", "Cause": "[1]"}, ("X", "[1]")),
        ({"Error": "X", "Cause": "{}"}, ("X", "")),
    ],
)
def test_a_caught_error_is_read_from_both_of_its_forms(error: Any, expected: Any) -> None:
    task = read_task({"run_id": "run-1", "status": "failed", "error": error})
    assert task.error is not None
    assert task.error.name_and_text == expected


@pytest.mark.parametrize(
    ("event", "word"),
    [
        ({}, "run_id"),
        ({"run_id": "run-1", "status": "dancing"}, "status"),
        ({"run_id": "run-1", "status": "acting"}, "not final"),
        ({"run_id": "run-1", "status": "failed", "reason": "because"}, "reason"),
        ({"run_id": "run-1", "status": "failed", "more": "secret"}, "more"),
    ],
)
def test_a_payload_against_the_contract_names_the_field(event: Any, word: str) -> None:
    with pytest.raises(BadPayloadError, match=word) as found:
        read_task(event)
    assert "secret" not in str(found.value)
