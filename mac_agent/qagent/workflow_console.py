"""What the commands of workflows share: values, and errors with their repair."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from qagent import console
from qagent.console import fail, tell
from qagent.home import HomeError
from qagent.messages import text

if TYPE_CHECKING:
    from qagent.workflows.model import Variable, Workflow
    from qagent.workflows.tasks import Task

FINDINGS, REFUSED = 2, 3


def tasks_for(
    workflow: "Workflow",
    name: str,
    given: list[str] | None,
    rows: Path | None,
    first: str,
    ask: "Callable[[Variable], str]",
    *,
    remember: bool = False,
) -> "list[Task]":
    """The steps of a replay, with the values that were given or asked for."""
    from qagent.workflows.tasks import starting_at, tasks_of
    from qagent.workflows.values import keep_secrets, rows_from, values_of

    pairs = dict(_pair(one) for one in given or ())
    values = values_of(workflow, name, pairs, ask)
    if remember:
        for one, kept in keep_secrets(workflow, name, values):
            key = "replay.remembered" if kept else "replay.not_remembered"
            tell(text(key, name=one))
    table = None
    if rows is not None:
        if workflow.repeat is None:
            raise HomeError(text("values.no_repeat"), text("values.no_repeat.repair"))
        table = rows_from(rows, workflow.repeat)
    return starting_at(tasks_of(workflow, values, table), first)


def _pair(words: str) -> tuple[str, str]:
    name, equals, value = words.partition("=")
    if not equals:
        raise HomeError(text("values.form", given=words), text("values.form.repair"))
    return name.strip(), value


def ask_for(variable: "Variable") -> str:
    """Ask for a value at the terminal; a secret is not shown."""
    from qagent.workflows.model import VariableKind

    secret = variable.kind is VariableKind.SECRET
    if not sys.stdin.isatty():
        repair = "values.missing_secret.repair" if secret else "values.missing.repair"
        shown = variable.name.upper() if secret else variable.name
        raise HomeError(text("values.missing", name=variable.name), text(repair, name=shown))
    label = variable.description or variable.name
    return str(typer.prompt(label, hide_input=secret))


def guarded(work: Callable[[], Any]) -> Any:
    """Run a use case; its typed errors become a message with the repair."""
    from qagent.cloud.errors import SignInError
    from qscreen.api.transport import ApiError, ApiProblem

    try:
        return console.guarded(work)
    except SignInError as error:
        fail(error.what, error.repair)
    except ApiProblem as error:
        what = f"{error.problem.title} ({error.status}): {error.problem.detail}"
        fail(what, error.problem.next_step or text("cloud.operator"))
    except ApiError as error:
        fail(str(error), text("cloud.network"))
