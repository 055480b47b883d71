"""The verdict on a restored copy, by the function ``migrate``, which lies beside both databases."""

from pydantic import ValidationError

from qops.drills.answers import ComparisonAnswer
from qops.drills.errors import DrillError, calling
from qops.platform.aws import Aws
from qops.platform.functions import ask_function
from qops.settings import Settings

ANSWER_SECONDS = 310
"""A little more than the function has."""


def compare(settings: Settings, aws: Aws, host: str, port: int) -> ComparisonAnswer:
    """Let the function compare a copy with the database.

    Args:
        settings: Which environment.
        aws: Its clients.
        host: Where the copy answers.
        port: The copy's port.

    Raises:
        DrillError: The function failed, or does not know how to compare.
    """
    name = f"{settings.prefix}-migrate"
    event = {"compare": {"host": host, "port": port}}
    with calling(f"invoke {name}"):
        answer = ask_function(aws, f"{name}:live", event, answer_seconds=ANSWER_SECONDS)
    if answer.failure is not None:
        raise DrillError(
            "The copy could not be compared with the database.",
            why=answer.failure,
            next_step=f"Look at log group /aws/lambda/{name}, then start the drill again.",
        )
    try:
        return ComparisonAnswer.model_validate_json(answer.text)
    except ValidationError as error:
        raise DrillError(
            f"{name} answered something unknown.",
            why=answer.quoted,
            next_step="The function and qops are of different versions: qops plan and qops apply.",
        ) from error


def faults_of(found: ComparisonAnswer) -> list[str]:
    """Why a copy is not whole; nothing when it is.

    Args:
        found: The comparison.
    """
    faults = [f"the schema lacks: {line}" for line in found.structure.missing]
    faults += [f"the schema has besides: {line}" for line in found.structure.extra]
    if not found.audit.intact:
        faults.append(f"the copy's audit chain is broken: {found.audit.message}")
    for table in found.tables:
        if table.lost:
            faults.append(f"{table.table}: {table.lost} rows of before the backup are missing")
        if not table.holds and (table.changed or table.deleted):
            faults.append(
                f"{table.table}: {table.changed} rows differ, {table.deleted} are in the copy "
                "alone; nobody may change or delete rows of this table, in neither database"
            )
    return faults
