import json
from pathlib import Path

import pytest

from qops.inventory.model import instance_name
from qops.settings import Settings
from qops.sizing import declared
from qops.sizing.declared import (
    DeclaredPlanError,
    declared_inventory,
    planned_changes,
    without_unmockable,
)

CONFIGURATION = """\
module "data" {
  password = ephemeral.aws_secretsmanager_random_password.this["database"].random_password
}

ephemeral "aws_secretsmanager_random_password" "this" {
  for_each = { database = 32 }
}

check "alarms_are_heard" {
  assert {
    condition = "${var.x}" != ""
  }
}

locals { checked = true }
"""


def change(address: str, actions: list[str], **after: object) -> dict[str, object]:
    return {
        "address": address,
        "mode": "managed",
        "type": address.split(".")[-2],
        "change": {"actions": actions, "before": None, "after": after},
    }


def test_what_a_mocked_provider_cannot_have_is_taken_out() -> None:
    assert without_unmockable(CONFIGURATION) == (
        'module "data" {\n  password = "declared"\n}\n\n\n\nlocals { checked = true }\n'
    )


def test_the_planned_changes_are_found_among_the_events() -> None:
    read = {"address": "data.x.y", "mode": "data", "type": "x", "change": {"actions": ["read"]}}
    made = change("module.data.aws_sqs_queue.a", ["create"], name="q")
    events = [
        {"type": "version"},
        {"type": "test_plan", "test_plan": {"resource_changes": [read, made]}},
    ]
    output = "Terraform says hello\n" + "\n".join(json.dumps(event) for event in events)
    assert [one["address"] for one in planned_changes(output)] == ["module.data.aws_sqs_queue.a"]


def test_a_fault_of_the_configuration_is_told() -> None:
    fault = {"type": "diagnostic", "diagnostic": {"summary": "Bad value", "detail": "Too small."}}
    with pytest.raises(DeclaredPlanError) as caught:
        planned_changes(json.dumps(fault))
    assert caught.value.why == "Bad value: Too small."
    with pytest.raises(DeclaredPlanError) as caught:
        planned_changes("", "no such file\n")
    assert caught.value.why == "no such file"


def checkout(folder: Path) -> Path:
    """What a plan is made of, and nothing more."""
    files = {
        "terraform/platform/main.tf": "",
        "terraform/platform/variables.tf": 'variable "region" {\n  default = "ap-northeast-2"\n}\n',
        "terraform/platform/environments/prod.tfvars": "",
        "modules/data/main.tf": "",
        "lambda_src/api/handler.py": "",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_the_same_configuration_is_planned_once(tmp_path: Path, monkeypatch) -> None:
    planned = []

    def plan(settings, region, notice):
        planned.append(region)
        return [change("module.data.aws_sqs_queue.a", ["create"], name="q")]

    monkeypatch.setattr(declared, "_plan", plan)
    repository = checkout(tmp_path / "checkout")
    settings = Settings(repository, tmp_path, environment="prod")
    (tmp_path / "declared").mkdir()
    for _ in range(2):
        found = declared_inventory(settings, notice=lambda text: None)
    assert planned == ["ap-northeast-2"]
    assert (found.environment, found.region) == ("prod", "ap-northeast-2")
    assert [resource.text("name") for resource in found.resources] == ["q"]
    (repository / "modules" / "data" / "README.md").write_text("Something else.")
    (repository / "modules" / "data" / "tests").mkdir()
    (repository / "modules" / "data" / "tests" / "x.tftest.hcl").write_text("run {}")
    declared_inventory(settings, notice=lambda text: None)
    assert len(planned) == 1, "neither texts nor tests change what is declared"
    (repository / "modules" / "data" / "main.tf").write_text("locals {}")
    declared_inventory(settings, notice=lambda text: None)
    assert len(planned) == 2
    assert len(list((tmp_path / "declared").iterdir())) == 1


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ('module.compute.module.function["api"].aws_lambda_function.this', "api"),
        ('module.data.aws_db_proxy.this["on"]', "db_proxy"),
        ("module.compute.aws_sqs_queue.dead_letters", "dead_letters"),
        ("module.security.aws_wafv2_web_acl.this[0]", "wafv2_web_acl"),
        ("module.client.module.releases.aws_s3_bucket.this", "releases"),
        ("module.recovery[0].module.access_logs_bucket.aws_s3_bucket.this", "access_logs_bucket"),
        ('module.network.aws_nat_gateway.this["a"]', "a"),
    ],
)
def test_the_name_of_a_resource(address: str, name: str) -> None:
    assert instance_name(address) == name
