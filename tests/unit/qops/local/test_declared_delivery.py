"""Delivery and budgets: what is only declared, and what is mended."""

from __future__ import annotations

from typing import Any

import pytest

from qops.local.router.registry import Fault


def test_a_deployment_group_follows_its_new_name_and_its_application(desk: Any) -> None:
    desk.operate("codedeploy", "CreateApplication", applicationName="a", computePlatform="Lambda")
    desk.operate(
        "codedeploy",
        "CreateDeploymentGroup",
        applicationName="a",
        deploymentGroupName="g",
        alarmConfiguration={"enabled": True},
        tags=[{"Key": "k", "Value": "v"}],
    )
    desk.operate(
        "codedeploy",
        "UpdateDeploymentGroup",
        applicationName="a",
        currentDeploymentGroupName="g",
        newDeploymentGroupName="h",
    )
    group = desk.operate(
        "codedeploy", "GetDeploymentGroup", applicationName="a", deploymentGroupName="h"
    )["deploymentGroupInfo"]
    assert (group["computePlatform"], group["alarmConfiguration"]) == ("Lambda", {"enabled": True})
    arn = "arn:aws:codedeploy:ap-northeast-2:000000000000:deploymentgroup:a/h"
    assert desk.operate("codedeploy", "ListTagsForResource", ResourceArn=arn)["Tags"] == [
        {"Key": "k", "Value": "v"}
    ]
    desk.operate("codedeploy", "DeleteApplication", applicationName="a")
    with pytest.raises(Fault, match="No Deployment Group"):
        desk.operate(
            "codedeploy", "GetDeploymentGroup", applicationName="a", deploymentGroupName="h"
        )


def test_a_configuration_in_use_is_not_deleted(desk: Any) -> None:
    desk.operate("codedeploy", "CreateDeploymentConfig", deploymentConfigName="c")
    desk.operate("codedeploy", "CreateApplication", applicationName="a")
    desk.operate(
        "codedeploy",
        "CreateDeploymentGroup",
        applicationName="a",
        deploymentGroupName="g",
        deploymentConfigName="c",
    )
    with pytest.raises(Fault, match="in use"):
        desk.operate("codedeploy", "DeleteDeploymentConfig", deploymentConfigName="c")


def test_a_pipeline_needs_a_role_and_counts_its_versions(desk: Any) -> None:
    pipeline = {"name": "p", "roleArn": "arn:aws:iam::1:role/r", "triggers": [{"x": "y"}]}
    desk.operate("codepipeline", "CreatePipeline", pipeline=pipeline)
    desk.operate("codepipeline", "UpdatePipeline", pipeline=pipeline)
    found = desk.operate("codepipeline", "GetPipeline", name="p")["pipeline"]
    assert (found["version"], found["triggers"]) == (2, [{"x": "y"}])

    def gone(_name: str, _params: dict[str, Any]) -> dict[str, Any]:
        raise Fault("NoSuchEntity", "none", 404)

    desk.backends.answers["iam", "GetRole"] = gone
    with pytest.raises(Fault, match="not authorized"):
        desk.operate("codepipeline", "CreatePipeline", pipeline={**pipeline, "name": "q"})


@pytest.mark.parametrize("service", ["codeconnections", "codestar-connections"])
def test_a_connection_waits_for_a_person(desk: Any, service: str) -> None:
    arn = desk.operate(service, "CreateConnection", ConnectionName="c")["ConnectionArn"]
    found = desk.operate(service, "GetConnection", ConnectionArn=arn)["Connection"]
    assert found["ConnectionStatus"] == "PENDING"
    desk.operate(service, "DeleteConnection", ConnectionArn=arn)
    with pytest.raises(Fault):
        desk.operate(service, "GetConnection", ConnectionArn=arn)


def test_a_build_project_keeps_its_key(desk: Any) -> None:
    desk.mend("codebuild", "UpdateProject", {"name": "p", "encryptionKey": "k"}, {"project": {}})
    answer = desk.mend("codebuild", "BatchGetProjects", {}, {"projects": [{"name": "p"}]})
    assert answer["projects"][0]["encryptionKey"] == "k"


@pytest.mark.parametrize("name", ["p", "arn:aws:codebuild:ap-northeast-2:000000000000:project/p"])
def test_a_build_project_is_deleted_by_its_name_or_its_arn(desk: Any, name: str) -> None:
    desk.operate("codebuild", "DeleteProject", name=name)
    assert desk.backends.calls[-1] == ("codebuild", "DeleteProject", {"name": "p"})


def test_a_stack_keeps_how_long_it_may_take(desk: Any) -> None:
    desk.mend("cloudformation", "CreateStack", {"TimeoutInMinutes": 5}, {"StackId": "arn:s"})
    answer = desk.mend("cloudformation", "DescribeStacks", {}, {"Stacks": [{"StackId": "arn:s"}]})
    assert answer["Stacks"][0]["TimeoutInMinutes"] == 5


def test_a_build_project_that_changes_keeps_what_is_not_given(desk: Any) -> None:
    project = {"name": "p", "description": "old", "serviceRole": "r", "arn": "arn:p"}
    source = {"type": "NO_SOURCE", "location": "none"}
    desk.backends.answers["codebuild", "BatchGetProjects"] = {
        "projects": [{**project, "source": source}]
    }
    desk.backends.answers["codebuild", "CreateProject"] = {"project": {}}
    desk.operate("codebuild", "UpdateProject", name="p", description="new")
    _, name, params = desk.backends.calls[-1]
    assert name == "CreateProject"
    assert params == {"name": "p", "description": "new", "serviceRole": "r", "source": source}


def test_a_budget_that_changes_keeps_its_notifications(desk: Any) -> None:
    notification = {
        "NotificationType": "ACTUAL",
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": 80.0,
    }
    subscribers = [{"SubscriptionType": "EMAIL", "Address": "a@example.com"}]
    desk.mend(
        "budgets",
        "CreateNotification",
        {"BudgetName": "b", "Notification": notification, "Subscribers": subscribers},
        {},
    )
    desk.backends.answers["budgets", "DescribeNotificationsForBudget"] = {
        "Notifications": [notification]
    }
    desk.operate("budgets", "UpdateBudget", AccountId="1", NewBudget={"BudgetName": "b"})
    _, name, params = desk.backends.calls[-1]
    assert name == "CreateBudget"
    assert params["NotificationsWithSubscribers"] == [
        {"Notification": notification, "Subscribers": subscribers}
    ]
