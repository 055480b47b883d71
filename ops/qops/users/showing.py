"""Shows users and groups to a person."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from qops.moments import clock

if TYPE_CHECKING:
    from rich.console import Console

    from qops.users.answers import (
        GroupsAnswer,
        UserAnswer,
        UserDisabledAnswer,
        UserResetAnswer,
        UsersAnswer,
        UserShown,
    )

WITHIN = "Tokens that were given before carry the old groups until they end, within the hour."


def show_users(answer: "UsersAnswer", console: "Console") -> None:
    """Print users, two lines each."""
    if not answer.users:
        console.print("There is no user. next: qops users add ADDRESS --group admin")
    for one in answer.users:
        _show(one, console)


def show_user(answer: "UserAnswer", console: "Console") -> None:
    """Print what was done to a user."""
    console.print(f"[green]✓[/] {answer.did}")
    _show(answer.user, console)


def show_disabled(answer: "UserDisabledAnswer", console: "Console") -> None:
    """Print what disabling did."""
    _show(answer.user, console)
    console.print(f"[green]✓[/] No sign-in any more; {answer.ended_sessions} sessions were ended.")
    _line(
        "Refresh tokens are taken back. The API refuses the tokens of ended sessions within a "
        "minute; one that was never used before is good until it ends, within the hour.",
        console,
    )


def show_reset(answer: "UserResetAnswer", console: "Console") -> None:
    """Print what a reset did."""
    _show(answer.user, console)
    console.print(
        f"[green]✓[/] The authenticator was deleted; {answer.ended_sessions} sessions were ended."
    )
    _line("The next sign-in, with the same password, sets up another one.", console)


def show_groups(answer: "GroupsAnswer", console: "Console") -> None:
    """Print groups with what they carry, or a user with his groups."""
    if answer.did:
        console.print(f"[green]✓[/] {answer.did}")
    if answer.user is not None:
        _show(answer.user, console)
        if answer.did:
            _line(WITHIN, console)
        return
    for one in answer.groups:
        console.print(f"[bold]{one.name}[/]  {one.members} members", highlight=False)
        if one.description:
            _line(one.description, console)
        _line(_scopes(one.scopes), console)


def _show(one: "UserShown", console: "Console") -> None:
    head = Text(f"{one.email or one.username}  ", overflow="fold")
    head.append("enabled" if one.enabled else "disabled", "green" if one.enabled else "red")
    console.print(head)
    parts = [", ".join(one.groups) or "no group", one.status.lower().replace("_", " ")]
    if one.totp is not None:
        parts.append("authenticator enrolled" if one.totp else "no authenticator yet")
    parts.append(f"since {clock(one.created_at)}")
    _line(" · ".join(parts), console)
    _line(f"id {one.sub}", console)


def _scopes(scopes: Iterable[str]) -> str:
    """Scopes by their subject, e.g. ``runs read write``."""
    by: dict[str, list[str]] = defaultdict(list)
    for scope in scopes:
        subject, _, verb = scope.rpartition("/")[2].partition(".")
        by[subject].append(verb)
    return " · ".join(f"{subject} {' '.join(verbs)}" for subject, verbs in by.items()) or "nothing"


def _line(text: str, console: "Console") -> None:
    shown = Text(text, style="dim", overflow="fold")
    console.print(Padding(shown, (0, 0, 0, 4), expand=False))
