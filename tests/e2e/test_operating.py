"""What an operator looks at and ends on the applied platform, through the command line."""

import gzip
import json
import threading
import time
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from botocore.exceptions import ClientError
from e2e_device import ScriptedDevice
from e2e_endpoint import client
from e2e_identity import Person, create_person
from e2e_qops import home, qops
from e2e_queues import RECEIVES, VISIBILITY, attributes, hurried_jobs, url_of
from e2e_waiting import PATIENCE, until

GOAL = "메모장에 '회의 3시, 2층'이라고 쓰고 memo.txt로 저장해 줘"
SECRET = "회의 3시"
Start = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def signed_in(user: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let qops act for the user of the other tests, whose devices they play."""
    if not (home() / "local").is_dir():
        pytest.skip("qops knows the local cloud of its own home only; this endpoint is another")
    monkeypatch.setenv("QOPS_ACCESS_TOKEN", user.access_token)


def result(*words: str, code: int = 0) -> dict[str, Any]:
    """What a command answers, if it ends with that code."""
    ended, document = qops(*words)
    assert ended == code, document["error"] or document["result"]
    return dict(document["result"] or document["error"])


def test_a_run_is_watched_traced_and_found_in_logs_and_audit(
    device: ScriptedDevice, start_run: Start, tmp_path: Path
) -> None:
    run_id = start_run(device.device_id, GOAL)["run_id"]
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(result, "runs", "watch", run_id)
        device.answer_observe(device.receive()["id"])
        device.answer_perform(device.receive())
        watched = watching.result()
    assert watched["run"]["status"] == "succeeded"
    listed = result("runs", "list", "--device", device.device_id, "--status", "succeeded")
    assert [run["run_id"] for run in listed["runs"]] == [run_id]
    shown = result("runs", "show", run_id)
    assert shown["run"]["goal"] == GOAL

    lines = until(
        lambda: _with(result("logs", "--run", run_id)["lines"], "recorder"), PATIENCE, "no line"
    )
    assert {"api", "dispatch", "planner", "recorder"} <= {line["source"] for line in lines}
    assert SECRET not in str(lines)

    trace = result("trace", run_id)
    told = [(one["source"], one["what"]) for one in trace["moments"]]
    assert {("machine", "state Observe"), ("machine", "state Act"), ("api", "succeeded")} <= set(
        told
    )
    assert sum(what == "Command sent" for _, what in told) == 2
    assert ("queue", "command perform to its answer") in told
    assert [one["seconds"] is not None for one in trace["moments"] if one["source"] == "queue"]
    assert [one["after_seconds"] for one in trace["moments"]] == sorted(
        one["after_seconds"] for one in trace["moments"]
    )
    assert not [text for text in trace["missing"] if "X-Ray" not in text]

    end = shown["audit_sequence"]
    history = until(
        lambda: _complete(result("runs", "history", run_id), end),
        PATIENCE,
        "no copy of the entries",
    )
    assert [row["action"] for row in history["rows"]] == ["run.created", "run.finished"]
    page = tmp_path / "run.html"
    result("runs", "report", run_id, "--to", str(page))
    assert run_id in page.read_text(encoding="utf-8")


def _with(lines: list[dict[str, Any]], source: str) -> list[dict[str, Any]]:
    return lines if any(line["source"] == source for line in lines) else []


def _complete(history: dict[str, Any], end: int) -> dict[str, Any] | None:
    found = {row["sequence"] for row in history["rows"]}
    return history if end in found and len(found) > 1 else None


def test_a_run_is_cancelled_and_what_it_had_done_is_told(
    device: ScriptedDevice, start_run: Start
) -> None:
    run_id = start_run(device.device_id, GOAL)["run_id"]
    device.answer_observe(device.receive()["id"])
    with device.working_on(device.receive()):
        refused = result("runs", "cancel", run_id, code=3)
        assert run_id in refused["why"]
        cancelled = result("runs", "cancel", run_id, "--yes")
    assert (cancelled["cancelled"], cancelled["done_steps"]) == (True, [])
    assert result("runs", "show", run_id)["run"]["status"] == "cancelled"
    assert result("runs", "cancel", run_id, "--yes")["cancelled"] is True


def test_a_revoked_device_gets_nothing_any_more(device: ScriptedDevice, api: httpx.Client) -> None:
    name = device.device_id
    assert result("devices", "show", name)["device"]["queue"]["waiting"] == 0
    revoked = result("devices", "revoke", name, "--yes")
    assert (revoked["status"], revoked["queue"]["gone"]) == ("revoked", True)
    assert revoked["credentials_refused"] is True
    with pytest.raises(ClientError):
        client("sqs", **device.credentials).receive_message(QueueUrl=device.queue_url)
    assert api.post(f"/v1/devices/{name}/credentials").is_client_error
    listed = result("devices", "list", "--status", "revoked")["devices"]
    assert name in {one["device_id"] for one in listed}


@contextmanager
def looking(device: ScriptedDevice) -> Iterator[None]:
    """The device shows its screen whenever it is asked to, and its runs wait to be confirmed."""
    ended = threading.Event()

    def play() -> None:
        while not ended.is_set():
            if command := device.poll(wait_seconds=1):
                device.answer_observe(command["id"])

    with ThreadPoolExecutor(1) as pool:
        playing = pool.submit(play)
        try:
            yield
        finally:
            ended.set()
        playing.result()


def test_a_job_is_submitted_shown_and_cancelled_as_a_whole(
    device: ScriptedDevice, tmp_path: Path
) -> None:
    file = tmp_path / "goals.csv"
    goals = [f'"{GOAL}",{device.device_id},confirm' for _ in range(12)]
    file.write_text("\n".join(["goal,device_id,mode", *goals, "Press ctrl+s,dev-none,auto"]) + "\n")
    with looking(device):
        job_id = result("jobs", "submit", str(file), code=2)["job_id"]
        done = result("jobs", "cancel", job_id, "--yes", "--wait", "300")
    # On a busy machine a device is late for some runs, which end by that.
    assert len(done["cancelled"]) + len(done["ended"]) == 12
    assert len(done["cancelled"]) > 0
    assert (done["waiting"], done["failed"]) == (0, {})
    counts = until(
        lambda: _ended(result("jobs", "show", job_id, code=2)["tally"]), 300, "they go on"
    )
    # Asked to end in the moment in which its device was given up, a run ends by that.
    assert 0 < counts["cancelled"] <= len(done["cancelled"])
    assert (sum(counts.values()), counts["refused"]) == (13, 1)
    listed = result("jobs", "list")["jobs"]
    assert (listed[0]["job_id"], listed[0]["total"]) == (job_id, 13)


def _ended(tally: dict[str, int]) -> dict[str, int] | None:
    return tally if set(tally) <= {"cancelled", "refused", "failed"} else None


def test_a_poisoned_message_comes_back_until_its_cause_is_gone(
    api: httpx.Client, user: Person, device: ScriptedDevice, prefix: str
) -> None:
    mark = uuid.uuid4().hex[:8]
    template = {"title": "t", "goal": f"type '{mark}'", "inputs": []}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    made = api.post("/v1/templates", headers=key, json=template).raise_for_status().json()
    api.delete(f"/v1/templates/{made['template_id']}").raise_for_status()
    sub = jwt.decode(user.access_token, options={"verify_signature": False})["sub"]
    request = {"template_id": made["template_id"], "device_id": device.device_id, "mode": "dry_run"}
    message = {"kind": "start_run", "job_id": f"e2e-{mark}", "owner": sub, "request": request}
    letters = url_of(prefix, "jobs-dead-letters")
    assert int(attributes(letters)["ApproximateNumberOfMessages"]) == 0, "of another test"
    with hurried_jobs(prefix):
        client("sqs").send_message(QueueUrl=letters, MessageBody=json.dumps(message))
        depths = {one["name"]: one for one in result("queues", code=2)["queues"]}
        assert depths[f"{prefix}-jobs-dead-letters"]["waiting"] == 1
        wait = str(60 + VISIBILITY * RECEIVES * 2)
        back = result("redrive", "jobs", "--yes", "--wait", wait, code=2)
        assert (back["moved"], len(back["came_back"])) == (1, 1)
        outline = back["came_back"][0]["outline"]
        assert outline["job_id"] == f"e2e-{mark}"
        assert sub not in str(outline)
        again = api.post("/v1/templates", headers=key, json=template).raise_for_status().json()
        assert again["template_id"] == made["template_id"]
        mended = result("redrive", "jobs-dead-letters", "--yes", "--wait", wait)
        assert (mended["moved"], mended["came_back"], mended["in_work"]) == (1, [], 0)
    runs = api.get("/v1/runs", params={"limit": 100}).raise_for_status().json()["items"]
    assert sum(mark in run["goal"] for run in runs) == 1


def test_a_disabled_user_is_kept_out_within_a_minute(
    config: dict[str, Any], connect: Callable[[str | None], httpx.Client]
) -> None:
    person = create_person(config, "user")
    theirs = connect(person.access_token)
    assert theirs.get("/v1/runs").status_code == 200
    listed = result("users", "list", "--group", "user")["users"]
    assert person.username in {one["email"] for one in listed}
    gone = result("users", "disable", person.username, "--yes")
    assert (gone["user"]["enabled"], gone["ended_sessions"]) == (False, 1)
    until(lambda: theirs.get("/v1/runs").status_code == 401, 75, "the token is still good")


class OpenSearch:
    """Keeps documents as OpenSearch's bulk API does."""

    def __init__(self) -> None:
        self.documents: list[dict[str, Any]] = []
        found = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode().splitlines()
                found.documents += [json.loads(line) for line in body[1::2]]
                items = [{"index": {"status": 201}} for _ in body[1::2]]
                answer = json.dumps({"took": 1, "errors": False, "items": items}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *arguments: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))


@pytest.fixture
def search_address(environment: str) -> Iterator[Callable[[str], None]]:
    """Sets where the functions find OpenSearch; puts back what was there."""
    ssm, name = client("ssm"), f"/qscreen/{environment}/search"
    try:
        before = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    except ClientError:
        pytest.skip("the platform was applied without a search domain (local-full.tfvars has one)")

    def point(url: str) -> None:
        value = json.dumps({"endpoint": url})
        ssm.put_parameter(Name=name, Value=value, Overwrite=True)

    yield point
    ssm.put_parameter(Name=name, Value=before, Overwrite=True)


@pytest.fixture
def opensearch() -> Iterator[OpenSearch]:
    found = OpenSearch()
    found.thread.start()
    yield found
    found.server.shutdown()
    found.thread.join()
    found.server.server_close()


def test_log_lines_that_could_not_be_shipped_are_redriven_from_the_dead_letters(
    prefix: str, search_address: Callable[[str], None], opensearch: OpenSearch
) -> None:
    mark = uuid.uuid4().hex
    batch = {
        "messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": "/aws/lambda/x",
        "logStream": "s",
        "logEvents": [{"id": f"{mark}-{n}", "timestamp": int(time.time() * 1000),
                       "message": f"{mark} line {n}"} for n in range(3)],
    }  # fmt: skip
    data = b64encode(gzip.compress(json.dumps(batch).encode())).decode()
    letters = url_of(prefix, "dead-letters")
    before = int(attributes(letters)["ApproximateNumberOfMessages"])
    # Nobody listens on port 1: OpenSearch is away.
    search_address("http://127.0.0.1:1")
    client("lambda").invoke(
        FunctionName=f"{prefix}-ship-logs:live", InvocationType="Event",
        Payload=json.dumps({"awslogs": {"data": data}}).encode(),
    )  # fmt: skip
    until(
        lambda: int(attributes(letters)["ApproximateNumberOfMessages"]) > before,
        240,
        "what failed three times never came to the dead letters",
    )
    assert opensearch.documents == []
    search_address(opensearch.url)
    done = result("redrive", "dead-letters", "--yes", "--wait", "20")
    assert (done["moved"], done["by"], done["came_back"]) == (before + 1, "invocation", [])
    until(lambda: len(opensearch.documents) >= 3, PATIENCE, "the lines were not shipped")
    ours = sorted(one["line"] for one in opensearch.documents if mark in one["line"])
    assert ours == [f"{mark} line {n}" for n in range(3)]
    assert int(attributes(letters)["ApproximateNumberOfMessages"]) == 0
