"""Alarms, logs, trails and findings: what is only declared, and what is mended."""

from __future__ import annotations

from typing import Any

import pytest

from qops.local.router.registry import Fault


def test_features_of_a_detector_add_up(desk: Any) -> None:
    for name in ("S3_DATA_EVENTS", "LAMBDA_NETWORK_LOGS"):
        params = {"DetectorId": "d", "Features": [{"Name": name, "Status": "ENABLED"}]}
        desk.mend("guardduty", "UpdateDetector", params, {})
    answer = desk.mend("guardduty", "GetDetector", {"DetectorId": "d"}, {"Features": []})
    assert [one["Name"] for one in answer["Features"]] == ["S3_DATA_EVENTS", "LAMBDA_NETWORK_LOGS"]


def test_tags_of_a_detector_and_of_a_provider_change(desk: Any) -> None:
    desk.mend("guardduty", "CreateDetector", {"Tags": {"a": "1"}}, {"DetectorId": "d"})
    arn = "arn:aws:guardduty:ap-northeast-2:000000000000:detector/d"
    desk.operate("guardduty", "TagResource", ResourceArn=arn, Tags={"b": "2"})
    desk.operate("guardduty", "UntagResource", ResourceArn=arn, TagKeys=["a"])
    found = desk.mend("guardduty", "GetDetector", {"DetectorId": "d"}, {})
    assert found["Tags"] == {"b": "2"}
    assert desk.operate("guardduty", "ListTagsForResource", ResourceArn=arn) == {"Tags": {"b": "2"}}

    made = {"OpenIDConnectProviderArn": "arn:p"}
    given = {"Tags": [{"Key": "a", "Value": "1"}]}
    desk.mend("iam", "CreateOpenIDConnectProvider", given, dict(made))
    desk.operate("iam", "TagOpenIDConnectProvider", Tags=[{"Key": "b", "Value": "2"}], **made)
    desk.operate("iam", "UntagOpenIDConnectProvider", TagKeys=["a"], **made)
    described = desk.mend("iam", "GetOpenIDConnectProvider", made, {})
    assert described["Tags"] == [{"Key": "b", "Value": "2"}]


def test_standards_are_subscribed_until_the_hub_is_off(desk: Any) -> None:
    standard = "arn:aws:securityhub:r::standards/aws-foundational/v/1.0.0"
    request = {"StandardsSubscriptionRequests": [{"StandardsArn": standard}]}
    made = desk.operate("securityhub", "BatchEnableStandards", **request)
    arn = made["StandardsSubscriptions"][0]["StandardsSubscriptionArn"]
    assert arn.endswith(":subscription/aws-foundational/v/1.0.0")
    desk.operate("securityhub", "UpdateSecurityHubConfiguration", AutoEnableControls=False)
    assert desk.mend("securityhub", "DescribeHub", {}, {}) == {"AutoEnableControls": False}
    desk.mend("securityhub", "DisableSecurityHub", {}, {})
    assert desk.operate("securityhub", "GetEnabledStandards") == {"StandardsSubscriptions": []}


def test_an_analyzer_is_known_by_name(desk: Any) -> None:
    params = {"analyzerName": "a", "type": "ACCOUNT", "tags": {"k": "v"}}
    made = desk.operate("accessanalyzer", "CreateAnalyzer", **params)
    assert ":access-analyzer:" in made["arn"]
    found = desk.operate("accessanalyzer", "GetAnalyzer", analyzerName="a")["analyzer"]
    assert (found["status"], found["tags"]) == ("ACTIVE", {"k": "v"})
    desk.operate("accessanalyzer", "DeleteAnalyzer", analyzerName="a")
    with pytest.raises(Fault) as caught:
        desk.operate("accessanalyzer", "GetAnalyzer", analyzerName="a")
    assert caught.value.status == 404


def test_a_canary_is_stopped_before_it_is_deleted(desk: Any) -> None:
    desk.backends.answers["ec2", "DescribeSubnets"] = {"Subnets": [{"VpcId": "v1"}]}
    desk.operate(
        "synthetics",
        "CreateCanary",
        Name="c",
        ArtifactS3Location="s3://b/c",
        Schedule={"Expression": "rate(5 minutes)"},
        RunConfig={"TimeoutInSeconds": 60, "EnvironmentVariables": {"a": "b"}},
        VpcConfig={"SubnetIds": ["s1"]},
    )
    desk.operate("synthetics", "StartCanary", Name="c")
    with pytest.raises(Fault):
        desk.operate("synthetics", "DeleteCanary", Name="c")
    found = desk.operate("synthetics", "GetCanary", Name="c")["Canary"]
    assert found["Status"] == {"State": "RUNNING"}
    assert (found["ArtifactS3Location"], found["VpcConfig"]["VpcId"]) == ("b/c", "v1")
    assert found["RunConfig"]["TimeoutInSeconds"] == 60
    assert "EnvironmentVariables" not in found["RunConfig"]
    desk.operate("synthetics", "StopCanary", Name="c")
    desk.operate("synthetics", "DeleteCanary", Name="c")


def test_a_pending_subscription_is_named_for_who_asks(desk: Any) -> None:
    desk.backends.answers["sns", "Subscribe"] = {"SubscriptionArn": "arn:s"}
    params = {"TopicArn": "arn:t", "Protocol": "https", "ReturnSubscriptionArn": True}
    answer = desk.mend("sns", "Subscribe", params, {"SubscriptionArn": "pending confirmation"})
    assert answer == {"SubscriptionArn": "arn:s"}
    mail = {"Attributes": {"Protocol": "email", "PendingConfirmation": "false"}}
    desk.mend("sns", "GetSubscriptionAttributes", {}, mail)
    assert mail["Attributes"]["PendingConfirmation"] == "true"


def test_an_empty_text_message_setting_is_none(desk: Any) -> None:
    desk.operate("sns", "SetSMSAttributes", attributes={"a": "1", "b": "2"})
    desk.operate("sns", "SetSMSAttributes", attributes={"a": ""})
    assert desk.operate("sns", "GetSMSAttributes") == {"attributes": {"b": "2"}}


def test_an_alarm_has_the_settings_it_was_put_with_and_no_others(desk: Any) -> None:
    metrics = [{"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)"}]
    put = {"AlarmName": "a", "Metrics": metrics, "ThresholdMetricId": "band"}
    desk.mend("cloudwatch", "PutMetricAlarm", put, {})
    told = {"AlarmName": "a", "Statistic": "Average", "Period": 60, "StateValue": "OK"}
    desk.backends.answers["cloudwatch", "DescribeAlarms"] = {"MetricAlarms": [told]}
    found = desk.operate("cloudwatch", "DescribeAlarms")["MetricAlarms"]
    assert found == [{**put, "StateValue": "OK"}]


def test_a_saved_query_is_found_by_the_beginning_of_its_name(desk: Any) -> None:
    made = desk.operate("logs", "PutQueryDefinition", name="errors/api", queryString="fields x")
    found = desk.operate("logs", "DescribeQueryDefinitions", queryDefinitionNamePrefix="errors")
    assert [one["queryString"] for one in found["queryDefinitions"]] == ["fields x"]
    assert desk.operate("logs", "DeleteQueryDefinition", **made) == {"success": True}
    assert desk.operate("logs", "DeleteQueryDefinition", **made) == {"success": False}


def test_protection_of_a_log_group_is_found_by_name_and_arn(desk: Any) -> None:
    desk.backends.answers["logs", "DescribeLogGroups"] = {"logGroups": [{"logGroupName": "/g"}]}
    arn = "arn:aws:logs:ap-northeast-2:000000000000:log-group:/g:*"
    desk.operate("logs", "PutDataProtectionPolicy", logGroupIdentifier=arn, policyDocument="{}")
    found = desk.operate("logs", "GetDataProtectionPolicy", logGroupIdentifier="/g")
    assert found["policyDocument"] == "{}"
    desk.operate("logs", "DeleteDataProtectionPolicy", logGroupIdentifier="/g")
    empty = desk.operate("logs", "GetDataProtectionPolicy", logGroupIdentifier="/g")
    assert empty == {"logGroupIdentifier": "/g"}
    with pytest.raises(Fault, match="does not exist"):
        desk.operate("logs", "GetDataProtectionPolicy", logGroupIdentifier="/h")


def test_a_trail_needs_a_topic_that_exists(desk: Any) -> None:
    def gone(_name: str, _params: dict[str, Any]) -> dict[str, Any]:
        raise Fault("NotFound", "none", 404)

    desk.backends.answers["sns", "GetTopicAttributes"] = gone
    with pytest.raises(Fault, match="SNS Topic does not exist"):
        desk.mend("cloudtrail", "CreateTrail", {"SnsTopicName": "t"}, {})
