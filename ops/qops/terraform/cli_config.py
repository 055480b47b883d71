"""Terraform's own configuration file, written by qops for its own runs only."""

import os
from collections.abc import Mapping
from pathlib import Path

PROVIDER = "hashicorp/aws"


def write_cli_config(folder: Path, *, mirror: Path | None) -> Path:
    """Write the configuration file that qops gives to Terraform.

    Args:
        folder: Folder for the file.
        mirror: Provider mirror; None lets Terraform download.

    Returns:
        The file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["disable_checkpoint = true"]
    if mirror is not None:
        lines += [
            "provider_installation {",
            "  filesystem_mirror {",
            f"    path    = {_quoted(str(mirror))}",
            f'    include = ["{PROVIDER}"]',
            "  }",
            "  direct {",
            f'    exclude = ["{PROVIDER}"]',
            "  }",
            "}",
        ]
    else:
        cache = folder / "plugin-cache"
        cache.mkdir(exist_ok=True)
        lines.append(f"plugin_cache_dir = {_quoted(str(cache))}")
    file = folder / "cli.tfrc"
    text = "\n".join(lines) + "\n"
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        temporary = file.with_suffix(f".{os.getpid()}")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(file)
    return file


def inherited_config_problem(environ: Mapping[str, str]) -> str | None:
    """What is wrong with an inherited ``TF_CLI_CONFIG_FILE``, if anything.

    Args:
        environ: Environment variables.

    Returns:
        A notice for the person, or None.
    """
    named = environ.get("TF_CLI_CONFIG_FILE")
    if named and not Path(named).expanduser().is_file():
        return (
            f"TF_CLI_CONFIG_FILE names {named}, which does not exist; "
            "qops uses its own configuration for Terraform instead."
        )
    return None


def _quoted(text: str) -> str:
    """A string literal of Terraform's language."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("${", "$${").replace("%{", "%%{") + '"'
