"""Who may do what: tokens, scopes, ownership."""

import base64
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from e2e_device import ScriptedDevice
from e2e_identity import Person

Connect = Callable[[str | None], httpx.Client]


def _problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.headers
    body = answer.json()
    assert body["status"] == status
    assert body["detail"]
    return body


def _forge(token: str, **changes: Any) -> str:
    """The same claims, changed, signed by a key that is not Cognito's."""
    claims = jwt.decode(token, options={"verify_signature": False}) | changes
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(
        claims, key, algorithm="RS256", headers={"kid": jwt.get_unverified_header(token)["kid"]}
    )


def _alter(token: str, **changes: Any) -> str:
    """The same token with changed claims and the old signature."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "==")) | changes
    altered = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{head}.{altered}.{signature}"


def test_health_needs_no_token(connect: Connect) -> None:
    answer = connect(None).get("/v1/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_no_token_is_401(connect: Connect) -> None:
    _problem(connect(None).get("/v1/runs"), 401)


@pytest.mark.parametrize("fault", ["garbage", "forged", "expired", "altered"])
def test_bad_token_is_401(connect: Connect, user: Person, fault: str) -> None:
    good = user.access_token
    token = {
        "garbage": "not-a-token",
        "forged": _forge(good),
        "expired": _forge(good, exp=int(time.time()) - 60),
        "altered": _alter(good, **{"cognito:groups": ["admin"]}),
    }[fault]
    _problem(connect(token).get("/v1/runs"), 401)


def test_right_token_without_the_scope_is_403(connect: Connect, viewer: Person) -> None:
    reading = connect(viewer.access_token)
    assert reading.get("/v1/runs").status_code == 200
    answer = reading.post(
        "/v1/runs",
        headers={"Idempotency-Key": str(uuid.uuid4())},
        json={"goal": "Press ctrl+s", "device_id": "dev-none-1"},
    )
    _problem(answer, 403)


def test_a_stranger_sees_nothing_of_mine(
    connect: Connect, stranger: Person, device: ScriptedDevice
) -> None:
    other = connect(stranger.access_token)
    _problem(other.get(f"/v1/devices/{device.device_id}"), 404)
    # Refused by the device authorizer, in the same words as an unknown or a revoked device.
    _problem(other.post(f"/v1/devices/{device.device_id}/credentials"), 403)
    _problem(other.post("/v1/devices/dev-unknown/credentials"), 403)
    listed = other.get("/v1/devices").raise_for_status().json()["items"]
    assert device.device_id not in {item["device_id"] for item in listed}


def test_a_device_reads_only_its_own_queue(api: httpx.Client, device: ScriptedDevice) -> None:
    from botocore.exceptions import ClientError
    from e2e_device import enrol
    from e2e_endpoint import client

    neighbour = enrol(api, "neighbour")
    sqs = client("sqs", **device.credentials)
    assert "Messages" not in sqs.receive_message(QueueUrl=device.queue_url, WaitTimeSeconds=0)
    with pytest.raises(ClientError) as refused:
        sqs.receive_message(QueueUrl=neighbour.queue_url, WaitTimeSeconds=0)
    assert "AccessDenied" in refused.value.response["Error"]["Code"]


def test_body_against_the_schema_is_400_with_the_path(api: httpx.Client) -> None:
    answer = api.post(
        "/v1/runs",
        headers={"Idempotency-Key": str(uuid.uuid4())},
        json={"goal": "Press ctrl+s", "device_id": "dev-1", "mode": "whenever"},
    )
    body = _problem(answer, 400)
    told = json.dumps(body)
    assert "mode" in told


def test_missing_idempotency_key_is_400(api: httpx.Client, device: ScriptedDevice) -> None:
    answer = api.post("/v1/runs", json={"goal": "Press ctrl+s", "device_id": device.device_id})
    body = _problem(answer, 400)
    assert "Idempotency-Key" in json.dumps(body)


def test_unknown_device_is_404_and_says_what_to_do(api: httpx.Client) -> None:
    answer = api.post(
        "/v1/runs",
        headers={"Idempotency-Key": str(uuid.uuid4())},
        json={"goal": "Press ctrl+s", "device_id": "dev-nowhere-1"},
    )
    body = _problem(answer, 404)
    assert "dev-nowhere-1" in body["detail"]
    assert body["next_step"]


def test_revoked_device_takes_no_runs(api: httpx.Client, device: ScriptedDevice) -> None:
    assert api.delete(f"/v1/devices/{device.device_id}").json()["status"] == "revoked"
    answer = api.post(
        "/v1/runs",
        headers={"Idempotency-Key": str(uuid.uuid4())},
        json={"goal": "Press ctrl+s", "device_id": device.device_id},
    )
    _problem(answer, 409)
