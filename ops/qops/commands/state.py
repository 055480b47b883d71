"""``qops state`` and its commands: list, versions, restore, approve, locks, unlock, forget."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.adopt import OutFile, show_single
from qops.commands.execution import EnvOption, JsonOption, YesOption, execute

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from qops.platform.answers import PlanAnswer
    from qops.settings import Settings
    from qops.state.answers import (
        StateListAnswer,
        StateLocksAnswer,
        StateRestoreAnswer,
        StateUnlockAnswer,
        StateVersionsAnswer,
    )
    from qops.state.locks import Lock
    from qops.state.restoring import Restoration
    from qops.terminal import Terminal

app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

VersionArgument = Annotated[
    str, typer.Argument(metavar="VERSION", help="Id or serial of a version: qops state versions.")
]
StateFile = Annotated[
    Path | None,
    typer.Option(
        "--file",
        help="A state in a file instead, such as the errored.tfstate that an apply has left.",
    ),
]


@app.callback()
def state(context: typer.Context, env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Look into Terraform's state, go back to a former version of it, free its lock.

    Without a command, as list.
    """
    if context.invoked_subcommand is None:
        _list("state", env, as_json)


@app.command("list", short_help="What Terraform manages, by layer.")
def list_(
    pattern: Annotated[
        str, typer.Argument(help="Part of an address, or a pattern with * in it.")
    ] = "",
    env: EnvOption = "local",
    as_json: JsonOption = False,
    layer: Annotated[str | None, typer.Option(help="Only this layer's.")] = None,
    data: Annotated[bool, typer.Option("--data", help="Data sources, too.")] = False,
) -> None:
    """List the resources of the state by layer. No attribute is shown: states hold secrets."""
    _list("state list", env, as_json, pattern=pattern, layer=layer, data=data)


def _list(
    command: str,
    env: str,
    as_json: bool,
    *,
    pattern: str = "",
    layer: str | None = None,
    data: bool = False,
) -> None:
    def use_case(settings: "Settings", terminal: "Terminal") -> "StateListAnswer":  # noqa: ARG001
        from qops.state.listing import list_resources

        return list_resources(settings, pattern=pattern, layer=layer, data=data)

    def show(answer: "StateListAnswer", console: "Console") -> None:
        from qops.state.showing import show_list

        show_list(answer, console)

    execute(command, use_case, show, env=env, as_json=as_json)


@app.command(short_help="Versions that S3 keeps, and who wrote them.")
def versions(
    env: EnvOption = "local",
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many.")] = 10,
) -> None:
    """List the versions of the state: when, serial, resources, and the apply that wrote it."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "StateVersionsAnswer":  # noqa: ARG001
        from qops.state.listing import list_versions

        return list_versions(settings, limit=limit)

    def show(answer: "StateVersionsAnswer", console: "Console") -> None:
        from qops.state.showing import show_versions

        show_versions(answer, console)

    execute("state versions", use_case, show, env=env, as_json=as_json)


@app.command(short_help="Write a former version as the newest one.")
def restore(
    version: VersionArgument = "",
    file: StateFile = None,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Make a former version the state again; what differs is shown and confirmed first.

    No resource is touched: what Terraform knows of them changes. Plan afterwards. Prod needs an
    approval: qops state approve.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "StateRestoreAnswer":
        from qops.state.restoring import restore as restored

        return restored(settings, version, file=file, confirm=_confirm(terminal, "becomes"))

    def show(answer: "StateRestoreAnswer", console: "Console") -> None:
        from qops.state.showing import show_restored

        show_restored(answer, console)

    execute("state restore", use_case, show, env=env, as_json=as_json, yes=yes)


@app.command(short_help="Record that a restoring was reviewed.")
def approve(
    version: VersionArgument = "",
    file: StateFile = None,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
    own: Annotated[
        bool, typer.Option("--own", help="Who approves may restore, too; it is recorded.")
    ] = False,
) -> None:
    """Record that somebody has reviewed what restoring a version would do; prod needs it."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "StateRestoreAnswer":
        from qops.state.restoring import approve_restore

        confirm = _confirm(terminal, "may become")
        return approve_restore(settings, version, file=file, own=own, confirm=confirm)

    def show(answer: "StateRestoreAnswer", console: "Console") -> None:
        from qops.state.showing import show_restore_approved

        show_restore_approved(answer, console)

    execute("state approve", use_case, show, env=env, as_json=as_json, yes=yes)


@app.command(short_help="Who holds the state, and whether they live.")
def locks(env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Tell who holds the state's lock. Exit code 2 when somebody does."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "StateLocksAnswer":  # noqa: ARG001
        from qops.state.unlocking import list_locks

        return list_locks(settings)

    def show(answer: "StateLocksAnswer", console: "Console") -> None:
        from qops.state.showing import show_locks

        show_locks(answer, console)

    execute("state locks", use_case, show, env=env, as_json=as_json)


@app.command(short_help="Take a lock away that nobody holds any more.")
def unlock(
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
    lock_id: Annotated[
        str | None,
        typer.Option(
            "--id",
            help="The lock by its id: then a young one goes, too, or one whose holder may live.",
        ),
    ] = None,
    minutes: Annotated[
        int,
        typer.Option(min=1, help="A younger lock stays, unless named."),
    ] = 60,
) -> None:
    """Take a lock away that a killed Terraform has left behind, and record it.

    Refused while its holder lives on this machine.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "StateUnlockAnswer":
        from qops.state.unlocking import unlock as unlocked

        def confirm(lock: "Lock") -> None:
            terminal.require_typed(
                settings.environment,
                consequence=f"The lock of {lock.who}, held since "
                f"{lock.created:%Y-%m-%d %H:%M:%SZ} for {lock.operation}, is taken away. If they "
                "are still at work, two write the state at once.",
            )

        return unlocked(settings, named=lock_id, least_seconds=60.0 * minutes, confirm=confirm)

    def show(answer: "StateUnlockAnswer", console: "Console") -> None:
        from qops.state.showing import show_unlocked

        show_unlocked(answer, console)

    execute("state unlock", use_case, show, env=env, as_json=as_json, yes=yes)


@app.command(short_help="Plan to let go of a resource, which stays.")
def forget(
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="Address of a block, without a key.")
    ],
    env: EnvOption = "local",
    as_json: JsonOption = False,
    out: OutFile = None,
) -> None:
    """Save a plan that lets go of a resource, which stays as it is. Exit code 2.

    Its block must be out of the configuration. Applied like any other: qops apply --plan.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "PlanAnswer":
        from qops.adoption.adopting import plan_forgetting
        from qops.platform.answers import PlanAnswer

        plan, review = plan_forgetting(settings, address, notice=terminal.notice, file=out)
        return PlanAnswer.of(plan.file, review, plan.warnings)

    execute("state forget", use_case, show_single, env=env, as_json=as_json)


def _confirm(terminal: "Terminal", what: str) -> "Callable[[Restoration], None]":
    def confirm(found: "Restoration") -> None:
        from qops.state.showing import show_changes

        show_changes(found.changes, found.unreadable, terminal.err)
        terminal.require_typed(
            found.environment,
            consequence=f"The state of {found.environment} {what} what it was as serial "
            f"{found.target.version.serial}, written as serial {found.serial}. Resources that it "
            "does not know stay, and Terraform no longer sees them.",
        )

    return confirm
