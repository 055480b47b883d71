"""A goal about a mail: its text is understood by Comprehend, and guards what is sent."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from e2e_device import ScriptedDevice
from e2e_history import execution_history
from e2e_waiting import PATIENCE, until

GOAL = "Click the Send mail button"
ENGINE_SECONDS = 420.0
MAIL = (
    "Could you please send the invoice for the copper pipes to our new office at 12 High Street, "
    "London SW1A 1AA? You can call me on +44 20 7946 0958. Thank you very much for your help."
)
SCREEN = (
    {"role": "window", "name": "Mail"},
    {"role": "document", "name": "Message", "value": MAIL},
    {"role": "button", "name": "Send mail"},
)


@pytest.fixture
def planned(
    api: httpx.Client, device: ScriptedDevice, start_run: Callable[..., dict[str, Any]]
) -> Callable[..., dict[str, Any]]:
    """Runs the goal up to its plan, on a screen with the given elements."""

    def until_planned(*screen: dict[str, Any]) -> dict[str, Any]:
        run_id = start_run(device.device_id, GOAL)["run_id"]
        command = device.receive()
        assert device.answer_observe(command["id"], screen).status_code == 200

        def past_planning() -> dict[str, Any] | None:
            run: dict[str, Any] = api.get(f"/v1/runs/{run_id}").raise_for_status().json()
            return run if run["status"] not in {"queued", "observing", "planning"} else None

        run: dict[str, Any] = until(past_planning, PATIENCE, f"run {run_id} has no plan")
        return run

    return until_planned


def test_a_mail_is_understood_and_a_person_agrees_before_it_is_sent(
    api: httpx.Client,
    device: ScriptedDevice,
    planned: Callable[..., dict[str, Any]],
    wait_final: Callable[..., dict[str, Any]],
) -> None:
    end = time.monotonic() + ENGINE_SECONDS
    while True:
        run = planned(*SCREEN)
        (analysis,) = run["analyses"]
        # An engine of the local cloud is made with the first call that needs it; until then the
        # run goes on with what rules say, as it must.
        if analysis["outcome"] != "failed" or time.monotonic() > end:
            break
        assert "what rules say" in analysis["message"]
        assert run["status"] == "awaiting_confirmation", "the number is known without Comprehend"
        api.post(f"/v1/runs/{run['run_id']}/cancel").raise_for_status()
        wait_final(run["run_id"])
    assert analysis["outcome"] == "read", analysis
    assert analysis["cause"] == "goal_about_text"
    assert (analysis["language"], analysis["mail_class"]) == ("en", "invoice")
    assert analysis["intent"] == "request"
    assert "phone" in analysis["personal_data"]
    said = {(one["engine"], one["what"]): one.get("unavailable") for one in analysis["readings"]}
    assert said["comprehend", "languages"] is None
    assert said["comprehend", "personal_data"] is None
    assert "analyse" in [stage["name"] for stage in run["stages"]]
    assert "High Street" not in json.dumps(analysis)
    # In mode auto nothing is done before a person has agreed.
    assert run["status"] == "awaiting_confirmation"
    (step,) = run["plan"]["steps"]
    assert "Personal data stands on the screen" in step["consent"]
    confirmed = api.post(f"/v1/runs/{run['run_id']}/confirm", json={"attempts": run["attempts"]})
    assert confirmed.status_code == 202, confirmed.text
    perform = device.receive()
    assert perform["kind"] == "perform"
    device.answer_perform(perform).raise_for_status()
    assert wait_final(run["run_id"])["status"] == "succeeded"
    known = planned(*SCREEN)
    assert [one["outcome"] for one in known["analyses"]] == ["cached"]
    assert "analyse" not in [stage["name"] for stage in known["stages"]]
    api.post(f"/v1/runs/{known['run_id']}/cancel").raise_for_status()
    told = execution_history(run["run_id"])
    assert "text.txt" in told
    assert "High Street" not in told


def test_a_mail_without_personal_data_is_sent_without_asking(
    device: ScriptedDevice,
    planned: Callable[..., dict[str, Any]],
    wait_final: Callable[..., dict[str, Any]],
) -> None:
    text = "The weekly report is ready, and the figures of this month are much better than before."
    run = planned(
        {"role": "document", "name": "Message", "value": text},
        {"role": "button", "name": "Send mail"},
    )
    assert run["plan"]["steps"][0].get("consent") is None
    device.answer_perform(device.receive()).raise_for_status()
    done = wait_final(run["run_id"])
    assert (done["status"], done["analyses"][0]["mail_class"]) == ("succeeded", "report")
