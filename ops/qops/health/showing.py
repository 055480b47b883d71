"""Shows an answer on a terminal, and as a page."""

from pathlib import Path
from typing import TYPE_CHECKING

from qops.health.answers import CheckAnswer, ExplainAnswer, HealthAnswer
from qops.health.model import Layer, State

if TYPE_CHECKING:
    from rich.console import RenderableType

MARKS = {
    State.HEALTHY: ("✓", "green"),
    State.UNHEALTHY: ("✗", "bold red"),
    State.UNKNOWN: ("?", "yellow"),
    State.NOT_APPLICABLE: ("-", "dim"),
}
"""Mark and style of each state; the marks differ without colour, too."""

WORDS = {
    State.HEALTHY: "healthy",
    State.UNHEALTHY: "unhealthy",
    State.UNKNOWN: "unknown",
    State.NOT_APPLICABLE: "not applicable here",
}
"""How each state is called."""

_MOST_FINDINGS = 6


def health_view(answer: HealthAnswer, *, details: bool = False) -> "RenderableType":
    """The answer for a terminal: a line for each check, more for those that are not healthy.

    Args:
        answer: The answer.
        details: Whether all checks are listed where none could be asked; else only why.
    """
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    if answer.problem is not None and not details:
        lines = Table.grid(padding=(0, 1))
        lines.add_column(no_wrap=True)
        lines.add_column(overflow="fold", ratio=1)
        lines.add_row("  why:", Text(answer.problem.why))
        lines.add_row("  next:", Text(answer.problem.next_step))
        return Group(Text(f"✗ {answer.problem.what}", "bold red"), lines)
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    said: set[str] = set()
    for check in answer.checks:
        if check.state is State.NOT_APPLICABLE:
            continue
        mark, style = MARKS[check.state]
        table.add_row(Text(mark, style), Text(check.id, style), Text(_summary(check)))
        if check.state is State.HEALTHY:
            continue
        wrong = [one for one in check.findings if one.state is check.state]
        for one in wrong[:_MOST_FINDINGS]:
            text = f"{one.subject}: {one.detail}"
            if text not in said:  # what stops all checks alike is said once
                table.add_row("", "", Text(text, style))
            said.add(text)
        if len(wrong) > _MOST_FINDINGS:
            table.add_row("", "", Text(f"and {len(wrong) - _MOST_FINDINGS} more (--json)"))
        if check.state is State.UNHEALTHY:
            table.add_row("", Text(check.severity.value), Text(check.meaning))
            table.add_row("", Text("next", "bold"), Text(check.repair))
            table.add_row("", "", Text(check.runbook, "dim"))
    parts: list[RenderableType] = [table]
    absent = [check.id for check in answer.checks if check.state is State.NOT_APPLICABLE]
    if absent:
        parts.append(Text(f"- not applicable here: {', '.join(absent)}", "dim"))
    kind = "deep" if answer.deep else "shallow"
    parts.append(
        Text(
            f"{answer.environment}, {kind}, {answer.checked_at:%Y-%m-%d %H:%M:%S} UTC:"
            f" {tally(answer)}",
            "bold",
        )
    )
    return Group(*parts)


def tally(answer: HealthAnswer) -> str:
    """How many checks are in which state."""
    shown = (State.HEALTHY, State.UNHEALTHY, State.UNKNOWN, State.NOT_APPLICABLE)
    return ", ".join(f"{answer.counts.get(state, 0)} {WORDS[state]}" for state in shown)


def explain_view(answer: ExplainAnswer) -> "RenderableType":
    """The explanation for a terminal."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold", ratio=1)
    rows = {
        "check": answer.id,
        "what": answer.title,
        "layer": answer.layer.value,
        "severity": answer.severity.value,
        "runs": f"{'with --deep' if answer.deep else 'always'}, "
        f"unknown after {answer.timeout_seconds:g} s",
        "means": answer.meaning,
        "next": answer.repair,
        "runbook": answer.runbook,
    }
    for name, text in rows.items():
        table.add_row(name, Text(text))
    return table


def _summary(check: CheckAnswer) -> str:
    if check.state is not State.HEALTHY:
        bad = sum(one.state is check.state for one in check.findings)
        return f"{check.title}: {bad} of {len(check.findings)} {WORDS[check.state]}"
    good = [one for one in check.findings if one.state is State.HEALTHY]
    if len(good) == 1:
        return good[0].detail or check.title
    return f"{check.title}: all {len(good)}"


def write_page(file: Path, answer: HealthAnswer) -> Path:
    """Write the answer as one HTML page without scripts; its folder is made.

    Args:
        file: The file to write.
        answer: The answer.

    Returns:
        The file.
    """
    layers = {
        layer.value: found
        for layer in Layer
        if (found := [check for check in answer.checks if check.layer is layer])
    }
    return write_rendered(
        file, "health.html.j2", Path(__file__).parent, answer=answer, layers=layers, words=WORDS
    )


def write_rendered(file: Path, template: str, folder: Path, **values: object) -> Path:
    """Render a template that extends ``page.html.j2`` into a file.

    Args:
        file: The file to write.
        template: Name of the template.
        folder: Where the template is.
        **values: What it shows.

    Returns:
        The file.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader([folder, Path(__file__).parent]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(file.name + ".new")
    temporary.write_text(templates.get_template(template).render(**values), encoding="utf-8")
    temporary.replace(file)
    return file
