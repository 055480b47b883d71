"""A program that tells nothing of itself, read off its picture in a real run by the real agent."""

import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from e2e_qops import demo_agent, qops
from painted_window import FONT_PIXELS, painted

GOAL = "Click the Approve button"
AT = (300 + secrets.randbelow(400), 100 + secrets.randbelow(600))
"""Another place each time: a screen that an earlier suite has shown is known already."""
ENGINE_SECONDS = 420.0


@pytest.fixture
def window(config: dict[str, Any]) -> Iterator[subprocess.Popen[str]]:
    """A window without accessibility in front of everything on the agent's desktop."""
    environment = {**os.environ, **demo_agent().environ()}
    left, top = AT
    form = {
        "Invoice 42": (left, top - 90),
        "Total 1,200": (left, top - 45),
        "Approve": AT,
        "Reject": (left + 300, top),
    }
    with painted(environment, form) as program:
        yield program


def planned() -> dict[str, Any]:
    """A run up to its plan.

    An engine of the local cloud is made with the first call that needs it; until then an analysis
    fails, and the run goes on with the tree, as it must.
    """
    end = time.monotonic() + ENGINE_SECONDS
    while True:
        run = planned_once()
        failed = [one for one in run["analyses"] if one["outcome"] == "failed"]
        if not failed or time.monotonic() > end:
            return run
        assert all("tree alone" in one["message"] for one in failed)
        assert run["plan"]["steps"][0]["region"] is None


def planned_once() -> dict[str, Any]:
    code, answer = qops("run", GOAL, "--mode", "dry_run")
    assert code == 0, answer
    run: dict[str, Any] = answer["result"]["run"]
    assert run["status"] == "planned", run
    return run


def test_a_run_reads_what_the_tree_does_not_hold_and_knows_the_screen_again(
    window: subprocess.Popen[str],
) -> None:
    run = planned()
    (analysis,) = run["analyses"]
    assert analysis["outcome"] == "read", analysis
    assert analysis["cause"] in {"target_not_in_tree", "tree_empty"}
    assert {one["what"]: one["unavailable"] for one in analysis["readings"]} == {"lines": None}
    assert [one["found"] for one in analysis["readings"]] == [4]
    assert analysis["added"] == 4
    assert [stage["name"] for stage in run["stages"]] == [
        *("intake", "observe", "plan", "analyse", "plan", "record"),
    ]
    region = run["plan"]["steps"][0]["region"]
    middle = region["x"] + region["width"] / 2, region["y"] + region["height"] / 2
    assert AT[0] < middle[0] < AT[0] + 5 * FONT_PIXELS
    assert AT[1] < middle[1] < AT[1] + 1.5 * FONT_PIXELS
    again = planned()
    assert [one["outcome"] for one in again["analyses"]] == ["cached"], again["analyses"]
    assert again["plan"]["steps"][0]["region"] == region
    assert "analyse" not in [stage["name"] for stage in again["stages"]]
    assert window.poll() is None


def test_what_opens_a_program_is_planned_without_a_picture(
    window: subprocess.Popen[str],
) -> None:
    code, answer = qops(
        "run", "Write 'x' in the text editor and save it as x.txt", "--mode", "dry_run"
    )
    assert code == 0, answer
    assert answer["result"]["run"]["analyses"] == []
