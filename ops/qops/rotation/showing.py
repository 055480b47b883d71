"""Shows the answers of ``qops rotate`` and ``qops secrets`` to a person."""

from typing import TYPE_CHECKING

from qops.rotation.answers import (
    ConsumerAnswer,
    Former,
    Outcome,
    RotateAnswer,
    RotatedSecret,
    SecretRow,
    SecretsAnswer,
)
from qops.terminal import write_line

if TYPE_CHECKING:
    from rich.console import Console

_FORMER = {
    Former.REFUSED: "the former one is refused",
    Former.VALID: "the former one is still valid",
    Former.NONE: "there was none before",
    Former.UNKNOWN: "nobody knows of the former one",
}


def show_secrets(answer: SecretsAnswer, console: "Console") -> None:
    """Show every secret with its age.

    Args:
        answer: What was found.
        console: Where.
    """
    if not answer.secrets:
        console.print("There are no secrets: the platform is not applied (qops up).")
        return
    for one in answer.secrets:
        sign = "[green]✓[/]" if one.state == "fine" else "[red]✗[/]"
        detail = f": {one.detail}" if one.detail else ""
        console.print(f"{sign} {one.name}{detail}", soft_wrap=True)
        write_line(console, "    ", _age(one), style="dim")
    if answer.exit_code:
        write_line(console, "  next: ", "qops rotate --due rotates what is overdue", style="dim")


def show_rotation(answer: RotateAnswer, console: "Console") -> None:
    """Show what became of each secret.

    Args:
        answer: What was done.
        console: Where.
    """
    if not answer.secrets:
        console.print("[green]✓[/] No secret is due.")
    for one in answer.secrets:
        _show_one(one, console)


def _show_one(one: RotatedSecret, console: "Console") -> None:
    if one.outcome is Outcome.PLANNED:
        console.print(f"• {one.secret}: would be rotated", markup=False, soft_wrap=True)
        write_line(console, "  why:  ", f"{one.reason} (age {_days(one.age_days)})")
    else:
        sign = "[green]✓[/]" if one.good else "[red]✗[/]"
        word = str(one.outcome).replace("_", " ")
        console.print(f"{sign} {one.secret}: {word} in {one.seconds:.0f} s", soft_wrap=True)
    if one.outcome is Outcome.ROTATED:
        write_line(console, "  ", f"the new credential works, {_FORMER[one.former]}")
    for failure in dict.fromkeys(one.failures):
        write_line(console, "  step: ", failure, style="red")
    if one.message:
        write_line(console, "  ", one.message)
    for consumer in one.consumers:
        write_line(console, "  used by ", f"{consumer.kind} {consumer.name}{_told(consumer)}")
    for check in one.checks:
        found = check.findings[0].detail if check.findings else ""
        write_line(console, "  health ", f"{check.id}: {check.state}. {found}")
    if one.next_step:
        write_line(console, "  next: ", one.next_step)


def _told(one: ConsumerAnswer) -> str:
    if one.came_in == "new":
        return ": has come in with the new one"
    if one.came_in == "former":
        return ": has not come in since; it reads the new one when it does"
    if one.sessions_new is None:
        return ""
    if one.sessions_new:
        return f": connected with the new one ({one.sessions_new})"
    if one.sessions_former:
        return f": {one.sessions_former} sessions opened with the former one go on until they close"
    return ": no session at present"


def _age(one: SecretRow) -> str:
    parts = ["no value" if one.age_days is None else f"value {_days(one.age_days)} old"]
    if one.every_days is not None:
        parts.append(f"rotates every {one.every_days:g} days")
    if one.last_rotated is not None:
        parts.append(f"last {one.last_rotated:%Y-%m-%d}")
    if one.next_rotation is not None:
        parts.append(f"next {one.next_rotation:%Y-%m-%d}")
    return ", ".join(parts)


def _days(days: float | None) -> str:
    return "none" if days is None else f"{days:.0f} days" if days >= 1 else "less than a day"
