"""Shows the answers of ``qops drill``: to a person, and as Markdown for the records."""

from typing import TYPE_CHECKING

from qops.drills.answers import CleanAnswer, RestoreDbAnswer, TableAnswer
from qops.terminal import write_line

if TYPE_CHECKING:
    from rich.console import Console

_TOLD = ("changed", "deleted", "lost", "newer")


def show_restore(answer: RestoreDbAnswer, console: "Console") -> None:
    """Show a verdict.

    Args:
        answer: What was found.
        console: Where.
    """
    sign = "[green]✓[/]" if answer.holds else "[red]✗[/]"
    verdict = "is whole" if answer.holds else "is NOT whole"
    console.print(f"{sign} {answer.backup}: the restored copy {verdict}.", soft_wrap=True)
    for fault in answer.faults:
        write_line(console, "  fault: ", fault, style="red")
    rows = sum(table.rows for table in answer.comparison.tables)
    audit = answer.comparison.audit
    write_line(
        console,
        "  ",
        f"{len(answer.comparison.tables)} tables, {rows} rows, {audit.rows} chained audit entries",
    )
    for table in answer.comparison.tables:
        if told := _differences(table):
            write_line(console, "  ", f"{table.table}: {told}")
    write_line(
        console,
        "  ",
        f"RTO {_span(answer.rto_seconds)} (restored and compared), "
        f"RPO {_span(answer.rpo_seconds)} (age of the backup)",
    )
    for missed in answer.missed:
        write_line(console, "  missed: ", missed, style="yellow")
    stages = " · ".join(f"{one.name} {one.seconds:g} s" for one in answer.stages)
    write_line(console, "  ", f"{stages}; nothing was left behind", style="dim")


def show_clean(answer: CleanAnswer, console: "Console") -> None:
    """Show what drills had left.

    Args:
        answer: What was found.
        console: Where.
    """
    if not answer.leftovers:
        console.print("[green]✓[/] Drills have left nothing behind.")
    for one in answer.leftovers:
        sign = "[green]✓[/]" if one.removed else "[red]✗[/]"
        done = "removed" if one.removed else "still there"
        console.print(f"{sign} {one.kind} {one.name}: {done}", soft_wrap=True)


def as_markdown(answer: RestoreDbAnswer) -> str:
    """Write a verdict for the records.

    Args:
        answer: What was found.

    Returns:
        A page of Markdown.
    """
    verdict = "the copy is whole" if answer.holds else "**the copy is not whole**"
    lines = [
        f"# Restore drill of {answer.database}: {verdict}",
        "",
        f"- backup: {answer.backup}, of {answer.backup_at:%Y-%m-%d %H:%M:%S %Z}",
        f"- RTO {_span(answer.rto_seconds)}, RPO {_span(answer.rpo_seconds)}",
        *(f"- missed: {missed}" for missed in answer.missed),
        *(f"- fault: {fault}" for fault in answer.faults),
        f"- audit: {answer.comparison.audit.rows} entries hold, last hash "
        f"`{answer.comparison.audit.last}`",
        f"- drill: {answer.drill} ({answer.environment}), removed",
        "",
        "| table | rows | same | changed since | deleted since | lost | newer | holds |",
        "|---|---|---|---|---|---|---|---|",
        *(
            f"| {one.table} | {one.rows} | {one.same} | {one.changed} | {one.deleted} "
            f"| {one.lost} | {one.newer} | {'yes' if one.holds else '**no**'} |"
            for one in answer.comparison.tables
        ),
        "",
        "| stage | seconds |",
        "|---|---|",
        *(f"| {one.name} | {one.seconds:g} |" for one in answer.stages),
    ]
    return "\n".join(lines) + "\n"


def _differences(table: TableAnswer) -> str:
    return ", ".join(f"{count} {name}" for name in _TOLD if (count := int(getattr(table, name))))


def _span(seconds: float) -> str:
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
