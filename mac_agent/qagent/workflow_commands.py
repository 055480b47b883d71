"""Commands that record a person's work and do it again: they read, call and print."""

import os
import shlex
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qagent.console import FAILED, fail, print_json, say, say_step, tell
from qagent.home import AgentHome, HomeError, default_home
from qagent.messages import text
from qagent.workflow_console import FINDINGS, REFUSED, ask_for, guarded, tasks_for

if TYPE_CHECKING:
    from qagent.workflows.model import Workflow

workflow_app = typer.Typer(help="Recorded workflows.", no_args_is_help=True)

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Name = Annotated[str, typer.Argument(help="Name of the workflow, or its file.")]
_Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Value of an input.")
]
_Rows = Annotated[
    Path | None, typer.Option(help="CSV with a row for each round, instead of those recorded.")
]
_From = Annotated[str, typer.Option("--from", help="First step to do, e.g. s5.")]


@workflow_app.command("list")
def list_workflows(as_json: _Json = False) -> None:
    """List the workflows of this device, and recordings that were cut off."""
    from qagent.workflows.store import Store

    store = Store.of(AgentHome(default_home()))
    rows: list[dict[str, Any]] = []
    for name in store.names():
        try:
            found = store.load(name)
        except HomeError as error:
            rows.append({"name": name, "title": "", "steps": 0, "fault": error.what})
        else:
            rows.append(
                {"name": name, "title": found.title, "steps": len(found.steps), "fault": ""}
            )
    unfinished = store.unfinished()
    if as_json:
        print_json({"workflows": rows, "unfinished": unfinished})
        return
    for row in rows:
        steps = text("workflow.steps", count=row["steps"])
        told = (row["fault"],) if row["fault"] else (row["title"], steps)
        say("  ".join((row["name"], *told)))
    for name in unfinished:
        say(text("workflow.unfinished", name=name))
    if not rows and not unfinished:
        say(text("workflow.none"))


@workflow_app.command()
def show(name: _Name, as_json: _Json = False) -> None:
    """Show a workflow."""
    from qagent.workflows.reading import dump

    found = _load(name)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        say(dump(found).rstrip())


@workflow_app.command()
def edit(name: _Name) -> None:
    """Open a workflow in your editor (VISUAL or EDITOR), then check it."""
    from qagent.words import reason
    from qagent.workflows.store import Store

    path = guarded(lambda: Store.of(AgentHome(default_home())).path(name))
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        done = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode
    except OSError as error:
        fail(f"{editor}: {reason(error)}", f"VISUAL=nano qagent workflow edit {name}")
    if done:
        raise typer.Exit(FAILED)
    lint(name)


@workflow_app.command()
def schema() -> None:
    """Print the JSON Schema of the workflow file."""
    from qagent.workflows.model import schema as workflow_schema

    print_json(workflow_schema())


@workflow_app.command()
def lint(
    name: _Name,
    as_json: _Json = False,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="Print SARIF 2.1.0.")] = False,
) -> None:
    """Examine a workflow: every finding with its line and its repair.

    Exit codes: 0 nothing but notes, 2 findings or faults, 1 the file cannot be read.
    """
    from qagent.policy import load_policy
    from qagent.words import reason, said
    from qagent.workflows.lint import Severity
    from qagent.workflows.lint import lint as examine
    from qagent.workflows.reading import read
    from qagent.workflows.sarif import sarif
    from qagent.workflows.store import Store

    home = AgentHome(default_home())
    path = guarded(lambda: Store.of(home).path(name))
    try:
        found = read(path)
    except OSError as error:
        fail(
            text("workflow.unreadable", path=str(path), why=reason(error)),
            text("workflow.unreadable.repair"),
        )
    findings = [] if found.content is None else examine(found.content, load_policy(home.policy))
    rows = [
        {"rule": "", "severity": "error", "step": one.field, "line": one.line}
        | {"column": one.column, "what": one.what, "repair": one.repair}
        for one in found.faults
    ] + [
        {"rule": one.rule.value, "severity": str(one.severity), "step": one.step}
        | {"line": found.lines.of(*one.place), "column": 0}
        | {"what": one.what, "repair": one.repair}
        for one in findings
    ]
    if as_sarif and found.content is not None:
        print_json(sarif(findings, str(path), found.lines))
    elif as_json:
        print_json({"path": str(path), "findings": rows})
    elif not rows:
        say(text("lint.good", path=str(path)))
    else:
        for row in rows:
            severity = said("severity", str(row["severity"]))
            words = " ".join(str(one) for one in (row["rule"], severity, row["step"]) if one)
            place = ":".join(str(one) for one in (path, row["line"], row["column"]) if one)
            say(f"{place}: {words}: {row['what']}")
            say(f"  → {row['repair']}")
    if any(row["severity"] != str(Severity.NOTE) for row in rows):
        raise typer.Exit(FINDINGS)


@workflow_app.command()
def variables(
    name: _Name,
    write: Annotated[bool, typer.Option("--write", help="Write them into the file.")] = False,
    as_json: _Json = False,
) -> None:
    """Turn what comes again into variables, and rounds of the same steps into a table."""
    from qagent.words import said
    from qagent.workflows.compiling import with_variables
    from qagent.workflows.store import Store

    before = _load(name)
    after = with_variables(before)
    known = {one.name for one in before.inputs}
    new = [one for one in after.inputs if one.name not in known]
    repeat = after.repeat if before.repeat is None else None
    if as_json:
        inputs = [one.model_dump(mode="json") for one in new]
        table = None if repeat is None else repeat.model_dump(mode="json")
        print_json({"inputs": inputs, "repeat": table})
    else:
        for one in new:
            kind = said("variable", one.kind)
            say(text("variables.input", name=one.name, kind=kind, default=repr(one.default)))
        if repeat is not None:
            say(
                text(
                    "variables.repeat",
                    first=repeat.first,
                    last=repeat.last,
                    count=len(repeat.rows),
                    columns=", ".join(repeat.columns),
                )
            )
    if after == before:
        if not as_json:
            say(text("variables.none"))
    elif write:
        path = guarded(lambda: Store.of(AgentHome(default_home())).save(name, after))
        tell(text("variables.written", path=str(path)))
    elif not as_json:
        say(text("variables.write"))


@workflow_app.command("dry-run")
def dry_run(
    name: _Name,
    given: _Set = None,
    rows: _Rows = None,
    first: _From = "",
    as_json: _Json = False,
) -> None:
    """Say what a replay would do on the screen as it is; nothing is done.

    Exit codes: 0 every step is ready or comes later, 2 not, 1 it cannot be told.
    """
    from qagent.stop import StopSignal
    from qagent.workflows.rehearsal import Readiness, rehearse

    home = AgentHome(default_home())
    workflow = _load(name)
    # Nothing is typed: a secret need not be known to say where it would go.
    tasks = guarded(lambda: tasks_for(workflow, name, given, rows, first, lambda _: "x"))
    found = guarded(lambda: rehearse(home, tasks, StopSignal(home.stop_file)))
    if as_json:
        print_json([asdict(one) for one in found])
    else:
        for one in found:
            key = "later.word" if one.readiness is Readiness.LATER else str(one.readiness)
            row = f" ({text('replay.row', row=one.row)})" if one.row else ""
            say(f"{one.step}{row} {text(f'rehearse.{key}')}: {one.because}")
            for words in (one.element, one.note):
                if words:
                    say(f"  {words}")
    if any(one.readiness not in {Readiness.READY, Readiness.LATER} for one in found):
        raise typer.Exit(FINDINGS)


@workflow_app.command()
def replay(
    name: _Name,
    given: _Set = None,
    rows: _Rows = None,
    first: _From = "",
    remember: Annotated[
        bool, typer.Option("--remember", help="Keep the secrets in the system's keychain.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Do a workflow on this screen; it ends with the first step that is not confirmed.

    Secrets are asked for, or taken from the keychain or QAGENT_VALUE_<NAME>. Exit codes: 0 done,
    1 a step failed, 3 policy, consent or the screen refused one.
    """
    from qagent.stop import StopSignal
    from qagent.words import came
    from qagent.workflows.replay import Done
    from qagent.workflows.replay import replay as do_again
    from qscreen.wire import Outcome

    home = AgentHome(default_home())
    workflow = _load(name)
    tasks = guarded(
        lambda: tasks_for(workflow, name, given, rows, first, ask_for, remember=remember)
    )

    def show_step(one: Done) -> None:
        if not as_json:
            _show(one)

    stop_signal = StopSignal(home.stop_file)
    who = f"qagent workflow replay {name}"
    report = guarded(lambda: do_again(home, tasks, stop_signal, who, tell=show_step))
    ended = report.stopped_at
    if as_json:
        print_json(report.values())
    elif ended is None:
        say(text("replay.done", count=len(report.done)))
        unseen = sum(one.outcome != Outcome.CONFIRMED for one in report.done)
        if unseen:
            say(text("replay.unseen", count=unseen))
    else:
        tell(text("replay.ended", step=ended.step, why=came(ended.outcome, ended.error)))
        for words in ended.candidates:
            tell(f"  ? {words}")
        place = f"{ended.step}:{ended.row}" if ended.row else ended.step
        tell(f"  → {text('replay.ended.repair', name=name, step=place)}")
    if ended is not None:
        raise typer.Exit(REFUSED if ended.outcome == Outcome.REFUSED else FAILED)


@workflow_app.command()
def publish(
    name: _Name,
    template: Annotated[
        str, typer.Option(help="Make a new version of this template instead of a new one.")
    ] = "",
    dry: Annotated[bool, typer.Option("--dry-run", help="Show it and send nothing.")] = False,
    as_json: _Json = False,
) -> None:
    """Publish a workflow as a template of the platform, for runs, jobs and schedules.

    Its goal is planned here first, by the grammar that the cloud uses: it gives exactly the
    workflow's steps, or is not published.
    """
    from uuid import uuid4

    from qagent.workflows.publishing import draft

    made = guarded(lambda: draft(_load(name)))
    for words in made.warnings:
        tell(f"! {words}")
    if dry:
        if as_json:
            print_json(made.request.model_dump(mode="json"))
        else:
            say(made.request.goal)
        return
    from qagent.cloud.config import load_enrolment
    from qagent.cloud.connection import connected
    from qagent.workflows.publishing import publish as send

    home = AgentHome(default_home())

    def work() -> Any:
        with connected(home, load_enrolment(home.device)) as connection:
            return send(connection.api, made, str(uuid4()), template)

    found = guarded(work)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        say(text("publish.done", id=found.template_id, version=found.version))


def _load(name: str) -> "Workflow":
    from qagent.workflows.store import Store

    found: Workflow = guarded(lambda: Store.of(AgentHome(default_home())).load(name))
    return found


def _show(one: Any) -> None:
    from qagent.words import came

    row = f" ({text('replay.row', row=one.row)})" if one.row else ""
    words = f"{one.step}{row} {came(one.outcome, one.error)} ({one.ms:.0f} ms)"
    say_step(words, one.evidence, good=one.accepted)
