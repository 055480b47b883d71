"""The authorizer with tokens signed by keys of our own, as a user pool signs them."""

import fnmatch
import itertools
import json
import time
from io import StringIO
from types import ModuleType, SimpleNamespace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from qs_authorizer.authorizing import Authorizer, effective_scopes, policy
from qs_authorizer.keys import KeysUnavailableError, SigningKeys, fetch
from qs_authorizer.tokens import Claims, Verifier

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
        "exp": int(time.time()) + 300,
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


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def handler(environment: None, load_handler: Any, pool: Pool) -> ModuleType:
    module: ModuleType = load_handler("authorizer")
    keys = SigningKeys("https://keys", load=pool)
    module._authorizer = Authorizer(  # type: ignore[attr-defined]
        Verifier(keys, ISSUER, frozenset({"client-1", "client-2"}))
    )
    return module


def event(authorization: str | None, method: str = "GET", path: str = "/v1/runs") -> dict[str, Any]:
    return {
        "type": "REQUEST",
        "methodArn": f"{ARN}/{method}{path}",
        "headers": {"Authorization": authorization} if authorization is not None else {},
        "requestContext": {"requestId": "request-1"},
    }


def permits(document: dict[str, Any], method: str, path: str) -> bool:
    """Evaluate a policy as IAM does: a deny wins, nothing is allowed by itself."""
    arn = f"{ARN}/{method}{path}"
    effects = {
        statement["Effect"]
        for statement in document["Statement"]
        if any(fnmatch.fnmatchcase(arn, pattern) for pattern in statement["Resource"])
    }
    return effects == {"Allow"}


def test_a_member_of_group_user_may_everything(handler: ModuleType) -> None:
    answer = handler.handler(event(f"Bearer {token()}"), SimpleNamespace())
    assert answer["principalId"] == "user-1"
    assert answer["context"] == {
        "sub": "user-1",
        "username": "kim",
        "scopes": " ".join(sorted(scope.value for scope in Scope)),
        "groups": "user",
    }
    for route in ROUTES:
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
        for route in ROUTES
        if permits(document, route.method, route.path.replace("{", "x").replace("}", ""))
    ]
    assert open_routes == ["getHealth"]


@pytest.mark.parametrize(
    "scopes",
    [set(chosen) for n in range(len(Scope) + 1) for chosen in itertools.combinations(Scope, n)],
    ids=lambda chosen: "+".join(sorted(s.name.lower() for s in chosen)) or "none",
)
def test_the_policy_is_exactly_what_the_routes_say(scopes: set[Scope]) -> None:
    document = policy(f"{ARN}/GET/v1/runs", {scope.value for scope in scopes})
    for route in ROUTES:
        path = route.path.replace("{", "x").replace("}", "")
        expected = route.scope is None or route.scope in scopes
        assert permits(document, route.method, path) is expected, route.operation_id


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
