"""How old the present values of secrets are."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.stages import CURRENT
from qs_cloud.telemetry import count, logger

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.type_defs import ListSecretVersionIdsRequestTypeDef

_DAY_SECONDS = 86400


def measure_secrets(secrets: Iterable[str], now: datetime) -> None:
    """Report the age of each secret's present value, whoever wrote it.

    Args:
        secrets: ARNs of the secrets.
        now: Present time.

    Raises:
        CloudCallError: If Secrets Manager cannot be reached.
    """
    for arn in secrets:
        name, written_at = _present(arn)
        if written_at is None:
            logger().info("Secret has no value yet", extra={"secret": name})
            continue
        days = (now - written_at).total_seconds() / _DAY_SECONDS
        count("SecretAgeDays", round(max(days, 0.0), 3), {"Secret": name})


def _present(arn: str) -> tuple[str, datetime | None]:
    name = arn
    for name, stages, created_at in _versions(arn):
        if CURRENT in stages:
            return name, created_at
    return name, None


def _versions(arn: str) -> Iterator[tuple[str, list[str], datetime]]:
    arguments: ListSecretVersionIdsRequestTypeDef = {"SecretId": arn}
    while True:
        with calling("look at the versions of a secret"):
            answer = clients.secretsmanager().list_secret_version_ids(**arguments)
        for version in answer["Versions"]:
            if "CreatedDate" in version:
                yield answer["Name"], version.get("VersionStages", []), version["CreatedDate"]
        if not answer.get("NextToken"):
            return
        arguments["NextToken"] = answer["NextToken"]
