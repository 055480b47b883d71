"""What the audit hears of requests that were kept out."""

from types import ModuleType
from typing import Any

import pytest
from qs_authorizer.authorizing import Authorizer
from qs_authorizer.denials import Denials
from qs_authorizer.devices import Devices
from qs_authorizer.keys import SigningKeys
from qs_authorizer.tokens import Verifier
from signed_requests import CREDENTIALS, HEARTBEAT, ISSUER, Pool, Trail, decided, event, token

from qs_cloud.audit_facts import setting_id_of
from qs_cloud.audit_trail import AuditEvent


def told(handler: ModuleType) -> list[AuditEvent]:
    trail: Trail = handler._authorizer.denials.trail
    return trail.told


CANCEL = "/v1/runs/{run_id}/cancel"
SETTING = "/v1/settings/{setting_name}"


@pytest.mark.parametrize(
    ("method", "resource", "path", "name"),
    [
        ("POST", CANCEL, {"run_id": "run-1"}, "Run Cancelled Refused"),
        ("PUT", SETTING, {"setting_name": "report.secret"}, "Setting Changed Refused"),
        ("POST", "/v1/runs", {}, "Run Created Refused"),
    ],
)
def test_the_audit_hears_who_was_kept_from_a_change(
    handler: ModuleType, method: str, resource: str, path: dict[str, str], name: str
) -> None:
    viewer = token(**{"cognito:groups": ["viewer"], "scope": "qscreen/runs.read"})
    handler.handler(event(f"Bearer {viewer}", method, resource, **path), None)
    (found,) = told(handler)
    assert (found.source, found.name) == ("qscreen.authorizer", name)
    assert (found.detail["actor"], found.detail["http_status"]) == ("user-1", 403)
    assert found.detail["request_id"] == "request-1"
    assert "report.secret" not in found.write()
    assert found.detail.get("subject") == {"POST": path.get("run_id")}.get(
        method, setting_id_of("user-1", "report.secret")
    )


def test_the_audit_hears_nothing_of_what_is_let_through_or_only_read(handler: ModuleType) -> None:
    user, narrow = token(), token(scope="qscreen/devices.read")
    handler.handler(event(f"Bearer {user}", "POST", CANCEL, run_id="run-1"), None)
    handler.handler(event(f"Bearer {narrow}", "GET", "/v1/runs"), None)
    handler.handler(event(f"Bearer {narrow}", "POST", HEARTBEAT, device_id="dev-1"), None)
    assert told(handler) == []


def test_the_audit_hears_of_a_device_that_is_anothers(handler: ModuleType) -> None:
    assert not decided(handler, CREDENTIALS, "dev-1", token(sub="user-2"))
    (found,) = told(handler)
    assert found.name == "Device Credentials Issued Refused"
    assert (found.detail["actor"], found.detail["subject"]) == ("user-2", "dev-1")


def test_a_denial_reaches_the_bus(aws: None, audited: Any, load_handler: Any, pool: Pool) -> None:
    module = load_handler("authorizer")
    verifier = Verifier(SigningKeys("https://keys", load=pool), ISSUER, frozenset({"client-1"}))
    module._authorizer = Authorizer(verifier, Devices("devices"), Denials.from_environment())
    viewer = token(**{"cognito:groups": ["viewer"]})
    module.handler(event(f"Bearer {viewer}", "POST", CANCEL, run_id="run-1"), None)
    assert [one["detail-type"] for one in audited()] == ["Run Cancelled Refused"]
