"""An environment of qops in AWS's place: real Terraform, its S3 backend, moto's server.

The configuration needs no provider, so that it plans in a second. It has two layers; a resource of
the second waits in its creation for a file, so that a test can act in the middle of an apply.
"""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from local_cloud_support import ENVIRONMENT

from qops.local.environment import ensure_environment, lock_file
from qops.platform import applying, planning
from qops.platform.aws import Aws
from qops.platform.backend import state_place
from qops.prerequisites import terraform_binary
from qops.settings import Settings
from qscreen.audit import AuditRow

REGION = "ap-northeast-2"
ACCOUNT = "123456789012"
ROOT = """
terraform {
  backend "s3" {
    use_path_style              = true
    skip_credentials_validation = true
    skip_requesting_account_id  = true
    skip_metadata_api_check     = true
    max_retries                 = 1
  }
}
variable "build_dir" { type = string }
variable "state_bucket" { type = string }
variable "release" {
  type = object({ version = string, commit = string })
}
module "data" {
  source = "../../modules/data"
  names  = jsondecode(file("${path.root}/environments/names.json"))
}
module "compute" {
  source = "../../modules/compute"
  gate   = trimspace(file("${path.root}/environments/gate"))
  after  = module.data.names
}
"""
DATA = """
variable "names" { type = map(string) }
resource "terraform_data" "queue" {
  for_each = var.names
  input    = { name = each.key, note = each.value, password = sensitive("hunter2-${each.value}") }
}
output "names" { value = keys(terraform_data.queue) }
"""
COMPUTE = """
variable "gate" { type = string }
variable "after" { type = list(string) }
resource "terraform_data" "function" {
  triggers_replace = [var.gate]
  input            = var.after
  provisioner "local-exec" {
    command = var.gate == "" ? "true" : <<-EOT
      touch ${var.gate}.reached
      until [ -e ${var.gate} ]; do sleep 0.05; done
    EOT
  }
}
"""


@contextmanager
def moto_server() -> Iterator[str]:
    """A server of moto's, from the environment of the local cloud.

    Yields:
        Its address.
    """
    python = ensure_environment(ENVIRONMENT, lock_file(), lambda line: None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with subprocess.Popen(
        [python, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            deadline = time.monotonic() + 180
            while True:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert server.poll() is None, "moto's server ended at once"
                assert time.monotonic() < deadline, "moto's server does not answer"
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@dataclass
class SmallDeployment:
    """One environment, its checkout and its account."""

    settings: Settings
    url: str
    notices: list[str]

    @property
    def s3(self) -> Any:
        """A client of its S3 that no test's patch reaches."""
        return boto3.client(
            "s3", endpoint_url=self.url, region_name=REGION,
            aws_access_key_id="testing", aws_secret_access_key="testing",
        )  # fmt: skip

    @property
    def place(self) -> dict[str, str]:
        """Bucket and key of the state."""
        bucket, key = state_place(self.settings, Aws(self.settings))
        return {"Bucket": bucket, "Key": key}

    def configure(self, names: dict[str, str], gate: Path | None = None) -> None:
        """Write what is to be applied: entries of layer data, and the gate of layer compute."""
        folder = self.settings.variables_file.parent
        (folder / "names.json").write_text(json.dumps(names))
        (folder / "gate").write_text(str(gate or ""))

    def plan(self) -> Any:
        """``qops plan``."""
        return planning.make_plan(self.settings, None, notice=self.notices.append)

    def apply(self, *, allow: int = 0, file: Path | None = None, show: Any = None) -> Any:
        """``qops apply``, with nobody to ask."""
        asking = applying.Asking(lambda counts: None, lambda *_: None, allow)
        return applying.apply_plan(
            self.settings, file, notice=self.notices.append, asking=asking, show=show or self.quiet
        )

    @staticmethod
    @contextmanager
    def quiet() -> Iterator[Any]:
        """A view that shows nothing."""
        yield lambda event: None

    def state_text(self) -> str:
        """The state as it is in the bucket."""
        body: bytes = self.s3.get_object(**self.place)["Body"].read()
        return body.decode()

    def state(self) -> dict[str, Any]:
        """The state as it is in the bucket, read."""
        found: dict[str, Any] = json.loads(self.state_text())
        return found

    def rows(self, *actions: str) -> list[AuditRow]:
        """Rows of the trail that record some actions; the trail holds."""
        verdict = applying.read_trail(self.settings, notice=self.notices.append)
        assert verdict.chain.intact
        return [row for row in verdict.rows if row.entry.action in actions]

    def addresses(self) -> list[str]:
        """What the state knows."""
        return sorted(
            f"{one['module']}.{one['type']}.{one['name']}"
            + (f"[{json.dumps(each['index_key'])}]" if "index_key" in each else "")
            for one in self.state()["resources"]
            for each in one["instances"]
        )


def make_deployment(
    folder: Path, url: str, patch: pytest.MonkeyPatch, environment: str = "dev"
) -> SmallDeployment:
    """Lay a checkout out and point this process at the server.

    Args:
        folder: Empty folder.
        url: Address of the server.
        patch: Undoes what is set.
        environment: Name of the environment.
    """
    point_at(url, patch, folder)
    for path, text in {
        "terraform/platform/main.tf": ROOT,
        "terraform/platform/variables.tf": "",
        "terraform/platform/.terraform.lock.hcl": "",
        f"terraform/platform/environments/{environment}.tfvars": f'region = "{REGION}"\n',
        "modules/data/main.tf": DATA,
        "modules/compute/main.tf": COMPUTE,
    }.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    settings = Settings(repository=folder, home=folder / "home", environment=environment)
    found = SmallDeployment(settings, url, [])
    found.configure({"jobs": "one", "runs": "two"})
    bucket = found.place["Bucket"]
    s3 = found.s3
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return found


def point_at(url: str, patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let this process take a server for AWS, and leave out what the platform itself needs.

    Args:
        url: Address of the server.
        patch: Undoes it.
        folder: The checkout.
    """
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "TF_CLI_CONFIG_FILE"):
        patch.delenv(name, raising=False)
    for name, value in {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        patch.setenv(name, value)
    found = terraform_binary.find_terraform(folder / "none", allow_download=False)
    patch.setattr("qops.platform.deployment.find_terraform", lambda *a, **k: found)
    patch.setattr("qops.platform.deployment.find_provider_mirror", lambda *a, **k: None)
    patch.setattr(planning, "build_archives", lambda *a, **k: None)
