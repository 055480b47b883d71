"""Plans and applies the platform of one environment."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qops.errors import UsageError
from qops.platform.aws import Aws, cloud_environment
from qops.platform.backend import no_state_bucket, state_place
from qops.platform.local_state import ensure_bucket, held, lock_file
from qops.platform.workspace import Workspace, further_blocks, prepare_workspace
from qops.prerequisites.provider_mirror import ProviderMirror, find_provider_mirror
from qops.prerequisites.terraform_binary import TerraformBinary, find_terraform
from qops.settings import Settings
from qops.terraform.cli_config import inherited_config_problem, write_cli_config
from qops.terraform.errors import StateLockedError, TerraformError
from qops.terraform.runner import (
    ApplyResult,
    OnEvent,
    Output,
    PlanMode,
    PlanResult,
    TerraformRunner,
)

PROVIDER_VERSION = "5.100.0"
"""Version of hashicorp/aws in the lock file; a test compares them."""

LOCAL_PARALLELISM = 30
"""Concurrent operations against the local cloud (measured best in the facts of the project)."""

_LOCAL: Mapping[str, Any] = {"parallelism": LOCAL_PARALLELISM, "orphan_seconds": 5.0}
"""After a killed apply the next ``up`` starts afresh, in a local cloud without anything in it."""

_LONGEST_TEMPORARY = 85
"""Bytes of a temporary folder's path that leave room for a plugin's socket (107, unix(7))."""

Notice = Callable[[str], None]


def _silent(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a deployment runs with; found once and shown by ``doctor``."""

    terraform: TerraformBinary
    mirror: ProviderMirror | None


def find_tools(settings: Settings, *, notice: Notice = _silent, download: bool = True) -> Tools:
    """Find Terraform and a provider mirror.

    Args:
        settings: Where to look and where to put a fetched Terraform.
        notice: Called with a line for the person.
        download: Whether Terraform may be fetched.

    Raises:
        PrerequisiteError: No Terraform fits, or the mirror that was set does not.
    """
    return Tools(
        terraform=find_terraform(settings.home, allow_download=download, notice=notice),
        mirror=find_provider_mirror(PROVIDER_VERSION, setting=settings.provider_mirror),
    )


def require_plan(file: Path, environment: str) -> None:
    """Refuse to go on without a saved plan.

    Args:
        file: The plan file.
        environment: Name of the environment, for the message.

    Raises:
        UsageError: There is no such plan.
    """
    if not file.is_file():
        raise UsageError(
            f"There is no saved plan {file}.",
            why="Only a saved plan is applied, so that what was reviewed is what happens.",
            next_step=f"Make one: qops plan --env {environment}",
        )


def _temporary_folder(folder: Path) -> dict[str, str]:
    """``TMPDIR`` for Terraform: its plugins' sockets stay behind when it is killed."""
    if len(os.fsencode(folder)) > _LONGEST_TEMPORARY:
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    return {"TMPDIR": str(folder)}


def _says(stamp: Path, digest: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == digest


class Deployment:
    """Terraform, set up for one environment.

    Attributes:
        workspace: Where its files are.
        tools: What it runs with.
    """

    def __init__(
        self,
        settings: Settings,
        tools: Tools,
        *,
        notice: Notice = _silent,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare the working copy; Terraform does not run yet.

        Args:
            settings: Which environment.
            tools: Terraform and the mirror.
            notice: Called with a line for the person.
            environ: Environment to start from; this process's own when absent.
        """
        given = os.environ if environ is None else environ
        self._settings = settings
        self.tools = tools
        self.workspace: Workspace = prepare_workspace(settings)
        environment = cloud_environment(settings, given)
        problem = inherited_config_problem(given)
        named = given.get("TF_CLI_CONFIG_FILE")
        keep_own = named and not problem and settings.provider_mirror is None
        if problem:
            notice(problem)
        environment |= _temporary_folder(settings.home / "terraform" / "tmp")
        mirror = tools.mirror.folder if tools.mirror else None
        config = write_cli_config(settings.home / "terraform", mirror=mirror)
        if not keep_own:
            environment["TF_CLI_CONFIG_FILE"] = str(config)
        self.runner = TerraformRunner(
            tools.terraform.path,
            self.workspace.root,
            data_folder=self.workspace.data,
            environment=environment,
            **(_LOCAL if settings.local else {}),
        )
        self._bucket_made = False

    def install(self, *, on_event: OnEvent | None = None) -> None:
        """Install modules and providers; free when nothing has changed since the last time."""
        stamp, digest = self.workspace.data / "qops-install", self._init_digest()
        if _says(stamp, digest):
            return
        self.runner.init(with_backend=False, on_event=on_event)
        stamp.write_text(digest, encoding="utf-8")

    def init(self, *, on_event: OnEvent | None = None) -> None:
        """Initialise the working copy; free when nothing has changed since the last time."""
        if self._settings.local and not self._bucket_made:
            ensure_bucket(Aws(self._settings))
            self._bucket_made = True
        stamp, digest = self.workspace.data / "qops-init", self._init_digest()
        if _says(stamp, digest):
            return
        stamp.unlink(missing_ok=True)
        backend = self._backend()
        try:
            self.runner.init(backend=backend, on_event=on_event)
        except TerraformError as error:
            if any("NoSuchBucket" in str(one) for one in error.diagnostics):
                raise no_state_bucket(backend["bucket"]) from error
            raise
        stamp.write_text(digest, encoding="utf-8")

    def plan(
        self,
        out: Path | None = None,
        *,
        mode: PlanMode = "normal",
        targets: Sequence[str] = (),
        blocks: Mapping[str, object] | None = None,
        on_event: OnEvent | None = None,
    ) -> PlanResult:
        """Make a saved plan.

        Args:
            out: Plan file; the environment's own when absent.
            mode: Terraform's planning mode.
            targets: Addresses that the plan is limited to, with what they depend on.
            blocks: Blocks that the root has for this one plan, in Terraform's JSON syntax.
            on_event: Called for each event as it arrives.
        """
        with self._alone("plan"):
            self.init(on_event=on_event)
            with further_blocks(self.workspace, blocks):
                return self.runner.plan(
                    out or self.workspace.plan,
                    var_files=(*self.workspace.var_files, *self._backend_values()),
                    mode=mode,
                    targets=targets,
                    on_event=on_event,
                )

    def apply(self, plan: Path | None = None, *, on_event: OnEvent | None = None) -> ApplyResult:
        """Apply a saved plan, once: the file is removed afterwards, unless the state is locked.

        Args:
            plan: Plan file; the environment's own when absent.
            on_event: Called for each event as it arrives.

        Raises:
            UsageError: There is no such plan.
            StateLockedError: Somebody holds the state; nothing was done.
        """
        file = plan or self.workspace.plan
        require_plan(file, self._settings.environment)
        with self._alone("apply"):
            self.init(on_event=on_event)
            try:
                done = self.runner.apply(file, on_event=on_event)
            except StateLockedError:
                raise  # nothing was done: the plan still holds
            except BaseException:
                file.unlink(missing_ok=True)
                raise
            file.unlink(missing_ok=True)
            return done

    def outputs(self) -> Mapping[str, Output]:
        """The outputs of the last apply."""
        self.init()
        return self.runner.outputs()

    @property
    def state_place(self) -> tuple[str, str]:
        """Bucket and key of the state."""
        return state_place(self._settings, Aws(self._settings))

    def _alone(self, operation: str) -> AbstractContextManager[None]:
        """Terraform locks a state in AWS by itself."""
        if not self._settings.local:
            return nullcontext()
        return held(lock_file(self._settings), operation)

    def _init_digest(self) -> str:
        """Changes whenever ``init`` has something to do."""
        root = self.workspace.root
        digest = hashlib.sha256(repr((self.tools, self._settings.environment)).encode())
        modules = (self._settings.repository / "modules").glob("*/*.tf")
        for file in sorted([*root.glob("*.tf"), root / ".terraform.lock.hcl", *modules]):
            if file.is_file():
                digest.update(file.read_bytes())
        return digest.hexdigest()

    def _backend_values(self) -> tuple[Path, ...]:
        """What the root is told of its backend: prod refuses to run without one."""
        if self._settings.local:
            return ()
        file = self.workspace.values.with_name("backend.tfvars.json")
        text = json.dumps({"state_bucket": self._backend()["bucket"]})
        file.write_text(text + "\n", encoding="utf-8")
        return (file,)

    def _backend(self) -> Mapping[str, str]:
        if self._settings.local:
            return {}
        aws = Aws(self._settings)
        bucket, key = state_place(self._settings, aws)
        return {
            "bucket": bucket,
            "key": key,
            "region": aws.region,
            "use_lockfile": "true",
            "encrypt": "true",
        }
