"""An environment with two functions, three parameters, a state and a trail, in moto."""

import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.moto_api._internal import moto_api_backend

from qops.applying.seal import Seal
from qops.platform.aws import Aws
from qops.platform.backend import state_place
from qops.platform.trails import open_trail
from qops.releases import recording, rolling_back
from qops.releases.listing import recorded
from qops.settings import Settings

REGION = "ap-northeast-2"
COMMITS = {1: "a" * 40, 2: "b" * 40}
FUNCTIONS = ("api", "planner")


def archive(text: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("handler.py", text)
    return content.getvalue()


@dataclass
class Health:
    """What the health of the environment is, in the order of the questions."""

    states: list[str] = field(default_factory=list)
    asked: int = 0

    def check(self, settings: Any, **options: Any) -> Any:
        from datetime import UTC, datetime

        from qops.health.answers import CheckAnswer, HealthAnswer
        from qops.health.checking import select
        from qops.health.model import Finding, State
        from qops.health.running import Result

        state = State(self.states[min(self.asked, len(self.states) - 1)] if self.states
                      else "healthy")  # fmt: skip
        self.asked += 1
        results = [
            Result(check, (Finding("it", state, "as the test says"),), 0.0)
            for check in select(options.get("only", ("compute.functions",)), deep=False)
        ]
        counts = {one: len(results) if one is state else 0 for one in State}
        return HealthAnswer(
            environment=settings.environment, checked_at=datetime.now(UTC), deep=False,
            source="state", counts=counts, checks=[CheckAnswer.of(one) for one in results],
        )  # fmt: skip


@dataclass
class World:
    """The environment."""

    settings: Settings
    clients: dict[str, Any]
    health: Health
    notices: list[str] = field(default_factory=list)
    shifted: bool = False

    @property
    def aws(self) -> Aws:
        return Aws(self.settings)

    def function(self, name: str) -> str:
        return f"{self.settings.prefix}-{name}"

    def parameter(self, name: str) -> str:
        return f"/qscreen/{self.settings.environment}/{name}"

    def deploy(self, text: str, models: str, *, only: tuple[str, ...] = FUNCTIONS) -> None:
        """New code of functions and a new value of a parameter, as an apply would leave it."""
        for name in only:
            answer = self.clients["lambda"].update_function_code(
                FunctionName=self.function(name), ZipFile=archive(text + name), Publish=True
            )
            self.point(name, answer["Version"])
        self.put("models", models)

    def point(self, name: str, version: str) -> None:
        self.clients["lambda"].update_alias(
            FunctionName=self.function(name), Name="live", FunctionVersion=version
        )

    def put(self, name: str, value: str) -> None:
        self.clients["ssm"].put_parameter(
            Name=self.parameter(name), Value=value, Type="String", Overwrite=True
        )

    def value(self, name: str) -> str:
        answer = self.clients["ssm"].get_parameter(Name=self.parameter(name))
        return str(answer["Parameter"]["Value"])

    def versions(self) -> dict[str, str]:
        return {
            name: self.clients["lambda"].get_alias(FunctionName=self.function(name), Name="live")[
                "FunctionVersion"
            ]
            for name in FUNCTIONS
        }

    def write_state(self) -> None:
        """What Terraform would have written down."""
        bucket, key = state_place(self.settings, self.aws)
        label = "deployed" if self.shifted else "live"

        def one(module: str, type_: str, label: str, **attributes: str) -> dict[str, Any]:
            return {"mode": "managed", "module": module, "type": type_, "name": label,
                    "instances": [{"attributes": attributes}]}  # fmt: skip

        resources = [
            one(f'module.compute.module.function["{name}"]', "aws_lambda_alias", label,
                function_name=self.function(name), name="live")
            for name in FUNCTIONS
        ]  # fmt: skip
        parameters = ["models", "release", "client", *(["released-code"] if self.shifted else [])]
        resources += [
            one("module.x", "aws_ssm_parameter", name.replace("-", "_"), name=self.parameter(name))
            for name in parameters
        ]
        document = {"version": 4, "serial": 7, "lineage": "ab", "resources": resources}
        self.clients["s3"].put_object(Bucket=bucket, Key=key, Body=json.dumps(document))

    def record(self, number: int, **changes: Any) -> None:
        """A release, as an apply records it."""
        seal = Seal(
            environment=self.settings.environment, plan=f"{number}" * 64, planned_by="ci",
            planned_at="2026-11-30T06:00:00+00:00", lineage="ab", serial=number,
            configuration="c", provider_lock="l", commit=COMMITS[number],
        )  # fmt: skip
        row = recording.record_applied(
            self.settings, self.aws, open_trail(self.settings, self.aws), seal,
            place=state_place(self.settings, self.aws), actor="alice",
            schema=f"000{number}", notice=self.notices.append, **changes,
        )  # fmt: skip
        assert row is not None, self.notices

    def found(self) -> None:
        recording.record_found(
            self.settings, self.aws, open_trail(self.settings, self.aws),
            place=state_place(self.settings, self.aws), actor="alice",
            notice=self.notices.append,
        )  # fmt: skip

    def actions(self) -> list[tuple[str, Any]]:
        rows = open_trail(self.settings, self.aws).verify().rows
        return [
            (row.entry.action, row.entry.detail.get("result") or row.entry.detail.get("kind"))
            for row in rows
        ]

    def numbers(self) -> list[int]:
        return [one.number for one in recorded(self.settings).releases]


@pytest.fixture(scope="module")
def clients():
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        yield {
            name: boto3.client(name, region_name=REGION)
            for name in ("s3", "sts", "lambda", "ssm", "iam")
        }


@pytest.fixture
def world(clients, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two releases: version 1 with the models "old", version 2 with "new", which runs."""
    moto_api_backend.reset()
    monkeypatch.setattr(Aws, "client", lambda self, service, **_: clients[service])
    monkeypatch.setattr(recording, "is_clean", lambda repository: True)
    health = Health()
    monkeypatch.setattr(rolling_back, "check_health", health.check)
    platform = tmp_path / "terraform" / "platform"
    (platform / "environments").mkdir(parents=True)
    (platform / "variables.tf").write_text("")
    (platform / "environments" / "dev.tfvars").write_text(f'region = "{REGION}"\n')
    settings = Settings(repository=tmp_path, home=tmp_path / "home", environment="dev")
    made = World(settings, clients, health)
    clients["s3"].create_bucket(
        Bucket=state_place(settings, made.aws)[0],
        CreateBucketConfiguration={"LocationConstraint": REGION},
    )
    role = clients["iam"].create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]
    for name in FUNCTIONS:
        clients["lambda"].create_function(
            FunctionName=made.function(name), Runtime="python3.11", Handler="handler.x",
            Role=role["Arn"], Code={"ZipFile": archive("1" + name)}, Publish=True,
        )  # fmt: skip
        clients["lambda"].create_alias(
            FunctionName=made.function(name), Name="live", FunctionVersion="1"
        )
    made.put("models", "old")
    made.put("release", json.dumps({"version": "1.0", "commit": COMMITS[1]}))
    made.put("client", "url-1")
    made.write_state()
    made.record(1)
    made.deploy("2", "new")
    made.put("client", "url-2")
    made.record(2)
    return made
