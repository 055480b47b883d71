"""A copy of the Terraform files in which Terraform may write what it likes."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from qops.prerequisites.provider_mirror import find_provider_mirror
from qops.terraform.cli_config import write_cli_config

REPOSITORY = Path(__file__).resolve().parents[2]
PROVIDER_VERSION = "5.100.0"
TIMEOUT_SECONDS = 900
"""Against a hang; a laptop that does other work besides needs minutes for the largest module."""


@dataclass
class TerraformCopy:
    """Runs Terraform in a copy of the checkout."""

    root: Path
    binary: str
    environment: dict[str, str]
    data: str = ".data"
    _ready: set[str] = field(default_factory=set)

    def run(self, folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a folder of the copy, set up before its first command."""
        if folder not in self._ready:
            done = self._call(folder, "init", "-backend=false", "-input=false")
            if done.returncode != 0:
                return done
            self._ready.add(folder)
        return self._call(folder, *arguments)

    def attached(self, providers: dict[str, str]) -> "TerraformCopy":
        """The same copy for runs that attach to providers which run already.

        Args:
            providers: The environment variables that name them. Nothing is installed.
        """
        return TerraformCopy(
            self.root, self.binary, self.environment | providers, data=self.data + "-attached"
        )

    def data_folder(self, folder: str) -> Path:
        """Where Terraform keeps what it installs for a folder."""
        return self.root / self.data / folder.replace("/", "-")

    def _call(self, folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.binary, f"-chdir={self.root / folder}", *arguments, *self._plain(arguments)],
            env={**self.environment, "TF_DATA_DIR": str(self.data_folder(folder))},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )

    @staticmethod
    def _plain(arguments: tuple[str, ...]) -> list[str]:
        return ["-no-color"] if arguments[0] in ("init", "test", "validate") else []


def copy_terraform(root: Path) -> TerraformCopy:
    """Copy `modules` and `terraform` to a folder and point Terraform at its provider.

    Args:
        root: Empty folder.

    Raises:
        AssertionError: There is no Terraform.
    """
    pinned = REPOSITORY / ".qscreen" / "bin" / "terraform"
    binary = shutil.which("terraform") or (str(pinned) if pinned.is_file() else None)
    assert binary, "Terraform is neither on PATH nor in .qscreen/bin; run `qops doctor`."
    for folder in ("modules", "terraform"):
        shutil.copytree(
            REPOSITORY / folder,
            root / folder,
            ignore=shutil.ignore_patterns(".terraform", "*.tfstate*"),
        )
    setting = os.environ.get("QOPS_PROVIDER_MIRROR")
    mirror = find_provider_mirror(PROVIDER_VERSION, setting=Path(setting) if setting else None)
    config = write_cli_config(root / ".config", mirror=mirror.folder if mirror else None)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))
    }
    environment |= {
        "TF_CLI_CONFIG_FILE": str(config),
        "AWS_REGION": "ap-northeast-2",
    }
    return TerraformCopy(root, binary, environment)
