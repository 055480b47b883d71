"""The values of a replay: given, asked for, or the defaults; secrets never from the command line.

A secret comes from the environment (`QAGENT_VALUE_<NAME>`), the system's keychain, or a prompt,
lives in memory until the replay ends, and is written nowhere.
"""

import csv
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from qagent.cloud import keychain
from qagent.home import HomeError
from qagent.messages import text
from qagent.value_faults import said
from qagent.workflows.filling import names_of
from qagent.workflows.model import MOST_ROWS, Repeat, Variable, VariableKind, Workflow

Ask = Callable[[Variable], str]


def account(workflow: str, variable: str) -> str:
    """Under which name the keychain holds a secret."""
    return f"workflow/{workflow}/{variable}"


def secret_of(workflow: str, variable: Variable, ask: Ask) -> str:
    """A secret's value, from the environment, the keychain, or a person.

    Args:
        workflow: The workflow's name.
        variable: The variable.
        ask: Asks a person, without showing what is typed.
    """
    given = os.environ.get(f"QAGENT_VALUE_{variable.name.upper()}")
    if given:
        return given
    try:
        return keychain.find(account(workflow, variable.name))
    except HomeError:
        return ask(variable)


def values_of(workflow: Workflow, name: str, given: Mapping[str, str], ask: Ask) -> dict[str, str]:
    """The value of each variable.

    Args:
        workflow: The workflow.
        name: Its name.
        given: Values by name.
        ask: Asks for a value that is missing.

    Raises:
        HomeError: A value is unknown, missing or does not fit, or a step names no variable.
    """
    check_names(workflow)
    known = {one.name: one for one in workflow.inputs}
    for one in given:
        if one not in known:
            names = ", ".join(known) or "-"
            raise HomeError(
                text("values.unknown", name=one), text("values.unknown.repair", names=names)
            )
    values: dict[str, str] = {}
    for variable in workflow.inputs:
        if variable.kind is VariableKind.SECRET:
            if variable.name in given:
                raise HomeError(
                    text("values.secret", name=variable.name),
                    text("values.secret.repair", name=variable.name.upper()),
                )
            value = secret_of(name, variable, ask)
        else:
            value = given.get(variable.name, variable.default or "")
            if variable.name not in given and variable.default is None:
                value = ask(variable)
        fault = variable.as_input().fault_of(value)
        if fault is not None:
            raise HomeError(
                text("values.unfit", name=variable.name, fault=said(fault)),
                text("values.unfit.repair"),
            )
        values[variable.name] = value
    return values


def keep_secrets(
    workflow: Workflow, name: str, values: Mapping[str, str]
) -> list[tuple[str, bool]]:
    """Put the secrets of a replay into the system's keychain.

    Args:
        workflow: The workflow.
        name: Its name.
        values: The values.

    Returns:
        Each secret's name, and whether the keychain holds it now.
    """
    return [
        (one.name, keychain.keep(account(name, one.name), values[one.name]))
        for one in workflow.inputs
        if one.kind is VariableKind.SECRET
    ]


def check_names(workflow: Workflow) -> None:
    """Refuse a workflow that names a variable it does not have.

    Raises:
        HomeError: It does.
    """
    known = {one.name for one in workflow.inputs}
    repeat = workflow.repeat
    ids = [step.id for step in workflow.steps]
    for place, step in enumerate(workflow.steps):
        inside = repeat is not None and (ids.index(repeat.first) <= place <= ids.index(repeat.last))
        columns = set(repeat.columns) if repeat is not None and inside else set()
        for name in names_of(step):
            if name not in known | columns:
                raise HomeError(
                    text("values.undefined", name=name, step=step.id),
                    text("values.undefined.repair", name=name),
                )


def rows_from(path: Path, repeat: Repeat) -> tuple[dict[str, str], ...]:
    """Rows of a repeat from a CSV file whose first line names the columns.

    Args:
        path: The file (UTF-8).
        repeat: The repeat.

    Raises:
        HomeError: It cannot be read, lacks a column, or has too many rows.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [one for one in repeat.columns if one not in (reader.fieldnames or ())]
            if missing:
                raise HomeError(
                    text("values.columns", path=str(path), names=", ".join(missing)),
                    text("values.columns.repair", names=", ".join(repeat.columns)),
                )
            rows = tuple({one: row[one] or "" for one in repeat.columns} for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise HomeError(
            text("values.rows", path=str(path), why=type(error).__name__),
            text("values.rows.repair"),
        ) from error
    if not 1 <= len(rows) <= MOST_ROWS:
        raise HomeError(
            text("values.row_count", path=str(path), count=len(rows), most=MOST_ROWS),
            text("values.rows.repair"),
        )
    return rows
