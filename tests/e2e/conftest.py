"""Fixtures of the end-to-end suite: one applied platform shared by all tests."""

import json
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pg8000.native
import pytest
from e2e_device import ScriptedDevice, enrol
from e2e_endpoint import client, endpoint_url, lacks
from e2e_identity import Person, create_person
from e2e_qops import home
from e2e_stores import connect_database
from e2e_waiting import PATIENCE, until

PLATFORM_SERVICES = (
    "apigateway",
    "cloudwatch",
    "cognito-idp",
    "dynamodb",
    "elasticache",
    "events",
    "kms",
    "lambda",
    "logs",
    "rds",
    "s3",
    "secretsmanager",
    "sqs",
    "ssm",
    "stepfunctions",
    "sts",
)
FINAL = {"planned", "succeeded", "failed", "cancelled"}


_skipped: dict[str, list[str]] = {}
_said: dict[str, str] = {}


def pytest_sessionfinish() -> None:
    target = os.environ.get("QS_MISSING_SERVICES_REPORT")
    if not target or not _skipped:
        return
    lines = [
        f"## What {endpoint_url()} lacks",
        "",
        "| service | it said | tests skipped |",
        "|---|---|---|",
    ]
    lines += [
        f"| {service} | {_said[service]} | {len(tests)}: {', '.join(tests)} |"
        for service, tests in sorted(_skipped.items())
    ]
    with Path(target).open("a", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "config" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.needs(*PLATFORM_SERVICES))


def pytest_runtest_setup(item: pytest.Item) -> None:
    wanted = {service for marker in item.iter_markers("needs") for service in marker.args}
    missing = {service: said for service in sorted(wanted) if (said := lacks(service))}
    _said.update(missing)
    for service in missing:
        _skipped.setdefault(service, []).append(item.name)
    if missing:
        pytest.skip(
            f"{endpoint_url()} lacks "
            + "; ".join(f"{service} ({said})" for service, said in missing.items())
        )


@pytest.fixture(scope="session")
def environment() -> str:
    return os.environ.get("QS_ENVIRONMENT", "local")


@pytest.fixture(scope="session")
def prefix(environment: str) -> str:
    return f"qscreen-{environment}"


@pytest.fixture(scope="session")
def config(environment: str) -> dict[str, Any]:
    """The published client configuration: all that a client may know of the platform."""
    value = client("ssm").get_parameter(Name=f"/qscreen/{environment}/client")
    return json.loads(value["Parameter"]["Value"])


@pytest.fixture
def own_cloud(config: dict[str, Any]) -> None:
    """For what an operator does: qops knows the local cloud of its own home only."""
    del config
    if not (home() / "local").is_dir():
        pytest.skip("qops knows the local cloud of its own home only; this endpoint is another")


@pytest.fixture(scope="module")
def administrator(config: dict[str, Any], prefix: str) -> Iterator[pg8000.native.Connection]:
    """The database, as its administrator sees it."""
    del config
    connection = connect_database(f"{prefix}/postgres-admin")
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def user(config: dict[str, Any]) -> Person:
    return create_person(config, "user")


@pytest.fixture(scope="session")
def stranger(config: dict[str, Any]) -> Person:
    return create_person(config, "user")


@pytest.fixture(scope="session")
def viewer(config: dict[str, Any]) -> Person:
    return create_person(config, "viewer")


@pytest.fixture(scope="session")
def connect(config: dict[str, Any]) -> Iterator[Callable[[str | None], httpx.Client]]:
    """Make an HTTP client of the API that bears a token, or none."""
    opened: list[httpx.Client] = []

    def open_client(token: str | None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        opened.append(httpx.Client(base_url=config["api_url"], headers=headers, timeout=60))
        return opened[-1]

    yield open_client
    for one in opened:
        one.close()


@pytest.fixture(scope="session")
def api(connect: Callable[[str | None], httpx.Client], user: Person) -> httpx.Client:
    return connect(user.access_token)


@pytest.fixture
def device(api: httpx.Client) -> ScriptedDevice:
    return enrol(api, f"scripted-{uuid.uuid4().hex[:6]}")


@pytest.fixture
def start_run(api: httpx.Client) -> Callable[..., dict[str, Any]]:
    """Start a run and return it as the API shows it."""

    def start(device_id: str, goal: str, mode: str = "auto") -> dict[str, Any]:
        answer = api.post(
            "/v1/runs",
            headers={"Idempotency-Key": str(uuid.uuid4())},
            json={"goal": goal, "device_id": device_id, "mode": mode},
        )
        assert answer.status_code == 202, answer.text
        return answer.json()

    return start


@pytest.fixture(scope="session")
def wait_final(api: httpx.Client) -> Callable[..., dict[str, Any]]:
    """Wait until a run has ended."""

    def wait(run_id: str, seconds: float = PATIENCE) -> dict[str, Any]:
        def ended() -> dict[str, Any] | None:
            run: dict[str, Any] = api.get(f"/v1/runs/{run_id}").raise_for_status().json()
            return run if run["status"] in FINAL else None

        run: dict[str, Any] = until(ended, seconds, f"run {run_id} has not ended")
        return run

    return wait
