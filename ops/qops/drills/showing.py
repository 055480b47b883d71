"""Shows the answers of ``qops drill``: to a person, and as Markdown for the records."""

from typing import TYPE_CHECKING

from qops.drills.answers import (
    BucketAnswer,
    CleanAnswer,
    LimitedAnswer,
    LoseCacheAnswer,
    ProofAnswer,
    RestoreBucketsAnswer,
    RestoreDbAnswer,
    RestoredTableAnswer,
    RestoreTablesAnswer,
    StageAnswer,
    TableAnswer,
)
from qops.terminal import write_line

if TYPE_CHECKING:
    from rich.console import Console

_TOLD = ("changed", "deleted", "damaged", "lost", "moving", "newer")


def show_restore(answer: RestoreDbAnswer, console: "Console") -> None:
    """Show a verdict.

    Args:
        answer: What was found.
        console: Where.
    """
    _show_verdict(answer.holds, f"{answer.backup}: the restored copy is", console)
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
    _show_limits(answer, console)
    _show_stages(answer.stages, console)


def show_tables(answer: RestoreTablesAnswer, console: "Console") -> None:
    """Show a verdict on tables.

    Args:
        answer: What was found.
        console: Where.
    """
    _show_verdict(answer.holds, "the restored tables are", console)
    for fault in answer.faults:
        write_line(console, "  fault: ", fault, style="red")
    for one in answer.tables:
        told = "; " + _differences(one) if _differences(one) else ""
        write_line(console, "  ", f"{one.table}: {one.items} items, {one.same} the same{told}")
    _show_limits(answer, console)
    _show_stages(answer.stages, console)


def show_buckets(answer: RestoreBucketsAnswer, console: "Console") -> None:
    """Show a verdict on buckets.

    Args:
        answer: What was found.
        console: Where.
    """
    _show_verdict(answer.holds, "what was deleted and overwritten is", console)
    for one in answer.buckets:
        sign = "[green]✓[/]" if one.holds else "[red]✗[/]"
        console.print(f"  {sign} {one.purpose}", soft_wrap=True)
        for fault in one.faults:
            write_line(console, "      fault: ", fault, style="red")
        _show_proofs(one.proofs, "      ", console)
        write_line(console, "      ", _tried(one), style="dim")
    _show_stages(answer.stages, console)


def show_cache(answer: LoseCacheAnswer, console: "Console") -> None:
    """Show what the loss of the cache did.

    Args:
        answer: What was found.
        console: Where.
    """
    sign, word = ("[green]✓[/]", "") if answer.holds else ("[red]✗[/]", "NOT ")
    console.print(
        f"{sign} the cache {answer.cache} was {answer.how}, and all is {word}as before.",
        soft_wrap=True,
    )
    for fault in answer.faults:
        write_line(console, "  fault: ", fault, style="red")
    if answer.entries is not None:
        write_line(console, "  ", f"{answer.entries} entries removed")
    _show_proofs(answer.proofs, "  ", console)
    write_line(console, "  ", f"without it for {_span(answer.rto_seconds)}")
    for missed in answer.missed:
        write_line(console, "  missed: ", missed, style="yellow")
    told = " · ".join(f"{one.name} {one.seconds:g} s" for one in answer.stages)
    write_line(console, "  ", told, style="dim")


def _show_proofs(proofs: list[ProofAnswer], indent: str, console: "Console") -> None:
    for proof in proofs:
        if proof.holds:
            write_line(console, indent, f"{proof.what} ({proof.seconds:g} s)")
        elif proof.holds is None:
            write_line(console, f"{indent}not tried: ", f"{proof.what}: {proof.why}", style="dim")


def _show_verdict(holds: bool, what: str, console: "Console") -> None:
    sign, word = ("[green]✓[/]", "whole") if holds else ("[red]✗[/]", "NOT whole")
    console.print(f"{sign} {what} {word}.", soft_wrap=True)


def _show_limits(answer: LimitedAnswer, console: "Console") -> None:
    write_line(
        console,
        "  ",
        f"RTO {_span(answer.rto_seconds)} (restored and compared), "
        f"RPO {_span(answer.rpo_seconds)} (age of the backup)",
    )
    for missed in answer.missed:
        write_line(console, "  missed: ", missed, style="yellow")


def _show_stages(stages: list[StageAnswer], console: "Console") -> None:
    told = " · ".join(f"{one.name} {one.seconds:g} s" for one in stages)
    write_line(console, "  ", f"{told}; nothing was left behind", style="dim")


def _tried(one: BucketAnswer) -> str:
    if not one.versions_tried:
        told = "it holds no version to try"
    else:
        bad = one.versions_archived + len(one.versions_unreadable)
        told = f"{one.versions_tried - bad} versions can be read"
        if one.versions_archived:
            told += f", {one.versions_archived} lie in an archive"
    if one.written:
        return told
    why = "it has object lock" if one.locked else "AWS services deliver into it"
    return f"{told}; nothing was written: {why}"


def show_clean(answer: CleanAnswer, console: "Console") -> None:
    """Show what drills had left.

    Args:
        answer: What was found.
        console: Where.
    """
    for unseen in answer.unseen:
        write_line(console, "✗ ", unseen, style="red")
    if not answer.leftovers and not answer.unseen:
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


def _differences(table: TableAnswer | RestoredTableAnswer) -> str:
    return ", ".join(f"{count} {name}" for name in _TOLD if (count := getattr(table, name, 0)))


def _span(seconds: float) -> str:
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
