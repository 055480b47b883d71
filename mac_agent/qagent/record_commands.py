"""The command that records a person's work: reads, calls and prints."""

import signal
import threading
from dataclasses import asdict
from typing import Annotated, Any

import typer

from qagent.console import print_json, say, tell
from qagent.home import AgentHome, default_home
from qagent.messages import text
from qagent.workflow_console import guarded


def record(
    name: Annotated[str, typer.Argument(help="Name of the workflow.")],
    title: Annotated[str, typer.Option(help="Its title; the name when absent.")] = "",
    minutes: Annotated[
        float, typer.Option(min=0.01, max=240, help="Longest time, minutes.")
    ] = 30.0,
    most_steps: Annotated[int, typer.Option(min=1, max=200, help="Most steps.")] = 200,
    plain: Annotated[
        bool, typer.Option("--plain", help="Leave texts as they were written: no variables.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a workflow of this name.")
    ] = False,
    recover: Annotated[
        bool, typer.Option("--recover", help="Save a recording that was cut off.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Record what you do on this screen as a workflow, until the stop key or Ctrl-C.

    Passwords and what the policy redacts are never written down; programs that it hides and
    terminals are not recorded. Exit codes: 0 saved, 1 not.
    """
    from qagent.policy import Policy
    from qagent.workflows.session import Limits, Wanted, recover_recording
    from qagent.workflows.session import record as record_now

    home = AgentHome(default_home())
    wanted = Wanted(name, title, plain, overwrite)
    interrupted = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: interrupted.set())

    def ready(policy: Policy) -> None:
        keys = "+".join(policy.stop_key)
        tell(text("record.begins", keys=keys, minutes=f"{minutes:g}", steps=most_steps))

    def work() -> Any:
        if recover:
            return recover_recording(home, wanted)
        return record_now(home, wanted, Limits(minutes, most_steps), interrupted, ready)

    saved = guarded(work)
    if as_json:
        print_json(asdict(saved))
        return
    say(text("record.ended", why=saved.why))
    say(text("record.saved", steps=saved.steps, path=str(saved.path)))
