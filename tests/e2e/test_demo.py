"""The demo on the applied platform, and what stays up after it."""

from typing import Any

import pytest
from e2e_qops import home, qops


@pytest.fixture(scope="module")
def demo(config: dict[str, Any]) -> dict[str, Any]:
    code, answer = qops("demo", "--yes")
    assert code == 0, answer
    return answer


def test_both_files_are_right_byte_for_byte(demo: dict[str, Any]) -> None:
    documents = home() / "demo" / "documents"
    assert (documents / "memo.txt").read_bytes() == "회의 3시, 2층".encode()
    assert (documents / "memo-en.txt").read_bytes() == b"Meeting at 3, floor 2"


def test_a_second_demo_reuses_the_stack(demo: dict[str, Any]) -> None:
    code, answer = qops("demo", "--yes")
    assert code == 0, answer
    (second,) = answer["result"]["rounds"]
    assert second["layers"] == [], "nothing was applied again"


def test_the_second_plan_is_empty(config: dict[str, Any]) -> None:
    code, answer = qops("plan")
    assert code == 0, answer


def test_run_and_status_work_against_it(demo: dict[str, Any]) -> None:
    code, answer = qops("run", "Write '안녕, world' in the text editor and save it as again.txt")
    assert code in {0, 1}, answer
    again = home() / "demo" / "documents" / "again.txt"
    if code == 1:
        # A left-over of an earlier run must be refused, never overwritten.
        assert "would_overwrite" in str(answer)
    assert again.read_bytes() == "안녕, world".encode()
    code, answer = qops("status")
    assert code == 0, answer


def test_a_goal_not_understood_fails_and_names_the_part(demo: dict[str, Any]) -> None:
    code, answer = qops("run", "Type 'x' and then frobnicate the gadget")
    assert code == 1
    assert "frobnicate" in str(answer)
