"""Operations of ours on parsed parameters."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from qops.local.router.registry import Fault, PassOn


def test_an_xray_group_is_made_found_changed_and_deleted(desk: Any) -> None:
    made = desk.operate("xray", "CreateGroup", GroupName="g", Tags=[{"Key": "a", "Value": "b"}])
    arn = made["Group"]["GroupARN"]
    assert desk.operate("xray", "ListTagsForResource", ResourceARN=arn)["Tags"] == [
        {"Key": "a", "Value": "b"}
    ]
    desk.operate("xray", "UpdateGroup", GroupARN=arn, FilterExpression="error")
    assert desk.operate("xray", "GetGroup", GroupName="g")["Group"]["FilterExpression"] == "error"
    with pytest.raises(Fault, match="exists already"):
        desk.operate("xray", "CreateGroup", GroupName="g")
    desk.operate("xray", "DeleteGroup", GroupName="g")
    with pytest.raises(Fault, match="not found"):
        desk.operate("xray", "GetGroup", GroupARN=arn)


def test_a_sampling_rule_keeps_its_attributes(desk: Any) -> None:
    desk.operate("xray", "CreateSamplingRule", SamplingRule={"RuleName": "r", "FixedRate": 1.0})
    desk.operate(
        "xray", "UpdateSamplingRule", SamplingRuleUpdate={"RuleName": "r", "FixedRate": 0.5}
    )
    record = desk.operate("xray", "GetSamplingRules")["SamplingRuleRecords"][0]
    assert record["SamplingRule"]["FixedRate"] == 0.5
    assert record["SamplingRule"]["RuleARN"].endswith(":sampling-rule/r")
    desk.operate("xray", "DeleteSamplingRule", RuleName="r")
    with pytest.raises(Fault):
        desk.operate("xray", "DeleteSamplingRule", RuleName="r")


def test_a_version_of_a_guardrail_does_not_follow_its_draft(desk: Any) -> None:
    settings: dict[str, Any] = {
        "name": "g",
        "blockedInputMessaging": "no",
        "blockedOutputsMessaging": "no",
    }
    filters = {"filtersConfig": [{"type": "HATE", "inputStrength": "HIGH"}]}
    made = desk.operate("bedrock", "CreateGuardrail", contentPolicyConfig=filters, **settings)
    identifier = made["guardrailId"]
    version = desk.operate("bedrock", "CreateGuardrailVersion", guardrailIdentifier=identifier)
    desk.operate(
        "bedrock", "UpdateGuardrail", guardrailIdentifier=identifier, **settings | {"name": "h"}
    )
    frozen = desk.operate(
        "bedrock",
        "GetGuardrail",
        guardrailIdentifier=made["guardrailArn"],
        guardrailVersion=version["version"],
    )
    assert (frozen["name"], frozen["contentPolicy"]) == (
        "g",
        {"filters": [{"type": "HATE", "inputStrength": "HIGH"}]},
    )
    draft = desk.operate("bedrock", "GetGuardrail", guardrailIdentifier=identifier)
    assert draft["name"] == "h"
    desk.operate("bedrock", "DeleteGuardrail", guardrailIdentifier=identifier)
    with pytest.raises(Fault) as caught:
        desk.operate("bedrock", "GetGuardrail", guardrailIdentifier=identifier)
    assert (caught.value.code, caught.value.status) == ("ResourceNotFoundException", 404)


def test_tags_of_others_are_left_to_the_backend(desk: Any) -> None:
    with pytest.raises(PassOn):
        desk.operate("bedrock", "ListTagsForResource", resourceARN="arn:aws:bedrock:::model/x")
    with pytest.raises(PassOn):
        desk.operate("elasticache", "ListTagsForResource", ResourceName="arn:user:x")


def test_a_subnet_group_can_be_made_again_after_its_deletion(desk: Any) -> None:
    desk.backends.answers["ec2", "DescribeSubnets"] = {
        "Subnets": [{"SubnetId": "s1", "VpcId": "v1", "AvailabilityZone": "ap-northeast-2a"}]
    }
    for _ in range(2):
        made = desk.operate(
            "elasticache", "CreateCacheSubnetGroup", CacheSubnetGroupName="G", SubnetIds=["s1"]
        )
        assert made["CacheSubnetGroup"]["VpcId"] == "v1"
        desk.operate("elasticache", "DeleteCacheSubnetGroup", CacheSubnetGroupName="g")
        with pytest.raises(Fault, match="does not exist"):
            desk.operate("elasticache", "DescribeCacheSubnetGroups", CacheSubnetGroupName="g")


def test_parameters_that_were_set_are_the_users(desk: Any) -> None:
    name = {"CacheParameterGroupName": "p"}
    desk.operate(
        "elasticache", "CreateCacheParameterGroup", CacheParameterGroupFamily="redis7", **name
    )
    value = {"ParameterName": "timeout", "ParameterValue": "5"}
    desk.operate("elasticache", "ModifyCacheParameterGroup", ParameterNameValues=[value], **name)
    listed = desk.operate("elasticache", "DescribeCacheParameters", Source="user", **name)
    assert [(one["ParameterName"], one["ParameterValue"]) for one in listed["Parameters"]] == [
        ("timeout", "5")
    ]
    everything = desk.operate("elasticache", "DescribeCacheParameters", **name)["Parameters"]
    assert {one["Source"] for one in everything} == {"user", "system"}


def test_the_description_of_a_rule_to_a_group_is_answered(desk: Any) -> None:
    pair = {"GroupId": "sg-2", "Description": "From the functions"}
    permission = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [pair]}

    def rule() -> dict[str, Any]:
        return {
            "SecurityGroupRuleId": "sgr-1",
            "IpProtocol": "tcp",
            "FromPort": 5432,
            "ToPort": 5432,
            "ReferencedGroupInfo": {"GroupId": "sg-2"},
        }

    made = desk.mend(
        "ec2",
        "AuthorizeSecurityGroupIngress",
        {"IpPermissions": [permission]},
        {"SecurityGroupRules": [rule()]},
    )
    assert made["SecurityGroupRules"][0]["Description"] == "From the functions"
    found = desk.mend("ec2", "DescribeSecurityGroupRules", {}, {"SecurityGroupRules": [rule()]})
    assert found["SecurityGroupRules"][0]["Description"] == "From the functions"


def test_tracing_of_a_state_machine_is_remembered_and_forgotten(desk: Any) -> None:
    arn = {"stateMachineArn": "arn:m"}
    on = {"tracingConfiguration": {"enabled": True}}
    desk.mend("stepfunctions", "CreateStateMachine", {**on}, dict(arn))
    assert desk.mend("stepfunctions", "DescribeStateMachine", arn, dict(arn)) == {**arn, **on}
    desk.mend("stepfunctions", "DeleteStateMachine", arn, {})
    off = {"tracingConfiguration": {"enabled": False}}
    assert desk.mend("stepfunctions", "DescribeStateMachine", arn, dict(arn)) == {**arn, **off}


def access_token() -> str:
    claims = {"iss": "https://cognito/pool-1", "username": "me"}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"h.{payload}.s"


@pytest.mark.parametrize(
    ("enrolled", "challenge"),
    [([], "MFA_SETUP"), (["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA")],
)
def test_tokens_given_too_early_become_a_challenge(
    desk: Any, enrolled: list[str], challenge: str
) -> None:
    desk.backends.answers["cognito-idp", "GetUserPoolMfaConfig"] = {"MfaConfiguration": "ON"}
    desk.backends.answers["cognito-idp", "AdminGetUser"] = {"UserMFASettingList": enrolled}
    params = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "me"}}
    tokens = {"AuthenticationResult": {"AccessToken": access_token()}}
    answer = desk.mend("cognito-idp", "InitiateAuth", params, tokens)
    assert "AuthenticationResult" not in answer
    assert answer["ChallengeName"] == challenge
    other = {
        "ChallengeName": challenge,
        "Session": answer["Session"],
        "ChallengeResponses": {"USERNAME": "another"},
    }
    with pytest.raises(Fault, match="Invalid session"):
        desk.mend("cognito-idp", "RespondToAuthChallenge", other, {})


def test_a_refresh_and_a_pool_without_mfa_keep_their_tokens(desk: Any) -> None:
    tokens = {"AuthenticationResult": {"AccessToken": access_token()}}
    params = {"AuthFlow": "REFRESH_TOKEN_AUTH"}
    assert desk.mend("cognito-idp", "InitiateAuth", params, dict(tokens)) == tokens
    assert desk.backends.calls == []
    desk.backends.answers["cognito-idp", "GetUserPoolMfaConfig"] = {"MfaConfiguration": "OFF"}
    params = {"AuthFlow": "USER_PASSWORD_AUTH"}
    assert desk.mend("cognito-idp", "InitiateAuth", params, dict(tokens)) == tokens
