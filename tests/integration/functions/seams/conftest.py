"""Functions whose AWS is a server on this machine that fails as a test says."""

import importlib.util
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from aws_seam import REGION, AwsSeam, aws_seam
from botocore.config import Config
from moto import mock_aws

from qs_cloud.device_record import device_values
from qs_cloud.items import to_item
from qscreen.wire import Device

ROOT = Path(__file__).resolve().parents[4]
for _handler in sorted((ROOT / "lambda_src").glob("*/handler.py")):
    if str(_handler.parent) not in sys.path:
        sys.path.append(str(_handler.parent))

ACCOUNT = "123456789012"
BUCKET = "qscreen-test-screenshots"
TEMPLATES = "qscreen-test-templates"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:qscreen-test-run"
OWNER = "user-1"
DEVICE = "dev-1"
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_LAMBDA_FUNCTION_NAME": "qscreen-test",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_METRICS_NAMESPACE": "QScreen",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "QS_ENVIRONMENT": "test",
    "QS_PREFIX": "qscreen-test",
    "QS_RUNS_TABLE": "qscreen-test-runs",
    "QS_DEVICES_TABLE": "qscreen-test-devices",
    "QS_COMMANDS_TABLE": "qscreen-test-commands",
    "QS_IDEMPOTENCY_TABLE": "qscreen-test-idempotency",
    "QS_SESSIONS_TABLE": "qscreen-test-sessions",
    "QS_CONFIGURATION_TABLE": "qscreen-test-configuration",
    "QS_SCREENSHOTS_BUCKET": BUCKET,
    "QS_TEMPLATES_BUCKET": TEMPLATES,
    "QS_SCREENSHOTS_KEY_ARN": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1",
    "QS_DATA_KEY_ARN": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/2",
    "QS_STATE_MACHINE_ARN": MACHINE,
    "QS_DEVICE_QUEUE_PREFIX": "qscreen-test-device-",
    "QS_DEVICE_QUEUE_POLICY": json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "TlsOnly",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": ["sqs:ReceiveMessage"],
                    "Resource": "QUEUE_ARN",
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        }
    ),
    "QS_DEVICE_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/qscreen-test-device",
    "QS_DEVICE_SILENT_SECONDS": "900",
    "QS_HEARTBEAT_SECONDS": "15",
    "QS_COMMAND_TTL_SECONDS": "60",
    "QS_CACHE_SECRET_ARN": "qscreen-test/redis",
    "QS_DB_SECRET_ARN": "qscreen-test/postgres",
    "QS_SECRET_ARNS": "qscreen-test/redis",
    "QS_MODELS_PARAMETER": "/qscreen/test/models",
    "QS_GUARDRAIL_ID": "gr-1",
    "QS_GUARDRAIL_VERSION": "3",
    "QS_EVENT_BUS": "qscreen-test",
    "QS_JOBS_QUEUE_ARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:qscreen-test-jobs",
    "QS_DEAD_LETTERS_QUEUE_ARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:qscreen-test-dead-letters",
    "QS_SCHEDULE_GROUP": "qscreen-test",
    "QS_SCHEDULE_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/qscreen-test-schedules",
}


@dataclass
class Elapsed:
    """Seconds that something waited for others; not those that it worked, or a core was busy."""

    seconds: float = 0.0


def _idle() -> float:
    """A clock that stands still while this thread works, or waits for a core to work on."""
    now, own = time.monotonic(), Path("/proc/thread-self/schedstat")
    if not own.is_file():
        return now - time.thread_time()
    working, runnable, _ = own.read_text(encoding="ascii").split()
    return now - (int(working) + int(runnable)) / 1e9


@contextmanager
def _stopwatch() -> Iterator[Elapsed]:
    found, began = Elapsed(), _idle()
    try:
        yield found
    finally:
        found.seconds = _idle() - began


CLIENTS = (
    *("qs_cloud.clients", "qs_planning.converse"),
    *("qs_mcp_document.textract", "qs_mcp_vision.rekognition"),
)
KEEPERS = ("qs_mcp_planner.server", "qs_planning.planners", "qs_api.create_run")


def _forget_clients(modules: tuple[str, ...]) -> None:
    """Whatever an earlier test has made for its own server is made anew."""
    for name in modules:
        for made in vars(sys.modules.get(name, ModuleType(name))).values():
            if hasattr(made, "cache_clear"):
                made.cache_clear()


@pytest.fixture(scope="module")
def server() -> Iterator[AwsSeam]:
    """One address for a module: making clients takes longer than most tests."""
    with aws_seam() as found:
        _forget_clients(CLIENTS)
        yield found
    _forget_clients(CLIENTS)


@pytest.fixture
def seam(server: AwsSeam, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsSeam]:
    """An account with the platform's tables, buckets and queue; every client reaches the server."""
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": server.url}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("QS_CUSTOM_LABELS_VERSION_ARN", raising=False)
    with mock_aws():
        _forget_clients(KEEPERS)
        _make_account(monkeypatch)
        server.calls.clear()
        yield server
        unused = server.unused()
        server.mend()
    assert unused == [], "the function did not get as far as the test meant it to"


@cache
def direct(service: str) -> Any:
    """A client that reaches moto past the server: makes what a test needs, and looks."""
    return boto3.client(
        service,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(ignore_configured_endpoint_urls=True),
    )


@pytest.fixture
def aws() -> Callable[[str], Any]:
    return direct


def _make_account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, key, indexes in (
        ("runs", "run_id", (("by_owner", "owner", "created_at"),)),
        ("devices", "device_id", (("by_owner", "owner", "enrolled_at"),)),
        ("commands", "command_id", ()),
        ("idempotency", "id", ()),
        ("sessions", "session_id", (("by_owner", "owner", "created_at"),)),
    ):
        attributes = {key} | {name for _, *names in indexes for name in names}
        more: dict[str, Any] = {}
        if indexes:
            more["GlobalSecondaryIndexes"] = [
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
        direct("dynamodb").create_table(
            TableName=f"qscreen-test-{name}",
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[
                {"AttributeName": one, "AttributeType": "S"} for one in sorted(attributes)
            ],
            BillingMode="PAY_PER_REQUEST",
            **more,
        )
    direct("dynamodb").create_table(
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
    for bucket in (BUCKET, TEMPLATES):
        direct("s3").create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    queue = direct("sqs").create_queue(QueueName="qscreen-test-jobs")["QueueUrl"]
    device_queue = direct("sqs").create_queue(QueueName="qscreen-test-device-dev-1")["QueueUrl"]
    monkeypatch.setenv("QS_JOBS_QUEUE_URL", queue)
    direct("events").create_event_bus(Name="qscreen-test")
    direct("stepfunctions").create_state_machine(
        name="qscreen-test-run",
        definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/states",
    )
    device = Device.model_validate(
        {
            "device_id": DEVICE,
            "owner": OWNER,
            "name": "desk",
            "platform": "linux",
            "agent_version": "1",
            "screenshots_allowed": False,
            "status": "active",
            "queue_url": device_queue,
            "region": REGION,
            "enrolled_at": "2026-11-23T09:00:00Z",
        }
    )
    item = to_item(device_values(device))
    direct("dynamodb").put_item(TableName="qscreen-test-devices", Item=item)


@pytest.fixture
def stopwatch() -> Callable[[], Any]:
    return _stopwatch


@pytest.fixture
def load_handler() -> Callable[[str], ModuleType]:
    def load(function: str) -> ModuleType:
        path = ROOT / "lambda_src" / function / "handler.py"
        spec = importlib.util.spec_from_file_location(f"seam_handler_of_{function}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def context() -> SimpleNamespace:
    return SimpleNamespace(
        function_name="qscreen-test",
        memory_limit_in_mb=256,
        invoked_function_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:qscreen-test",
        aws_request_id="11111111-1111-1111-1111-111111111111",
        get_remaining_time_in_millis=lambda: 15000,
    )


SCOPES = " ".join(
    f"qscreen/{scope}"
    for scope in (
        *("account.read", "account.write", "commands.write", "devices.read", "devices.write"),
        *("health.read", "runs.read", "runs.write", "schedules.read", "schedules.write"),
        *("templates.read", "templates.write", "uploads.write"),
    )
)


@dataclass(frozen=True)
class ApiAnswer:
    """An answer of the API."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any]

    def demand_problem(self, status: int) -> None:
        """It is a problem document that says what to do and how to be found again."""
        assert self.status == status, self
        assert self.headers["content-type"] == "application/problem+json"
        assert self.body["status"] == status
        assert self.body["detail"]
        assert self.body["next_step"]
        assert self.body["request_id"] == "request-1"
        assert ("retry-after" in self.headers) == (status == 503)


Api = Callable[..., ApiAnswer]


@pytest.fixture
def api(seam: AwsSeam, load_handler: Callable[[str], ModuleType], context: SimpleNamespace) -> Api:
    """Ask the function ``api`` as API Gateway does behind its authorizer."""
    handler = load_handler("api").handler

    def ask(method: str, path: str, body: Any = None, **headers: str) -> ApiAnswer:
        identity = {"sub": OWNER, "username": OWNER, "scopes": SCOPES, "groups": "user,operator"}
        answer = handler(
            {
                "resource": path,
                "path": path,
                "httpMethod": method,
                "headers": {name.replace("_", "-"): value for name, value in headers.items()},
                "multiValueHeaders": None,
                "queryStringParameters": None,
                "multiValueQueryStringParameters": None,
                "requestContext": {
                    "requestId": "request-1",
                    "httpMethod": method,
                    "authorizer": identity,
                },
                "body": None if body is None else json.dumps(body),
                "isBase64Encoded": False,
            },
            context,
        )
        found = answer.get("multiValueHeaders") or answer.get("headers") or {}
        fields = {
            name.lower(): value[0] if isinstance(value, list) else value
            for name, value in found.items()
        }
        return ApiAnswer(answer["statusCode"], fields, json.loads(answer.get("body") or "{}"))

    return ask


@pytest.fixture
def forget() -> Callable[[], None]:
    """Make clients anew, at the address that the environment names now."""
    return lambda: _forget_clients(CLIENTS)
