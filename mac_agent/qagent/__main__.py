"""The command line: reads, calls, prints. What is done is elsewhere."""

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from qagent import console
from qagent.console import FAILED, fail, mark, print_json, say, tell
from qagent.home import AgentHome, default_home
from qagent.local_commands import do, run
from qagent.mcp_commands import install, mcp, uninstall
from qagent.messages import language, text
from qagent.record_commands import record
from qagent.safety_commands import audit_app, policy_app, report, watch
from qagent.service_commands import service_app
from qagent.workflow_commands import workflow_app
from qscreen.wire import Language

if TYPE_CHECKING:
    from qagent.cloud.config import ClientConfig
    from qagent.cloud.signin import SignedIn

app = typer.Typer(
    name="qagent",
    help="The device agent of Q Screen Automation.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(policy_app, name="policy")
app.add_typer(audit_app, name="audit")
app.add_typer(service_app, name="service")
app.add_typer(workflow_app, name="workflow")
app.command()(run)
app.command()(do)
app.command()(watch)
app.command()(report)
app.command()(record)
app.command()(mcp)
app.command()(install)
app.command()(uninstall)
DONE, REFUSED = 0, 3


def _home() -> AgentHome:
    return AgentHome(default_home())


def _guard(work: Callable[[], Any]) -> Any:
    """Run a use case; its typed errors become a message with the repair."""
    from qagent.cloud.errors import DeviceRevokedError, SignInError
    from qagent.service.units import LAUNCHD, SERVICE_VARIABLE
    from qscreen.api.transport import ApiError, ApiProblem

    try:
        return console.guarded(work)
    except SignInError as error:
        fail(error.what, error.repair)
    except DeviceRevokedError as error:
        # Whatever watches over the agent must not start it again and again; launchd does not after
        # success alone.
        final = os.environ.get(SERVICE_VARIABLE) == LAUNCHD
        fail(error.what, error.repair, DONE if final else REFUSED)
    except ApiProblem as error:
        fail(
            f"{error.problem.title} ({error.status}): {error.problem.detail}",
            error.problem.next_step or text("cloud.operator"),
        )
    except ApiError as error:
        fail(str(error), text("cloud.network"))


@app.command()
def enrol(
    username: Annotated[
        str, typer.Option(help="The user who owns the device.", envvar="QAGENT_USERNAME")
    ] = "",
    config_file: Annotated[
        Path | None,
        typer.Option(
            "--config-file", "--settings", help="JSON of the platform's client parameter."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the device.")] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Ask for password and code here.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Sign in and enrol this machine as a device.

    Through the browser where the platform has a sign-in page; with --username, QAGENT_PASSWORD or
    --no-browser by password and one-time code (QAGENT_PASSWORD, QAGENT_TOTP_SECRET or prompts).
    """
    from qagent.serve import enrol as enrol_device
    from qagent.serve import known_client

    home = _home()
    client = _guard(lambda: known_client(config_file, home))
    by_browser = client.domain is not None and not (
        no_browser or username or os.environ.get("QAGENT_PASSWORD")
    )
    sign_in = _browser_sign_in(client) if by_browser else None
    if sign_in is None:
        username = username or str(typer.prompt(text("cli.username")))
        sign_in = _password_sign_in(client, username)
    device = _guard(lambda: enrol_device(home, client, sign_in, username, name))
    if as_json:
        print_json(device.model_dump(mode="json"))
    else:
        say(text("cli.enrolled", device=device.device_id))


def _browser_sign_in(client: "ClientConfig") -> Callable[[], "SignedIn"]:
    from qagent.cloud.browser import sign_in_by_browser

    def show(address: str) -> None:
        tell(text("browser.open", address=address))

    return lambda: sign_in_by_browser(client, show=show)


def _password_sign_in(client: "ClientConfig", user: str) -> Callable[[], "SignedIn"]:
    from qagent.cloud.signin import CognitoSignIn

    password = os.environ.get("QAGENT_PASSWORD") or str(
        typer.prompt(text("cli.password"), hide_input=True)
    )
    secret = os.environ.get("QAGENT_TOTP_SECRET")
    if secret is None and sys.stdin.isatty():
        secret = str(typer.prompt(text("cli.totp"), default="", hide_input=True))

    def show(new: str) -> None:
        tell(text("cli.totp_new", secret=new))

    return lambda: CognitoSignIn(client).sign_in(user, password, secret, show)


@app.command()
def serve() -> None:
    """Serve this device's queue; prints `ready` when it waits for commands."""
    from qagent.serve import serve as serve_queue

    logging.basicConfig(
        level=os.environ.get("QAGENT_LOG_LEVEL", "INFO").upper(),
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
        stream=sys.stderr,
    )
    for noisy in ("botocore", "httpx", "httpcore", "urllib3", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    _guard(lambda: serve_queue(_home(), lambda: print("ready", flush=True)))  # noqa: T201


@app.command()
def stop() -> None:
    """Stop everything the agent does on this device, until `qagent resume`."""
    from qagent.stopping import stop_by

    _guard(lambda: stop_by(_home(), "qagent stop"))
    say(text("cli.stopped"))


@app.command()
def resume() -> None:
    """Allow the agent to work again."""
    from qagent.stopping import resume_by

    _guard(lambda: resume_by(_home(), "qagent resume"))
    say(text("cli.resumed"))


@app.command()
def doctor(
    repair: Annotated[
        bool,
        typer.Option("--fix", help="Repair what can be, open the settings of what cannot."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check what this machine needs, each fault with its repair."""
    from dataclasses import asdict

    from qagent.doctor import examine, fix, open_settings

    findings = examine(_home())
    if repair:
        done = fix(_home(), findings, open_settings)
        for line in done:
            tell(line)
        if done:
            findings = examine(_home())
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column()
        table.add_column()
        # Rich cuts what it would break inside of a wide letter; folded it breaks before it.
        table.add_column(overflow="fold")
        for finding in findings:
            detail = finding.detail if finding.ok else f"{finding.detail}\n→ {finding.repair}"
            table.add_row(mark(good=finding.ok), finding.title, Text(detail))
        console.show(table)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(FAILED)


@app.command()
def observe(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    query: Annotated[str, typer.Option(help="Only elements with these words.")] = "",
    picture: Annotated[
        Path | None, typer.Option(help="Write a PNG with the elements' ids on it.")
    ] = None,
) -> None:
    """Look at the screen as the cloud would see it (redacted)."""
    from qagent.looking import look
    from qagent.observation import matching
    from qagent.policy import load_policy
    from qagent.words import role_word

    snapshot = _guard(lambda: look(load_policy(_home().policy), picture))
    if query:
        found, _ = matching(snapshot.elements, query)
        snapshot = snapshot.model_copy(update={"elements": found})
    if as_json:
        print_json(snapshot.model_dump(mode="json"))
        return
    depth: dict[str | None, int] = {None: -1}
    for element in snapshot.elements:
        depth[element.id] = depth.get(element.parent, -1) + 1
        value = "" if element.value is None else f" = {element.value!r}"
        indent = "  " * depth[element.id]
        line = f"{indent}{element.id} {role_word(element.role)} {element.name!r}{value}"
        say(line)


def main() -> None:
    """Entry point of the console script."""
    if language() is Language.EN:
        app()
        return
    from qagent.helping import run_in_korean, translate

    command = typer.main.get_command(app)
    translate(command)
    run_in_korean(command)


if __name__ == "__main__":
    main()
