"""``qops run``."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute

if TYPE_CHECKING:
    from rich.console import Console

    from qops.runs.answers import RunAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal
    from qscreen.wire import Run


class Mode(StrEnum):
    """How far a run may go."""

    DRY_RUN = "dry_run"
    CONFIRM = "confirm"
    AUTO = "auto"


def run(
    goal: Annotated[str, typer.Argument(help="What to do, in Korean or English.")],
    device: Annotated[
        str | None, typer.Option("--device", help="Device id; your latest one when absent.")
    ] = None,
    mode: Annotated[Mode, typer.Option("--mode", help="How far the run may go.")] = Mode.AUTO,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write an HTML report to this file.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Show each change as it comes.")] = False,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Run a goal on a device and follow it to its end.

    With --mode confirm, and for what the goal does not explain, the plan is shown and asked for.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "RunAnswer":
        from qops.runs.answers import RunAnswer
        from qops.runs.outcome import describe
        from qops.runs.running import run_goal

        submitted: list[str] = []

        def tell(run: "Run") -> None:
            submitted[:] = [run.run_id]
            if watch:
                steps = f"{len(run.effects)} of {len(run.plan.steps)} steps" if run.plan else ""
                terminal.notice(f"  {run.status.value:<10} {steps}")

        def agrees(run: "Run") -> bool:
            for step in run.plan.steps if run.plan else ():
                terminal.notice(f"  {step.id}  {describe(step)}")
                if step.consent:
                    terminal.notice(f"      {step.consent}")
            if terminal.yes:
                return True
            if not terminal.interactive:
                terminal.notice("Nobody can be asked, so the run is cancelled; --yes agrees.")
                return False
            return terminal.ask("May the run do this on the device?")

        try:
            done = run_goal(
                settings,
                goal,
                device=device,
                mode=mode.value,
                report=report,
                on_change=tell,
                agrees=agrees,
            )
        except KeyboardInterrupt:
            for run_id in submitted:
                terminal.must.print(
                    f"Run {run_id} is asked to end; what it has done stays done.", markup=False
                )
            raise
        return RunAnswer(
            run=done.run,
            accepted_seconds=done.accepted_seconds,
            seconds=done.seconds,
            audit_sequence=done.report.audit_sequence,
            audit_hash=done.report.audit_hash,
            report=str(report) if report else None,
        )

    execute("run", use_case, _show, env=env, as_json=as_json, yes=yes)


def _show(answer: "RunAnswer", console: "Console") -> None:
    from qops.runs.outcome import show_run

    show_run(answer.run, console)
    line = f"  {answer.seconds:.2f} s after the request was accepted"
    if answer.audit_sequence is not None:
        line += f" · audit #{answer.audit_sequence} {(answer.audit_hash or '')[:12]}"
    console.print(line, style="dim")
    if answer.report:
        console.print(f"  report: {answer.report}", style="dim", soft_wrap=True)
