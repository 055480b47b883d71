"""A provider that is started once and serves many runs of Terraform.

Terraform starts the provider anew for each walk of each ``run`` block, and each start costs over a
second of CPU. Terraform can also attach to a provider that runs already, as its developers do under
a debugger: https://developer.hashicorp.com/terraform/plugin/debugging.
"""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Timer

from terraform_copy import TerraformCopy

ANY_FOLDER = "modules/context"
"""A folder that requires the provider and little else."""

START_SECONDS = 120
STOP_SECONDS = 30
ATTACH = re.compile(r"(TF_REATTACH_PROVIDERS)='(.*)'")


def provider_binary(terraform: TerraformCopy) -> Path:
    """The provider as Terraform itself installs it, of the version that the modules pin.

    Args:
        terraform: The copy in which it is installed.

    Raises:
        AssertionError: Terraform could not install it.
    """
    done = terraform.run(ANY_FOLDER, "version")
    assert done.returncode == 0, done.stdout + done.stderr
    # Set up before its first command, the folder has the provider.
    installed = terraform.data_folder(ANY_FOLDER) / "providers"
    (binary,) = installed.glob("*/hashicorp/aws/*/*/terraform-provider-aws_v*")
    return binary


@contextmanager
def serve_provider(terraform: TerraformCopy, binary: Path) -> Iterator[TerraformCopy]:
    """Serve the provider until the block ends.

    It may be configured again and again, but only for one run at a time.

    Args:
        terraform: The copy whose environment, without credentials, the provider gets.
        binary: The provider.

    Yields:
        The same copy; its runs attach to this provider.

    Raises:
        AssertionError: The provider did not say where it listens.
    """
    with subprocess.Popen(
        [str(binary), "-debug"],
        env=terraform.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as provider:
        overdue = Timer(START_SECONDS, provider.kill)
        overdue.start()
        try:
            assert provider.stdout is not None
            told = next(filter(None, map(ATTACH.search, provider.stdout)), None)
            overdue.cancel()
            assert told is not None, f"{binary} -debug does not say where it listens"
            yield terraform.attached({told[1]: told[2]})
        finally:
            overdue.cancel()
            provider.terminate()
            try:
                provider.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                provider.kill()


class Workers:
    """Copies that run Terraform side by side, each attached to a provider of its own."""

    def __init__(self, copies: list[TerraformCopy]) -> None:
        self.count = len(copies)
        self._free: SimpleQueue[TerraformCopy] = SimpleQueue()
        for copy in copies:
            self._free.put(copy)

    def run(self, folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command with the next worker that is free."""
        copy = self._free.get()
        try:
            return copy.run(folder, *arguments)
        finally:
            self._free.put(copy)
