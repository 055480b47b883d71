"""Requests as the authorizer gets them, with tokens signed by keys of our own."""

import fnmatch
import json
import time
from types import ModuleType
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from qs_authorizer.devices import Standing

from qs_cloud.audit_trail import AuditEvent

ISSUER = "https://cognito-idp.ap-northeast-2.amazonaws.com/pool-1"
ARN = "arn:aws:execute-api:ap-northeast-2:123456789012:api1/test"
POOL_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CREDENTIALS = "/v1/devices/{device_id}/credentials"
HEARTBEAT = "/v1/devices/{device_id}/heartbeat"


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


def permits(document: dict[str, Any], method: str, path: str) -> bool:
    """Evaluate a policy as IAM does: a deny wins, nothing is allowed by itself."""
    arn = f"{ARN}/{method}{path}"
    effects = {
        statement["Effect"]
        for statement in document["Statement"]
        if any(fnmatch.fnmatchcase(arn, pattern) for pattern in statement["Resource"])
    }
    return effects == {"Allow"}


def decided(
    handler: ModuleType, resource: str, device_id: str, bearer: str, method: str = "POST"
) -> bool:
    """Whether the request itself is let through."""
    asked = event(f"Bearer {bearer}", method, resource, device_id=device_id)
    document = handler.handler(asked, None)["policyDocument"]
    return permits(document, method, resource.format(device_id=device_id))
