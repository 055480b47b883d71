"""``qops status``."""

from typing import TYPE_CHECKING

from qops.commands.execution import EnvOption, JsonOption, execute

if TYPE_CHECKING:
    from rich.console import Console

    from qops.settings import Settings
    from qops.status.answers import Cloud, StatusAnswer
    from qops.terminal import Terminal


def status(env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Show what runs, what of it is emulated, the devices and the last runs."""
    execute("status", _status, _show, env=env, as_json=as_json)


def _status(settings: "Settings", terminal: "Terminal") -> "StatusAnswer":  # noqa: ARG001
    from qops.status.overview import overview

    return overview(settings)


def _show(answer: "StatusAnswer", console: "Console") -> None:
    from rich.markup import escape
    from rich.table import Table

    from qops.moments import clock
    from qops.terminal import write_line

    if answer.cloud is not None:
        _show_cloud(answer.cloud, console)
    platform = answer.platform
    if platform.applied:
        console.print(f"[green]●[/] platform is applied; API {platform.api_url}", soft_wrap=True)
    else:
        text = f"platform is not applied: {platform.detail}"
        write_line(console, "○ ", text, label_style="yellow")
    if answer.agent is not None:
        mark, style = ("● ", "green") if answer.agent.running else ("○ ", "yellow")
        detail = f" ({answer.agent.detail})" if answer.agent.detail else ""
        write_line(console, mark, f"agent: {answer.agent.phase}{detail}", label_style=style)
    if answer.problem:
        text = f"devices and runs could not be asked for: {answer.problem}"
        write_line(console, "✗ ", text, label_style="red")
        console.print("  next: qops health --only network, qops logs api", style="dim")
    if answer.devices:
        table = Table(title="devices", title_justify="left", box=None, header_style="bold")
        table.add_column("device", no_wrap=True, overflow="fold")
        for name in ("name", "platform", "status", "last seen"):
            table.add_column(name, overflow="fold")
        for device in answer.devices:
            seen = clock(device.last_seen_at) if device.last_seen_at else "never"
            name = escape(device.name)
            table.add_row(device.device_id, name, device.platform, device.status, seen)
        console.print(table)
    if answer.runs:
        table = Table(title="last runs", title_justify="left", box=None, header_style="bold")
        table.add_column("run", no_wrap=True, overflow="fold")
        for name in ("status", "goal"):
            table.add_column(name, overflow="fold")
        for run in answer.runs:
            shown = run.status + (f" ({run.reason})" if run.reason else "")
            table.add_row(run.run_id, shown, escape(run.goal))
        console.print(table)


def _show_cloud(cloud: "Cloud", console: "Console") -> None:
    from qops.terminal import write_line

    if not cloud.running:
        why = f": {cloud.reason}" if cloud.reason else ""
        text = f"local cloud is down{why}   (start it: qops up)"
        write_line(console, "○ ", text, label_style="yellow")
        return
    console.print(
        f"[green]●[/] local cloud at {cloud.endpoint}, up {cloud.uptime_seconds:.0f} s, "
        f"{cloud.memory_bytes / (1 << 20):.0f} MiB"
    )
    groups: dict[str, list[str]] = {}
    for service in cloud.services:
        name = service.name + (f" on port {service.port}" if service.port else "")
        groups.setdefault(service.answered_by, []).append(
            name if service.running else f"{name} (down)"
        )
    for kind, names in sorted(groups.items()):
        write_line(
            console, f"    {kind}: ", ", ".join(sorted(names)), style="dim", label_style="dim"
        )
