"""The scripts that make a shell complete, and where each shell looks for them."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from qops.answer import Answer
from qops.configuration.files import user_folder, write_file
from qops.errors import UsageError

VARIABLE = "_QOPS_COMPLETE"
"""Set by the scripts: qops is asked what may follow, rather than to do something."""


class CompletionAnswer(Answer):
    """Answer of ``qops completion install``."""

    shell: str
    file: str = Field(description="The script.")
    next_step: str = Field(description="What makes the shell read it.")

    @property
    def essentials(self) -> list[str]:
        """The script."""
        return [self.file]


def running_shell() -> str:
    """The shell that started qops.

    Raises:
        UsageError: It is none of those that can be taught, or cannot be told.
    """
    import shellingham

    try:
        name = str(shellingham.detect_shell()[0])
    except shellingham.ShellDetectionFailure:
        name = "unknown"
    name = {"pwsh": "powershell"}.get(name, name)
    if name not in {"bash", "zsh", "fish", "powershell"}:
        raise UsageError(
            "It cannot be told which shell is to be taught.",
            why=f"What started qops is {name}.",
            next_step="Name it: qops completion show bash (or zsh, fish, powershell)",
        )
    return name


def script(shell: str) -> str:
    """The script of a shell.

    Args:
        shell: bash, zsh, fish or powershell.
    """
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    text: str = get_completion_script(prog_name="qops", complete_var=VARIABLE, shell=shell)
    return text + "\n"


def install(shell: str, *, environ: Mapping[str, str] | None = None) -> CompletionAnswer:
    """Write the script to where the shell looks for it.

    Args:
        shell: bash, zsh, fish or powershell.
        environ: Environment variables; the process's own when absent.

    Raises:
        QopsError: The file cannot be written.
    """
    values = os.environ if environ is None else environ
    home = Path(values.get("HOME") or values.get("USERPROFILE") or Path.home())
    shared = Path(values.get("XDG_DATA_HOME") or home / ".local" / "share")
    file, next_step = {
        "bash": (
            shared / "bash-completion" / "completions" / "qops",
            "Start a new shell. It needs the package bash-completion; without it add to ~/.bashrc: "
            'eval "$(qops completion show bash)"',
        ),
        "zsh": (
            home / ".zfunc" / "_qops",
            "Add to ~/.zshrc, unless it is there, and start a new shell: "
            "fpath+=~/.zfunc; autoload -Uz compinit; compinit",
        ),
        "fish": (
            user_folder(values) / "fish" / "completions" / "qops.fish",
            "Start a new shell.",
        ),
        "powershell": (
            user_folder(values) / "qops" / "completion.ps1",
            "Add to the file that $PROFILE names, and start a new shell: ",
        ),
    }[shell]
    if shell == "powershell":
        next_step += f'. "{file}"'
    write_file(file, script(shell))
    return CompletionAnswer(shell=shell, file=str(file), next_step=next_step)
