"""The authorizer with tokens signed by keys of our own, as a user pool signs them."""

import fnmatch
import itertools
import json
import time
from dataclasses import replace
from io import StringIO
from types import ModuleType, SimpleNamespace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from qs_authorizer.authorizing import Authorizer, effective_scopes, policy
from qs_authorizer.denials import Denials
from qs_authorizer.devices import MAX_AGE_SECONDS, MAX_KEPT, Devices, Refusal, Standing, look_up
from qs_authorizer.keys import KeysUnavailableError, SigningKeys, fetch
from qs_authorizer.tokens import Claims, Verifier

from qs_cloud import clients
from qs_cloud.audit_facts import setting_id_of
from qs_cloud.audit_trail import AuditEvent
from qs_cloud.errors import CloudCallError
from qscreen.api.mcp import MCP_ROUTES, MCP_SERVERS
from qscreen.api.routes import ROUTES, Group, Scope

ISSUER = "https://cognito-idp.ap-northeast-2.amazonaws.com/pool-1"
ARN = "arn:aws:execute-api:ap-northeast-2:123456789012:api1/test"
POOL_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwks(*names: str) -> dict[str, Any]:
    public = json.loads(RSAAlgorithm.to_jwk(POOL_KEY.public_key()))
    return {"keys": [{**public, "kid": name, "use": "sig", "alg": "RS256"} for name in names]}


def token(
    *,
    key: Any = POOL_KEY,
    kid: str = "k1",
    algorithm: str = "RS256",
    without: tuple[str, ...] = (),
    **claims: Any,
) -> str:
    content = {
        "sub": "user-1",
        "username": "kim",
        "iss": ISSUER,
        "client_id": "client-1",
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "cognito:groups": ["user"],
        "exp": int(time.time()) + 86_400,
        **claims,
    }
    for name in without:
        del content[name]
    return jwt.encode(content, key, algorithm=algorithm, headers={"kid": kid})


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Pool:
    """Serves a key set and counts how often it is asked."""

    def __init__(self) -> None:
        self.document: Any = jwks("k1")
        self.asked = 0

    def __call__(self, url: str) -> dict[str, Any]:
        self.asked += 1
        if isinstance(self.document, Exception):
            raise self.document
        found: dict[str, Any] = self.document
        return found


class Table:
    """Stands for the devices table and counts how often it is asked."""

    def __init__(self) -> None:
        self.devices: dict[str, Standing] = {"dev-1": Standing("user-1", "active")}
        self.asked: list[str] = []

    def __call__(self, table: str, device_id: str) -> Standing | None:
        assert table == "devices"
        self.asked.append(device_id)
        return self.devices.get(device_id)


class Trail:
    """Stands for the way into the audit, and keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[AuditEvent] = []

    def tell(self, event: AuditEvent) -> bool:
        self.told.append(event)
        return True


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def handler(
    environment: None, load_handler: Any, pool: Pool, table: Table, clock: Clock
) -> ModuleType:
    module: ModuleType = load_handler("authorizer")
    keys = SigningKeys("https://keys", load=pool)
    module._authorizer = Authorizer(  # type: ignore[attr-defined]
        Verifier(keys, ISSUER, frozenset({"client-1", "client-2"})),
        Devices("devices", load=table, clock=clock),
        Denials(Trail()),  # type: ignore[arg-type]
    )
    return module


def event(
    authorization: str | None,
    method: str = "GET",
    resource: str = "/v1/runs",
    **path: str,
) -> dict[str, Any]:
    return {
        "type": "REQUEST",
        "methodArn": f"{ARN}/{method}{resource.format(**path)}",
        "httpMethod": method,
        "resource": resource,
        "pathParameters": path or None,
        "headers": {"Authorization": authorization} if authorization is not None else {},
        "requestContext": {"requestId": "request-1"},
    }


PROTECTED_MCP_ROUTES = [route for route in MCP_ROUTES if route.scope]


def permits(document: dict[str, Any], method: str, path: str) -> bool:
    """Evaluate a policy as IAM does: a deny wins, nothing is allowed by itself."""
    arn = f"{ARN}/{method}{path}"
    effects = {
        statement["Effect"]
        for statement in document["Statement"]
        if any(fnmatch.fnmatchcase(arn, pattern) for pattern in statement["Resource"])
    }
    return effects == {"Allow"}


def test_an_administrator_may_everything(handler: ModuleType) -> None:
    admin = token(**{"cognito:groups": ["admin"]})
    answer = handler.handler(event(f"Bearer {admin}"), SimpleNamespace())
    assert answer["principalId"] == "user-1"
    assert answer["context"] == {
        "sub": "user-1",
        "username": "kim",
        "scopes": " ".join(sorted(scope.value for scope in Scope)),
        "groups": "admin",
    }
    for route in (*ROUTES, *PROTECTED_MCP_ROUTES):
        path = route.path.replace("{", "x").replace("}", "")
        assert permits(answer["policyDocument"], route.method, path), route.operation_id


def test_scopes_of_the_token_bind_before_the_groups(handler: ModuleType) -> None:
    narrow = token(**{"scope": "openid qscreen/runs.read", "cognito:groups": ["admin"]})
    document = handler.handler(event(f"bearer {narrow}"), None)["policyDocument"]
    assert permits(document, "GET", "/v1/runs")
    assert permits(document, "GET", "/v1/runs/run-1/report")
    assert not permits(document, "POST", "/v1/runs")
    assert not permits(document, "GET", "/v1/devices")


def test_without_a_group_only_the_public_route_is_open(handler: ModuleType) -> None:
    lonely = token(without=("cognito:groups",))
    document = handler.handler(event(f"Bearer {lonely}"), None)["policyDocument"]
    open_routes = [
        route.operation_id
        for route in (*ROUTES, *PROTECTED_MCP_ROUTES)
        if permits(document, route.method, route.path.replace("{", "x").replace("}", ""))
    ]
    assert open_routes == ["getHealth"]


@pytest.mark.parametrize(
    "scopes",
    [
        *(set(chosen) for n in range(3) for chosen in itertools.combinations(Scope, n)),
        *(set(Scope) - {scope} for scope in Scope),
        set(Scope),
    ],
    ids=lambda chosen: "+".join(sorted(s.name.lower() for s in chosen)) or "none",
)
def test_the_policy_is_exactly_what_the_routes_say(scopes: set[Scope]) -> None:
    document = policy(f"{ARN}/GET/v1/runs", {scope.value for scope in scopes})
    for route in (*ROUTES, *PROTECTED_MCP_ROUTES):
        path = route.path.replace("{", "x").replace("}", "")
        expected = route.scope is None or route.scope in scopes
        assert permits(document, route.method, path) is expected, route.operation_id


def test_the_policy_stays_within_what_api_gateway_takes() -> None:
    for held in (set(), set(Scope)):
        document = policy(f"{ARN}/GET/v1/runs", {scope.value for scope in held})
        assert len(json.dumps(document)) < 8_192


@pytest.mark.parametrize("group", list(Group))
def test_every_group_may_speak_with_every_mcp_server(group: Group) -> None:
    claims = Claims("s", "u", frozenset(), frozenset({group.value}))
    assert {server.scope.value for server in MCP_SERVERS} <= effective_scopes(claims)


@pytest.mark.parametrize("group", list(Group))
def test_every_group_has_scopes(group: Group) -> None:
    claims = Claims("s", "u", frozenset({"openid"}), frozenset({group.value, "unknown"}))
    found = effective_scopes(claims)
    assert found
    assert (Scope.RUNS_WRITE in found) is (group is not Group.VIEWER)


BAD = {
    "missing": None,
    "empty": "",
    "basic": "Basic dXNlcjpwYXNz",
    "no_token": "Bearer ",
    "malformed": "Bearer a.b.c",
    "not_a_jwt": "Bearer nonsense",
    "expired": f"Bearer {token(exp=int(time.time()) - 60)}",
    "forged": f"Bearer {token(key=OTHER_KEY)}",
    "unknown_key": f"Bearer {token(kid='k9')}",
    "unsigned": f"Bearer {token(key='', algorithm='none')}",
    "symmetric": f"Bearer {token(key='x' * 64, algorithm='HS256')}",
    "wrong_issuer": f"Bearer {token(iss='https://evil.example')}",
    "id_token": f"Bearer {token(token_use='id')}",
    "unknown_client": f"Bearer {token(client_id='client-9')}",
    "no_client": f"Bearer {token(without=('client_id',))}",
    "no_expiry": f"Bearer {token(without=('exp',))}",
    "no_subject": f"Bearer {token(without=('sub',))}",
}


@pytest.mark.parametrize("name", BAD)
def test_a_token_that_does_not_hold_is_unauthorized(
    handler: ModuleType, name: str, log: StringIO
) -> None:
    header = BAD[name]
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        handler.handler(event(header), None)
    secret = (header or "").removeprefix("Bearer ").strip()
    if secret:
        assert secret not in log.getvalue()


def test_a_payload_that_was_changed_is_forged(handler: ModuleType) -> None:
    head, _, signature = token().split(".")
    body = token(**{"cognito:groups": ["admin"]}).split(".")[1]
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        handler.handler(event(f"Bearer {head}.{body}.{signature}"), None)


def test_keys_are_fetched_once_and_again_when_they_are_old() -> None:
    pool, clock = Pool(), Clock()
    keys = SigningKeys("u", load=pool, clock=clock)
    assert keys.find("k1")
    assert keys.find("k1")
    assert pool.asked == 1
    clock.now += 3601
    pool.document = jwks("k2")
    assert keys.find("k1") is None
    assert keys.find("k2")
    assert pool.asked == 2


def test_a_new_key_is_found_but_unknown_ids_do_not_flood_the_pool() -> None:
    pool, clock = Pool(), Clock()
    keys = SigningKeys("u", load=pool, clock=clock)
    keys.find("k1")
    pool.document = jwks("k1", "k2")
    for _ in range(5):
        assert keys.find("k2") is None
    assert pool.asked == 1
    clock.now += 31
    assert keys.find("k2")
    assert pool.asked == 2


def test_without_keys_it_is_no_401(handler: ModuleType, pool: Pool) -> None:
    pool.document = KeysUnavailableError("away")
    with pytest.raises(KeysUnavailableError):
        handler.handler(event(f"Bearer {token()}"), None)


def test_a_document_without_keys_is_refused() -> None:
    pool = Pool()
    pool.document = {"keys": []}
    with pytest.raises(KeysUnavailableError, match="no usable key"):
        SigningKeys("u", load=pool).find("k1")


def test_only_http_addresses_are_fetched() -> None:
    with pytest.raises(KeysUnavailableError, match="http"):
        fetch("file:///etc/passwd")


def test_a_missing_variable_is_named(environment: None, load_handler: Any) -> None:
    with pytest.raises(Exception, match="QS_CLIENT_IDS"):
        load_handler("authorizer").handler(event("Bearer x"), None)


CREDENTIALS = "/v1/devices/{device_id}/credentials"
HEARTBEAT = "/v1/devices/{device_id}/heartbeat"


def decided(
    handler: ModuleType, resource: str, device_id: str, bearer: str, method: str = "POST"
) -> bool:
    """Whether the request itself is let through."""
    asked = event(f"Bearer {bearer}", method, resource, device_id=device_id)
    document = handler.handler(asked, None)["policyDocument"]
    return permits(document, method, resource.format(device_id=device_id))


@pytest.mark.parametrize("resource", [CREDENTIALS, HEARTBEAT])
def test_an_active_device_of_the_caller_may_call(handler: ModuleType, resource: str) -> None:
    assert decided(handler, resource, "dev-1", token())


@pytest.mark.parametrize("resource", [CREDENTIALS, HEARTBEAT])
@pytest.mark.parametrize(
    ("standing", "why"),
    [
        (Standing("user-1", "revoked"), "revoked"),
        (Standing("user-2", "active"), "foreign"),
        (Standing("user-2", "revoked"), "foreign"),
        (None, "unknown"),
    ],
)
def test_a_device_that_may_not_call_is_denied(
    handler: ModuleType,
    table: Table,
    log: StringIO,
    resource: str,
    standing: Standing | None,
    why: str,
) -> None:
    table.devices = {"dev-1": standing} if standing else {}
    assert not decided(handler, resource, "dev-1", token(**{"cognito:groups": ["admin"]}))
    assert f'"why":"{why}"' in log.getvalue()


def test_a_revoked_device_can_still_be_looked_at_and_revoked_again(
    handler: ModuleType, table: Table
) -> None:
    table.devices["dev-1"] = Standing("user-1", "revoked")
    assert decided(handler, "/v1/devices/{device_id}", "dev-1", token(), "GET")
    assert decided(handler, "/v1/devices/{device_id}", "dev-1", token(), "DELETE")
    assert table.asked == []


def test_without_the_scope_no_device_is_looked_up(handler: ModuleType, table: Table) -> None:
    narrow = token(scope="qscreen/runs.read")
    assert not decided(handler, HEARTBEAT, "dev-1", narrow)
    assert table.asked == []


def test_a_revocation_is_noticed_within_seconds(
    handler: ModuleType, table: Table, clock: Clock
) -> None:
    bearer = token()
    assert decided(handler, HEARTBEAT, "dev-1", bearer)
    table.devices["dev-1"] = Standing("user-1", "revoked")
    clock.now += MAX_AGE_SECONDS
    assert decided(handler, HEARTBEAT, "dev-1", bearer)
    assert table.asked == ["dev-1"]
    clock.now += 0.1
    assert not decided(handler, HEARTBEAT, "dev-1", bearer)
    assert table.asked == ["dev-1", "dev-1"]


def test_what_is_known_of_one_device_says_nothing_of_another(
    handler: ModuleType, table: Table
) -> None:
    table.devices["dev-2"] = Standing("user-1", "revoked")
    bearer = token()
    assert decided(handler, HEARTBEAT, "dev-1", bearer)
    assert not decided(handler, HEARTBEAT, "dev-2", bearer)
    assert decided(handler, HEARTBEAT, "dev-1", bearer)


def test_the_same_device_is_judged_for_each_caller(handler: ModuleType, table: Table) -> None:
    assert decided(handler, HEARTBEAT, "dev-1", token())
    assert not decided(handler, HEARTBEAT, "dev-1", token(sub="user-2"))
    assert table.asked == ["dev-1"]


def test_only_so_many_devices_are_kept(clock: Clock) -> None:
    table = Table()
    devices = Devices("devices", load=table, clock=clock)
    for number in range(MAX_KEPT + 10):
        assert devices.refusal(f"dev-x{number}", "user-1") is Refusal.UNKNOWN
    assert len(devices._kept) == MAX_KEPT
    devices.refusal(f"dev-x{MAX_KEPT + 9}", "user-1")
    assert len(table.asked) == MAX_KEPT + 10


def test_the_devices_table_decides(aws: None, dynamodb: Any, environment: None) -> None:
    devices = Devices("qscreen-test-devices")
    for number, (owner, status) in enumerate(
        [("user-1", "active"), ("user-1", "revoked"), ("user-2", "active")]
    ):
        dynamodb.put_item(
            TableName="qscreen-test-devices",
            Item={
                "device_id": {"S": f"dev-{number}"},
                "owner": {"S": owner},
                "status": {"S": status},
                "enrolled_at": {"S": "2026-11-23T09:00:00+00:00"},
            },
        )
    names = [*(f"dev-{number}" for number in range(4)), "dev-" + 3000 * "0"]
    found = [devices.refusal(name, "user-1") for name in names]
    assert found == [None, Refusal.REVOKED, Refusal.FOREIGN, Refusal.UNKNOWN, Refusal.UNKNOWN]


def test_a_table_that_does_not_answer_lets_nobody_through(handler: ModuleType, aws: None) -> None:
    handler._authorizer = replace(
        handler._authorizer, devices=Devices("no-such-table", load=look_up)
    )
    with pytest.raises(CloudCallError, match="read the device"):
        decided(handler, HEARTBEAT, "dev-1", token())


def test_requests_of_people_need_no_client(
    handler: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise AssertionError("a client was made")

    monkeypatch.setattr(clients, "dynamodb", refuse)
    handler._authorizer = replace(handler._authorizer, devices=Devices("devices"))
    assert handler.handler(event(f"Bearer {token()}"), None)["principalId"] == "user-1"


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
