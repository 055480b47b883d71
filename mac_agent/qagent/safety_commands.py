"""Commands about policy, audit and what the agent does now: they read, call and print."""

import json
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from qagent import console
from qagent.console import FAILED, fail, print_json, say, tell
from qagent.home import AgentHome, default_home
from qagent.messages import text

if TYPE_CHECKING:
    from qagent.audit.reports import DoneStep

FINDINGS = 2
_POLL_SECONDS = 0.2

policy_app = typer.Typer(help="The device's policy.", no_args_is_help=True)
audit_app = typer.Typer(help="The device's audit log.", no_args_is_help=True)

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_File = Annotated[
    Path | None, typer.Argument(help="The policy file; the device's own when absent.")
]


def _home() -> AgentHome:
    return AgentHome(default_home())


@policy_app.command()
def check(file: _File = None, as_json: _Json = False) -> None:
    """Check a policy file: every fault with its line, its field and its repair."""
    from qagent.policy.reading import read

    path = file or _home().policy
    try:
        faults = read(path).faults
    except FileNotFoundError:
        for words in _how_to_begin(path):
            tell(words)
        raise typer.Exit(FAILED) from None
    if as_json:
        print_json({"path": str(path), "faults": [asdict(one) for one in faults]})
    elif not faults:
        say(text("policy.good", path=str(path)))
    else:
        for fault in faults:
            say(fault.at(path))
            say(f"  → {fault.repair}")
    if faults:
        raise typer.Exit(FINDINGS)


@policy_app.command()
def show(as_json: _Json = False) -> None:
    """Show the policy in force, with all defaults."""
    import yaml

    from qagent.policy import PolicyState, load_policy
    from qagent.policy.reading import read

    path = _home().policy
    policy = load_policy(path)
    fields: dict[str, Any] = {}
    if policy.state is PolicyState.FILE:
        file = read(path).content
        fields = {} if file is None else json.loads(file.model_dump_json(by_alias=True))
    if as_json:
        faults = [asdict(one) for one in policy.faults]
        print_json({"path": str(path), "state": policy.state, "faults": faults, "policy": fields})
    elif policy.state is PolicyState.FILE:
        say(f"# {path}")
        say(yaml.safe_dump(fields, allow_unicode=True, sort_keys=False).rstrip())
    elif policy.state is PolicyState.ABSENT:
        for words in _how_to_begin(path):
            say(words)
    else:
        say(text("policy.unusable", path=str(path), fault=policy.fault))
        say(f"  → {text('doctor.policy.broken.repair')}")
    if policy.state is PolicyState.BROKEN:
        raise typer.Exit(FINDINGS)


def _how_to_begin(path: Path) -> tuple[str, str]:
    """That there is no policy, and one to begin with."""
    example = (
        "version: 1\nallow: {risks: [look, navigate, edit, write_file], apps: [mousepad, TextEdit]}"
    )
    repair = text("policy.missing.repair", example=example)
    return text("policy.missing", path=str(path)), f"  → {repair}"


@policy_app.command()
def schema() -> None:
    """Print the JSON Schema of the policy file."""
    from qagent.policy.model import schema as policy_schema

    print_json(policy_schema())


@audit_app.command()
def verify(
    expect: Annotated[
        str | None,
        typer.Option(help="Hash that the log must end in, where you noted it somewhere else."),
    ] = None,
    as_json: _Json = False,
) -> None:
    """Check the log: edited, removed, reordered and cut off lines are found (exit code 2)."""
    from qagent.audit import verify as verify_log
    from qagent.words import reason

    folder = _home().audit
    try:
        found = verify_log(folder, expect)
    except OSError as error:
        fail(
            text("doctor.audit.unreadable", why=reason(error)),
            text("doctor.audit.unreadable.repair", path=folder),
        )
    if as_json:
        print_json(asdict(found))
    elif found.intact and not found.checked:
        say(text("audit.empty", folder=folder))
    elif found.intact:
        say(text("audit.intact", count=found.checked, hash=found.last_hash))
    else:
        file = str(folder / found.file)
        say(text("audit.broken", file=file, line=found.line, message=found.message))
        say(f"  → {text('audit.repair', count=found.checked)}")
    if not found.intact:
        raise typer.Exit(FINDINGS)


def watch(
    once: Annotated[bool, typer.Option("--once", help="Show this moment and end.")] = False,
    as_json: _Json = False,
) -> None:
    """Show what the agent does now, until Ctrl-C."""
    from qagent.status import Doing, Status, StatusFile

    home = _home()
    file = StatusFile(home.status)
    last: Status | None = None
    while True:
        status = file.read()
        if home.stop_file.is_set():
            status = Status(Doing.STOPPED)
        if status != last:
            last = status
            if as_json:
                sys.stdout.write(json.dumps(asdict(status), ensure_ascii=False) + "\n")
                sys.stdout.flush()
            else:
                who = f" · {status.who} · {status.run_id}" if status.run_id else ""
                say(f"{time.strftime('%H:%M:%S')} {status.words()}{who}")
        if once:
            return
        time.sleep(_POLL_SECONDS)


def report(
    run: Annotated[str | None, typer.Option(help="Only this run.")] = None,
    last: Annotated[int, typer.Option(min=1, max=10_000, help="Most steps shown.")] = 50,
    as_json: _Json = False,
) -> None:
    """Show what was done on this device, from its audit log."""
    from qagent.audit.reports import steps_done

    rows = steps_done(_home().audit, run, last)
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    if not rows:
        say(text("report.nothing"))
        return
    for name, done in groupby(rows, lambda one: one.run):
        # Ids of runs are long: as a column they would leave the others no room.
        say(f"{text('report.run')} {name}")
        console.show(_steps(done))


def _steps(rows: "Iterable[DoneStep]") -> Table:
    from qagent.words import all_said, said

    table = Table(box=None, pad_edge=False)
    for name in ("when", "step", "kind", "outcome", "error", "consent", "ms"):
        wraps = name in {"error", "consent"}
        table.add_column(text(f"report.{name}"), overflow="fold", no_wrap=not wraps)
    for row in rows:
        cells = (
            row.at[: len("2026-01-31 09:00:00")],
            row.step,
            said("kind", row.kind),
            said("outcome", row.outcome),
            said("error", row.error),
            all_said("consent", row.consent.split()),
            f"{row.ms:.0f}",
        )
        table.add_row(*map(Text, cells))
    return table
