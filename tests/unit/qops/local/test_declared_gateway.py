"""API Gateway, certificates and identities: what is only declared, and what is mended."""

from __future__ import annotations

from typing import Any

import pytest

from qops.local.router.registry import Fault


def test_an_instance_needs_a_profile_that_exists(desk: Any) -> None:
    def gone(_name: str, _params: dict[str, Any]) -> dict[str, Any]:
        raise Fault("NoSuchEntity", "none", 404)

    desk.backends.answers["iam", "GetInstanceProfile"] = gone
    with pytest.raises(Fault, match="iamInstanceProfile"):
        desk.mend("ec2", "RunInstances", {"IamInstanceProfile": {"Name": "p"}}, {})


def test_a_client_keeps_how_refresh_tokens_rotate(desk: Any) -> None:
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30}

    def client() -> dict[str, Any]:
        return {"UserPoolClient": {"ClientId": "c"}}

    made = desk.mend(
        "cognito-idp", "CreateUserPoolClient", {"RefreshTokenRotation": rotation}, client()
    )
    assert made["UserPoolClient"]["RefreshTokenRotation"] == rotation
    described = desk.mend("cognito-idp", "DescribeUserPoolClient", {}, client())
    assert described == made
    desk.mend("cognito-idp", "UpdateUserPoolClient", {}, client())
    assert desk.mend("cognito-idp", "DescribeUserPoolClient", {}, client()) == client()


def test_a_version_of_documentation_is_frozen_and_goes_with_its_api(desk: Any) -> None:
    where = {"restApiId": "r", "documentationVersion": "1"}
    desk.operate("apigateway", "CreateDocumentationVersion", description="d", **where)
    with pytest.raises(Fault, match="already exists"):
        desk.operate("apigateway", "CreateDocumentationVersion", **where)
    patches = [{"op": "replace", "path": "/description", "value": "e"}]
    desk.operate("apigateway", "UpdateDocumentationVersion", patchOperations=patches, **where)
    found = desk.operate("apigateway", "GetDocumentationVersions", restApiId="r")["items"]
    assert [one["description"] for one in found] == ["e"]
    desk.mend("apigateway", "DeleteRestApi", {"restApiId": "r"}, {})
    with pytest.raises(Fault):
        desk.operate("apigateway", "GetDocumentationVersion", **where)


def test_a_certificate_is_issued_when_its_record_stands(desk: Any) -> None:
    record = {"Name": "_x.api.example.com.", "Type": "CNAME", "Value": "y"}

    def described() -> dict[str, Any]:
        option = {"ResourceRecord": record, "ValidationStatus": "SUCCESS"}
        certificate = {
            "CertificateArn": "arn:c",
            "Status": "ISSUED",
            "IssuedAt": "then",
            "DomainValidationOptions": [option],
        }
        return {"Certificate": certificate}

    desk.backends.answers["route53", "ListHostedZones"] = {
        "HostedZones": [{"Id": "/hostedzone/z", "Name": "example.com."}]
    }
    waiting = desk.mend("acm", "DescribeCertificate", {}, described())["Certificate"]
    assert (waiting["Status"], waiting.get("IssuedAt")) == ("PENDING_VALIDATION", None)
    desk.backends.answers["route53", "ListResourceRecordSets"] = {"ResourceRecordSets": [record]}
    issued = desk.mend("acm", "DescribeCertificate", {}, described())["Certificate"]
    assert issued["Status"] == "ISSUED"
    assert issued["DomainValidationOptions"][0]["ValidationStatus"] == "SUCCESS"


@pytest.mark.parametrize("given", [None, "Domains in VPCs"])
def test_a_service_linked_role_has_the_description_it_was_given(
    desk: Any, given: str | None
) -> None:
    def role(path: str) -> dict[str, Any]:
        described = {"RoleName": "r", "Description": "Service-linked role for x.amazonaws.com"}
        return {"Role": {**described, "Path": path}}

    path = "/aws-service-role/x.amazonaws.com/"
    params = {"AWSServiceName": "x.amazonaws.com"} | ({"Description": given} if given else {})
    made = desk.mend("iam", "CreateServiceLinkedRole", params, role(path))
    assert made["Role"].get("Description") == given
    read = desk.mend("iam", "GetRole", {"RoleName": "r"}, role(path))
    assert read["Role"].get("Description") == given
    desk.mend("iam", "UpdateRole", {"RoleName": "r", "Description": "new"}, {})
    assert desk.mend("iam", "GetRole", {}, role(path))["Role"]["Description"] == "new"
    assert "Description" in desk.mend("iam", "GetRole", {}, role("/"))["Role"]


def test_limits_that_are_none_are_not_answered(desk: Any) -> None:
    plan = {"throttle": {"burstLimit": 0, "rateLimit": 0.0}, "quota": {"limit": 0}}
    assert desk.mend("apigateway", "GetUsagePlan", {}, plan) == {}
    stage = {"cacheClusterEnabled": True, "accessLogSettings": {}}
    assert desk.mend("apigateway", "GetStage", {"restApiId": "r"}, stage) == {
        "cacheClusterEnabled": True,
        "cacheClusterStatus": "AVAILABLE",
    }
    methods: dict[str, Any] = {"/v1/runs/{id}/POST": {}, "runs/GET": {}, "*/*": {}}
    settings = {"methodSettings": methods}
    desk.mend("apigateway", "UpdateStage", {"restApiId": "r"}, settings)
    assert list(settings["methodSettings"]) == ["~1v1~1runs~1{id}/POST", "runs/GET", "*/*"]
    desk.backends.answers["apigateway", "GetApiKey"] = {"id": "k", "enabled": False}
    assert desk.operate("apigateway", "GetApiKey", apiKey="k")["enabled"] is False
    domain = {"domainName": "d", "mutualTlsAuthentication": {}}
    assert desk.mend("apigateway", "GetDomainName", {}, domain) == {"domainName": "d"}


def test_changes_of_a_group_go_with_it(desk: Any) -> None:
    where = {"UserPoolId": "p", "GroupName": "g"}

    def group() -> dict[str, Any]:
        return {"Group": {"GroupName": "g", "Precedence": 1, "Description": "old"}}

    desk.backends.answers["cognito-idp", "GetGroup"] = lambda *_: group()
    changed = desk.operate("cognito-idp", "UpdateGroup", Description="new", **where)["Group"]
    assert (changed["Description"], changed["Precedence"]) == ("new", 1)
    assert desk.mend("cognito-idp", "GetGroup", where, group())["Group"] == changed
    desk.mend("cognito-idp", "DeleteGroup", where, {})
    assert desk.mend("cognito-idp", "GetGroup", where, group()) == group()


def test_tags_of_an_api_key_are_those_of_now(desk: Any) -> None:
    arn = "arn:aws:apigateway:ap-northeast-2::/apikeys/k"
    desk.mend("apigateway", "CreateApiKey", {"tags": {"a": "1", "b": "1"}}, {"id": "k"})
    desk.mend("apigateway", "TagResource", {"resourceArn": arn, "tags": {"a": "2"}}, {})
    desk.mend("apigateway", "UntagResource", {"resourceArn": arn, "tagKeys": ["b"]}, {})
    listed = desk.mend("apigateway", "GetApiKeys", {}, {"items": [{"id": "k"}, {"id": "other"}]})
    assert listed["items"] == [{"id": "k", "tags": {"a": "2"}}, {"id": "other"}]
    desk.mend("apigateway", "DeleteApiKey", {"apiKey": "k"}, {})
    assert desk.mend("apigateway", "GetApiKey", {}, {"id": "k"}) == {"id": "k"}


def test_tags_of_a_stage_are_those_of_now(desk: Any) -> None:
    stage = {"restApiId": "r", "stageName": "s"}
    arn = "arn:aws:apigateway:ap-northeast-2::/restapis/r/stages/s"
    desk.mend("apigateway", "CreateStage", {**stage, "tags": {"a": "1"}}, {"stageName": "s"})
    desk.mend("apigateway", "TagResource", {"resourceArn": arn, "tags": {"a": "2"}}, {})
    found = desk.mend("apigateway", "GetStage", stage, {"stageName": "s"})
    assert found["tags"] == {"a": "2"}
    desk.mend("apigateway", "DeleteStage", stage, {})
    assert "tags" not in desk.mend("apigateway", "GetStage", stage, {"stageName": "s"})


def test_tags_of_an_identity_pool_are_those_of_now(desk: Any) -> None:
    pool = {"IdentityPoolId": "p"}
    arn = "arn:aws:cognito-identity:ap-northeast-2:000000000000:identitypool/p"
    desk.mend("cognito-identity", "CreateIdentityPool", {"IdentityPoolTags": {"a": "1"}}, {**pool})
    desk.operate("cognito-identity", "TagResource", ResourceArn=arn, Tags={"b": "2"})
    desk.operate("cognito-identity", "UntagResource", ResourceArn=arn, TagKeys=["a"])
    found = desk.mend("cognito-identity", "DescribeIdentityPool", pool, {**pool})
    assert found["IdentityPoolTags"] == {"b": "2"}
