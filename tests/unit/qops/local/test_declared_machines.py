"""Instances, their upkeep and code signing: what is only declared, and what is mended."""

from __future__ import annotations

from typing import Any

import pytest

from qops.local.router.registry import Fault, PassOn


def test_a_function_keeps_its_signing_configuration_until_it_goes(desk: Any) -> None:
    made = desk.operate(
        "lambda",
        "CreateCodeSigningConfig",
        AllowedPublishers={"SigningProfileVersionArns": ["arn:p"]},
        Tags={"a": "b"},
    )["CodeSigningConfig"]
    arn = made["CodeSigningConfigArn"]
    assert made["CodeSigningPolicies"] == {"UntrustedArtifactOnDeployment": "Warn"}
    name = {"FunctionName": "arn:aws:lambda:r:1:function:f:live"}
    desk.mend("lambda", "CreateFunction", {"FunctionName": "f", "CodeSigningConfigArn": arn}, {})
    signed = desk.operate("lambda", "GetFunctionCodeSigningConfig", **name)
    assert signed == {"FunctionName": "f", "CodeSigningConfigArn": arn}
    with pytest.raises(Fault, match="uses this"):
        desk.operate("lambda", "DeleteCodeSigningConfig", CodeSigningConfigArn=arn)
    desk.mend("lambda", "DeleteFunction", {"FunctionName": "f"}, {})
    desk.operate("lambda", "DeleteCodeSigningConfig", CodeSigningConfigArn=arn)
    with pytest.raises(PassOn):
        desk.operate("lambda", "ListTags", Resource="arn:aws:lambda:r:1:function:f")


def test_a_baseline_in_use_is_not_deleted(desk: Any) -> None:
    made = desk.operate("ssm", "CreatePatchBaseline", Name="b", OperatingSystem="DEBIAN")
    where = {"BaselineId": made["BaselineId"]}
    desk.operate("ssm", "RegisterPatchBaselineForPatchGroup", PatchGroup="g", **where)
    assert desk.operate("ssm", "GetPatchBaseline", **where)["PatchGroups"] == ["g"]
    with pytest.raises(Fault):
        desk.operate("ssm", "DeletePatchBaseline", **where)
    desk.operate("ssm", "DeregisterPatchBaselineForPatchGroup", PatchGroup="g", **where)
    desk.operate("ssm", "DeletePatchBaseline", **where)
    with pytest.raises(PassOn):
        desk.operate("ssm", "ListTagsForResource", ResourceType="Parameter", ResourceId="/x")


def test_replacing_a_task_of_a_window_drops_what_is_not_given(desk: Any) -> None:
    window = desk.operate("ssm", "CreateMaintenanceWindow", Name="w", Duration=3)["WindowId"]
    where = {"WindowId": window}
    target = desk.operate("ssm", "RegisterTargetWithMaintenanceWindow", Name="t", **where)
    found = desk.operate(
        "ssm",
        "DescribeMaintenanceWindowTargets",
        Filters=[{"Key": "WindowTargetId", "Values": [target["WindowTargetId"]]}],
        **where,
    )
    assert [one["Name"] for one in found["Targets"]] == ["t"]
    task = {
        **where,
        **desk.operate(
            "ssm",
            "RegisterTaskWithMaintenanceWindow",
            TaskType="RUN_COMMAND",
            TaskArn="x",
            Description="d",
            **where,
        ),
    }
    desk.operate("ssm", "UpdateMaintenanceWindowTask", Replace=True, TaskArn="y", **task)
    described = desk.operate("ssm", "GetMaintenanceWindowTask", **task)
    assert (described["TaskArn"], described["TaskType"]) == ("y", "RUN_COMMAND")
    assert "Description" not in described
    desk.operate("ssm", "DeleteMaintenanceWindow", **where)
    with pytest.raises(Fault):
        desk.operate("ssm", "GetMaintenanceWindow", **where)


def test_the_description_of_a_rule_to_a_prefix_list_is_answered(desk: Any) -> None:
    target = {"PrefixListId": "pl-1", "Description": "To S3"}
    ports = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    rule = {"SecurityGroupRuleId": "sgr-1", "PrefixListId": "pl-1", **ports}
    params = {"IpPermissions": [{**ports, "PrefixListIds": [target]}]}
    answer = {"SecurityGroupRules": [rule]}
    desk.mend("ec2", "AuthorizeSecurityGroupEgress", params, answer)
    assert rule["Description"] == "To S3"


def test_a_launch_template_gives_instances_none_of_its_own_tags(desk: Any) -> None:
    own, theirs = ({"ResourceType": kind} for kind in ("launch-template", "instance"))
    version = {"LaunchTemplateData": {"TagSpecifications": [own, theirs]}}
    answer = {"LaunchTemplateVersions": [version]}
    desk.mend("ec2", "DescribeLaunchTemplateVersions", {}, answer)
    assert version == {"LaunchTemplateData": {"TagSpecifications": [theirs]}}


def test_an_instance_is_monitored_as_it_was_asked_for(desk: Any) -> None:
    def instance() -> dict[str, Any]:
        return {"InstanceId": "i-1", "Monitoring": {"State": "disabled"}}

    def state() -> str:
        answer = {"Reservations": [{"Instances": [instance()]}]}
        desk.mend("ec2", "DescribeInstances", {}, answer)
        return str(answer["Reservations"][0]["Instances"][0]["Monitoring"]["State"])

    run = {"Monitoring": {"Enabled": True}}
    desk.mend("ec2", "RunInstances", run, {"Instances": [instance()]})
    assert state() == "enabled"
    desk.operate("ec2", "UnmonitorInstances", InstanceIds=["i-1"])
    assert state() == "disabled"


def test_an_instance_without_a_public_address_has_none(desk: Any) -> None:
    def instance() -> dict[str, Any]:
        interface = {"Association": {"PublicIp": "192.0.2.1"}, "PrivateIpAddresses": [{}]}
        return {
            "InstanceId": "i-1",
            "PublicIpAddress": "192.0.2.1",
            "NetworkInterfaces": [interface],
        }

    run = {"NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": False}]}
    made = desk.mend("ec2", "RunInstances", run, {"Instances": [instance()]})["Instances"][0]
    assert "PublicIpAddress" not in made
    assert made["NetworkInterfaces"] == [{"PrivateIpAddresses": [{}]}]


def test_an_instance_has_the_groups_of_its_interface(desk: Any) -> None:
    groups = [{"GroupId": "sg-1", "GroupName": "g"}]
    instance = {"InstanceId": "i", "SecurityGroups": [], "NetworkInterfaces": [{"Groups": groups}]}
    desk.mend("ec2", "DescribeInstances", {}, {"Reservations": [{"Instances": [instance]}]})
    assert instance["SecurityGroups"] == groups
    empty = {"InstanceId": "i", "UserData": {"Value": ""}}
    assert desk.mend("ec2", "DescribeInstanceAttribute", {}, empty) == {"InstanceId": "i"}


def test_tags_of_a_launch_template_are_those_of_now(desk: Any) -> None:
    now = {"Key": "a", "Value": "2", "ResourceId": "lt-1", "ResourceType": "launch-template"}
    desk.backends.answers["ec2", "DescribeTags"] = {"Tags": [now]}
    template = {"LaunchTemplateId": "lt-1", "Tags": [{"Key": "a", "Value": "1"}]}
    desk.mend("ec2", "DescribeLaunchTemplates", {}, {"LaunchTemplates": [template]})
    assert template["Tags"] == [{"Key": "a", "Value": "2"}]
