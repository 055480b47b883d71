"""What somebody does on the running platform, read from the chain; sessions that have ended."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import jwt
import pytest
from e2e_device import enrol
from e2e_endpoint import client
from e2e_identity import Person, create_person
from e2e_stores import connect_database
from e2e_waiting import PATIENCE, until

Connect = Callable[[str | None], httpx.Client]
Entries = Callable[[Person, set[str]], dict[str, list[Any]]]

SERVERS = ("vision", "document", "language", "planner", "workflow")
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}
SECRET = "confidential-report"


@pytest.fixture(scope="module")
def database(prefix: str) -> Iterator[Any]:
    connection = connect_database(f"{prefix}/postgres")
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def entries(database: Any) -> Entries:
    """Waits until the chain has entries of a person's; returns them by their action."""

    def read(person: Person, actions: set[str]) -> dict[str, list[Any]]:
        sub = jwt.decode(person.access_token, options={"verify_signature": False})["sub"]

        def looked() -> dict[str, list[Any]] | None:
            rows = database.run(
                "select sequence, action, subject, detail from audit_log where actor = "
                "(select pseudonym from audit_identities where user_id = :sub) order by sequence",
                sub=sub,
            )
            found: dict[str, list[Any]] = {}
            for row in rows:
                found.setdefault(row[1], []).append(row)
            return found if actions <= set(found) else None

        known: dict[str, list[Any]] = until(looked, PATIENCE, f"not all of {actions} is there")
        return known

    return read


def test_what_a_person_does_is_in_the_chain_and_under_lock(
    connect: Connect, config: dict[str, Any], entries: Entries, prefix: str
) -> None:
    person = create_person(config, "user")
    api = connect(person.access_token)
    device = enrol(api, SECRET)
    run = api.post(
        "/v1/runs",
        headers={"Idempotency-Key": f"audit-{time.time_ns()}"},
        json={"goal": f"type '{SECRET}' in mousepad", "device_id": device.device_id},
    ).json()
    assert api.post(f"/v1/runs/{run['run_id']}/cancel").status_code == 202
    assert api.put("/v1/settings/report.secret", json={"value": SECRET}).status_code == 200
    assert api.delete(f"/v1/devices/{device.device_id}").status_code == 200
    found = entries(
        person,
        {
            *("session.started", "device.enrolled", "device.credentials.issued", "run.created"),
            *("run.cancelled", "setting.changed", "device.revoked", "run.finished"),
        },
    )
    subjects = {action: [row[2] for row in rows] for action, rows in found.items()}
    assert subjects["run.created"] == subjects["run.cancelled"] == [run["run_id"]]
    assert subjects["device.enrolled"] == subjects["device.revoked"] == [device.device_id]
    sub = jwt.decode(person.access_token, options={"verify_signature": False})["sub"]
    written = json.dumps(list(found.values()), default=str)
    assert not [text for text in (SECRET, "report.secret", sub) if text in written]
    account = client("sts").get_caller_identity()["Account"]
    bucket = f"{prefix}-audit-{account}"
    (sequence, *_), *_ = found["run.created"]

    def copies() -> list[str]:
        pages = (
            client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="entries/")
        )
        keys = [one["Key"] for page in pages for one in page.get("Contents", ())]
        return [key for key in keys if key.endswith(f"/{sequence:020d}.json")]

    (key,) = until(copies, PATIENCE, f"entry {sequence} has no copy")
    copy = json.loads(client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    assert copy["entry"]["action"] == "run.created"
    assert client("s3").head_object(Bucket=bucket, Key=key)["ObjectLockRetainUntilDate"]


def test_a_run_that_a_job_starts_is_in_the_chain_with_who_asked(
    connect: Connect, config: dict[str, Any], entries: Entries
) -> None:
    person = create_person(config, "user")
    api = connect(person.access_token)
    device = enrol(api, SECRET)
    job = api.post(
        "/v1/jobs",
        headers={"Idempotency-Key": f"audit-{time.time_ns()}"},
        json={"items": [{"goal": f"type '{SECRET}'", "device_id": device.device_id}]},
    ).json()
    # The chain has it by the person's name: nobody else asked.
    (created,) = entries(person, {"job.accepted", "run.created"})["run.created"]
    (item,) = api.get(f"/v1/jobs/{job['job_id']}").json()["items"]
    assert created[2] == item["run_id"]
    detail = created[3] if isinstance(created[3], dict) else json.loads(created[3])
    assert detail["source"] == "qscreen.jobs"
    assert detail["job_id"] == job["job_id"]
    assert SECRET not in json.dumps(detail)
    api.delete(f"/v1/devices/{device.device_id}").raise_for_status()


def test_who_is_kept_from_something_is_in_the_chain(
    connect: Connect, viewer: Person, api: httpx.Client, entries: Entries, database: Any
) -> None:
    looking = connect(viewer.access_token)
    # What the gateway keeps of a look must not hide the denials that follow.
    assert looking.get("/v1/runs").status_code == 200
    assert looking.post("/v1/runs/run-of-another/cancel").status_code == 403
    assert looking.delete("/v1/devices/dev-of-another").status_code == 403
    found = entries(viewer, {"run.cancelled.refused", "device.revoked.refused"})
    ((_, _, subject, detail),) = found["run.cancelled.refused"]
    assert (subject, detail["outcome"]) == ("run-of-another", "refused")
    assert detail["source"] == "qscreen.authorizer"


def test_nothing_stays_in_the_outbox(prefix: str) -> None:
    def left() -> list[str]:
        items = client("dynamodb").scan(TableName=f"{prefix}-configuration")["Items"]
        return [item["server"]["S"] for item in items if item["server"]["S"].startswith("audit#")]

    until(lambda: not left(), PATIENCE, "entries wait to be sent")


def test_an_ended_session_is_refused_by_every_mcp_server(
    connect: Connect, config: dict[str, Any]
) -> None:
    person = create_person(config, "user")
    http = connect(person.access_token)

    def status(name: str) -> int:
        return http.post(f"/v1/mcp/{name}", json=LIST, headers=ACCEPT).status_code

    assert status("language") == 200
    # The session of a call to an MCP server is one of the user's sessions.
    (session,) = http.get("/v1/sessions").json()["items"]
    assert http.delete(f"/v1/sessions/{session['session_id']}").status_code == 200
    end = time.monotonic() + 75
    for name in SERVERS:
        until(
            lambda name=name: status(name) == 401,
            end - time.monotonic(),
            f"{name} goes on with a session that has ended",
        )
