"""The remote MCP servers, through the gateway, with a real token, on real files."""

import io
import itertools
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from e2e_device import ScriptedDevice
from e2e_files import send
from e2e_identity import Person
from PIL import Image, ImageDraw, ImageFont

Connect = Callable[[str | None], httpx.Client]

SERVERS = ("vision", "document", "language", "planner", "workflow")
LATEST, HANDSHAKE, OLD = "2026-07-28", "2025-11-25", "2025-03-26"
ACCEPT = {"Accept": "application/json, text/event-stream"}
ENGINE_SECONDS = 240
_ids = itertools.count(1)


class Server:
    """A client of one server, as plain as the protocol allows."""

    def __init__(self, http: httpx.Client, name: str) -> None:
        self._http = http
        self._path = f"/v1/mcp/{name}"

    def send(
        self, method: str, params: dict[str, Any], headers: dict[str, str] | None = None
    ) -> httpx.Response:
        body = {"jsonrpc": "2.0", "id": next(_ids), "method": method, "params": params}
        sent = {"MCP-Protocol-Version": HANDSHAKE, **ACCEPT, **(headers or {})}
        return self._http.post(self._path, json=body, headers=sent)

    def ask(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self.send(method, params or {})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        assert "error" not in found, found
        result: dict[str, Any] = found["result"]
        return result

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Structured content of a tool that must do its work.

        An engine of the local cloud is made with the first call that needs it; until then the
        server says what it would say of a busy service: to call again.
        """
        end = time.monotonic() + ENGINE_SECONDS
        while True:
            result = self.ask("tools/call", {"name": tool, "arguments": arguments})
            again = result.get("isError") and "again" in result["content"][0]["text"]
            if not again or time.monotonic() > end:
                break
            time.sleep(1)
        assert not result.get("isError"), result
        found: dict[str, Any] = result["structuredContent"]
        return found


@pytest.fixture
def upload(api: httpx.Client) -> Callable[[str, str, bytes], str]:
    """Hand a file to the platform as a user does; its key."""

    def hand(filename: str, content_type: str, data: bytes) -> str:
        asked = {"filename": filename, "content_type": content_type, "size_bytes": len(data)}
        answer = api.post("/v1/uploads", json=asked)
        assert answer.status_code == 201, answer.text
        ticket = answer.json()
        sent = send(ticket, data)
        assert sent.status_code in {200, 201, 204}, sent.text
        key: str = ticket["key"]
        return key

    return hand


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_is_for_people_with_a_token(connect: Connect, name: str) -> None:
    answer = Server(connect(None), name).send("tools/list", {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    metadata = connect(None).get(f"/.well-known/oauth-protected-resource/v1/mcp/{name}")
    assert metadata.status_code == 200, metadata.text
    assert metadata.json()["resource"].endswith(f"/v1/mcp/{name}")
    assert metadata.json()["authorization_servers"]


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("version", [HANDSHAKE, OLD])
def test_a_server_shakes_hands_and_lists_its_tools(
    api: httpx.Client, name: str, version: str
) -> None:
    server = Server(api, name)
    client = {"name": "e2e", "version": "1"}
    begun = server.ask(
        "initialize", {"protocolVersion": version, "capabilities": {}, "clientInfo": client}
    )
    assert begun["protocolVersion"] == version
    tools = server.ask("tools/list")["tools"]
    assert tools
    for tool in tools:
        hints = {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
        assert hints <= tool["annotations"].keys(), tool["name"]
        assert tool["outputSchema"]["type"] == "object"
        assert tool["_meta"]["qscreen/risk"] in {"read", "write", "destructive", "external"}


def test_a_client_of_the_latest_revision_needs_no_handshake(api: httpx.Client) -> None:
    meta = {
        "io.modelcontextprotocol/protocolVersion": LATEST,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "e2e", "version": "1"},
    }
    headers = {"MCP-Protocol-Version": LATEST, "Mcp-Method": "server/discover"}
    answer = Server(api, "language").send("server/discover", {"_meta": meta}, headers)
    assert answer.status_code == 200, answer.text
    assert LATEST in answer.json()["result"]["supportedVersions"]


def test_language_is_told(api: httpx.Client) -> None:
    text = "오늘 오후 세 시에 회의실에서 만나요. 자료는 메일로 보내 드릴게요."
    found = Server(api, "language").call("detect_language", text=text)
    assert found["code"] == "ko"


def test_a_goal_becomes_a_plan(api: httpx.Client) -> None:
    goal = "메모장에 '회의 3시, 2층'이라고 쓰고 memo.txt로 저장해 줘"
    plan = Server(api, "planner").call("make_plan", goal=goal)
    assert (plan["planned"], plan["needs_consent"]) == (True, False)
    kinds = [one["step"]["action"]["kind"] for one in plan["steps"]]
    assert kinds == ["open_app", "type_text", "save_as"]


def test_devices_are_the_callers_own(
    api: httpx.Client, device: ScriptedDevice, connect: Connect, stranger: Person
) -> None:
    def known(http: httpx.Client) -> set[str]:
        found = Server(http, "workflow").call("list_devices")["devices"]
        return {one["device_id"] for one in found}

    assert device.device_id in known(api)
    assert device.device_id not in known(connect(stranger.access_token))


def test_a_viewer_starts_nothing(connect: Connect, viewer: Person) -> None:
    arguments = {"goal": "메모장을 열어 줘", "device_id": "dev-00000000000000000000"}
    result = Server(connect(viewer.access_token), "workflow").ask(
        "tools/call", {"name": "start_run", "arguments": arguments}
    )
    assert result["isError"]
    assert "viewer" in result["content"][0]["text"]


def test_text_is_read_off_a_picture(
    api: httpx.Client, upload: Callable[[str, str, bytes], str]
) -> None:
    picture = Image.new("RGB", (900, 200), "white")
    font = ImageFont.load_default(size=48)
    ImageDraw.Draw(picture).text((40, 60), "Invoice 2026 total", fill="black", font=font)
    data = io.BytesIO()
    picture.save(data, "PNG")
    key = upload("screen.png", "image/png", data.getvalue())
    found = Server(api, "vision").call("read_text", picture=key)
    assert "Invoice" in found["text"]
    (line,) = found["lines"]
    assert line["text"].split()[0] == "Invoice"


def test_another_users_file_is_not_read(
    connect: Connect, stranger: Person, upload: Callable[[str, str, bytes], str]
) -> None:
    key = upload("figures.csv", "text/csv", "월,매출\n10월,1200\n".encode())
    result = Server(connect(stranger.access_token), "document").ask(
        "tools/call", {"name": "read_spreadsheet", "arguments": {"document": key}}
    )
    assert result["isError"]
    assert "1200" not in str(result)


def test_a_spreadsheet_is_read(api: httpx.Client, upload: Callable[[str, str, bytes], str]) -> None:
    key = upload("figures.csv", "text/csv", "월,매출\n10월,1200\n11월,1350\n".encode())
    found = Server(api, "document").call("read_spreadsheet", document=key)
    assert found["rows"][1:] == [["10월", 1200], ["11월", 1350]]
