"""The functions, as each of them finds itself in its archive: own folder, layer, boto3."""

import importlib.util
import json
import logging
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from moto import mock_aws

from qs_cloud import clients, telemetry

ROOT = Path(__file__).resolve().parents[3]

for _handler in sorted((ROOT / "lambda_src").glob("*/handler.py")):
    _folder = str(_handler.parent)
    if _folder not in sys.path:
        sys.path.append(_folder)

REGION = "ap-northeast-2"
ACCOUNT = "123456789012"
BUCKET = "qscreen-test-screenshots"
TEMPLATES_BUCKET = "qscreen-test-templates"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
DATA_KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/66666666-2222-3333-4444-555555555555"
MACHINE_ARN = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:qscreen-test-run"
NOW = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_LAMBDA_FUNCTION_NAME": "qscreen-test",
    "QS_ENVIRONMENT": "test",
    "QS_PREFIX": "qscreen-test",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_METRICS_NAMESPACE": "QScreen",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "QS_RUNS_TABLE": "qscreen-test-runs",
    "QS_DEVICES_TABLE": "qscreen-test-devices",
    "QS_COMMANDS_TABLE": "qscreen-test-commands",
    "QS_IDEMPOTENCY_TABLE": "qscreen-test-idempotency",
    "QS_SCREENSHOTS_BUCKET": BUCKET,
    "QS_SCREENSHOTS_KEY_ARN": KEY_ARN,
    "QS_DATA_KEY_ARN": DATA_KEY_ARN,
    "QS_STATE_MACHINE_ARN": MACHINE_ARN,
    "QS_DEVICE_QUEUE_PREFIX": "qscreen-test-device-",
    "QS_DEVICE_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/qscreen-test-device",
    "QS_HEARTBEAT_SECONDS": "15",
    "QS_COMMAND_TTL_SECONDS": "60",
    "QS_CACHE_SECRET_ARN": "qscreen-test/redis",
    "QS_DB_SECRET_ARN": "qscreen-test/postgres",
    "QS_EVENT_BUS": "qscreen-test",
    "QS_SESSIONS_TABLE": "qscreen-test-sessions",
    "QS_CONFIGURATION_TABLE": "qscreen-test-configuration",
    "QS_TEMPLATES_BUCKET": TEMPLATES_BUCKET,
    "QS_JOBS_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/qscreen-test-jobs",
    "QS_JOBS_QUEUE_ARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:qscreen-test-jobs",
    "QS_DEAD_LETTERS_QUEUE_ARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:qscreen-test-dead-letters",
    "QS_SCHEDULE_GROUP": "qscreen-test",
    "QS_SCHEDULE_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/qscreen-test-schedules",
}


def _load_handler(function: str) -> ModuleType:
    """Load a function's handler under a name of its own: in an archive each is ``handler``."""
    path = ROOT / "lambda_src" / function / "handler.py"
    spec = importlib.util.spec_from_file_location(f"handler_of_{function}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class FakeStepFunctions:
    """The five calls the API makes; keeps what it was told, refuses what it is set to refuse."""

    def __init__(self) -> None:
        self.started: list[dict[str, Any]] = []
        self.told: list[tuple[str, str, dict[str, Any]]] = []
        self.heartbeats: list[str] = []
        self.errors: dict[str, list[Exception]] = {}

    def refuse(self, operation: str, code: str, times: int = 1) -> None:
        from botocore.exceptions import ClientError

        error = ClientError({"Error": {"Code": code, "Message": "refused"}}, operation)
        self.errors.setdefault(operation, []).extend([error] * times)

    def fail(self, operation: str, error: Exception) -> None:
        self.errors.setdefault(operation, []).append(error)

    def _maybe_fail(self, operation: str) -> None:
        if self.errors.get(operation):
            raise self.errors[operation].pop(0)

    def start_execution(self, **arguments: Any) -> dict[str, Any]:
        self._maybe_fail("StartExecution")
        self.started.append({**arguments, "input": json.loads(arguments["input"])})
        return {"executionArn": "arn"}

    def list_executions(self, **arguments: Any) -> dict[str, Any]:
        self._maybe_fail("ListExecutions")
        assert arguments["stateMachineArn"] == MACHINE_ARN
        return {"executions": []}

    def send_task_success(self, **told: Any) -> dict[str, Any]:
        self._maybe_fail("SendTaskSuccess")
        self.told.append(("success", told["taskToken"], json.loads(told["output"])))
        return {}

    def send_task_failure(self, **told: Any) -> dict[str, Any]:
        self._maybe_fail("SendTaskFailure")
        self.told.append(("failure", told.pop("taskToken"), told))
        return {}

    def send_task_heartbeat(self, **told: Any) -> dict[str, Any]:
        self._maybe_fail("SendTaskHeartbeat")
        self.heartbeats.append(told["taskToken"])
        return {}


def _create_tables() -> None:
    client = clients.dynamodb()
    for name, key, indexes in (
        ("runs", "run_id", (("by_owner", "owner", "created_at"),)),
        ("devices", "device_id", (("by_owner", "owner", "enrolled_at"),)),
        ("commands", "command_id", ()),
        ("idempotency", "id", ()),
        ("sessions", "session_id", (("by_owner", "owner", "created_at"),)),
    ):
        attributes = {key} | {name for _, *names in indexes for name in names}
        arguments: dict[str, Any] = {
            "TableName": f"qscreen-test-{name}",
            "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
            "AttributeDefinitions": [
                {"AttributeName": attribute, "AttributeType": "S"}
                for attribute in sorted(attributes)
            ],
            "BillingMode": "PAY_PER_REQUEST",
        }
        if indexes:
            arguments["GlobalSecondaryIndexes"] = [
                {
                    "IndexName": index,
                    "KeySchema": [
                        {"AttributeName": partition, "KeyType": "HASH"},
                        {"AttributeName": sort, "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
                for index, partition, sort in indexes
            ]
        client.create_table(**arguments)
    client.create_table(
        TableName="qscreen-test-configuration",
        KeySchema=[
            {"AttributeName": "server", "KeyType": "HASH"},
            {"AttributeName": "name", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "server", "AttributeType": "S"},
            {"AttributeName": "name", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@pytest.fixture
def log(environment: None) -> Iterator[StringIO]:
    """What the functions write to their log, as JSON lines."""
    logger = telemetry.logger()
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logger.registered_formatter)
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


@pytest.fixture
def aws(environment: None) -> Iterator[None]:
    """An AWS account inside this process (moto); no sockets."""
    with mock_aws():
        _create_tables()
        for bucket in (BUCKET, TEMPLATES_BUCKET):
            clients.s3().create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
        clients.events().create_event_bus(Name="qscreen-test")
        yield


@pytest.fixture
def audited(aws: None) -> Callable[[], list[dict[str, Any]]]:
    """Reads what has arrived on the bus since the last look, oldest first."""
    queue = clients.sqs().create_queue(QueueName="qscreen-test-audited")["QueueUrl"]
    events = clients.events()
    bus = "qscreen-test"
    pattern = json.dumps({"source": [{"prefix": "qscreen."}]})
    events.put_rule(Name="audited", EventBusName=bus, EventPattern=pattern)
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:qscreen-test-audited"
    events.put_targets(Rule="audited", EventBusName=bus, Targets=[{"Id": "q", "Arn": arn}])

    def read() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            answer = clients.sqs().receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
            messages = answer.get("Messages", [])
            if not messages:
                return sorted(found, key=lambda event: str(event["detail"]["at"]))
            for message in messages:
                found.append(json.loads(message["Body"]))
                clients.sqs().delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

    return read


@pytest.fixture
def outbox(aws: None) -> Callable[[], list[dict[str, Any]]]:
    """Reads the events that wait in the outbox, without the code under test."""

    def read() -> list[dict[str, Any]]:
        items = clients.dynamodb().scan(TableName="qscreen-test-configuration")["Items"]
        return [
            json.loads(item["document"]["S"])
            for item in items
            if item["server"]["S"].startswith("audit#")
        ]

    return read


class BusAway:
    """EventBridge, unreachable."""

    def put_events(self, **_: Any) -> dict[str, Any]:
        from botocore.exceptions import EndpointConnectionError

        raise EndpointConnectionError(endpoint_url="https://events")


@pytest.fixture
def bus_away(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Takes EventBridge away from now on."""
    return lambda: monkeypatch.setattr(clients, "events", BusAway)


@pytest.fixture
def dynamodb(aws: None) -> Any:
    return clients.dynamodb()


@pytest.fixture
def machine(aws: None, monkeypatch: pytest.MonkeyPatch) -> FakeStepFunctions:
    fake = FakeStepFunctions()
    monkeypatch.setattr(clients, "stepfunctions", lambda: fake)
    return fake


@pytest.fixture
def context() -> SimpleNamespace:
    return SimpleNamespace(
        function_name="qscreen-test",
        memory_limit_in_mb=256,
        invoked_function_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:qscreen-test",
        aws_request_id="11111111-1111-1111-1111-111111111111",
        get_remaining_time_in_millis=lambda: 15000,
    )


def _raw_item(table: str, **key: str) -> dict[str, Any]:
    """The item as it lies in the table, decoded without the code under test."""
    answer = clients.dynamodb().get_item(
        TableName=f"qscreen-test-{table}", Key={n: {"S": v} for n, v in key.items()}
    )
    return {name: _plain(value) for name, value in answer.get("Item", {}).items()}


def _plain(attribute: dict[str, Any]) -> Any:
    (kind, value), *_ = attribute.items()
    if kind == "N":
        return int(value)
    if kind == "L":
        return [_plain(entry) for entry in value]
    return value


@pytest.fixture
def load_handler() -> Callable[[str], ModuleType]:
    return _load_handler


@pytest.fixture
def raw_item() -> Callable[..., dict[str, Any]]:
    return _raw_item
