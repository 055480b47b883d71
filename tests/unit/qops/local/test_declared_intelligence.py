"""Models and recognition: what is only declared and never invented; and tags."""

from __future__ import annotations

from typing import Any

import pytest

from qops.local.router import tags
from qops.local.router.registry import Fault


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("codedeploy", "CreateDeployment"),
    ],
)
def test_results_are_never_invented(desk: Any, service: str, name: str) -> None:
    with pytest.raises(Fault) as caught:
        desk.operate(service, name)
    assert caught.value.code == "NotImplementedByEmulator"


def test_a_profile_of_a_profile_names_the_model(desk: Any) -> None:
    source = "arn:aws:bedrock:ap-northeast-2:000000000000:inference-profile/apac.maker.model-v1:0"
    made = desk.operate(
        "bedrock",
        "CreateInferenceProfile",
        inferenceProfileName="p",
        modelSource={"copyFrom": source},
        tags=[{"key": "a", "value": "b"}],
    )
    arn = made["inferenceProfileArn"]
    found = desk.operate("bedrock", "GetInferenceProfile", inferenceProfileIdentifier=arn)
    assert found["models"] == [
        {"modelArn": "arn:aws:bedrock:ap-northeast-2::foundation-model/maker.model-v1:0"}
    ]
    tagged = desk.operate("bedrock", "ListTagsForResource", resourceARN=arn)
    assert tagged == {"tags": [{"key": "a", "value": "b"}]}
    with pytest.raises(Fault, match="exists already"):
        desk.operate(
            "bedrock",
            "CreateInferenceProfile",
            inferenceProfileName="p",
            modelSource={"copyFrom": source},
        )
    with pytest.raises(Fault, match="No source"):
        desk.operate(
            "bedrock",
            "CreateInferenceProfile",
            inferenceProfileName="q",
            modelSource={"copyFrom": "arn:aws:s3:::x"},
        )


def test_a_project_of_custom_labels_is_found_by_name(desk: Any) -> None:
    arn = desk.operate("rekognition", "CreateProject", ProjectName="p")["ProjectArn"]
    desk.operate("rekognition", "TagResource", ResourceArn=arn, Tags={"a": "b"})
    found = desk.operate("rekognition", "DescribeProjects", ProjectNames=["p"])
    assert [one["ProjectArn"] for one in found["ProjectDescriptions"]] == [arn]
    desk.operate("rekognition", "UntagResource", ResourceArn=arn, TagKeys=["a"])
    assert desk.operate("rekognition", "ListTagsForResource", ResourceArn=arn) == {"Tags": {}}
    desk.operate("rekognition", "DeleteProject", ProjectArn=arn)
    with pytest.raises(Fault):
        desk.operate("rekognition", "DeleteProject", ProjectArn=arn)


def test_training_of_a_classifier_ends(desk: Any) -> None:
    answer = {"DocumentClassifierProperties": {"Status": "SUBMITTED"}}
    desk.mend("comprehend", "DescribeDocumentClassifier", {}, answer)
    assert answer["DocumentClassifierProperties"]["Status"] == "TRAINED"


def test_tags_are_read_in_every_form(desk: Any) -> None:
    call = desk.call("xray", "TagResource")
    tags.put(call, "arn", {"a": "1"})
    tags.put(call, "arn", [{"Key": "b", "Value": "2"}, {"key": "c"}])
    assert tags.mapping(call, "arn") == {"a": "1", "b": "2", "c": ""}
    assert tags.pairs(call, "arn", "key", "value")[0] == {"key": "a", "value": "1"}
    tags.remove(call, "arn", ["a", "none"])
    assert tags.known(call, "arn")
    tags.forget(call, "arn")
    assert not tags.known(call, "arn")
