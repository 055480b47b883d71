"""Confirmations, templates, jobs, uploads, settings and sessions on the running platform."""

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from e2e_device import ScriptedDevice
from e2e_files import send
from e2e_identity import Person, create_person
from e2e_waiting import PATIENCE, until

Start = Callable[..., dict[str, Any]]
Wait = Callable[..., dict[str, Any]]
TEMPLATE = {
    "title": "메모",
    "goal": "메모장에 '{{text}}'이라고 쓰고 '{{file}}'로 저장해 줘",
    "inputs": [{"name": "text"}, {"name": "file", "default": "memo.txt"}],
}


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def until_waiting(api: httpx.Client, run_id: str) -> dict[str, Any]:
    def waits() -> dict[str, Any] | None:
        run: dict[str, Any] = api.get(f"/v1/runs/{run_id}").raise_for_status().json()
        return run if run["status"] == "awaiting_confirmation" else None

    waiting: dict[str, Any] = until(waits, PATIENCE, f"run {run_id} asks nobody")
    return waiting


@pytest.fixture
def template(api: httpx.Client) -> dict[str, Any]:
    made = api.post("/v1/templates", headers=key(), json=TEMPLATE)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


def test_a_plan_waits_for_its_confirmation_and_then_acts(
    api: httpx.Client, device: ScriptedDevice, start_run: Start, wait_final: Wait
) -> None:
    run = start_run(device.device_id, "open the text editor", mode="confirm")
    device.answer_observe(device.receive()["id"])
    waiting = until_waiting(api, run["run_id"])
    assert waiting["plan"]["steps"]
    wrong = api.post(f"/v1/runs/{run['run_id']}/confirm", json={"attempts": 9})
    assert wrong.status_code == 409
    confirmed = api.post(f"/v1/runs/{run['run_id']}/confirm", json={"attempts": 1})
    assert confirmed.status_code == 202, confirmed.text
    perform = device.receive()
    assert device.answer_perform(perform).status_code == 200
    done = wait_final(run["run_id"])
    assert done["status"] == "succeeded", done
    assert "confirm" in [stage["name"] for stage in done["stages"]]


def test_a_plan_that_is_rejected_never_reaches_the_device(
    api: httpx.Client, device: ScriptedDevice, start_run: Start, wait_final: Wait
) -> None:
    run = start_run(device.device_id, "open the text editor", mode="confirm")
    device.answer_observe(device.receive()["id"])
    until_waiting(api, run["run_id"])
    assert api.post(f"/v1/runs/{run['run_id']}/cancel").status_code == 202
    assert wait_final(run["run_id"])["status"] == "cancelled"
    assert device.poll(wait_seconds=1) is None


def test_a_run_of_a_template_types_its_input(
    api: httpx.Client, device: ScriptedDevice, template: dict[str, Any], wait_final: Wait
) -> None:
    body = {
        "template_id": template["template_id"],
        "inputs": {"text": "회의 3시' 그리고 메모장을 열어"},
        "device_id": device.device_id,
    }
    run = api.post("/v1/runs", headers=key(), json=body)
    assert run.status_code == 202, run.text
    device.answer_observe(device.receive()["id"])
    perform = device.receive()
    typed = [s["action"]["text"] for s in perform["steps"] if s["action"]["kind"] == "type_text"]
    assert typed == [body["inputs"]["text"]]
    device.answer_perform(perform)
    done = wait_final(run.json()["run_id"])
    assert (done["status"], done["template_version"]) == ("succeeded", 1), done


def test_a_template_knows_its_versions(api: httpx.Client, template: dict[str, Any]) -> None:
    path = f"/v1/templates/{template['template_id']}"
    shown = api.get(path)
    assert shown.headers["etag"] == template["etag"]
    assert api.get(path, headers={"If-None-Match": template["etag"]}).status_code == 304
    assert api.put(path, json=TEMPLATE).status_code == 428
    new = api.put(path, json={**TEMPLATE, "title": "B"}, headers={"If-Match": template["etag"]})
    assert (new.status_code, new.json()["version"]) == (200, 2)
    late = api.put(path, json=TEMPLATE, headers={"If-Match": template["etag"]})
    assert late.status_code == 412
    assert api.get(f"{path}/versions/1").json()["title"] == "메모"
    assert api.delete(path).status_code == 200
    assert api.get(path).status_code == 404


def test_a_job_starts_its_runs_and_names_what_it_refuses(
    api: httpx.Client, device: ScriptedDevice
) -> None:
    items = [
        {"goal": "open the text editor", "device_id": device.device_id, "mode": "dry_run"},
        {"goal": "open the text editor", "device_id": "dev-unknown"},
    ]
    job = api.post("/v1/jobs", headers=key(), json={"items": items})
    assert job.status_code == 202, job.text
    assert [one["status"] for one in job.json()["items"]] == ["queued", "refused"]

    def started() -> dict[str, Any] | None:
        found = api.get(f"/v1/jobs/{job.json()['job_id']}").raise_for_status().json()["items"][0]
        return found if found["status"] == "started" else None

    first = until(started, PATIENCE, "the first of the job was not started")
    assert device.receive()["run_id"] == first["run_id"]


def test_an_upload_takes_its_file_and_no_other(api: httpx.Client) -> None:
    content = b"name,sum\na,1\n"
    asked = api.post(
        "/v1/uploads",
        json={"filename": "a.csv", "content_type": "text/csv", "size_bytes": len(content)},
    )
    assert asked.status_code == 201, asked.text
    form = asked.json()
    for sent, good in ((content, True), (content + b"b,2\n", False)):
        answer = send(form, ("a.csv", sent, "text/csv"))
        assert answer.is_success == good, answer.text


def test_a_schedule_is_made_and_deleted(
    api: httpx.Client, device: ScriptedDevice, template: dict[str, Any]
) -> None:
    made = api.post(
        "/v1/schedules",
        headers=key(),
        json={
            "name": "daily",
            "expression": "rate(1 day)",
            "template_id": template["template_id"],
            "inputs": {"text": "x"},
            "device_id": device.device_id,
        },
    )
    assert made.status_code == 201, made.text
    path = f"/v1/schedules/{made.json()['schedule_id']}"
    assert made.json() in api.get("/v1/schedules").json()["items"]
    assert api.delete(f"/v1/templates/{template['template_id']}").status_code == 409
    assert api.delete(path).status_code == 200
    assert api.get(path).status_code == 404


def test_settings_are_kept(api: httpx.Client) -> None:
    made = api.put("/v1/settings/report.language", json={"value": "ko"})
    assert made.status_code == 200, made.text
    etag = made.json()["etag"]
    assert api.get("/v1/settings/report.language").headers["etag"] == etag
    stale = api.delete("/v1/settings/report.language", headers={"If-Match": '"other"'})
    assert stale.status_code == 412
    assert api.delete("/v1/settings/report.language").status_code == 200


def test_an_ended_session_is_refused(
    config: dict[str, Any], connect: Callable[[str | None], httpx.Client]
) -> None:
    person = create_person(config, "user")
    api = connect(person.access_token)
    (session,) = [s for s in api.get("/v1/sessions").json()["items"] if s["current"]]
    assert api.delete(f"/v1/sessions/{session['session_id']}").status_code == 200
    # Each process of the function remembers for a minute whom it has seen.
    until(lambda: api.get("/v1/sessions").status_code == 401, 70, "the session goes on")


def test_deep_health_names_every_dependency(
    config: dict[str, Any], connect: Callable[[str | None], httpx.Client], user: Person
) -> None:
    assert connect(user.access_token).get("/v1/health/deep").status_code == 403
    operator = create_person(config, "operator")
    answer = connect(operator.access_token).get("/v1/health/deep")
    assert answer.status_code == 200, answer.text
    bad = [one for one in answer.json()["checks"] if one["state"] != "healthy"]
    assert (answer.json()["status"], bad) == ("ok", [])
    assert len(answer.json()["checks"]) == 12
