"""The parts of MiniStack's corrections that need no MiniStack."""

from __future__ import annotations

import importlib
import queue
import sys
import threading
import types
from typing import Any

import pytest


@pytest.fixture
def correction(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Imports a module of corrections; MiniStack is not in this environment."""
    for name in ("ministack", "ministack.services", "ministack.core"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    for package, part in (
        ("services", "lambda_svc"),
        ("services", "apigateway_v1"),
        ("core", "lambda_runtime"),
        ("core", "iam_actions"),
        ("core", "iam_evaluator"),
    ):
        module = types.ModuleType(part)
        monkeypatch.setitem(sys.modules, f"ministack.{package}.{part}", module)
        monkeypatch.setattr(sys.modules[f"ministack.{package}"], part, module, raising=False)

    def load(name: str) -> Any:
        full = f"qops.local.ministack_server.{name}"
        monkeypatch.delitem(sys.modules, full, raising=False)
        return importlib.import_module(full)

    return load


@pytest.mark.parametrize(
    ("log", "name"),
    [
        ("Traceback (most recent call last):\n  File x\nValueError: a: b", "ValueError"),
        ("noise\nTraceback (most recent call last):\n  File x\nhandler.Own: why\nmore", "Own"),
        ("Traceback (most recent call last):\n  File x\nKeyError", "KeyError"),
        ("no traceback", None),
        (
            "Traceback (most recent call last):\n  A\nFirst: 1\n\nDuring handling\n\n"
            "Traceback (most recent call last):\n  B\nSecond: 2",
            "Second",
        ),
    ],
)
def test_the_class_of_an_error_is_read_from_its_traceback(
    correction: Any, log: str, name: str | None
) -> None:
    assert correction("lambda_errors").class_name(log) == name


def test_a_process_that_answers_an_exception_in_another_way_is_not_guessed_at(
    correction: Any,
) -> None:
    with pytest.raises(RuntimeError, match="pinned release"):
        correction("lambda_errors").that_goes_on('{"status": "error", "error": repr(e)}')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("q-${aws:PrincipalTag/device_id}", "q-d1"),
        ("q-${aws:PrincipalTag/other}", "q-\0"),
        ("q-${aws:PrincipalTag/other, 'x'}", "q-x"),
        ("q-${aws:PrincipalTag/wild}", "q-\0"),
        ("q-${*}", "q-*"),
        ("plain", "plain"),
    ],
)
def test_policy_variables_are_replaced_and_never_widen(
    correction: Any, text: str, expected: str
) -> None:
    values = {"aws:PrincipalTag/device_id": "d1", "aws:PrincipalTag/wild": "*"}
    assert correction("policy_variables").substitute(text, values.get) == expected


@pytest.mark.parametrize(
    ("action", "checked"),
    [
        ("sqs:SendMessageBatch", "sqs:SendMessage"),
        ("sqs:SendMessage", "sqs:SendMessage"),
        ("dynamodb:BatchGetItem", "dynamodb:BatchGetItem"),
        (None, None),
    ],
)
def test_a_batch_of_messages_is_what_its_messages_are(
    correction: Any, action: str | None, checked: str | None
) -> None:
    assert correction("iam_requests").single(action) == checked


@pytest.mark.parametrize(
    ("body", "query", "group"),
    [
        (b'{"GroupName": "mine"}', {}, "mine"),
        (b"", {"groupName": "mine"}, "mine"),
        (b"", {"groupName": ["mine"]}, "mine"),
        (b"{}", {}, "default"),
        (b"no JSON", {}, "default"),
        (b"[]", {}, "default"),
    ],
)
def test_a_schedule_lies_in_its_group(
    correction: Any, body: bytes, query: dict[str, Any], group: str
) -> None:
    arn = "arn:aws:scheduler:ap-northeast-2:000000000000:schedule/{}/s"
    found = correction("iam_requests").in_group(arn.format("default"), body, query)
    assert found == arn.format(group)


def test_faults_of_a_body_are_named_by_place(correction: Any) -> None:
    schema = {
        "type": "object",
        "required": ["goal"],
        "properties": {"steps": {"type": "array", "items": {"type": "string"}}},
        "additionalProperties": False,
    }
    faults = correction("validation_faults").faults
    assert faults(schema, b'{"steps": ["a", 1], "x": 2}') == (
        '[/: object has missing required properties (["goal"]), '
        '/: object instance has properties which are not allowed by the schema: ["x"], '
        "/steps/1: 1 is not of type 'string']"
    )
    assert faults(schema, b"{") == "[body is not valid JSON]"


def test_a_process_whose_answer_comes_in_another_way_is_not_guessed_at(correction: Any) -> None:
    with pytest.raises(RuntimeError, match="pinned release"):
        correction("lambda_logs").that_marks("sys.stdout.flush()\n")


@pytest.mark.parametrize("last", ["", "half a line"])
def test_lines_that_come_late_are_in_the_log_of_their_invocation(
    correction: Any, last: str
) -> None:
    logs = correction("lambda_logs")
    lines: queue.Queue[str] = queue.Queue()
    lines.put("first")
    late = threading.Timer(0.3, lambda: [lines.put(one) for one in ("late", last + logs.END, "x")])
    late.start()
    assert logs.until_end(lines, lambda: True) == "\n".join(filter(None, ["first", "late", last]))
    assert lines.get_nowait() == "x", "a line of the next invocation stays"
    late.join()


def test_a_process_that_ended_without_its_mark_has_written_what_it_has(correction: Any) -> None:
    lines: queue.Queue[str] = queue.Queue()
    for line in ("first", "last"):
        lines.put(line)
    assert correction("lambda_logs").until_end(lines, lambda: False) == "first\nlast"
