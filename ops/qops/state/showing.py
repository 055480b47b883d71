"""Shows the answers of ``qops state`` on a terminal."""

from collections import Counter
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qops.review.words import values
from qops.state.answers import (
    LockAnswer,
    StateListAnswer,
    StateLocksAnswer,
    StateRestoreAnswer,
    StateUnlockAnswer,
    StateVersionAnswer,
    StateVersionsAnswer,
)
from qops.state.comparing import Kind, StateChange

if TYPE_CHECKING:
    from rich.console import Console

_SIGNS: dict[Kind, tuple[str, str]] = {
    "disappears": ("-", "red"),
    "changes": ("~", "yellow"),
    "appears": ("+", "green"),
}
_HOLDERS = {
    "alive": ("its process runs on this machine", "green"),
    "perhaps alive": (
        "it is of this machine, and a Terraform runs on this state that may be it",
        "yellow",
    ),
    "gone": ("it is of this machine, and its process is gone", "red"),
    "elsewhere": ("it is of another machine: ask there whether it still runs", "yellow"),
}


def show_list(answer: StateListAnswer, console: "Console") -> None:
    """Show the resources, layer by layer."""
    for layer, group in groupby(answer.resources, key=lambda one: one.layer):
        found = list(group)
        console.print(Text.assemble((layer, "bold"), f"  {len(found)}"), soft_wrap=True)
        for one in found:
            text = Text(f"  {one.address}")
            if one.tainted:
                text.append("  tainted", style="red")
            console.print(text, soft_wrap=True)
    shown = sum(one.managed for one in answer.resources)
    if answer.total and not answer.resources:
        console.print(
            "None fits. A pattern without * is a part of an address; with it, a whole one: *sqs*",
            style="yellow",
            markup=False,
        )
    console.print(
        f"{shown} of {answer.total} resources; serial {answer.serial}, "
        f"lineage {answer.lineage}, Terraform {answer.terraform_version}",
        style="dim",
        markup=False,
    )


def show_versions(answer: StateVersionsAnswer, console: "Console") -> None:
    """Show the versions, the newest first."""
    for one in answer.versions:
        head = Text(f"{_when(one.at)}  ", style="bold" if one.latest else "")
        head.append(_what(one), style="red" if one.problem or one.deleted else "")
        if one.latest:
            head.append("  current", style="green")
        console.print(head)
        if one.problem:
            _inside(console, f"cannot be read: {one.problem}", "red")
        _inside(console, one.id)
        _inside(console, _writer(one))
    if not answer.versions:
        console.print("[green]✓[/] There is no state, and never was one.")
    if not answer.versioned:
        console.print("[yellow]![/] The bucket keeps no versions: what is overwritten is gone.")
    if not answer.trail_intact:
        console.print("[yellow]![/] The trail is broken (qops audit): who wrote what is not sure.")


def show_changes(changes: list[StateChange], unreadable: str, console: "Console") -> None:
    """Show what a restoring would change of what Terraform knows."""
    if unreadable:
        _line(console, f"! The state as it is cannot be read: {unreadable}", "yellow")
    counted = Counter(one.kind for one in changes)
    told = ", ".join(f"{counted[kind]} {word}" for kind, word in _WORDS.items() if counted[kind])
    _line(console, f"Compared with the state as it is: {told or 'no resource differs'}", "bold")
    for one in changes:
        sign, style = _SIGNS[one.kind]
        kept = f"  holds {one.stateful}" if one.stateful else ""
        _line(console, f"  {sign} {one.address}{kept}", style)
        for attribute in one.attributes:
            before, after = values(attribute)
            _line(console, f"      {attribute.path}: {before} → {after}")


_WORDS: dict[Kind, str] = {
    "disappears": "disappear",
    "changes": "change",
    "appears": "appear",
}


def show_restored(answer: StateRestoreAnswer, console: "Console") -> None:
    """Show what was restored."""
    if answer.unreadable:
        console.print("[yellow]![/] The state before could not be read.")
    before = "" if answer.serial_before is None else f" over serial {answer.serial_before}"
    console.print(f"[green]✓[/] Restored, as serial {answer.serial}{before}.")
    _told(answer, console)
    console.print("  next: qops plan shows what differs from the resources", style="dim")


def show_restore_approved(answer: StateRestoreAnswer, console: "Console") -> None:
    """Show what was approved."""
    console.print(f"[green]✓[/] Approved: it may be restored as serial {answer.serial}.")
    _told(answer, console)
    console.print("  next: qops state restore, by somebody else", style="dim")


def _told(answer: StateRestoreAnswer, console: "Console") -> None:
    counted = Counter(one.kind for one in answer.changes)
    parts = [f"{counted[kind]} {word}" for kind, word in _WORDS.items() if counted[kind]]
    console.print(f"  resources: {', '.join(parts) or 'the same'}", style="dim")
    _inside(console, f"version: {answer.version}", indent=2)
    console.print(f"  recorded: row {answer.audit.sequence} (qops audit)", style="dim")


def show_locks(answer: StateLocksAnswer, console: "Console") -> None:
    """Show who holds the state."""
    if answer.lock is None:
        console.print("[green]✓[/] Nobody holds the state.")
        return
    _lock(answer.lock, console)
    if answer.lock.holder != "alive":
        console.print("  next: qops state unlock, if nobody is at work", style="dim")


def show_unlocked(answer: StateUnlockAnswer, console: "Console") -> None:
    """Show which lock was taken away."""
    if answer.removed is None or answer.audit is None:
        console.print("[green]✓[/] Nobody holds the state; nothing was done.")
        return
    console.print("[green]✓[/] The lock is gone:")
    _lock(answer.removed, console)
    console.print(f"  recorded: row {answer.audit.sequence} (qops audit)", style="dim")
    console.print("  next: qops plan shows what a killed apply has left undone", style="dim")


def _lock(lock: LockAnswer, console: "Console") -> None:
    told, style = _HOLDERS[lock.holder]
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    rows = [
        ("  held by", Text(lock.who)),
        ("  for", Text(lock.operation)),
        ("  since", Text(f"{_when(lock.since)} ({lock.age_seconds / 60:.0f} min)")),
        ("  id", Text(lock.id or "cannot be read")),
        ("  where", Text(lock.place)),
        ("  holder", Text(told, style=style)),
    ]
    if lock.processes:
        rows.append(("  process", Text(", ".join(map(str, lock.processes)))))
    for name, value in rows:
        table.add_row(name, value)
    console.print(table, soft_wrap=False)


def _what(one: StateVersionAnswer) -> str:
    if one.deleted:
        return "deleted"
    if one.problem:
        return f"{one.size} bytes"
    return f"serial {one.serial}  {one.resources} resources"


def _writer(one: StateVersionAnswer) -> str:
    if one.row is None:
        return "no row of the trail"
    return f"row {one.row}: {one.action} by {one.actor}"


def _when(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _inside(console: "Console", text: str, style: str = "dim", indent: int = 4) -> None:
    line = Text(text, style=style, overflow="fold")
    console.print(Padding(line, (0, 0, 0, indent), expand=False), soft_wrap=False)


def _line(console: "Console", text: str, style: str = "") -> None:
    console.print(Text(text, style=style), soft_wrap=True)
