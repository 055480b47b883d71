"""The OpenAPI document against the function itself: what schemathesis makes of each operation.

The same is asked of the whole API, gateway and authorizer included, in ``tests/e2e``.
"""

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import requests
import schemathesis
from api_contract import CHECKS, documented_operations
from hypothesis import HealthCheck, Phase, settings
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from qs_cloud import clients

DOCUMENT = Path(__file__).parents[4] / "docs" / "openapi.json"
BASE_URL = "http://api.test"
schema = documented_operations(json.loads(DOCUMENT.read_text(encoding="utf-8")))


class InProcess(BaseAdapter):
    """Turns requests into proxy events, as API Gateway does after its authorizer."""

    def __init__(self, api: Any) -> None:
        super().__init__()
        self._api = api

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        parts = urlsplit(str(request.url))
        body = request.body
        if isinstance(body, bytes):
            body = body.decode(errors="replace")
        answer = self._api(
            str(request.method),
            unquote(parts.path),
            headers={name: str(value) for name, value in request.headers.items()},
            query=dict(parse_qsl(parts.query, keep_blank_values=True)) or None,
            raw=body or "",
            groups="operator",
        )
        raw = HTTPResponse(
            body=BytesIO(json.dumps(answer.body).encode() if answer.type else b""),
            headers=answer.headers,
            status=answer.status,
            preload_content=False,
        )
        return HTTPAdapter().build_response(request, raw)

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def session(api: Any) -> requests.Session:
    clients.sqs().create_queue(QueueName="qscreen-test-jobs")
    made = requests.Session()
    made.mount(BASE_URL, InProcess(api))
    return made


@schema.parametrize()
@settings(
    max_examples=4,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_documented(case: schemathesis.Case, session: requests.Session) -> None:
    case.call_and_validate(base_url=BASE_URL, session=session, checks=CHECKS)
