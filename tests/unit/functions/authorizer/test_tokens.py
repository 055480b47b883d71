"""The authorizer with tokens signed by keys of our own, as a user pool signs them."""

import itertools
import json
import time
from io import StringIO
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from qs_authorizer.authorizing import effective_scopes, policy
from qs_authorizer.keys import KeysUnavailableError, SigningKeys, fetch
from qs_authorizer.tokens import Claims
from signed_requests import ARN, OTHER_KEY, Clock, Pool, event, jwks, permits, token

from qscreen.api.mcp import MCP_ROUTES, MCP_SERVERS
from qscreen.api.routes import ROUTES, Group, Scope

PROTECTED_MCP_ROUTES = [route for route in MCP_ROUTES if route.scope]


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
