"""The wrapper over the real program, with a module that needs no provider and no network."""

from pathlib import Path

import pytest

from qops.prerequisites.terraform_binary import find_terraform
from qops.terraform.errors import TerraformError
from qops.terraform.progress import LayerProgress
from qops.terraform.runner import TerraformRunner

ROOT = """
module "data" {
  source = "./layer"
}
module "compute" {
  source = "./layer"
  fail   = var.fail
}
variable "fail" {
  type    = bool
  default = false
}
variable "words" {
  type = string
}
output "words" {
  value = var.words
}
output "secret" {
  value     = "hidden"
  sensitive = true
}
"""
LAYER = """
variable "fail" {
  type    = bool
  default = false
}
resource "terraform_data" "this" {
  triggers_replace = var.fail
  provisioner "local-exec" {
    command = var.fail ? "exit 3" : "true"
  }
}
"""


@pytest.fixture
def runner(tmp_path: Path) -> TerraformRunner:
    root = tmp_path / "root"
    (root / "layer").mkdir(parents=True)
    (root / "main.tf").write_text(ROOT)
    (root / "layer" / "main.tf").write_text(LAYER)
    (root / ".terraform.lock.hcl").write_text("")
    binary = find_terraform(tmp_path / "home", allow_download=False)
    made = TerraformRunner(
        binary.path, root, data_folder=tmp_path / "data", environment={"PATH": "/usr/bin:/bin"}
    )
    made.init()
    return made


def values(tmp_path: Path, text: str) -> list[Path]:
    file = tmp_path / "v.tfvars"
    file.write_text(text)
    return [file]


def test_from_a_plan_to_outputs_to_an_empty_plan_to_nothing(runner, tmp_path: Path) -> None:
    assert runner.validate() == ()
    var_files = values(tmp_path, 'words = "회의 \\"3시\\""\n')
    plan = runner.plan(tmp_path / "p1", var_files=var_files)
    assert (plan.changes.add, plan.empty) == (2, False)
    assert len(runner.show(plan.file)["resource_changes"]) == 2

    progress = LayerProgress()
    assert runner.apply(plan.file, on_event=progress.feed).changes.add == 2
    assert (progress.layers["data"].done, progress.layers["compute"].done) == (1, 1)
    assert runner.outputs()["words"].value == '회의 "3시"'
    assert runner.outputs()["secret"].sensitive
    assert (tmp_path / "data").is_dir()
    assert not (tmp_path / "root" / ".terraform").exists()

    assert runner.plan(tmp_path / "p2", var_files=var_files).empty
    removal = runner.plan(tmp_path / "p3", var_files=var_files, mode="destroy")
    assert runner.apply(removal.file).changes.remove == 2


def test_a_failing_resource_is_named_with_its_place(runner, tmp_path: Path) -> None:
    plan = runner.plan(tmp_path / "p", var_files=values(tmp_path, 'words = "x"\nfail = true\n'))
    with pytest.raises(TerraformError) as caught:
        runner.apply(plan.file)
    assert "module.compute.terraform_data.this (layer/main.tf:" in caught.value.details[0]
    assert not caught.value.killed


def test_a_missing_value_is_an_error_of_the_plan(runner, tmp_path: Path) -> None:
    with pytest.raises(TerraformError) as caught:
        runner.plan(tmp_path / "p")
    assert "No value for required variable" in caught.value.why


def test_an_old_plan_is_refused(runner, tmp_path: Path) -> None:
    var_files = values(tmp_path, 'words = "x"\n')
    first = runner.plan(tmp_path / "p1", var_files=var_files)
    second = runner.plan(tmp_path / "p2", var_files=var_files)
    runner.apply(first.file)
    with pytest.raises(TerraformError) as caught:
        runner.apply(second.file)
    assert "stale" in caught.value.why.lower()
