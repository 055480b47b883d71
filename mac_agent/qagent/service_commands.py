"""Commands of the service: they read, call and print."""

from collections.abc import Callable
from typing import Annotated

import typer

from qagent.console import guarded, print_json, say
from qagent.home import AgentHome, default_home
from qagent.messages import text
from qagent.service import Service, ServiceState, service_of

NOT_RUNNING = 3

service_app = typer.Typer(
    help="The agent as a service that starts with the session.", no_args_is_help=True
)
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@service_app.command("install")
def install(as_json: _Json = False) -> None:
    """Start the agent now and with each session (systemd user unit, launchd agent)."""
    _done(lambda service: service.install(), as_json=as_json)


@service_app.command("uninstall")
def uninstall(as_json: _Json = False) -> None:
    """Stop the service and remove it; enrolment and policy stay."""
    _done(lambda service: service.uninstall(), as_json=as_json)


@service_app.command("status")
def status(as_json: _Json = False) -> None:
    """Whether the service is installed and runs; exit code 3 when it does not run."""
    if not _done(lambda service: service.state(), as_json=as_json).running:
        raise typer.Exit(NOT_RUNNING)


def _done(work: Callable[[Service], ServiceState], *, as_json: bool) -> ServiceState:
    state: ServiceState = guarded(lambda: work(service_of(AgentHome(default_home()))))
    if as_json:
        values = {
            "file": str(state.file),
            "installed": state.installed,
            "running": state.running,
        }
        print_json(values)
        return state
    key = "running" if state.running else "stopped" if state.installed else "absent"
    say(text(f"service.{key}", file=str(state.file)))
    return state
