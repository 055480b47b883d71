"""``qops down`` and ``qops reset``."""

from typing import TYPE_CHECKING

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute, require_local

if TYPE_CHECKING:
    from rich.console import Console

    from qops.platform.answers import DownAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal


def down(env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Stop the agent, its desktop and the local cloud; nothing is left running."""
    execute("down", _down, _show, env=env, as_json=as_json)


def reset(env: EnvOption = "local", as_json: JsonOption = False, yes: YesOption = False) -> None:
    """As down, and forget the local state, the demo's user and its documents."""
    execute("reset", _reset, _show, env=env, as_json=as_json, yes=yes)


def _down(settings: "Settings", terminal: "Terminal") -> "DownAnswer":
    from qops.platform.answers import DownAnswer
    from qops.removal.take_down import take_down

    require_local(settings, "down")
    done = take_down(settings, notice=terminal.notice)
    return DownAnswer(agent_stopped=done.agent, cloud_stopped=done.cloud)


def _reset(settings: "Settings", terminal: "Terminal") -> "DownAnswer":
    from qops.platform.answers import DownAnswer
    from qops.removal import take_down

    require_local(settings, "reset")
    terminal.require_typed(
        "reset", consequence=f"Everything that the local cloud wrote under {settings.home} is lost."
    )
    done = take_down.reset(settings, notice=terminal.notice)
    return DownAnswer(agent_stopped=done.agent, cloud_stopped=done.cloud)


def _show(answer: "DownAnswer", console: "Console") -> None:
    if answer.agent_stopped or answer.cloud_stopped:
        console.print("[green]✓[/] Everything has stopped.")
    else:
        console.print("[green]✓[/] Nothing was running.")
