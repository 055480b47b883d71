"""Which service a request is for."""

from __future__ import annotations

import pytest

from qops.local.router import owners
from qops.local.router.routing import Route, route, unsigned_form

SCOPE = "20261123/ap-northeast-2/{}/aws4_request"
REGION = "ap-northeast-2"


def signed(service: str) -> dict[str, str]:
    scope = f"AKIA/{SCOPE.format(service)}"
    return {"authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host"}


@pytest.mark.parametrize("service", ["sqs", "rds", "states", "s3", "monitoring", "bedrock"])
def test_the_credential_scope_names_the_service(service: str) -> None:
    assert route("POST", "/", "", signed(service)) == Route(service, REGION, "AKIA")


@pytest.mark.parametrize("service", ["s3", "sts"])
def test_a_presigned_query_names_the_service(service: str) -> None:
    query = f"X-Amz-Credential=AKIA%2F{SCOPE.format(service).replace('/', '%2F')}&X-Amz-Expires=60"
    assert route("GET", "/bucket/key", query, {}) == Route(service, REGION, "AKIA")


@pytest.mark.parametrize(
    "path",
    [
        "/restapis/abc/local/_user_request_",
        "/restapis/abc/local/_user_request_/v1/runs",
        "/_aws/execute-api/abc/local/v1/runs",
    ],
)
def test_calls_of_deployed_apis_go_by_their_path(path: str) -> None:
    found = route("POST", path, "", {"authorization": "Bearer token"})
    assert (found.signing_name, found.data_plane) == ("execute-api", True)


def test_the_control_plane_of_rest_apis_is_no_deployed_api() -> None:
    found = route("GET", "/restapis/abc/stages/local", "", signed("apigateway"))
    assert (found.signing_name, found.data_plane) == ("apigateway", False)


@pytest.mark.parametrize(
    "path",
    ["/oauth2/token", "/login", "/ap-northeast-2_x/.well-known/jwks.json", "/oauth2/authorize"],
)
def test_pages_of_cognito_go_by_their_path(path: str) -> None:
    assert route("GET", path, "", {}) == Route("cognito-idp", data_plane=True)


def test_an_unsigned_sign_in_goes_by_its_target() -> None:
    headers = {"x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth"}
    assert route("POST", "/", "", headers) == Route("cognito-idp")


def test_an_unsigned_form_is_told_by_its_body() -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert route("POST", "/", "", headers).signing_name is None
    assert unsigned_form(b"Action=AssumeRoleWithWebIdentity&Version=1") == "sts"
    assert unsigned_form(b"Action=DeleteEverything") is None


def test_a_form_for_an_upload_goes_to_storage() -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert route("POST", "/bucket", "", headers) == Route("s3", data_plane=True)


def test_pages_of_our_own() -> None:
    assert route("GET", "/_qscreen/health", "", {}).own == "health"
    assert route("GET", "/_localstack/health", "", {}).own == "localstack-health"


def test_a_broken_scope_is_not_believed() -> None:
    assert route("GET", "/x", "", {"authorization": "AWS4-HMAC-SHA256 Credential=a/b"}) == Route(
        "s3", data_plane=True
    )


def test_what_executes_is_ministacks_and_what_is_declared_is_motos() -> None:
    for name in ("lambda", "sqs", "states", "s3", "cognito-idp", "sts", "execute-api"):
        assert owners.service(name).backend is owners.Backend.MINISTACK
    for name in ("ec2", "rds", "elasticache", "ssm", "wafv2", "something-new"):
        assert owners.service(name).backend is owners.Backend.MOTO
    assert owners.service("monitoring").models == ("cloudwatch",)
