"""The server ``workflow`` as a client reaches it, over an AWS account inside this process."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from mcp_events import McpClient
from qs_mcp_workflow.server import server
from qs_mcp_workflow.services import services

from qs_cloud import clients
from qs_cloud.device_record import device_values
from qs_cloud.items import to_item
from qs_mcp import lambda_handler
from qscreen.wire import Device

PATH = "/v1/mcp/workflow"
SCOPE = "qscreen/mcp.workflow"


class Tools:
    """Calls tools and reads what they say."""

    def __init__(self, client: McpClient) -> None:
        self._client = client

    def result(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        return self._client.send("tools/call", {"name": name, "arguments": arguments}).result

    def __call__(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        result = self.result(name, **arguments)
        assert not result.get("isError"), result["content"]
        found: dict[str, Any] = result["structuredContent"]
        return found

    def refused(self, name: str, /, **arguments: Any) -> str:
        result = self.result(name, **arguments)
        assert result["isError"] is True, result
        return str(result["content"][0]["text"])


@pytest.fixture
def machine(machine: Any) -> Any:
    services.cache_clear()
    return machine


@pytest.fixture
def client(machine: Any, log: Any) -> McpClient:
    return McpClient(lambda_handler(server), PATH, SCOPE)


@pytest.fixture
def tools(client: McpClient) -> Tools:
    return Tools(client)


@pytest.fixture
def viewer(machine: Any, log: Any) -> Tools:
    return Tools(McpClient(lambda_handler(server), PATH, SCOPE, groups="viewer"))


@pytest.fixture
def enrol(machine: Any) -> Callable[..., str]:
    def enrol(device_id: str = "dev-1", owner: str = "user-1", status: str = "active") -> str:
        device = Device.model_validate(
            {
                "device_id": device_id,
                "owner": owner,
                "name": "desk",
                "platform": "linux",
                "agent_version": "1",
                "screenshots_allowed": False,
                "status": status,
                "queue_url": "https://q",
                "region": "r",
                "enrolled_at": "2026-11-23T09:00:00Z",
            }
        )
        clients.dynamodb().put_item(
            TableName="qscreen-test-devices", Item=to_item(device_values(device))
        )
        return device_id

    return enrol


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    made: dict[str, Any] = {}

    def create_schedule(**arguments: Any) -> dict[str, str]:
        made[arguments["Name"]] = arguments
        return {"ScheduleArn": "arn"}

    def delete_schedule(**arguments: Any) -> dict[str, str]:
        del made[arguments["Name"]]
        return {}

    fake = SimpleNamespace(
        made=made, create_schedule=create_schedule, delete_schedule=delete_schedule
    )
    monkeypatch.setattr(clients, "scheduler", lambda: fake)
    return fake
