"""``qops build``."""

from typing import TYPE_CHECKING

from qops.commands.execution import EnvOption, JsonOption, execute

if TYPE_CHECKING:
    from rich.console import Console

    from qops.platform.answers import BuildAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal


def build(env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Build the Lambda archives; the same sources give the same bytes."""
    execute("build", _build, _show, env=env, as_json=as_json)


def _build(settings: "Settings", terminal: "Terminal") -> "BuildAnswer":
    from qops.platform.answers import BuildAnswer
    from qops.platform.archives import build_archives

    archives = build_archives(settings, notice=terminal.notice)
    return BuildAnswer(manifest=str(archives.manifest), archives=archives.digests)


def _show(answer: "BuildAnswer", console: "Console") -> None:
    width = max(map(len, answer.archives), default=0)
    for name, digest in answer.archives.items():
        console.print(f"  {name:<{width}}  {digest}")
    console.print(f"[green]✓[/] {answer.manifest}", soft_wrap=True)
