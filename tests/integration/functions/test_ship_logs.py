"""Shipping over real HTTP to a server that speaks the bulk API's answers."""

import gzip
import json
import re
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.credentials import Credentials
from moto import mock_aws
from qs_ship_logs.documents import documents_of
from qs_ship_logs.search import Search, SearchRefusedError
from qs_ship_logs.shipping import MAX_BATCH_BYTES, DocumentsRemainError, Shipper, parts_of
from qs_ship_logs.subscription import Batch, read_batch

from qs_cloud import clients
from qs_cloud.errors import BadPayloadError

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "ap-northeast-2",
    "AWS_REGION": "ap-northeast-2",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "token",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_METRICS_NAMESPACE": "QScreen",
}
AT = 1_795_576_215_559  # 2026-11-25T03:10:15.559Z


class OpenSearch:
    """Keeps documents by index and id; answers as it is told, first come first served."""

    def __init__(self) -> None:
        self.documents: dict[tuple[str, str], dict[str, Any]] = {}
        self.requests: list[tuple[str, dict[str, str], int]] = []
        self.statuses: list[int] = []
        self.faults: dict[str, list[tuple[int, str]]] = {}
        self.garbage = False
        self.url = ""

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self.requests.append((path, headers, len(body)))
        if self.statuses and (status := self.statuses.pop(0)) != 200:
            return status, b"{}"
        if self.garbage:
            return 200, b"<html>"
        lines = body.decode().splitlines()
        items = [
            self._item(json.loads(action)["index"], json.loads(source))
            for action, source in zip(lines[::2], lines[1::2], strict=True)
        ]
        faulty = any(item["index"]["status"] >= 300 for item in items)
        return 200, json.dumps({"took": 1, "errors": faulty, "items": items}).encode()

    def _item(self, action: dict[str, str], source: dict[str, Any]) -> dict[str, Any]:
        if faults := self.faults.get(action["_id"]):
            status, kind = faults.pop(0)
            return {"index": {"_id": action["_id"], "status": status, "error": {"type": kind}}}
        key = (action["_index"], action["_id"])
        status = 200 if key in self.documents else 201
        self.documents[key] = source
        return {"index": {"_index": key[0], "_id": key[1], "status": status}}


@pytest.fixture
def opensearch() -> Iterator[OpenSearch]:
    found = OpenSearch()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = found.answer(self.path, dict(self.headers), body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    return []


@pytest.fixture
def shipper(
    opensearch: OpenSearch, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> Shipper:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    # moto would take the server for AWS: it stands only for the parameter.
    with mock_aws():
        clients.ssm().put_parameter(
            Name="/s", Type="String", Value=json.dumps({"endpoint": opensearch.url, "more": 1})
        )
        value = clients.ssm().get_parameter(Name="/s")
    monkeypatch.setattr(clients.ssm(), "get_parameter", lambda **_: value)
    monkeypatch.setattr(clients, "credentials", lambda: Credentials("testing", "secret", "token"))
    return Shipper(Search("/s"), pauses.append)


def batch(*messages: str, kind: str = "DATA_MESSAGE") -> Batch:
    return read_batch(event(*messages, kind=kind))


def event(*messages: str, kind: str = "DATA_MESSAGE") -> dict[str, Any]:
    document = {
        "messageType": kind,
        "owner": "123456789012",
        "logGroup": "/aws/lambda/qscreen-test-api",
        "logStream": "2026/11/25/[live]abc",
        "subscriptionFilters": ["x"],
        "logEvents": [
            {"id": f"e{place}", "timestamp": AT + place, "message": message}
            for place, message in enumerate(messages)
        ],
    }
    data = b64encode(gzip.compress(json.dumps(document).encode())).decode()
    return {"awslogs": {"data": data}}


def forever() -> float:
    return 60.0


def test_events_become_documents_of_their_day(opensearch: OpenSearch, shipper: Shipper) -> None:
    line = json.dumps({"level": "INFO", "run_id": "run-1", "message": "m", "service": 5, "x": {}})
    nested = '{"level": ' + "[" * 50_000
    done = shipper.ship(batch(line, "START RequestId: 1", "비밀 {", nested), forever)
    assert done.answer() == {"shipped": 4, "rejected": 0}
    first = opensearch.documents[("qscreen-logs-2026.11.25", "e0")]
    assert first == {
        "@timestamp": "2026-11-25T03:10:15.559+00:00",
        "account": "123456789012",
        "log_group": "/aws/lambda/qscreen-test-api",
        "log_stream": "2026/11/25/[live]abc",
        "line": line,
        "level": "INFO",
        "run_id": "run-1",
    }
    assert opensearch.documents[("qscreen-logs-2026.11.25", "e2")]["line"] == "비밀 {"
    assert opensearch.documents[("qscreen-logs-2026.11.25", "e3")]["line"] == nested


def test_requests_are_signed_for_the_service(opensearch: OpenSearch, shipper: Shipper) -> None:
    shipper.ship(batch("a"), forever)
    ((path, headers, _),) = opensearch.requests
    assert path == "/_bulk"
    assert re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=testing/\d{8}/ap-northeast-2/es/aws4_request, "
        r"SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}",
        headers["Authorization"],
    )
    assert headers["Content-Type"] == "application/x-ndjson"
    assert headers["X-Amz-Security-Token"] == "token"


def test_an_event_that_comes_again_is_kept_once(opensearch: OpenSearch, shipper: Shipper) -> None:
    shipper.ship(batch("a", "b"), forever)
    shipper.ship(batch("a", "b"), forever)
    assert len(opensearch.documents) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_domain_is_tried_again_with_growing_pauses(
    opensearch: OpenSearch, shipper: Shipper, pauses: list[float], status: int
) -> None:
    opensearch.statuses = [status, status]
    assert shipper.ship(batch("a"), forever).shipped == 1
    assert len(pauses) == 2
    assert 0.25 <= pauses[0] <= 0.5 <= pauses[1] <= 1.0


def test_only_what_was_not_taken_is_sent_again(opensearch: OpenSearch, shipper: Shipper) -> None:
    opensearch.faults["e1"] = [(429, "es_rejected_execution_exception"), (503, "unavailable")]
    assert shipper.ship(batch("a" * 1000, "b", "c" * 1000), forever).shipped == 3
    sizes = [size for _, _, size in opensearch.requests]
    assert len(sizes) == 3
    assert sizes[0] > 2000 > 400 > sizes[1] == sizes[2]


def test_what_is_refused_for_good_is_counted_and_not_sent_again(
    opensearch: OpenSearch, shipper: Shipper, capsys: pytest.CaptureFixture[str]
) -> None:
    opensearch.faults["e0"] = [(400, "mapper_parsing_exception")] * 9
    done = shipper.ship(batch("a secret line", "b"), forever)
    assert done.answer() == {"shipped": 1, "rejected": 1}
    assert len(opensearch.requests) == 1
    written = capsys.readouterr().out
    assert '"LogsRejected":[1.0]' in written
    assert "mapper_parsing_exception" in written
    assert "a secret line" not in written


def test_what_remains_fails_the_event_after_bounded_attempts(
    opensearch: OpenSearch, shipper: Shipper, pauses: list[float]
) -> None:
    opensearch.faults["e1"] = [(429, "busy")] * 99
    with pytest.raises(DocumentsRemainError, match="1 log events"):
        shipper.ship(batch("a", "b"), forever)
    assert len(opensearch.requests) == 5
    assert len(pauses) == 4
    assert ("qscreen-logs-2026.11.25", "e0") in opensearch.documents


def test_an_answer_that_is_none_counts_as_not_taken(
    opensearch: OpenSearch, shipper: Shipper
) -> None:
    opensearch.garbage = True
    with pytest.raises(DocumentsRemainError):
        shipper.ship(batch("a"), forever)


def test_nobody_listening_fails_the_event(shipper: Shipper, monkeypatch: Any) -> None:
    nobody = {"Parameter": {"Value": '{"endpoint": "http://127.0.0.1:1"}'}}
    monkeypatch.setattr(clients.ssm(), "get_parameter", lambda **_: nobody)
    with pytest.raises(DocumentsRemainError, match="cannot be reached"):
        shipper.ship(batch("a"), forever)


def test_no_attempt_begins_that_cannot_end(opensearch: OpenSearch, shipper: Shipper) -> None:
    times = iter([60.0, 5.0])
    opensearch.statuses = [503]
    with pytest.raises(DocumentsRemainError):
        shipper.ship(batch("a"), lambda: next(times))
    assert len(opensearch.requests) == 1


def test_a_refusal_of_the_whole_is_not_tried_again(
    opensearch: OpenSearch, shipper: Shipper
) -> None:
    opensearch.statuses = [403]
    with pytest.raises(SearchRefusedError, match="403"):
        shipper.ship(batch("a"), forever)
    assert len(opensearch.requests) == 1


def test_requests_stay_below_their_size(opensearch: OpenSearch, shipper: Shipper) -> None:
    messages = ["x" * 900_000 for _ in range(12)]
    assert shipper.ship(batch(*messages), forever).shipped == 12
    sizes = [size for _, _, size in opensearch.requests]
    assert len(sizes) == 3
    assert max(sizes) <= MAX_BATCH_BYTES


def test_a_document_that_is_too_long_goes_alone() -> None:
    documents = documents_of(batch("a", "x" * (MAX_BATCH_BYTES + 1), "b"))
    assert [[d.id for d in part] for part in parts_of(documents)] == [["e0"], ["e1"], ["e2"]]


def test_a_control_message_is_no_log(opensearch: OpenSearch, shipper: Shipper) -> None:
    assert shipper.ship(batch("test", kind="CONTROL_MESSAGE"), forever).answer() == {
        "shipped": 0,
        "rejected": 0,
    }
    assert opensearch.requests == []


@pytest.mark.parametrize(
    "change",
    [
        lambda e: {},
        lambda e: {"awslogs": {"data": "?"}},
        lambda e: {"awslogs": {"data": b64encode(b"plain").decode()}},
        lambda e: {"awslogs": {"data": e["awslogs"]["data"][:40]}},
        lambda e: {"awslogs": {"data": b64encode(gzip.compress(b"{}")).decode()}},
        lambda e: {"awslogs": {"data": b64encode(gzip.compress(b"[1")).decode()}},
    ],
)
def test_what_is_no_batch_is_a_typed_error(change: Callable[[Any], Any]) -> None:
    with pytest.raises(BadPayloadError) as found:
        read_batch(change(event("a secret line")))
    assert "secret" not in str(found.value)


def test_a_batch_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qs_ship_logs.subscription.MAX_BYTES", 100)
    with pytest.raises(BadPayloadError):
        read_batch(event("x" * 10_000))


def test_an_address_that_cannot_be_used_is_named(shipper: Shipper, monkeypatch: Any) -> None:
    value = {"Parameter": {"Value": '{"endpoint": "http://a/b?c"}'}}
    monkeypatch.setattr(clients.ssm(), "get_parameter", lambda **_: value)
    with pytest.raises(SearchRefusedError, match="/s"):
        shipper.ship(batch("a"), forever)
