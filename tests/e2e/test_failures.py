"""What fails outside of the applied platform: what is left, and what people see."""

import base64
import json
import time
import uuid
from collections.abc import Iterator

import httpx
import pytest
from e2e_device import ScriptedDevice
from e2e_endpoint import client
from e2e_files import fetch, send
from e2e_identity import Person
from e2e_queues import RECEIVES, VISIBILITY, attributes, hurried_jobs, url_of
from e2e_waiting import PATIENCE, until

MEBIBYTE = 1024 * 1024


def subject(person: Person) -> str:
    payload = person.access_token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(claims["sub"])


@pytest.fixture
def jobs(prefix: str) -> Iterator[str]:
    """The jobs queue, from which a failed message comes again soon; its function is awake."""
    with hurried_jobs(prefix) as url:
        yield url


def goals(api: httpx.Client) -> list[str]:
    shown = api.get("/v1/runs", params={"limit": 100}).raise_for_status().json()["items"]
    return [run["goal"] for run in shown]


def test_a_poisoned_job_fails_alone_and_is_done_once_its_cause_is_gone(
    api: httpx.Client, user: Person, device: ScriptedDevice, prefix: str, jobs: str
) -> None:
    mark = uuid.uuid4().hex[:8]
    template = {
        "title": "t",
        "goal": f"type '{mark} {{{{text}}}}'",
        "inputs": [{"name": "text"}],
    }
    key = {"Idempotency-Key": str(uuid.uuid4())}
    made = api.post("/v1/templates", headers=key, json=template).raise_for_status().json()
    path = f"/v1/templates/{made['template_id']}"
    api.delete(path).raise_for_status()
    poisoned = {
        "kind": "start_run",
        "job_id": f"e2e-{mark}",
        "owner": subject(user),
        "request": {
            "template_id": made["template_id"],
            "inputs": {"text": "poisoned"},
            "device_id": device.device_id,
            "mode": "dry_run",
        },
    }
    good = {
        **poisoned,
        "job_id": f"e2e-{mark}-good",
        "request": {
            "goal": f"type '{mark} good'",
            "device_id": device.device_id,
            "mode": "dry_run",
        },
    }
    letters = url_of(prefix, "jobs-dead-letters")
    before = int(attributes(letters)["ApproximateNumberOfMessages"])
    entries = [
        {"Id": str(place), "MessageBody": json.dumps(one)}
        for place, one in enumerate((good, poisoned))
    ]
    assert not client("sqs").send_message_batch(QueueUrl=jobs, Entries=entries).get("Failed")
    until(
        lambda: int(attributes(letters)["ApproximateNumberOfMessages"]) > before,
        60 + VISIBILITY * RECEIVES * 2,
        "the poisoned message never came to the dead letters",
    )
    until(
        lambda: any(mark in goal for goal in goals(api)), PATIENCE, "the good message was not done"
    )
    ours = [goal for goal in goals(api) if mark in goal]
    assert ours == [f"type '{mark} good'"], "the good message of the batch was done, once"
    # The cause is mended: the same request makes the same template again.
    again = api.post("/v1/templates", headers=key, json=template).raise_for_status().json()
    assert again["template_id"] == made["template_id"]
    source = attributes(letters)["QueueArn"]
    client("sqs").start_message_move_task(SourceArn=source)
    until(
        lambda: f"type '{mark} poisoned'" in goals(api),
        PATIENCE,
        "the message that was moved back was not worked off",
    )
    assert sum(mark in goal for goal in goals(api)) == 2
    assert int(attributes(letters)["ApproximateNumberOfMessages"]) == 0


def test_an_expired_address_is_refused_and_changes_nothing(prefix: str) -> None:
    s3 = client("s3")
    account = client("sts").get_caller_identity()["Account"]
    bucket = f"{prefix}-screenshots-{account}"
    key = f"uploads/e2e/{uuid.uuid4().hex}.txt"
    s3.put_object(Bucket=bucket, Key=key, Body=b"as it was")
    named = {"Params": {"Bucket": bucket, "Key": key}}
    fresh = s3.generate_presigned_url("get_object", **named, ExpiresIn=600)
    assert fetch(fresh).content == b"as it was"
    get = s3.generate_presigned_url("get_object", **named, ExpiresIn=1)
    put = s3.generate_presigned_url("put_object", **named, ExpiresIn=1)
    form = s3.generate_presigned_post(bucket, key, ExpiresIn=1)
    time.sleep(2.5)
    put_late = httpx.put(put, content=b"another", timeout=PATIENCE)
    answers = [fetch(get), put_late, send(form, b"another")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    for answer in answers:
        assert "AccessDenied" in answer.text
        assert "expired" in answer.text
    assert fetch(fresh).content == b"as it was"
    s3.delete_object(Bucket=bucket, Key=key)


def large_job(device_id: str, megabytes: int) -> bytes:
    """A request that its schema allows and that no function can be handed."""
    inputs = {f"input_{place}": "x" * 1000 for place in range(20)}
    item = {"template_id": "tpl-none", "inputs": inputs, "device_id": device_id}
    size = len(json.dumps(item))
    body = {"items": [item] * (megabytes * MEBIBYTE // size + 1)}
    assert len(body["items"]) <= 1000
    return json.dumps(body).encode()


@pytest.mark.parametrize("megabytes", [7, 11])
def test_a_request_that_is_too_large_is_a_problem_that_says_so(
    api: httpx.Client, device: ScriptedDevice, megabytes: int
) -> None:
    answer = api.post(
        "/v1/jobs",
        content=large_job(device.device_id, megabytes),
        headers={"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"},
    )
    assert answer.status_code == 413, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 413
    assert "6 MB" in problem["detail"]
    assert problem["next_step"]
    assert problem["request_id"]


def test_a_message_to_a_server_that_is_too_large_is_refused(api: httpx.Client) -> None:
    call = {"name": "detect_language", "arguments": {"text": "x" * 7 * MEBIBYTE}}
    answer = api.post(
        "/v1/mcp/language",
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call},
        headers={"Accept": "application/json, text/event-stream"},
    )
    assert answer.status_code == 413, answer.text


def test_a_request_just_below_the_limit_is_worked_off(
    api: httpx.Client, device: ScriptedDevice
) -> None:
    answer = api.post(
        "/v1/jobs",
        content=large_job("dev-unknown", 4),
        headers={"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"},
        timeout=120,
    )
    assert answer.status_code == 202, answer.text
    assert {one["status"] for one in answer.json()["items"]} == {"refused"}


def test_a_file_that_lies_about_what_it_is_is_told(api: httpx.Client) -> None:
    """An upload takes what it is told of; whoever reads it looks at its content."""
    data = b"%PDF-1.7 this is no picture"
    asked = {"filename": "a.png", "content_type": "image/png", "size_bytes": len(data)}
    ticket = api.post("/v1/uploads", json=asked).raise_for_status().json()
    sent = send(ticket, data)
    assert sent.is_success, sent.text
    call = {"name": "read_text", "arguments": {"picture": ticket["key"]}}
    answer = api.post(
        "/v1/mcp/vision",
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call},
        headers={
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": "2025-11-25",
        },
    )
    assert answer.status_code == 200, answer.text
    result = answer.json()["result"]
    assert result["isError"] is True
    assert "a PDF" in result["content"][0]["text"]
