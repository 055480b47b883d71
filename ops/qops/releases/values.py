"""What two environments set differently: their variable files, read by Terraform itself."""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qops.errors import QopsError
from qops.releases.answers import ValueDifference
from qops.review.masking import shown

_VARIABLE = re.compile(r'^variable "(\w+)"', re.MULTILINE)
_SECONDS = 60
_ABSENT = object()


class VariablesError(QopsError):
    """A file of variables cannot be read."""

    code = "variables"


def read_values(terraform: Path, platform: Path, environment: str) -> dict[str, Any]:
    """The values that an environment sets.

    Terraform evaluates them in a folder without providers and without a state, so that nothing is
    asked of any cloud.

    Args:
        terraform: The program.
        platform: The root module.
        environment: Name of the environment.

    Returns:
        Values by name of the variable; those that are not set are absent.

    Raises:
        VariablesError: The file is missing, or Terraform cannot read it.
    """
    file = platform / "environments" / f"{environment}.tfvars"
    names = sorted(
        name
        for source in platform.glob("*.tf")
        for name in _VARIABLE.findall(source.read_text(encoding="utf-8"))
    )
    with tempfile.TemporaryDirectory(prefix="qops-values-") as folder:
        variables = {name: {"default": None} for name in names}
        (Path(folder) / "main.tf.json").write_text(
            json.dumps({"variable": variables}), encoding="utf-8"
        )
        members = ", ".join(f"{name} = var.{name}" for name in names)
        done = subprocess.run(
            [str(terraform), "console", f"-var-file={file.absolute()}"],
            cwd=folder,
            input=f"jsonencode({{{members}}})\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    try:
        found = json.loads(json.loads(done.stdout))
    except (ValueError, TypeError) as error:
        raise VariablesError(
            f"The values of environment {environment} cannot be read.",
            why=" ".join(done.stderr.split()) or str(error),
            next_step=f"Mend {file}, or restore it from git.",
        ) from error
    return {name: value for name, value in found.items() if value is not None}


def value_differences(
    source: Mapping[str, Any], target: Mapping[str, Any]
) -> list[ValueDifference]:
    """What differs, leaf by leaf.

    Args:
        source: Values of one environment.
        target: Values of the other.
    """
    one, other = dict(_leaves("", source)), dict(_leaves("", target))
    return [
        ValueDifference(
            name=name,
            source=_text(name, one.get(name, _ABSENT)),
            target=_text(name, other.get(name, _ABSENT)),
        )
        for name in sorted(one.keys() | other.keys())
        if one.get(name, _ABSENT) != other.get(name, _ABSENT)
    ]


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}" if path else name, inner)
    elif path:
        yield path, value


def _text(name: str, value: Any) -> str | None:
    return None if value is _ABSENT else shown(value, "", name)
