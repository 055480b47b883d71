"""Judges a finished run for the exit code, and shows it to a person."""

from typing import TYPE_CHECKING

from rich.table import Table

from qops.errors import ExitCode
from qscreen.wire import (
    Analysis,
    AnalysisCause,
    AnalysisOutcome,
    Effect,
    EffectError,
    Outcome,
    Run,
    RunStatus,
    Stage,
    Step,
)

if TYPE_CHECKING:
    from rich.console import Console

_EVIDENCE = 80
"""So many characters of what an effect was seen by are shown."""

_GOOD = frozenset({RunStatus.SUCCEEDED, RunStatus.PLANNED})
_COLOURS = {
    Outcome.CONFIRMED: "green",
    Outcome.UNVERIFIABLE: "yellow",
    Outcome.SUSPECTED_NOOP: "yellow",
    Outcome.REFUSED: "red",
    Outcome.FAILED: "red",
}


def exit_code_of(run: Run) -> ExitCode:
    """The exit code a run deserves: done, refused by the device's policy, or failed."""
    if run.status in _GOOD:
        return ExitCode.DONE
    if any(effect.error is EffectError.DENIED_BY_POLICY for effect in run.effects):
        return ExitCode.REFUSED
    return ExitCode.FAILED


def describe(step: Step) -> str:
    """A step in a few words, e.g. ``type_text: 회의 3시, 2층``."""
    details = [
        name.replace("_", " ") if value is True else _words(value)
        for name, value in step.action.model_dump(mode="json", exclude_defaults=True).items()
        if name not in {"kind", "target"} and value
    ]
    target = getattr(step.action, "target", None)
    if target is not None:
        details.append(" ".join(part for part in (target.role, target.name, target.app) if part))
    return f"{step.action.kind.value}: {', '.join(details)}" if details else step.action.kind.value


def _words(value: object) -> str:
    return "+".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def stage_seconds(stage: Stage) -> float | None:
    """Length of a stage in seconds; None while it is open."""
    if stage.ended_at is None:
        return None
    return (stage.ended_at - stage.started_at).total_seconds()


_CAUSES = {
    AnalysisCause.TARGET_NOT_IN_TREE: "the tree does not hold what the next step names",
    AnalysisCause.TREE_EMPTY: "the tree is empty",
    AnalysisCause.TREE_TRUNCATED: "the tree was cut",
    AnalysisCause.DOCUMENT: "the goal asks for a document",
    AnalysisCause.GOAL_ABOUT_TEXT: "the goal is about the text of the screen",
}
_OUTCOMES = {
    AnalysisOutcome.READ: "read",
    AnalysisOutcome.CACHED: "known from the cache",
    AnalysisOutcome.FAILED: "failed",
    AnalysisOutcome.NO_PICTURE: "no picture",
}


def describe_analysis(analysis: Analysis) -> str:
    """One line on an analysis: what came of it, by whom, why, and how long it took.

    Args:
        analysis: The analysis of a run's picture, or of the text of its screen.
    """
    found = [
        f"{one.engine.value} {one.found} {one.what}"
        if one.unavailable is None
        else f"{one.engine.value} no {one.what} ({one.unavailable})"
        for one in analysis.readings
    ]
    of_text = analysis.cause is AnalysisCause.GOAL_ABOUT_TEXT
    what = "text" if of_text else "picture"
    parts = [f"{what}: {_OUTCOMES[analysis.outcome]}", ", ".join(found)]
    if of_text:
        parts += _of_text(analysis)
    elif analysis.outcome in {AnalysisOutcome.READ, AnalysisOutcome.CACHED}:
        parts.append(f"{analysis.added} added to the tree")
    if analysis.truncated:
        parts.append("the picture holds more")
    if analysis.outcome is not AnalysisOutcome.NO_PICTURE:
        parts.append(f"{analysis.duration_ms:.0f} ms")
    parts.append(f"because {_CAUSES[analysis.cause]}")
    return " · ".join(part for part in parts if part)


def _of_text(analysis: Analysis) -> list[str]:
    named = {
        "language": analysis.language,
        "intent": analysis.intent,
        "mail": analysis.mail_class,
        "personal data": ", ".join(analysis.personal_data),
    }
    return [f"{name} {value}" for name, value in named.items() if value]


def show_run(run: Run, console: "Console") -> None:
    """Print a run: its status, its steps with their effects, its stages."""
    from qops.terminal import write_line

    colour = "green" if run.status in _GOOD else "red"
    console.print(f"[{colour}]{run.status.value}[/]  {run.run_id}  {_plain(run.goal)}")
    if run.not_understood is not None:
        _show_not_understood(run, console)
    elif run.message:
        write_line(console, "  ", run.message)
    if run.plan is not None:
        console.print(_steps_table(run))
    for analysis in run.analyses:
        write_line(console, "  ", describe_analysis(analysis), style="dim")
        if analysis.message:
            write_line(console, "  ", analysis.message)
    timed = [
        f"{stage.name.value} {seconds:.2f} s"
        for stage in run.stages
        if (seconds := stage_seconds(stage)) is not None
    ]
    if timed:
        console.print("  " + " · ".join(timed), style="dim")


def _show_not_understood(run: Run, console: "Console") -> None:
    told = run.not_understood
    if told is None:
        return
    console.print(f"  {told.goal}", markup=False)
    console.print("  " + " " * _width(told.goal[: told.start]) + "^" * max(1, _width(told.part)))
    console.print(f"  {told.because}", markup=False)
    if told.suggestions:
        console.print("  The nearest forms that are known:")
        for suggestion in told.suggestions:
            console.print(f"    {suggestion.pattern}   e.g. {suggestion.example}", markup=False)


def _steps_table(run: Run) -> Table:
    effects = _last_effects(run)
    table = Table(box=None, pad_edge=True, header_style="bold")
    for name in ("step", "action", "effect", "route", "time", "evidence"):
        table.add_column(
            name,
            justify="right" if name == "time" else "left",
            overflow="fold",
            no_wrap=name == "effect",
        )
    for step in run.plan.steps if run.plan else ():
        effect = effects.get(step.id)
        if effect is None:
            table.add_row(step.id, _plain(describe(step)), "[dim]not reached[/]", "", "", "")
            continue
        shown = "\n".join([effect.outcome.value, *([effect.error.value] if effect.error else [])])
        table.add_row(
            step.id,
            _plain(describe(step)),
            f"[{_COLOURS[effect.outcome]}]{shown}[/]",
            effect.route.value,
            f"{effect.duration_ms:.0f} ms",
            _plain(_shortened(effect.evidence)),
        )
    return table


def _shortened(evidence: str) -> str:
    return evidence if len(evidence) <= _EVIDENCE else f"{evidence[:_EVIDENCE]}… (all: --json)"


def _last_effects(run: Run) -> dict[str, Effect]:
    return {effect.step_id: effect for effect in run.effects}


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _width(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)
