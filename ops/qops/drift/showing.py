"""Shows drift on a terminal."""

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from qops.drift.answers import DriftAnswer, DriftedAttribute, DriftedResource, KnownDrift
from qops.review.words import values

if TYPE_CHECKING:
    from rich.console import Console


def summary(answer: DriftAnswer) -> str:
    """How much drifted, in one line.

    Args:
        answer: The answer.
    """
    drifted = answer.drifted
    gone = sum(one.deleted for one in drifted)
    parts = [f"{len(drifted)} of {answer.checked + gone} resources drifted"]
    if gone:
        parts.append(f"{gone} of them gone")
    known = len(answer.resources) - len(drifted)
    if known:
        parts.append(f"{known} more as is known")
    return ", ".join(parts)


def told_of(entry: KnownDrift) -> str:
    """An entry of the file of known drift in one line.

    Args:
        entry: The entry.
    """
    return f"{entry.address} {entry.attribute}: {entry.reason} (until {entry.expires})"


def show_drift(answer: DriftAnswer, console: "Console") -> None:
    """Show what drifted, what is known, and what is wrong with the file of known drift.

    Args:
        answer: The answer.
        console: Where.
    """
    if answer.drifted:
        _line(console, f"✗ {summary(answer)} in {answer.environment}.", "bold red")
    else:
        _line(console, f"✓ No drift in {answer.environment}: {summary(answer)}.", "green")
    for one in answer.resources:
        _resource(one, console)
    if answer.outputs:
        _line(console, "outputs that would be others", "bold")
        for output in answer.outputs:
            before, after = values(output)
            _line(console, f"{output.path}: {before} → {after}", indent=4)
    for title, entries in (
        ("Known until a day that is past; it counts as drift again", answer.expired),
        ("Known, but met nothing; take it out", answer.unmatched),
    ):
        if entries:
            _line(console, f"! {title} ({answer.known_file}):", "yellow")
            for entry in entries:
                _line(console, told_of(entry), "yellow", indent=4)
    if answer.drifted:
        _line(
            console,
            "next: qops plan puts it right; what is meant belongs into the configuration, what is "
            f"meant for a while into {answer.known_file}",
            "dim",
            indent=2,
        )


def _resource(one: DriftedResource, console: "Console") -> None:
    if one.deleted:
        text = Text(f"- {one.address} is gone", style="red" if one.counts else "dim")
        if one.stateful:
            text.append(f", and with it {one.stateful}")
        text.append(_note(one.known, one.expired))
        _print(console, text, indent=2)
        return
    style = "magenta" if one.counts else "dim"
    _print(console, Text(f"~ {one.address}", style=style), indent=2)
    for attribute in one.attributes:
        _attribute(attribute, console)


def _attribute(one: DriftedAttribute, console: "Console") -> None:
    before, after = values(one.change)
    text = Text(f"{one.change.path}: ", style="dim" if one.known else "")
    text.append(before, style="" if one.known else "red")
    text.append(" → ")
    text.append(after, style="" if one.known else "green")
    text.append(_note(one.known, one.expired), style="yellow" if one.expired else "")
    _print(console, text, indent=6)


def _note(known: str | None, expired: object) -> str:
    if known is not None:
        return f"  known: {known}"
    return f"  was known until {expired}" if expired else ""


def _line(console: "Console", text: str, style: str = "", indent: int = 0) -> None:
    _print(console, Text(text, style=style), indent)


def _print(console: "Console", text: Text, indent: int) -> None:
    """Within the width of a terminal, and whole lines for a pipe."""
    text.overflow = "fold"
    if console.soft_wrap:
        console.print(Text(" " * indent) + text, soft_wrap=True)
    else:
        console.print(Padding(text, (0, 0, 0, indent), expand=False))
