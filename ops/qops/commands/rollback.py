"""``qops releases`` and ``qops rollback``."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute
from qops.commands.plan import FullOption, MarkdownFile, SarifFile, write_files
from qops.commands.promote import show_promotion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from qops.releases.answers import PromoteAnswer, ReleaseAnswer, ReleasesAnswer, RollbackAnswer
    from qops.releases.rolling_back import Way
    from qops.settings import Settings
    from qops.terminal import Terminal


def releases(env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """List the recorded releases and tell which one runs.

    Exit code 2 when what runs is no recorded release.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "ReleasesAnswer":  # noqa: ARG001
        from qops.releases.listing import list_releases

        return list_releases(settings)

    execute("releases", use_case, _show_releases, env=env, as_json=as_json)


def rollback(
    release: Annotated[
        int | None,
        typer.Argument(help="Number of the release (qops releases); the former one when absent."),
    ] = None,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
    infrastructure: Annotated[
        bool,
        typer.Option(
            "--infrastructure",
            help="Plan the release's whole configuration from its commit; applies nothing.",
        ),
    ] = False,
    destroys: Annotated[
        list[str] | None,
        typer.Option(
            "--destroys",
            metavar="ADDRESS",
            help="With --infrastructure: a resource with data that the plan may destroy.",
        ),
    ] = None,
    markdown: MarkdownFile = None,
    sarif: SarifFile = None,
    full: FullOption = False,
) -> None:
    """Move functions and configuration back to a recorded release at once.

    What changes is shown and confirmed first, verified afterwards, and put back if one step fails.
    With --infrastructure a saved plan is made instead, to be reviewed and applied; exit code 2 then
    when it would change something.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "RollbackAnswer":
        from qops.errors import UsageError
        from qops.releases.rolling_back import roll_back

        if destroys or markdown or sarif:
            raise UsageError(
                "--destroys, --markdown and --sarif are about a plan.",
                next_step="Add --infrastructure, or leave them out.",
            )

        def confirm(way: "Way") -> None:
            terminal.notice(f"Back to release {way.release.number} of {way.release.commit[:12]}:")
            for line in way.lines():
                terminal.notice(f"  {line}")
            terminal.require_typed(
                settings.environment,
                consequence=f"{len(way.aliases)} functions and {len(way.settings)} parameters of "
                f"{settings.environment} go back to release {way.release.number}.",
            )

        return roll_back(settings, release, notice=terminal.notice, confirm=confirm)

    def plan_it(settings: "Settings", terminal: "Terminal") -> "PromoteAnswer":
        from qops.errors import UsageError
        from qops.releases.infrastructure import plan_back

        if release is None:
            raise UsageError(
                "--infrastructure needs the number of a release.",
                next_step="Look at them: qops releases",
            )
        answer, review = plan_back(
            settings, release, destroys=destroys or (), notice=terminal.notice
        )
        write_files(review, terminal, markdown=markdown, sarif=sarif)
        return answer

    if infrastructure:
        show = partial(show_promotion, full=full)
        execute("rollback --infrastructure", plan_it, show, env=env, as_json=as_json)
    execute("rollback", use_case, _show_rollback, env=env, as_json=as_json, yes=yes)


def _show_releases(answer: "ReleasesAnswer", console: "Console") -> None:
    from datetime import UTC

    from qops.terminal import write_line

    by_number = {one.number: one for one in answer.releases}
    for one in answer.releases:
        at = one.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        kind = f"{one.kind} to {one.of}" if one.of is not None else one.kind
        mark = "[green]●[/]" if one.running else " "
        runs = "  [green]runs now[/]" if one.running else ""
        console.print(f"{mark} [bold]{one.number:>5}[/]  {at}  {kind}{runs}")
        write_line(console, "         ", f"commit {_commit(one, by_number)}", style="dim")
        write_line(console, "         ", one.actor, style="dim")
        for version, names in _by_version(one.functions).items():
            write_line(console, f"         version {version}: ", ", ".join(names), style="dim")
    if not answer.releases:
        console.print("No release is recorded yet: qops apply does it.")
    elif not answer.recorded:
        console.print("[yellow]![/] What runs now is no recorded release.")
        for line in answer.differs:
            write_line(console, "  ", line)


def _commit(release: "ReleaseAnswer", known: "Mapping[int, ReleaseAnswer]") -> str:
    if not release.commit.strip("0"):
        return "not known"
    short = release.commit[:12]
    origin: ReleaseAnswer | None = release
    while origin is not None and origin.of is not None:  # a rollback is what it went back to
        origin = known.get(origin.of)
    if origin is None or origin.kind == "found":
        return f"{short}, as the platform said; not applied by qops"
    return short if release.clean else f"{short}, with changes that no commit has"


def _by_version(functions: dict[str, str]) -> dict[str, list[str]]:
    """Short names by version: most functions of a release have the same few."""
    import re

    found: dict[str, list[str]] = {}
    for name, version in functions.items():
        short = re.sub(r"^qscreen-[a-z0-9]+-", "", name).removesuffix(":live")
        found.setdefault(version, []).append(short)
    return found


def _show_rollback(answer: "RollbackAnswer", console: "Console") -> None:
    from qops.terminal import write_line

    if answer.audit is None:
        console.print(f"[green]✓[/] Nothing to do: release {answer.release} runs.")
    else:
        console.print(
            f"[green]✓[/] Back to release {answer.release} (commit {answer.commit[:12]}): "
            f"{len(answer.functions)} functions, {len(answer.parameters)} parameters."
        )
    for move in answer.functions + answer.parameters:
        write_line(console, "  ", f"{move.name}: {move.before} → {move.after}")
    for line in answer.left:
        write_line(console, "  ! ", f"stays: {line}", label_style="yellow")
    for line in answer.health:
        write_line(console, "  ", line, style="dim")
    if answer.next_plan:
        write_line(console, "  next: ", answer.next_plan, style="dim", label_style="dim")
    if answer.audit is not None:
        recorded = f"recorded: release {answer.audit.sequence} (qops releases, qops audit)"
        write_line(console, "  ", recorded, style="dim")
