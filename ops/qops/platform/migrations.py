"""Brings the database's schema up by invoking the platform's own ``migrate`` function."""

import json
from dataclasses import dataclass

from qops.errors import QopsError
from qops.platform.aws import Aws
from qops.settings import Settings


class MigrationError(QopsError):
    """The schema could not be brought up."""

    code = "migration"


@dataclass(frozen=True, slots=True)
class MigrationResult:
    """What the function answered.

    Attributes:
        version: Version of the schema now.
        applied: Migrations applied by this call, oldest first.
    """

    version: str
    applied: tuple[str, ...]


def migrate(settings: Settings, aws: Aws) -> MigrationResult:
    """Invoke the function ``migrate`` and wait for it.

    Args:
        settings: Which environment.
        aws: Its clients.

    Raises:
        MigrationError: The function failed, or answered something else.
    """
    name = f"{settings.prefix}-migrate"
    answer = aws.client("lambda").invoke(FunctionName=name, Qualifier="live", Payload=b"{}")
    text = answer["Payload"].read().decode("utf-8", "replace")
    if answer.get("FunctionError"):
        raise MigrationError(
            "The database's schema could not be brought up.",
            why=_message(text),
            next_step=f"Look at the function's log: log group /aws/lambda/{name}.",
            details=text.splitlines()[:20],
        )
    try:
        data = json.loads(text)
        return MigrationResult(
            version=str(data["current"]), applied=tuple(str(item) for item in data["applied"])
        )
    except (ValueError, TypeError, KeyError) as error:
        raise MigrationError(
            "The function that migrates the database answered something unknown.",
            why=text[:500],
            next_step="The function and qops are of different versions: run qops up again.",
        ) from error


def _message(text: str) -> str:
    try:
        data = json.loads(text)
    except ValueError:
        return text[:500]
    return str(data.get("errorMessage", text[:500])) if isinstance(data, dict) else text[:500]
