"""``qops status``."""

from typing import TYPE_CHECKING

from qops.commands.execution import EnvOption, JsonOption, execute

if TYPE_CHECKING:
    from rich.console import Console

    from qops.settings import Settings
    from qops.status.answers import StatusAnswer
    from qops.terminal import Terminal


def status(env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Show what runs, what of it is emulated, the devices and the last runs."""
    execute("status", _status, _show, env=env, as_json=as_json)


def _status(settings: "Settings", terminal: "Terminal") -> "StatusAnswer":  # noqa: ARG001
    from qops.status.overview import overview

    return overview(settings)


def _show(answer: "StatusAnswer", console: "Console") -> None:
    from rich.table import Table

    if answer.cloud is not None:
        _show_cloud(answer, console)
    platform = answer.platform
    if platform.applied:
        console.print(f"[green]●[/] platform is applied; API {platform.api_url}", soft_wrap=True)
    else:
        console.print(f"[yellow]○[/] platform is not applied: {platform.detail}", soft_wrap=True)
    if answer.agent is not None:
        mark = "[green]●[/]" if answer.agent.running else "[yellow]○[/]"
        detail = f" ({answer.agent.detail})" if answer.agent.detail else ""
        console.print(f"{mark} agent: {answer.agent.phase}", end="")
        console.print(detail, markup=False, soft_wrap=True)
    if answer.devices:
        table = Table(title="devices", title_justify="left", box=None, header_style="bold")
        for name in ("device", "name", "platform", "status", "last seen"):
            table.add_column(name)
        for device in answer.devices:
            seen = device.last_seen_at.strftime("%H:%M:%S") if device.last_seen_at else "never"
            table.add_row(device.device_id, device.name, device.platform, device.status, seen)
        console.print(table)
    if answer.runs:
        table = Table(title="last runs", title_justify="left", box=None, header_style="bold")
        for name in ("run", "status", "goal"):
            table.add_column(name, overflow="fold")
        for run in answer.runs:
            shown = run.status + (f" ({run.reason})" if run.reason else "")
            table.add_row(run.run_id, shown, run.goal)
        console.print(table)


def _show_cloud(answer: "StatusAnswer", console: "Console") -> None:
    cloud = answer.cloud
    if cloud is None:
        return
    if not cloud.running:
        why = f": {cloud.reason}" if cloud.reason else ""
        console.print(f"[yellow]○[/] local cloud is down{why}   (start it: qops up)")
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
        console.print(f"    {kind}: {', '.join(sorted(names))}", style="dim", soft_wrap=True)
