"""What the configuration alone declares: planned with a mocked provider, without any cloud.

Terraform's test command plans with invented answers of AWS
(https://developer.hashicorp.com/terraform/language/tests/mocking). So sizes, counts and settings of
an environment are known before there is an account, and a pull request can be estimated in a job
that holds no credentials. What only AWS can say (ids, addresses) is not known.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from qops.errors import QopsError
from qops.inventory.documents import parse_inventory
from qops.inventory.model import Inventory
from qops.settings import Settings

_SECONDS = 900
"""Against a hang; it takes 15 to 30 s of one processor."""

_NO_DIGEST = base64.b64encode(bytes(32)).decode()
_UNMOCKABLE = re.compile(r'(?:ephemeral|check)\s+"')
_EPHEMERAL_USE = re.compile(r"\bephemeral\.\w+\.\w+(?:\[[^\]]*\])?\.\w+")

_TEST = """\
mock_provider "aws" {{
{common}
  mock_data "aws_region" {{
    defaults = {{ name = "{region}" }}
  }}
}}

mock_provider "aws" {{
  alias = "recovery"
{common}
  mock_data "aws_region" {{
    defaults = {{ name = "{recovery}" }}
  }}
}}

run "declared" {{
  command = plan
}}
"""

_COMMON = """\
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[]}" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }"""


class DeclaredPlanError(QopsError):
    """The configuration could not be planned with a mocked provider."""

    code = "declared_plan"


def declared_inventory(settings: Settings, *, notice: Callable[[str], None]) -> Inventory:
    """The resources that the checkout declares for an environment.

    Kept by a digest of everything it is made of, so that the same checkout is planned once.

    Args:
        settings: Which environment.
        notice: Called with a line for the person.

    Raises:
        DeclaredPlanError: Terraform could not plan it.
        PrerequisiteError: There is no Terraform.
    """
    from qops.platform.aws import region_of

    own = replace(settings, home=settings.home / "declared")
    kept = own.home / f"{settings.environment}-{_digest(own)}.json"
    if not kept.is_file():
        notice("Planning what the configuration declares, without AWS (about a minute) ...")
        changes = _plan(own, region_of(settings), notice)
        for stale in own.home.glob(f"{settings.environment}-*.json"):
            stale.unlink()
        fresh = kept.with_suffix(".part")
        fresh.write_text(json.dumps({"resource_changes": changes}), encoding="utf-8")
        fresh.replace(kept)
    document: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    document["variables"] = {
        "environment": {"value": settings.environment},
        "region": {"value": region_of(settings)},
    }
    return parse_inventory(document, source=f"the configuration of {settings.environment}")


def _digest(settings: Settings) -> str:
    """Of all that settings and counts of the plan depend on; the commit is not among it."""
    from qops.build.units import function_names

    digest = hashlib.sha256(repr(function_names(settings.repository)).encode())
    digest.update(_gateway_document())
    folders = (settings.platform_folder, settings.repository / "modules")
    files = sorted(
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix != ".md"
        and not {"tests", ".terraform"}.intersection(path.relative_to(folder).parts)
    )
    own = [settings.values] if settings.values else []
    for path in [*files, *own, Path(__file__)]:
        digest.update(f"\0{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def _plan(settings: Settings, region: str, notice: Callable[[str], None]) -> list[dict[str, Any]]:
    from qops.platform.deployment import Deployment, find_tools

    _stand_in_build(settings.build_home, settings.repository)
    # The working copy has a link to the modules; here they are a copy, which is changed below.
    shutil.rmtree(settings.terraform_home / "work", ignore_errors=True)
    deployment = Deployment(settings, find_tools(settings, notice=notice), notice=notice)
    root = deployment.workspace.root
    modules = root.parents[1] / "modules"
    modules.unlink()
    shutil.copytree(
        settings.repository / "modules", modules, ignore=shutil.ignore_patterns("tests")
    )
    for file in (*root.glob("*.tf"), *modules.glob("*/*.tf")):
        text = file.read_text(encoding="utf-8")
        if "ephemeral" in text or "check" in text:
            file.write_text(without_unmockable(text), encoding="utf-8")
    tests = root / "tests"
    tests.mkdir(exist_ok=True)
    found = re.search(
        r'^recovery_region\s*=\s*"([^"]+)"', settings.variables_file.read_text(), re.MULTILINE
    )
    (tests / "declared.tftest.hcl").write_text(
        _TEST.format(common=_COMMON, region=region, recovery=found.group(1) if found else region),
        encoding="utf-8",
    )
    deployment.install()
    command = [str(deployment.tools.terraform.path), "test", "-json", "-verbose"]
    command += ["-filter=tests/declared.tftest.hcl"]
    command += [f"-var-file={file}" for file in deployment.workspace.var_files]
    if settings.environment == "prod":
        command += ["-var", "state_bucket=declared"]
    done = subprocess.run(
        command,
        cwd=root,
        env=_environment(deployment.workspace.data),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    return planned_changes(done.stdout, done.stderr)


def planned_changes(output: str, errors: str = "") -> list[dict[str, Any]]:
    """The changes that ``terraform test -json -verbose`` planned, as far as they are of use.

    Args:
        output: What it printed.
        errors: What it printed to standard error.

    Raises:
        DeclaredPlanError: It planned nothing.
    """
    problems: list[str] = []
    for line in output.splitlines():
        event = json.loads(line) if line.startswith("{") else {}
        if event.get("type") == "test_plan":
            return [
                {
                    "address": change["address"],
                    "mode": change["mode"],
                    "type": change["type"],
                    "change": {
                        "actions": change["change"]["actions"],
                        "after": change["change"]["after"],
                    },
                }
                for change in event["test_plan"]["resource_changes"]
                if change["mode"] == "managed"
            ]
        if event.get("type") == "diagnostic":
            diagnostic = event["diagnostic"]
            problems.append(f"{diagnostic['summary']}: {diagnostic.get('detail', '')}")
    raise DeclaredPlanError(
        "The configuration could not be planned with a mocked provider.",
        why=problems[0] if problems else errors.strip()[-500:],
        next_step="Mend the configuration, or name a plan with --plan.",
        details=problems[1:],
    )


def without_unmockable(text: str) -> str:
    """Configuration without what a plan with a mocked provider cannot have.

    Args:
        text: A ``.tf`` file.

    Returns:
        The same without ephemeral resources, each use of one replaced by a text, and without check
        blocks, which would fail the test where an environment is not complete yet.
    """
    kept: list[str] = []
    depth = 0
    for line in text.splitlines(keepends=True):
        if depth or _UNMOCKABLE.match(line):
            depth += line.count("{") - line.count("}")
            continue
        kept.append(_EPHEMERAL_USE.sub('"declared"', line))
    return "".join(kept)


def _stand_in_build(folder: Path, repository: Path) -> None:
    """Write a manifest that names every archive, and no archive: nothing is uploaded."""
    from qops.build.units import function_names

    def entry(name: str) -> Mapping[str, str]:
        return {"path": f"{name}.zip", "sha256": _NO_DIGEST}

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "openapi.json").write_bytes(_gateway_document())
    manifest = {
        "runtime": "python3.11",
        "architecture": "x86_64",
        "layer": entry("layer"),
        "canary": entry("canary"),
        "functions": {name: entry(name) for name in function_names(repository)},
        "openapi": "openapi.json",
        "rds_authorities": {"certificates": 1, "sha256": "declared", "valid_until": "2061-05-20"},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _gateway_document() -> bytes:
    from qscreen.api.render import gateway_document

    return gateway_document().encode()


def _environment(data: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "TF_DATA_DIR": str(data), "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
