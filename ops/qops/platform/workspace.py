"""Terraform's working copy of one environment (see terraform/platform/README.md)."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import qops
from qops.errors import PrerequisiteError
from qops.platform.aws import region_of
from qops.platform.local_state import backend_override
from qops.settings import Settings

_NO_COMMIT = "0" * 40
_NOT_COPIED = frozenset({"tests", "docs"})
_JSON = ".tf.json"
_KNOWN_DRIFT = ".drift.yaml"
"""What is expected to be otherwise changes no plan."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Paths of one environment's Terraform files, all under qops' folder.

    Attributes:
        root: Working copy of the root module.
        data: ``TF_DATA_DIR``.
        values: Variable file written by qops.
        plan: The saved plan.
        var_files: Variable files in the order in which they are given.
    """

    root: Path
    data: Path
    values: Path
    plan: Path
    var_files: tuple[Path, ...]


def prepare_workspace(settings: Settings) -> Workspace:
    """Make the working copy match the checkout.

    Args:
        settings: Which environment, which folders.

    Returns:
        The paths.

    Raises:
        PrerequisiteError: The checkout has no Terraform root or no values for the environment.
    """
    source = settings.platform_folder
    if not (source / "main.tf").is_file() or not settings.variables_file.is_file():
        raise PrerequisiteError(
            "The checkout has no Terraform configuration for this environment.",
            why=f"{source} or {settings.variables_file.name} is missing.",
            next_step="Restore the checkout: git status shows what is gone.",
        )
    home = settings.workspace_home
    work = home / "work"
    root = work / "terraform" / "platform"
    root.mkdir(parents=True, exist_ok=True)
    _link(work / "modules", settings.repository / "modules")
    _mirror(source, root)
    override = root / "backend_override.tf"
    if settings.local:
        override.write_text(backend_override(settings, region_of(settings)), encoding="utf-8")
    values = home / "values.tfvars.json"
    values.write_text(json.dumps(_values(settings), indent=2) + "\n", encoding="utf-8")
    return Workspace(
        root=root,
        data=home / "data",
        values=values,
        plan=settings.terraform_home / "platform.tfplan",
        var_files=(
            root / "environments" / settings.variables_file.name,
            *([settings.values] if settings.values else []),
            values,
        ),
    )


def errored_state(settings: Settings) -> Path:
    """The file into which Terraform writes a state that its backend did not take.

    Args:
        settings: Which environment.
    """
    return settings.workspace_home / "work" / "terraform" / "platform" / "errored.tfstate"


def further_plan(settings: Settings, name: str) -> Path:
    """A plan beside the environment's own, which ``qops apply`` does not find by itself.

    Args:
        settings: Which environment.
        name: What it is for.
    """
    settings.terraform_home.mkdir(parents=True, exist_ok=True)
    return settings.terraform_home / f"{name}.tfplan"


@contextmanager
def further_blocks(workspace: Workspace, blocks: Mapping[str, object] | None) -> Iterator[None]:
    """Give the root further blocks for as long as one plan is made; a saved plan has them in it.

    Args:
        workspace: The working copy.
        blocks: The blocks, in Terraform's JSON syntax.
    """
    if not blocks:
        yield
        return
    file = workspace.root / f"qops{_JSON}"  # one that a kill leaves behind is removed by the mirror
    file.write_text(json.dumps(blocks, indent=2), encoding="utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def sources_digest(settings: Settings, more: Iterable[Path] = ()) -> str:
    """A digest of everything that a plan depends on, apart from the real resources.

    It is the same in another folder or on another machine: whoever reviews a plan checks it there.

    Args:
        settings: Which environment.
        more: Further files, e.g. the build's manifest.

    Returns:
        SHA-256, hexadecimal.
    """
    values = {name: value for name, value in _values(settings).items() if name != "build_dir"}
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode())
    files = [
        path
        for folder in (settings.platform_folder, settings.repository / "modules")
        for path in folder.rglob("*")
        if path.is_file()
        and "tests" not in path.relative_to(settings.repository).parts
        and path.suffix != ".md"
        and not path.name.endswith(_KNOWN_DRIFT)
    ]
    own = [settings.values] if settings.values else []
    for path in [*sorted(files), *own, *more]:
        digest.update(f"\0{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def current_commit(repository: Path) -> str:
    """The checked-out commit, 40 hexadecimal digits; zeros outside a git checkout."""
    git = shutil.which("git")
    if git is None:
        return _NO_COMMIT
    answer = subprocess.run(
        [git, "-C", str(repository), "rev-parse", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    commit = answer.stdout.strip()
    return commit if answer.returncode == 0 and len(commit) == 40 else _NO_COMMIT


def _values(settings: Settings) -> dict[str, object]:
    values: dict[str, object] = {
        "build_dir": str(settings.build_home),
        "release": {
            "version": qops.__version__,
            "commit": current_commit(settings.repository),
        },
    }
    if settings.local:
        values["endpoint_url"] = settings.endpoint_url
    return values


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    if link.is_symlink() or link.exists():
        link.unlink()
    link.symlink_to(target, target_is_directory=True)


def _mirror(source: Path, target: Path) -> None:
    wanted = {path.name for path in source.glob("*.tf")}
    for stale in [*target.glob("*.tf"), *target.glob(f"*{_JSON}")]:
        if stale.name not in wanted:
            stale.unlink()
    for name in sorted(wanted):
        shutil.copyfile(source / name, target / name)
    for entry in source.iterdir():
        copy = target / entry.name
        if entry.is_dir() and entry.name not in _NOT_COPIED and not entry.name.startswith("."):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(entry, copy)
        elif entry.name == ".terraform.lock.hcl":
            shutil.copyfile(entry, copy)
