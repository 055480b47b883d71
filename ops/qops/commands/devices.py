"""``qops devices``: the devices there are, and their end."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute
from qops.commands.showing import shown_by

if TYPE_CHECKING:
    from qops.devices.answers import DeviceAnswer, DeviceRevokedAnswer, DevicesAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal

app = typer.Typer(
    help="The devices there are, what waits for them, and their end.",
    epilog="Each command takes --env and --json.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

DeviceId = Annotated[str, typer.Argument(metavar="DEVICE", help="Id of the device.")]

_SHOWING = "qops.devices.showing"


class Listed(StrEnum):
    """Which devices are listed."""

    ACTIVE = "active"
    REVOKED = "revoked"
    ALL = "all"


@app.command("list", short_help="List your devices, newest first.")
def list_(
    status: Annotated[Listed, typer.Option(help="Which.")] = Listed.ACTIVE,
    env: EnvOption = "local",
    as_json: JsonOption = False,
) -> None:
    """List your devices with their state, last sign of life, agent and queue."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "DevicesAnswer":  # noqa: ARG001
        from datetime import UTC, datetime

        from qops.devices.answers import DevicesAnswer, DeviceShown
        from qops.devices.looking import all_devices, queues_of
        from qops.platform.aws import Aws
        from qops.runs.access import api_client
        from qscreen.wire import DeviceStatus

        with api_client(settings) as api:
            found = [one for one in all_devices(api) if status in {Listed.ALL, one.status.value}]
        now = datetime.now(UTC)
        live = [one for one in found if one.status is DeviceStatus.ACTIVE]
        facts = queues_of(settings, Aws(settings), live)
        return DevicesAnswer(
            asked_at=now,
            devices=[DeviceShown.of(one, facts.get(one.device_id), now) for one in found],
        )

    execute("devices list", use_case, shown_by(_SHOWING, "show_devices"), env=env, as_json=as_json)


@app.command(short_help="Show one device: state, agent, owner, queue, policy.")
def show(device: DeviceId, env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Show one device: state, last sign of life, agent, owner, queue, facts of its policy."""
    _look("devices show", "show_device", device, env, as_json)


@app.command(short_help="Show what waits for a device.")
def queue(device: DeviceId, env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Show what waits for a device, and which runs on it are open."""
    _look("devices queue", "show_queue", device, env, as_json)


def _look(command: str, showing: str, device: str, env: str, as_json: bool) -> None:
    def use_case(settings: "Settings", terminal: "Terminal") -> "DeviceAnswer":  # noqa: ARG001
        from datetime import UTC, datetime

        from qops.devices.answers import DeviceAnswer
        from qops.devices.looking import find_device, queue_facts
        from qops.platform.aws import Aws
        from qops.runs.access import api_client
        from qops.runs.finding import open_runs

        with api_client(settings) as api:
            found = find_device(api, device)
            runs = open_runs(api, device)
        facts = queue_facts(settings, Aws(settings), found)
        return DeviceAnswer.of(found, facts, runs, datetime.now(UTC))

    execute(command, use_case, shown_by(_SHOWING, showing), env=env, as_json=as_json)


@app.command(short_help="Revoke a device: its credentials and queue end.")
def revoke(
    device: DeviceId, env: EnvOption = "local", as_json: JsonOption = False, yes: YesOption = False
) -> None:
    """Revoke a device for good, then look whether that took hold. It can only be enrolled anew."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "DeviceRevokedAnswer":
        from qops.devices.answers import DeviceRevokedAnswer
        from qops.devices.looking import find_device
        from qops.devices.revoking import revoke_device
        from qops.platform.aws import Aws
        from qops.runs.access import api_client
        from qops.runs.finding import open_runs

        with api_client(settings) as api:
            found = find_device(api, device)
            runs = open_runs(api, device)
            ending = f" {len(runs)} open runs on it fail." if runs else ""
            terminal.require_typed(
                device,
                consequence=f"{found.name} ({found.platform.value}) of {found.owner} takes no "
                f"more work and gets no more credentials; its queue is deleted.{ending} This "
                "cannot be undone: it must be enrolled anew.",
            )
            done = revoke_device(settings, Aws(settings), api, found, runs)
        return DeviceRevokedAnswer.of(done)

    execute(
        "devices revoke",
        use_case,
        shown_by(_SHOWING, "show_revoked"),
        env=env,
        as_json=as_json,
        yes=yes,
    )
