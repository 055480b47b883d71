"""``qops apply``, ``qops approve`` and ``qops audit``."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute
from qops.commands.layers import show_layers
from qops.commands.plan import PlanFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from qops.platform.answers import ApplyAnswer, ApproveAnswer, AuditAnswer, TrailRow
    from qops.platform.applied import Asking
    from qops.review.model import Review
    from qops.settings import Settings
    from qops.terminal import Terminal


AllowDestroyOption = Annotated[
    int,
    typer.Option("--allow-destroy", min=0, help="How many resources may be destroyed or replaced."),
]
DestroysOption = Annotated[
    list[str] | None,
    typer.Option(
        "--destroys",
        metavar="ADDRESS",
        help="A resource with data that may be destroyed; once for each. --yes is not enough.",
    ),
]


def asking_of(
    settings: "Settings",
    terminal: "Terminal",
    *,
    consequence: str,
    allow_destroy: int,
    destroys: "Sequence[str]",
) -> "Asking":
    """How a person is asked before a plan is applied.

    Args:
        settings: Which environment.
        terminal: Where.
        consequence: What happens, without the counts.
        allow_destroy: How many resources may be destroyed or replaced.
        destroys: Resources with data that were named on the command line.
    """
    from qops.platform.applied import Asking

    unsure = replace(terminal, yes=False)
    return Asking(
        apply=lambda counts: terminal.require_typed(
            settings.environment, consequence=f"{consequence}: {counts}."
        ),
        stateful=lambda address, lost: unsure.require_typed(
            address, consequence=lost, option=f"--destroys '{address}'"
        ),
        allow_destroy=allow_destroy,
        destroys=tuple(destroys),
    )


def apply(
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
    plan_file: PlanFile = None,
    allow_destroy: AllowDestroyOption = 0,
    destroys: DestroysOption = None,
) -> None:
    """Apply exactly a saved plan, record it, then bring the database's schema up."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "ApplyAnswer":
        from qops.platform.answers import (
            ApplyAnswer,
            ChangeCounts,
            LayerSeconds,
            Schema,
            TrailRow,
        )
        from qops.platform.applying import apply_plan
        from qops.terraform.progress_view import progress_view

        asking = asking_of(
            settings,
            terminal,
            consequence=f"The saved plan changes {settings.environment}",
            allow_destroy=allow_destroy,
            destroys=destroys or (),
        )
        done = apply_plan(
            settings,
            plan_file,
            notice=terminal.notice,
            asking=asking,
            show=lambda: progress_view(terminal.err),
        )
        return ApplyAnswer(
            changes=ChangeCounts.of(done.changes),
            database=Schema(version=done.migration.version, applied=list(done.migration.applied)),
            layers=[LayerSeconds.of(one) for one in done.layers],
            plan=done.seal.plan,
            audit=TrailRow.of(done.row),
            release=done.release.entry.sequence if done.release else None,
        )

    execute("apply", use_case, _show_apply, env=env, as_json=as_json, yes=yes)


def approve(
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
    plan_file: PlanFile = None,
    own: Annotated[
        bool, typer.Option("--own", help="Approve a plan of one's own; it is recorded as such.")
    ] = False,
) -> None:
    """Record that a saved plan was reviewed; prod applies no other."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "ApproveAnswer":
        from qops.platform.answers import ApproveAnswer, TrailRow
        from qops.platform.applying import approve_plan
        from qops.review.terminal import write_review
        from qops.review.words import counts

        def confirm(review: "Review") -> None:
            write_review(review, terminal.err)
            terminal.require_typed(
                settings.environment,
                consequence=f"You approve it for {settings.environment}: "
                f"{counts(review.counters)}.",
            )

        done = approve_plan(settings, plan_file, own=own, notice=terminal.notice, confirm=confirm)
        return ApproveAnswer(
            plan=done.seal.plan,
            planned_by=done.seal.planned_by,
            planned_at=done.seal.planned_at,
            own=done.own,
            audit=TrailRow.of(done.row),
        )

    execute("approve", use_case, _show_approve, env=env, as_json=as_json, yes=yes)


def audit(env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Show and verify who approved and applied what. Exit code 2 when the trail does not hold."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "AuditAnswer":
        from qops.platform.answers import AuditAnswer
        from qops.platform.applying import read_trail

        return AuditAnswer.of(read_trail(settings, notice=terminal.notice))

    execute("audit", use_case, _show_audit, env=env, as_json=as_json)


def _show_apply(answer: "ApplyAnswer", console: "Console") -> None:
    console.print(f"[green]✓[/] Applied: {answer.changes}.")
    show_layers(answer.layers, console)
    applied = ", ".join(answer.database.applied) or "none new"
    console.print(
        f"[green]✓[/] The database has schema {answer.database.version} (migrations: {applied})."
    )
    console.print(
        f"  recorded: row {answer.audit.sequence}, plan {answer.plan[:12]} (qops audit)",
        style="dim",
    )
    if answer.release is not None:
        console.print(f"  release: {answer.release} (qops releases, qops rollback)", style="dim")


def _show_approve(answer: "ApproveAnswer", console: "Console") -> None:
    own = " by who made it" if answer.own else ""
    console.print(f"[green]✓[/] Plan {answer.plan[:12]} is approved{own}.")
    console.print(f"  by: {answer.audit.actor}", markup=False, soft_wrap=True)
    console.print(f"  recorded: row {answer.audit.sequence} (qops audit)", style="dim")
    console.print("  next: qops apply", style="dim")


def _show_audit(answer: "AuditAnswer", console: "Console") -> None:
    from datetime import UTC

    from rich.markup import escape
    from rich.padding import Padding
    from rich.text import Text

    for row in answer.rows:
        at = row.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        console.print(f"{row.sequence:>5}  {at}  [bold]{row.action}[/]")
        for line in (row.actor, _told(row)):
            # On a terminal within its width; a pipe gets whole lines.
            indented = Padding(Text(line, style="dim", overflow="fold"), (0, 0, 0, 7), expand=False)
            console.print(f"       {line}" if console.soft_wrap else indented, markup=False)
    if answer.intact:
        console.print(f"[green]✓[/] {answer.checked} rows, each chained to the one before it.")
    else:
        console.print(f"[red]✗[/] The trail is broken: {escape(answer.message or '')}.")
        console.print(f"  {answer.checked} rows hold, from the first.", style="dim")
    for sequence in answer.unfinished:
        console.print(
            f"[yellow]![/] {_begun(answer, sequence)} of row {sequence} never ended: it was "
            "killed, or goes on. qops plan and qops releases show what is left."
        )


_OF_STATE = ("version", "serial", "lock", "who", "started")
"""What rows about the state say."""


def _begun(answer: "AuditAnswer", sequence: int) -> str:
    actions = {row.sequence: row.action for row in answer.rows}
    return "The rollback" if actions.get(sequence, "").startswith("rollback") else "The apply"


def _told(row: "TrailRow") -> str:
    plan = str(row.detail.get("plan") or row.subject)[:12]
    parts = [f"plan {plan}"]
    if row.action.startswith(("state.", "restore.")):
        parts = [f"{name} {row.detail[name]}" for name in _OF_STATE if row.detail.get(name)]
    begun = "apply"
    if row.action == "release.record":
        parts = [str(row.detail.get("kind")), f"commit {str(row.detail.get('commit'))[:12]}"]
    elif row.action.startswith(("secret.", "drill.")):
        begun, parts = "beginning", [row.subject]
    elif row.action.startswith("rollback."):
        begun, release = "rollback", row.detail.get("release")
        parts = [f"to release {release}"] if release else []
    if row.detail.get("counts"):
        parts.append(str(row.detail["counts"]))
    if row.detail.get("result"):
        parts.append(f"{row.detail['result']} ({begun} of row {row.detail.get('started')})")
    if row.detail.get("error"):
        parts.append(str(row.detail["error"]))
    if row.detail.get("own"):
        parts.append("own plan")
    return " · ".join(parts)
