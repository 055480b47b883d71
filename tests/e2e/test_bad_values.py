"""Values that cannot work are stopped before anything is created, with a message that says the
repair. Terraform plans the real root against the endpoint, as ``qops plan`` does."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from e2e_endpoint import REGION, endpoint_url
from platform_state import applied_here, qops_home
from terraform_copy import TerraformCopy, copy_terraform

ROOT = "terraform/platform"
COMMIT = "0" * 40

pytestmark = pytest.mark.skipif(
    not applied_here(), reason="this endpoint's platform was not applied by qops here"
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> TerraformCopy:
    """The root with an empty state of its own: whatever were created would be seen in it."""
    copy = copy_terraform(tmp_path_factory.mktemp("bad"))
    override = copy.root / ROOT / "backend_override.tf"
    override.write_text('terraform {\n  backend "local" {}\n}\n', encoding="utf-8")
    copy.environment |= {
        "AWS_ENDPOINT_URL": endpoint_url(),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "TF_DATA_DIR": str(copy.root / ".data" / "bad"),
    }
    done = run(copy, "init", "-input=false")
    assert done.returncode == 0, done.stderr
    return copy


def run(copy: TerraformCopy, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [copy.binary, f"-chdir={copy.root / ROOT}", *arguments, "-no-color"],
        env=copy.environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def values(**changed: object) -> dict[str, object]:
    build = qops_home() / "build" / "local"
    assert (build / "manifest.json").is_file()
    return {
        "environment": "local",
        "emulated": True,
        "endpoint_url": os.environ["AWS_ENDPOINT_URL"],
        "build_dir": str(build),
        "release": {"version": "1.0.0", "commit": COMMIT},
    } | changed


BAD = {
    "a wrong CIDR": ({"network": {"cidr": "10.40.0.0/33"}}, "cidr must be an IPv4 range"),
    "too few zones": ({"network": {"zones": {"a": 0}}}, "at least two zones"),
    "an unknown model role": (
        {"models": {"painter": {"inference_profile_id": "global.anthropic.claude-sonnet-4-6"}}},
        "roles planner, vision and fast",
    ),
    "an environment that is not there": ({"environment": "qa"}, "must be local, dev or prod"),
    "a name too long": (
        {"ai": {"denied_topics": {"a" * 101: {"definition": "Anything"}}}},
        "The name of a denied topic must be 1 to 100",
    ),
    "prod without a backend": (
        {"environment": "prod", "emulated": False, "endpoint_url": None},
        "prod keeps its state in S3",
    ),
    "prod without a recovery region": (
        {"environment": "prod", "emulated": False, "endpoint_url": None},
        "prod needs a recovery region",
    ),
}


@pytest.mark.parametrize(("changed", "message"), BAD.values(), ids=BAD.keys())
def test_a_bad_value_is_stopped_with_its_repair(
    root: TerraformCopy, tmp_path: Path, changed: dict[str, object], message: str
) -> None:
    file = tmp_path / "values.tfvars.json"
    file.write_text(json.dumps(values(**changed)), encoding="utf-8")
    done = run(root, "plan", "-input=false", f"-var-file={file}")
    told = " ".join(line.strip(" │╷╵") for line in done.stderr.splitlines())
    assert done.returncode == 1
    assert message in " ".join(told.split())
    assert not (root.root / ROOT / "terraform.tfstate").exists()
