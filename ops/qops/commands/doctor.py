"""``qops doctor``."""

from typing import TYPE_CHECKING

from qops.commands.execution import EnvOption, JsonOption, execute

if TYPE_CHECKING:
    from rich.console import Console

    from qops.prerequisites.answers import DoctorAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal


def doctor(env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Check what the machine has and lacks. Exit code 2 when something needed is missing."""
    execute("doctor", _doctor, _show, env=env, as_json=as_json)


def _doctor(settings: "Settings", terminal: "Terminal") -> "DoctorAnswer":  # noqa: ARG001
    from qops.prerequisites.answers import DoctorAnswer
    from qops.prerequisites.examination import examine

    return DoctorAnswer(findings=examine(settings))


def _show(answer: "DoctorAnswer", console: "Console") -> None:
    from qops.terminal import write_line

    for item in answer.findings:
        mark, style = ("✓", "green") if item.ok else ("!", "yellow")
        if item.required and not item.ok:
            mark, style = "✗", "red"
        write_line(console, f"{mark} ", f"{item.name}: {item.found}", label_style=style)
        if item.next_step:
            write_line(console, "    next: ", item.next_step, style="dim", label_style="dim")
