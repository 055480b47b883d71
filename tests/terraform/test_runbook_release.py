"""The pipeline's last stage: versions are published, and CodeDeploy moves the aliases."""

import base64
import hashlib
import io
import json
import runpy
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws
from terraform_copy import REPOSITORY

SCRIPT = REPOSITORY / "modules" / "devops" / "deployment" / "release.py"
FUNCTIONS = {
    name: {"function_name": f"qscreen-test-{name}", "alias_name": "live"}
    for name in ("api", "planner")
}
PARAMETER = "/qscreen/test/released-code"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def archive(text: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(zipfile.ZipInfo("handler.py"), text)
    return made.getvalue()


def digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


@dataclass
class CodeDeploy:
    """Answers CodeDeploy's calls on the wire, and moves aliases as it does.

    Attributes:
        ends: Status of a function's first deployment, where it is not `Succeeded`.
    """

    ends: dict[str, str] = field(default_factory=dict)
    deployments: list[dict[str, Any]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    def register(self, session: boto3.Session) -> None:
        for operation in ("CreateDeployment", "GetDeployment", "StopDeployment"):
            answer: Callable[[dict[str, Any]], dict[str, Any]] = getattr(self, operation)

            def reply(
                params: dict[str, Any],
                answer: Callable[[dict[str, Any]], dict[str, Any]] = answer,
                **_: object,
            ) -> tuple[SimpleNamespace, dict[str, Any]]:
                return SimpleNamespace(status_code=200), answer(json.loads(params["body"]))

            session.events.register(f"before-call.codedeploy.{operation}", reply)

    def CreateDeployment(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        content = asked["revision"]["appSpecContent"]
        assert content["sha256"] == hashlib.sha256(content["content"].encode()).hexdigest()
        (resource,) = json.loads(content["content"])["Resources"]
        ((name, body),) = resource.items()
        target = body["Properties"]
        assert asked["applicationName"] == "qscreen-test-functions"
        assert asked["deploymentGroupName"] == target["Name"]
        status = self.ends.pop(name, "Succeeded")
        self.deployments.append({"name": name, "status": status, **target, "asked": asked})
        if status == "Succeeded":
            boto3.client("lambda").update_alias(
                FunctionName=target["Name"],
                Name=target["Alias"],
                FunctionVersion=target["TargetVersion"],
            )
        return {"deploymentId": f"d-{len(self.deployments) - 1}"}

    def GetDeployment(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        status = self.deployments[int(asked["deploymentId"][2:])]["status"]
        return {"deploymentInfo": {"status": status}}

    def StopDeployment(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert asked["autoRollbackEnabled"] is True
        self.stopped.append(self.deployments[int(asked["deploymentId"][2:])]["name"])
        return {"status": "Pending"}


@pytest.fixture
def codedeploy(monkeypatch: pytest.MonkeyPatch) -> Iterator[CodeDeploy]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws(config={"lambda": {"use_docker": False}}):
        session = boto3.Session()
        fake = CodeDeploy()
        fake.register(session)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
        client = boto3.client("lambda")
        role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
        layer = client.publish_layer_version(
            LayerName="qscreen-test-shared", Content={"ZipFile": archive("layer 1")}
        )
        for name, target in FUNCTIONS.items():
            client.create_function(
                FunctionName=target["function_name"],
                Role=role["Role"]["Arn"],
                Runtime="python3.11",
                Handler="handler.handler",
                Code={"ZipFile": archive(f"{name} 1")},
                Layers=[layer["LayerVersionArn"]],
                Publish=True,
            )
            client.create_alias(
                FunctionName=target["function_name"], Name="live", FunctionVersion="1"
            )
        yield fake


def make_build(folder: Path, **texts: str) -> Path:
    """A build's folder, with the first texts where no other is given."""
    contents = {name: archive(texts.get(name, f"{name} 1")) for name in ("layer", "api", "planner")}
    for name, content in contents.items():
        (folder / f"{name}.zip").write_bytes(content)
    entries = {
        name: {"path": f"{name}.zip", "sha256": digest(content)}
        for name, content in contents.items()
    }
    layer = entries.pop("layer")
    manifest = {
        "runtime": "python3.11",
        "architecture": "x86_64",
        "layer": layer,
        "functions": entries,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def release(build: Path, seconds: float = 5) -> dict[str, str]:
    script = runpy.run_path(str(SCRIPT))
    settings = script["Settings"](
        application="qscreen-test-functions",
        layer="qscreen-test-shared",
        parameter=PARAMETER,
        seconds=seconds,
        functions=FUNCTIONS,
    )
    versions = script["release"](build, build / "appspecs", COMMIT, settings)
    assert isinstance(versions, dict)
    return versions


def refused(build: Path, seconds: float = 5) -> str:
    with pytest.raises(Exception, match=r"\.") as caught:
        release(build, seconds)
    assert type(caught.value).__name__ == "ReleaseError"
    return str(caught.value)


def live(name: str) -> str:
    alias = boto3.client("lambda").get_alias(
        FunctionName=FUNCTIONS[name]["function_name"], Name="live"
    )
    return alias["FunctionVersion"]


def code_of_live(name: str) -> str:
    answer = boto3.client("lambda").get_function(
        FunctionName=FUNCTIONS[name]["function_name"], Qualifier=live(name)
    )
    return answer["Configuration"]["CodeSha256"]


def test_changed_code_becomes_live_through_codedeploy(
    codedeploy: CodeDeploy, tmp_path: Path
) -> None:
    build = make_build(tmp_path, api="api 2", planner="planner 2")
    versions = release(build)
    for name in FUNCTIONS:
        assert code_of_live(name) == digest(archive(f"{name} 2"))
        appspec = json.loads((build / "appspecs" / f"{name}.json").read_text(encoding="utf-8"))
        properties = appspec["Resources"][0][name]["Properties"]
        assert properties == {
            "Name": f"qscreen-test-{name}",
            "Alias": "live",
            "CurrentVersion": "1",
            "TargetVersion": versions[name],
        }
    assert [deployment["name"] for deployment in codedeploy.deployments] == ["api", "planner"]
    assert all("deploymentConfigName" not in each["asked"] for each in codedeploy.deployments)
    value = boto3.client("ssm").get_parameter(Name=PARAMETER)["Parameter"]["Value"]
    assert json.loads(value) == {"commit": COMMIT, "versions": versions}


def test_a_changed_layer_reaches_every_function(codedeploy: CodeDeploy, tmp_path: Path) -> None:
    release(make_build(tmp_path, layer="layer 2"))
    for name in FUNCTIONS:
        answer = boto3.client("lambda").get_function_configuration(
            FunctionName=FUNCTIONS[name]["function_name"], Qualifier=live(name)
        )
        assert [entry["Arn"].rpartition(":")[2] for entry in answer["Layers"]] == ["2"]
    assert len(codedeploy.deployments) == 2


def test_a_failed_canary_takes_the_others_back(codedeploy: CodeDeploy, tmp_path: Path) -> None:
    codedeploy.ends = {"planner": "Failed"}
    message = refused(make_build(tmp_path, api="api 2", planner="planner 2"))
    assert "the deployment of planner did not succeed" in message
    assert live("api") == "1"
    assert live("planner") == "1"
    back = codedeploy.deployments[-1]
    assert back["name"] == "api"
    assert back["asked"]["deploymentConfigName"] == "CodeDeployDefault.LambdaAllAtOnce"
    assert boto3.client("ssm").describe_parameters()["Parameters"] == []


def test_a_failure_stops_what_still_shifts(codedeploy: CodeDeploy, tmp_path: Path) -> None:
    codedeploy.ends = {"api": "InProgress", "planner": "Stopped"}
    refused(make_build(tmp_path, api="api 2", planner="planner 2"))
    assert codedeploy.stopped == ["api"]
    assert len(codedeploy.deployments) == 2


def test_a_deployment_that_does_not_end_is_stopped(codedeploy: CodeDeploy, tmp_path: Path) -> None:
    codedeploy.ends = {"api": "InProgress"}
    message = refused(make_build(tmp_path, api="api 2", planner="planner 2"), seconds=-1)
    assert "the deployment of api did not succeed" in message
    assert codedeploy.stopped == ["api"]
    assert live("planner") == "1"


def test_a_build_of_other_functions_is_refused(codedeploy: CodeDeploy, tmp_path: Path) -> None:
    build = make_build(tmp_path, api="api 2")
    manifest = json.loads((build / "manifest.json").read_text(encoding="utf-8"))
    del manifest["functions"]["planner"]
    (build / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "differ in the functions planner" in refused(build)
    assert codedeploy.deployments == []
    assert code_of_live("api") == digest(archive("api 1"))


def test_two_deployments_do_not_meet(codedeploy: CodeDeploy, tmp_path: Path) -> None:
    client = boto3.client("lambda")
    client.publish_version(FunctionName="qscreen-test-api")
    client.update_alias(
        FunctionName="qscreen-test-api",
        Name="live",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.1}},
    )
    assert "being shifted by another deployment" in refused(make_build(tmp_path, api="api 2"))
    assert codedeploy.deployments == []


def test_what_is_live_already_is_left_alone(codedeploy: CodeDeploy, tmp_path: Path) -> None:
    """Lambda publishes no version that does not differ from the last; the emulator would."""
    session = boto3.DEFAULT_SESSION
    assert session is not None

    def unchanged(**_: object) -> tuple[SimpleNamespace, dict[str, Any]]:
        return SimpleNamespace(status_code=200), {"Version": "1"}

    session.events.register("before-call.lambda.PublishVersion", unchanged)
    assert release(make_build(tmp_path)) == {"api": "1", "planner": "1"}
    assert codedeploy.deployments == []
    assert json.loads((tmp_path / "appspecs" / "versions.json").read_text(encoding="utf-8")) == {
        "api": "1",
        "planner": "1",
    }
