"""Where the resources are read from."""

import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from small_platform import plan, resource

from qops.errors import UsageError
from qops.settings import load_settings
from qops.sizing.inventory import read_inventory

ROOT = Path(__file__).parents[4]


class Runner:
    """Shows one plan and one state."""

    def __init__(self, state: dict) -> None:
        self.state = state
        self.shown: list[Path | None] = []

    def show(self, file: Path | None = None) -> dict:
        self.shown.append(file)
        if file is None:
            return self.state
        return plan([resource("module.data.aws_sqs_queue.planned")])


@pytest.fixture
def terraform(tmp_path: Path, monkeypatch):
    """A deployment whose Terraform shows what the test says; nothing runs."""
    made = SimpleNamespace(
        runner=Runner({}),
        workspace=SimpleNamespace(plan=tmp_path / "platform.tfplan"),
        did=[],
        init=lambda: made.did.append("init"),
        install=lambda: made.did.append("install"),
    )
    monkeypatch.setattr("qops.platform.deployment.find_tools", lambda *a, **k: None)
    monkeypatch.setattr("qops.platform.deployment.Deployment", lambda *a, **k: made)
    return made


def binary(file: Path) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tfplan", "x")
    return file


def names(inventory) -> list[str]:
    return [one.name for one in inventory.resources]


def read(tmp_path: Path, **options):
    settings = load_settings("dev", environ={"QOPS_HOME": str(tmp_path)})
    return read_inventory(settings, notice=lambda text: None, **options)


def test_a_saved_plan_is_shown_by_terraform_and_no_cloud_is_asked(tmp_path, terraform) -> None:
    file = binary(tmp_path / "other.tfplan")
    assert names(read(tmp_path, file=file)) == ["planned"]
    assert (terraform.runner.shown, terraform.did) == ([file], ["install"])


def test_the_saved_plan_of_the_environment_comes_before_its_state(tmp_path, terraform) -> None:
    terraform.runner.state = {"values": {"root_module": {"resources": []}}}
    binary(terraform.workspace.plan)
    assert names(read(tmp_path)) == ["planned"]


def test_without_a_plan_the_state_is_read(tmp_path, terraform) -> None:
    items = [resource("module.data.aws_sqs_queue.applied")]
    terraform.runner.state = {"values": {"root_module": {"resources": items}}}
    found = read(tmp_path)
    assert names(found) == ["applied"]
    assert (found.region, terraform.did) == ("ap-northeast-2", ["init"]), "as the tfvars say"


def test_an_environment_without_plan_and_state_says_what_to_do(tmp_path, terraform) -> None:
    with pytest.raises(UsageError, match="Nothing is planned or applied in dev") as caught:
        read(tmp_path)
    assert "--declared" in caught.value.next_step


def test_children_and_data_sources_of_a_plan(tmp_path) -> None:
    inner = {"resources": [resource('module.data.module.b["x"].aws_s3_bucket.this')]}
    data = {"address": "data.aws_region.here", "mode": "data", "type": "aws_region", "values": {}}
    document = plan([data])
    document["planned_values"]["root_module"]["child_modules"] = [
        {"resources": [], "child_modules": [inner]}
    ]
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(document))
    (bucket,) = read(tmp_path, file=file).resources
    assert (bucket.name, bucket.layer, bucket.type) == ("x", "data", "aws_s3_bucket")


def test_what_is_to_be_destroyed_is_not_counted(tmp_path) -> None:
    gone = {"actions": ["delete"], "after": None}
    kept = {"actions": ["delete", "create"], "after": {"name": "q"}}
    changes = [
        {"address": f"module.data.aws_sqs_queue.{name}", "mode": "managed", "type": "aws_sqs_queue",
         "change": change}
        for name, change in (("gone", gone), ("replaced", kept))
    ]  # fmt: skip
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"resource_changes": changes}))
    assert names(read(tmp_path, file=file)) == ["replaced"]
