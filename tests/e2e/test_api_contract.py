"""The OpenAPI document against the whole API: gateway, authorizer and function.

schemathesis makes requests that fit the document, and requests that do not; whatever it asks, the
API answers with something that the document names, and never with a fault of its own.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import schemathesis
from api_contract import CHECKS, documented_operations
from e2e_identity import Person, create_person
from hypothesis import HealthCheck, Phase, assume, settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
EXAMPLES = 8
"""Requests for each operation: the whole suite stays below a minute."""

LONGEST_ADDRESS = 6000
"""Bytes of an address beside the fixed parts; API Gateway takes 10,240 with the headers."""

schema = documented_operations(json.loads(DOCUMENT.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def operator(config: dict[str, Any]) -> Person:
    """A user of their own: what is made here is in nobody's lists."""
    return create_person(config, "operator")


@pytest.fixture(scope="module")
def asked(
    operator: Person, connect: Callable[[str | None], httpx.Client]
) -> Iterator[dict[str, str]]:
    """Headers of the requests; afterwards the devices and schedules that were made go again."""
    yield {"Authorization": f"Bearer {operator.access_token}"}
    api = connect(operator.access_token)
    for kind, key in (("devices", "device_id"), ("schedules", "schedule_id")):
        for one in api.get(f"/v1/{kind}", params={"limit": 100}).raise_for_status().json()["items"]:
            api.delete(f"/v1/{kind}/{one[key]}").raise_for_status()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_documented(
    case: schemathesis.Case, config: dict[str, Any], asked: dict[str, str]
) -> None:
    # A longer address is not refused by the API but by whatever stands before it.
    parts = [*(case.path_parameters or {}).values(), *(case.query or {}).values()]
    assume(sum(len(quote(str(part))) for part in parts) < LONGEST_ADDRESS)
    case.call_and_validate(base_url=config["api_url"], headers=asked, checks=CHECKS, timeout=35)


def test_a_request_without_a_token_is_refused_everywhere(
    connect: Callable[[str | None], httpx.Client],
) -> None:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    api = connect(None)
    asked = 0
    for path, operations in document["paths"].items():
        if path.startswith("/v1/mcp/"):
            continue
        for method, operation in operations.items():
            if not operation["security"]:
                continue
            answer = api.request(method.upper(), path.replace("{", "").replace("}", ""))
            assert answer.status_code == 401, (method, path, answer.text)
            asked += 1
    assert asked > 30
