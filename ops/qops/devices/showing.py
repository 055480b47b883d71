"""Shows devices to a person."""

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from qops.devices.looking import State
from qops.moments import ago, clock, length
from qscreen.wire import DeviceStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from qops.devices.answers import (
        DeviceAnswer,
        DeviceQueue,
        DeviceRevokedAnswer,
        DevicesAnswer,
        DeviceShown,
    )

_COLOURS = {
    State.ALIVE: "green",
    State.SILENT: "yellow",
    State.NEVER_HEARD: "yellow",
    State.REVOKED: "red",
}


def show_devices(answer: "DevicesAnswer", console: "Console") -> None:
    """Print devices, two lines each."""
    if not answer.devices:
        console.print("No device fits. next: qagent enrol, on the computer that is to be one")
    for one in answer.devices:
        _head(one, console)
        seen = ago(one.last_seen_at, answer.asked_at)
        parts = [one.name, f"{one.platform}, agent {one.agent_version}", f"heard {seen}"]
        if one.queue is not None:
            parts.append(_depth(one.queue))
        _line(parts, console)


def show_device(answer: "DeviceAnswer", console: "Console") -> None:
    """Print one device with everything about it."""
    one = answer.device
    _head(one, console)
    pictures = "may leave it" if one.screenshots_allowed else "never leave it"
    for part in (
        f"{one.name}, {one.platform}, agent {one.agent_version}",
        f"owner {one.owner}, enrolled {clock(one.enrolled_at)}",
        f"heard {ago(one.last_seen_at, answer.asked_at)}",
        f"its policy: pictures {pictures}",
    ):
        _line([part], console)
    _queue_and_runs(answer, console)


def show_queue(answer: "DeviceAnswer", console: "Console") -> None:
    """Print what waits for a device."""
    _head(answer.device, console)
    _queue_and_runs(answer, console)


def show_revoked(answer: "DeviceRevokedAnswer", console: "Console") -> None:
    """Print what revoking a device did, and what it did not."""
    held = answer.status is not DeviceStatus.REVOKED
    _judged(not held, f"{answer.device_id} is {answer.status.value}", console)
    if answer.credentials_refused is None:
        console.print("[yellow]![/] Whether it gets credentials could not be asked:")
    else:
        said = "is refused new credentials" if answer.credentials_refused else "gets credentials"
        _judged(answer.credentials_refused, f"it {said}", console)
    _line([answer.refusal], console)
    if answer.queue.problem:
        console.print("[yellow]![/] Its queue could not be looked at:")
        _line([answer.queue.problem], console)
    else:
        state = "is gone" if answer.queue.gone else "is still there"
        _judged(answer.queue.gone, f"its queue {state}", console)
    _line(
        [
            "Credentials that it was given before end within an hour; they reach nothing but that "
            "queue and its own uploads."
        ],
        console,
    )
    if answer.open_runs:
        _line([f"These runs on it end as failed: {', '.join(answer.open_runs)}"], console)


def _head(one: "DeviceShown", console: "Console") -> None:
    head = Text(f"{one.device_id:<26}")
    head.append(one.state.value, style=_COLOURS[one.state])
    console.print(head)


def _queue_and_runs(answer: "DeviceAnswer", console: "Console") -> None:
    queue = answer.device.queue
    if queue is not None:
        _line([f"queue {queue.name}"], console)
        _line([_depth(queue)], console)
        if queue.retention_seconds:
            _line([f"a command is kept for {length(queue.retention_seconds)}"], console)
    for run in answer.open_runs:
        _line([f"run {run.run_id} is {run.status.value} for {length(run.seconds)}"], console)
    if not answer.open_runs:
        _line(["none of your runs on it is open"], console)


def _depth(queue: "DeviceQueue") -> str:
    if queue.gone:
        return "its queue is gone"
    if queue.problem:
        return f"queue not known: {queue.problem}"
    held = f"{queue.waiting} wait, {queue.in_flight} in work"
    if queue.oldest_seconds is not None:
        return f"{held}, the oldest for {length(queue.oldest_seconds)}"
    return held if not queue.waiting else f"{held}, age not measured"


def _judged(good: bool, text: str, console: "Console") -> None:
    console.print(f"{'[green]✓[/]' if good else '[red]✗[/]'} {text}")


def _line(parts: "Iterable[str]", console: "Console") -> None:
    text = Text(" · ".join(parts), style="dim", overflow="fold")
    console.print(Padding(text, (0, 0, 0, 4), expand=False))
