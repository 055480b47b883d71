"""The OpenAPI document against the whole API: gateway, authorizer and function.

schemathesis makes requests that fit the document, and requests that do not; whatever it asks, in
whatever role, and of things that are there or not, the API answers with something that the document
names, and never with a fault of its own.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import schemathesis
from api_contract import CHECKS, documented_operations, mcp_operations, operations_on_something
from e2e_identity import Person, create_person
from e2e_known import Known
from hypothesis import HealthCheck, Phase, assume, settings

from qscreen.api.mcp import MCP_SERVERS
from qscreen.api.routes import SCOPES_OF_GROUP, Group

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
EXAMPLES = 6
"""Requests of an operator for each operation."""
EXAMPLES_OF_ROLE = 2
EXAMPLES_OF_KNOWN = 3
ROLES = (Group.VIEWER, Group.USER, Group.ADMIN, None)
"""Beside the operator; None is somebody in no group, whose token has no scope."""

LONGEST_ADDRESS = 6000
"""Bytes of an address beside the fixed parts; API Gateway takes 10,240 with the headers."""
SECONDS = 60
Connect = Callable[[str | None], httpx.Client]

document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
schema = documented_operations(document)
on_something = operations_on_something(document)
mcp_schema = mcp_operations(document)


def depth(examples: int) -> Any:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


class People:
    """One person of each role, signed in when first needed."""

    def __init__(self, config: dict[str, Any], connect: Connect) -> None:
        self._config = config
        self._connect = connect
        self._people: dict[Group | None, Person] = {}

    def headers(self, role: Group | None) -> dict[str, str]:
        if role not in self._people:
            group = None if role is None else role.value
            self._people[role] = create_person(self._config, group)
        return {"Authorization": f"Bearer {self._people[role].access_token}"}

    def tidy(self) -> None:
        """Take away the devices and schedules that were made."""
        for person in self._people.values():
            api = self._connect(person.access_token)
            for kind, key in (("devices", "device_id"), ("schedules", "schedule_id")):
                found = api.get(f"/v1/{kind}", params={"limit": 100})
                for one in found.json()["items"] if found.status_code == httpx.codes.OK else ():
                    assert api.delete(f"/v1/{kind}/{one[key]}").status_code in {200, 403}


@pytest.fixture(scope="module")
def people(config: dict[str, Any], connect: Connect) -> Iterator[People]:
    found = People(config, connect)
    yield found
    found.tidy()


@pytest.fixture(scope="module")
def known(config: dict[str, Any], connect: Connect) -> Iterator[Known]:
    found = Known(config, connect)
    yield found
    found.tidy()


def ask(
    case: schemathesis.Case, config: dict[str, Any], headers: dict[str, str]
) -> schemathesis.Response:
    # A longer address is not refused by the API but by whatever stands before it.
    parts = [*(case.path_parameters or {}).values(), *(case.query or {}).values()]
    assume(sum(len(quote(str(part))) for part in parts) < LONGEST_ADDRESS)
    return case.call_and_validate(
        base_url=config["api_url"], headers=headers, checks=CHECKS, timeout=SECONDS
    )


def demand_role(
    case: schemathesis.Case, answer: schemathesis.Response, role: Group | None, token: str
) -> None:
    """Whoever lacks the scope is refused, whatever else is wrong with the request."""
    scope = document["paths"][case.path][case.method.lower()].get("x-qscreen-scope")
    held = {one.value for one in SCOPES_OF_GROUP[role]} if role else set()
    if scope is None:
        return
    if answer.request.headers.get("Authorization") != token:
        # schemathesis leaves the token out of some requests, or sends another.
        assert answer.status_code == httpx.codes.UNAUTHORIZED, (case.method, case.path, role)
    elif scope not in held:
        assert answer.status_code == httpx.codes.FORBIDDEN, (case.method, case.path, role)


@schema.parametrize()
@depth(EXAMPLES)
def test_every_answer_is_documented(
    case: schemathesis.Case, config: dict[str, Any], people: People
) -> None:
    ask(case, config, people.headers(Group.OPERATOR))


@pytest.mark.parametrize("role", ROLES)
@schema.parametrize()
@depth(EXAMPLES_OF_ROLE)
def test_every_answer_is_documented_in_every_role(
    case: schemathesis.Case, config: dict[str, Any], people: People, role: Group | None
) -> None:
    headers = people.headers(role)
    demand_role(case, ask(case, config, headers), role, headers["Authorization"])


@on_something.parametrize()
@depth(EXAMPLES_OF_KNOWN)
def test_every_answer_about_what_is_there_is_documented(
    case: schemathesis.Case, config: dict[str, Any], known: Known
) -> None:
    names = set(case.path_parameters or {})
    case.path_parameters = known.ids(names)
    ask(case, config, known.headers(names))
    if case.method == "DELETE":
        known.gone(names)
    elif case.method == "POST" and "run_id" in names:
        known.gone({"run_id"})


@pytest.mark.parametrize("role", [Group.USER, None])
@mcp_schema.parametrize()
@depth(EXAMPLES_OF_ROLE)
def test_every_status_of_the_servers_is_documented(
    case: schemathesis.Case, config: dict[str, Any], people: People, role: Group | None
) -> None:
    headers = people.headers(role)
    demand_role(case, ask(case, config, headers), role, headers["Authorization"])


LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
NEWEST = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": NEWEST,
    "io.modelcontextprotocol/clientInfo": {"name": "contract", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
USUAL = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
UNKNOWN = {**LIST, "method": "nothing", "params": {"_meta": META}}
OF_UNKNOWN = {"MCP-Protocol-Version": NEWEST, "Mcp-Method": "nothing"}
MESSAGES = (
    (200, LIST, {}),
    (202, {"jsonrpc": "2.0", "method": "notifications/initialized"}, {}),
    (400, "{", {}),
    (400, {"a": 1}, {}),
    (400, [LIST], {}),
    (400, LIST, {"MCP-Protocol-Version": "1999-01-01"}),
    (400, UNKNOWN, {**OF_UNKNOWN, "Mcp-Method": "another"}),
    (401, LIST, {"Authorization": ""}),
    (401, LIST, {"Authorization": "Bearer none"}),
    (403, LIST, {"Origin": "https://elsewhere.example"}),
    (404, UNKNOWN, OF_UNKNOWN),
    (406, LIST, {"Accept": "text/html"}),
    (415, LIST, {"Content-Type": "text/plain"}),
)
BY_NOBODYS_REQUEST = {"413", "429", "500", "502", "503", "504"}
"""The first is asked in test_failures; the others are the platform's own troubles."""


@pytest.mark.parametrize("server", MCP_SERVERS, ids=lambda server: server.name)
def test_each_documented_status_of_a_server_is_given(
    config: dict[str, Any], people: People, server: Any
) -> None:
    documented = document["paths"][server.path]["post"]["responses"]
    with httpx.Client(base_url=config["api_url"], timeout=SECONDS) as client:
        for status, message, headers in MESSAGES:
            answer = client.post(
                server.path,
                headers={**people.headers(Group.USER), **USUAL, **headers},
                content=message if isinstance(message, str) else json.dumps(message),
            )
            assert answer.status_code == status, (message, headers, answer.text)
            if status != httpx.codes.ACCEPTED:
                kind = answer.headers["content-type"].partition(";")[0]
                assert kind in documented[str(status)]["content"], (message, headers)
                answer.json()
        for method in ("GET", "DELETE"):
            refused = client.request(method, server.path, headers=people.headers(Group.USER))
            assert refused.status_code == httpx.codes.METHOD_NOT_ALLOWED
    given = {str(status) for status, *_ in MESSAGES}
    assert given == set(documented) - BY_NOBODYS_REQUEST


def test_a_request_without_a_token_is_refused_everywhere(connect: Connect) -> None:
    api = connect(None)
    asked = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if not operation["security"]:
                continue
            answer = api.request(method.upper(), path.replace("{", "").replace("}", ""))
            assert answer.status_code == 401, (method, path, answer.text)
            asked += 1
    assert asked > 45


def test_every_operation_of_the_document_is_asked() -> None:
    """Nothing falls between the selections but the public metadata of the servers."""
    asked = {
        (found.ok().method.upper(), found.ok().path)
        for one in (schema, mcp_schema)
        for found in one.get_all_operations()
    }
    documented = {
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
        if not path.startswith("/.well-known/")
    }
    assert asked == documented
