"""Format, validity, the modules' own tests, and the examples of their READMEs."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from terraform_copy import REPOSITORY, TerraformCopy
from terraform_provider import Workers

MODULES = sorted(file.parent.name for file in (REPOSITORY / "modules").glob("*/versions.tf"))
LAYERS = ("client", "network", "ai", "compute", "data", "security", "observability", "devops")
TESTED = [*(f"modules/{name}" for name in MODULES), "terraform/bootstrap", "terraform/platform"]
EXAMPLE = re.compile(r"^## Example\n+```hcl\n(.*?)^```", re.MULTILINE | re.DOTALL)
MODELS = re.compile(
    r'^variable "models" \{\n.*?type = map\(object\(\{\n(.*?)\n  \}\)\)', re.M | re.S
)
MOCK = """
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[]}" }
  }
}

run "examples" {
  command = plan
}
"""

Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def module_tests(
    workers: Workers, request: pytest.FixtureRequest
) -> Iterator[dict[str, Future[Done]]]:
    """The runs of the modules' tests side by side, the longest first."""
    wanted = {
        item.callspec.params["folder"]
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.originalname == test_modules_pass_their_tests.__name__
    }
    with ThreadPoolExecutor(workers.count) as pool:
        yield {
            folder: pool.submit(workers.run, folder, "test")
            for folder in sorted(wanted, key=_length_of_tests, reverse=True)
        }


def _length_of_tests(folder: str) -> int:
    return sum(file.stat().st_size for file in (REPOSITORY / folder / "tests").glob("*.hcl"))


@pytest.mark.parametrize("folder", TESTED)
def test_modules_pass_their_tests(module_tests: dict[str, Future[Done]], folder: str) -> None:
    done = module_tests[folder].result()
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"Success! (\d+) passed, 0 failed\.", done.stdout)
    assert passed is not None, done.stdout
    assert int(passed[1]) > 0, "a module without a test that runs is not tested"


def test_the_examples_can_be_planned(terraform: TerraformCopy, workers: Workers) -> None:
    """Plan the examples of all READMEs as the modules of one root, in one run."""
    root = terraform.root / "examples"
    root.mkdir()
    shutil.copy(terraform.root / "terraform" / "bootstrap" / "versions.tf", root)
    calls, asked = [], set()
    for module in MODULES:
        readme = (REPOSITORY / "modules" / module / "README.md").read_text(encoding="utf-8")
        example = EXAMPLE.search(readme)
        assert example is not None, f"modules/{module}/README.md has no example"
        (root / module).mkdir()
        (root / module / "main.tf").write_text(example[1], encoding="utf-8")
        variables = re.findall(r'^variable "(\w+)"', example[1], re.MULTILINE)
        asked |= set(variables)
        given = "".join(f"  {name} = var.{name}\n" for name in variables)
        calls.append(f'module "{module}" {{\n  source = "./{module}"\n{given}}}\n')
        fixtures = terraform.root / "modules" / module / "tests" / "fixtures"
        if fixtures.is_dir():
            shutil.copytree(fixtures, root, dirs_exist_ok=True)
    declared = "".join(
        f'variable "{name}" {{\n  type      = string\n  ephemeral = true\n}}\n' for name in asked
    )
    values = "".join(f'  {name} = "only-for-the-test"\n' for name in asked)
    (root / "main.tf").write_text(declared + "".join(calls), encoding="utf-8")
    (root / "examples.tftest.hcl").write_text(f"variables {{\n{values}}}\n{MOCK}", encoding="utf-8")
    done = workers.run("examples", "test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed, 0 failed" in done.stdout


def test_the_format_is_terraforms_own(workers: Workers) -> None:
    for folder in ("modules", "terraform"):
        done = workers.run("terraform/bootstrap", "fmt", "-check", "-recursive", f"../../{folder}")
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("root", ["terraform/platform", "terraform/bootstrap"])
def test_roots_are_valid(workers: Workers, root: str) -> None:
    done = workers.run(root, "validate")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_root_calls_the_layers_in_order() -> None:
    text = (REPOSITORY / "terraform" / "platform" / "main.tf").read_text(encoding="utf-8")
    called = re.findall(r'^module "(\w+)"', text, re.MULTILINE)
    assert tuple(name for name in called if name in LAYERS) == LAYERS
    assert set(called) == {"context", "recovery", *LAYERS}


def test_other_layers_call_what_is_released_of_a_function() -> None:
    """By its alias: the bare ARN is what was published last, before any canary."""
    text = (REPOSITORY / "terraform" / "platform" / "main.tf").read_text(encoding="utf-8")
    assert re.findall(r"module\.compute\.functions\[.*\]\.function_arn", text) == []
    assert text.count("].alias_arn") == 3


def test_the_settings_are_those_of_the_layers() -> None:
    done = subprocess.run(
        [sys.executable, REPOSITORY / "scripts" / "terraform-settings", "--check"], check=False
    )
    assert done.returncode == 0, "terraform/platform/settings.tf is stale: run `make generate`"


def test_the_models_are_those_of_the_layer() -> None:
    """What the root's type leaves out never reaches the layer, and nothing says so."""
    attributes = []
    for folder in ("modules/ai", "terraform/platform"):
        (model,) = MODELS.findall((REPOSITORY / folder / "variables.tf").read_text("utf-8"))
        attributes.append(set(re.findall(r"^    (\w+) += ", model, re.MULTILINE)))
    assert attributes[0] == attributes[1] >= {"inference_profile_id", "fallbacks"}


def test_every_environment_has_values() -> None:
    folder = REPOSITORY / "terraform" / "platform" / "environments"
    for name in ("local", "dev", "prod"):
        text = (folder / f"{name}.tfvars").read_text(encoding="utf-8")
        assert re.search(rf'^environment\s*= "{name}"$', text, re.MULTILINE)
