"""The right to erasure on the running platform, into the recovery region where there is one."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from e2e_endpoint import REGION, client
from e2e_files import send
from e2e_identity import create_person

GOAL = "Write '{{text}}' in the text editor"
TEMPLATE = {"title": "E", "goal": GOAL, "inputs": [{"name": "text"}]}


@pytest.fixture(scope="module")
def function(prefix: str) -> dict[str, str]:
    """What the function knows of the platform."""
    found = client("lambda").get_function_configuration(FunctionName=f"{prefix}-user-data")
    variables: dict[str, str] = found["Environment"]["Variables"]
    return variables


def ask(prefix: str, sub: str, **more: Any) -> dict[str, Any]:
    event = {"operation": "erase", "user_id": sub, "requested_by": "e2e-operator", **more}
    answer = client("lambda").invoke(FunctionName=f"{prefix}-user-data", Payload=json.dumps(event))
    content = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, content
    return dict(content)


def keys_of(region: str, bucket: str, sub: str) -> set[str]:
    listed = client("s3", region=region).list_object_versions(Bucket=bucket)
    every = (*listed.get("Versions", ()), *listed.get("DeleteMarkers", ()))
    return {one["Key"] for one in every if sub in one["Key"]}


def test_an_erased_user_is_in_no_bucket_of_any_region(
    connect: Callable[[str | None], httpx.Client],
    config: dict[str, Any],
    prefix: str,
    function: dict[str, str],
) -> None:
    person = create_person(config, "user")
    api = connect(person.access_token)
    sub = jwt.decode(person.access_token, options={"verify_signature": False})["sub"]
    made = api.post("/v1/templates", headers={"Idempotency-Key": str(uuid.uuid4())}, json=TEMPLATE)
    assert made.status_code == 201, made.text
    assert api.put("/v1/settings/report.language", json={"value": "ko"}).status_code == 200
    form = api.post(
        "/v1/uploads",
        json={"filename": "a.csv", "content_type": "text/csv", "size_bytes": 4},
    ).json()
    sent = send(form, ("a.csv", b"a,1\n", "text/csv"))
    assert sent.is_success, sent.text

    purposes = ("screenshots", "templates", "settings")
    buckets = {name: function[f"QS_{name.upper()}_BUCKET"] for name in purposes}
    recovery = function.get("QS_RECOVERY_REGION", "")
    copies = json.loads(function.get("QS_RECOVERY_BUCKETS", "{}"))
    # Some emulators copy between regions as S3 does, some declare it only: what would be there is.
    for purpose, bucket in copies.items():
        for key in keys_of(REGION, buckets[purpose], sub) or {f"{purpose}/{sub}/old.json"}:
            client("s3", region=recovery).put_object(Bucket=bucket, Key=key, Body=b"a copy")
        assert keys_of(recovery, bucket, sub)
    assert keys_of(REGION, buckets["templates"], sub)
    assert keys_of(REGION, buckets["screenshots"], sub)

    before = ask(prefix, sub, dry_run=True)["stores"]
    assert before["s3.templates"] == 1
    end = time.monotonic() + 600
    while (answer := ask(prefix, sub))["state"] != "done":
        assert time.monotonic() < end, answer
    for bucket in buckets.values():
        assert keys_of(REGION, bucket, sub) == set()
    for bucket in copies.values():
        assert keys_of(recovery, bucket, sub) == set()

    body = client("s3").get_object(
        Bucket=function["QS_AUDIT_BUCKET"], Key=answer["certificate"]["key"]
    )["Body"]
    certificate = json.loads(body.read())
    assert sub not in json.dumps(certificate)
    for purpose in copies:
        deleted = certificate["deleted"][f"s3.{purpose}@{recovery}"]
        assert deleted["region"] == recovery
        assert deleted["deleted"] >= 1
    regions = {region for one in certificate["retained"] for region in one.get("regions", ())}
    assert regions == {REGION, recovery} - {""}
    assert all(one["until"] > certificate["finished_at"] for one in certificate["expiring"])
    assert {"points in time of DynamoDB", "snapshots of Redis"} <= {
        one["what"] for one in certificate["expiring"]
    }
    # Who asks again gets the same certificate.
    assert ask(prefix, sub)["certificate"] == answer["certificate"]
