"""What a finished run leaves behind, read from the stores themselves."""

import hashlib
import itertools
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pg8000.native
import pytest
import redis
from e2e_device import ScriptedDevice
from e2e_endpoint import client
from e2e_files import fetch, send
from e2e_stores import connect_database
from e2e_waiting import PATIENCE, until

Start = Callable[..., dict[str, Any]]
Wait = Callable[..., dict[str, Any]]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def finished(api: httpx.Client, wait_final: Wait) -> dict[str, Any]:
    """A run that succeeded, with two pictures sent through its upload ticket."""
    from e2e_device import enrol

    device = enrol(api, "recorded")
    run = api.post(
        "/v1/runs",
        headers={"Idempotency-Key": f"record-{time.time_ns()}"},
        json={"goal": "Press ctrl+s", "device_id": device.device_id},
    ).json()
    device.answer_observe(device.receive()["id"])
    perform = device.receive()
    ticket = perform["upload"]
    keys = [f"{ticket['key_prefix']}s1-{when}.png" for when in ("before", "after")]
    for key in keys:
        sent = send(ticket, ("shot.png", PNG, "image/png"), key=key)
        assert sent.status_code in {200, 201, 204}, sent.text
    answer = api.post(
        f"/v1/commands/{perform['id']}/result",
        json={
            "status": "done",
            "effects": [
                {
                    "step_id": "s1",
                    "outcome": "confirmed",
                    "started_at": "2026-01-01T00:00:00Z",
                    "duration_ms": 1,
                    "before_key": keys[0],
                    "after_key": keys[1],
                }
            ],
        },
    )
    assert answer.status_code == 200, answer.text
    seen = wait_final(run["run_id"])
    assert seen["status"] == "succeeded", seen
    return {"run": seen, "device": device, "keys": keys}


@pytest.fixture(scope="module")
def database(prefix: str) -> Any:
    connection = connect_database(f"{prefix}/postgres")
    yield connection
    connection.close()


def test_pictures_lie_in_s3_under_the_screenshots_key(
    finished: dict[str, Any], prefix: str
) -> None:
    s3, kms = client("s3"), client("kms")
    account = client("sts").get_caller_identity()["Account"]
    key_arn = kms.describe_key(KeyId=f"alias/{prefix}-screenshots")["KeyMetadata"]["Arn"]
    for key in finished["keys"]:
        head = s3.get_object(Bucket=f"{prefix}-screenshots-{account}", Key=key)
        assert head["Body"].read() == PNG
        assert head["ServerSideEncryption"] == "aws:kms"
        assert head["SSEKMSKeyId"] == key_arn


def test_the_report_links_to_the_pictures(finished: dict[str, Any], api: httpx.Client) -> None:
    report = api.get(f"/v1/runs/{finished['run']['run_id']}/report").raise_for_status().json()
    (links,) = report["pictures"]
    for url in (links["before_url"], links["after_url"]):
        assert fetch(url).content == PNG
    assert report["audit_sequence"] >= 1
    assert len(report["audit_hash"]) == 64


def test_history_and_audit_rows_are_in_postgresql(
    finished: dict[str, Any], database: Any, api: httpx.Client
) -> None:
    run_id = finished["run"]["run_id"]
    rows = database.run("select status, goal from runs where run_id = :r", r=run_id)
    assert rows == [["succeeded", "Press ctrl+s"]]
    assert database.run("select count(*) from run_steps where run_id = :r", r=run_id) == [[1]]
    report = api.get(f"/v1/runs/{run_id}/report").json()
    chain = database.run("select sequence, previous_hash, hash from audit_log order by sequence")
    assert [row[0] for row in chain] == list(range(1, len(chain) + 1))
    for before, after in itertools.pairwise(chain):
        assert after[1] == before[2], f"chain broken at {after[0]}"
    assert [report["audit_sequence"], report["audit_hash"]] in [[r[0], r[2]] for r in chain]
    assert len({row[2] for row in chain}) == len(chain)
    assert all(len(bytes.fromhex(row[2])) == hashlib.sha256().digest_size for row in chain)


def test_the_audit_log_is_append_only(finished: dict[str, Any], database: Any, prefix: str) -> None:
    administrator = connect_database(f"{prefix}/postgres-admin")
    for statement in (
        "update audit_log set actor = 'somebody'",
        "delete from audit_log",
        "truncate audit_log",
    ):
        with pytest.raises(pg8000.native.DatabaseError, match="permission denied"):
            database.run(statement)
        with pytest.raises(pg8000.native.DatabaseError, match="append"):
            administrator.run(statement)
    administrator.close()


def test_the_session_is_in_redis(finished: dict[str, Any], prefix: str) -> None:
    cache = json.loads(
        client("secretsmanager").get_secret_value(SecretId=f"{prefix}/redis")["SecretString"]
    )
    stranger = redis.Redis(cache["host"], int(cache["port"]))
    with stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    store = redis.Redis(
        cache["host"],
        int(cache["port"]),
        username=cache["username"],
        password=cache["password"],
        decode_responses=True,
    )
    with store:
        key = f"session:{finished['device'].device_id}"
        session = store.hgetall(key)
        assert finished["run"]["run_id"] in session.values()
        assert 0 < store.ttl(key) <= 3600


def test_metrics_and_logs_are_in_cloudwatch(finished: dict[str, Any], prefix: str) -> None:
    cloudwatch, logs = client("cloudwatch"), client("logs")
    recorder = client("lambda").get_function_configuration(FunctionName=f"{prefix}-recorder")
    namespace = recorder["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]

    def counted() -> bool:
        pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace=namespace)
        return "RunsFinished" in {one["MetricName"] for page in pages for one in page["Metrics"]}

    until(counted, PATIENCE, f"{namespace} has no RunsFinished")
    for function in ("api", "dispatch", "planner", "recorder"):
        group = f"/aws/lambda/{prefix}-{function}"
        events = logs.filter_log_events(logGroupName=group, limit=50)["events"]
        assert events, f"no log in {group}"
        text = " ".join(event["message"] for event in events)
        assert "Press ctrl+s" not in text, "a goal has no business in a log"


def test_a_foreign_prefix_is_refused_by_the_ticket(
    device: ScriptedDevice, start_run: Start, wait_final: Wait
) -> None:
    run = start_run(device.device_id, "Press ctrl+s")
    device.answer_observe(device.receive()["id"])
    perform = device.receive()
    ticket = perform["upload"]
    sent = send(ticket, ("shot.png", PNG, "image/png"), key="runs/other/evil.png")
    assert sent.status_code == 403, sent.text
    device.answer_perform(perform)
    assert wait_final(run["run_id"])["status"] == "succeeded"


def test_a_run_that_its_device_did_alone_is_recorded_like_any_other(
    api: httpx.Client, wait_final: Wait, database: Any
) -> None:
    from e2e_device import enrol

    device = enrol(api, "alone")
    begun = datetime.now(UTC) - timedelta(days=2)
    times = {"started_at": begun.isoformat()}
    times["finished_at"] = (begun + timedelta(seconds=3)).isoformat()
    step = {"id": "s1", "action": {"kind": "open_app", "app": "메모장"}, "because": "열어 줘"}
    plan = {"goal": "메모장을 열어 줘", "language": "ko", "source": "grammar"}
    effect = {"step_id": "s1", "outcome": "confirmed", "duration_ms": 300}
    body = {
        "plan": {**plan, "steps": [step], "created_at": begun.isoformat()},
        "effects": [{**effect, "started_at": begun.isoformat()}],
        **times,
    }
    path, key = f"/v1/devices/{device.device_id}/runs", f"alone-{time.time_ns()}"
    answers = [api.post(path, headers={"Idempotency-Key": key}, json=body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202], answers[0].text
    (run_id,) = {answer.json()["run_id"] for answer in answers}
    seen = wait_final(run_id)
    assert seen["status"] == "succeeded", seen
    assert (seen["origin"], seen["device_id"]) == ("device", device.device_id)
    assert datetime.fromisoformat(seen["created_at"]) == begun
    rows = database.run(
        "SELECT r.finished_at, a.detail ->> 'origin' FROM runs r JOIN audit_log a "
        "ON a.subject = r.run_id WHERE r.run_id = :run AND a.action = 'run.finished'",
        run=run_id,
    )
    assert rows == [[begun + timedelta(seconds=3), "device"]]
