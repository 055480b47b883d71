"""The applied platform: its state, straight from its bucket.

Terraform keeps it in S3 for the local cloud, too: one request instead of a start of Terraform.
"""

import json

from qops.errors import PrerequisiteError, QopsError
from qops.inventory.documents import parse_inventory
from qops.inventory.model import Inventory
from qops.platform.aws import Aws
from qops.platform.backend import state_place
from qops.settings import Settings

_NOT_APPLIED = frozenset({"NoSuchKey", "NoSuchBucket", "404"})


class BrokenStateError(QopsError):
    """What lies in the place of the state is none."""

    code = "state_unreadable"


def read_state(settings: Settings, aws: Aws, *, place: tuple[str, str] | None = None) -> Inventory:
    """Read the state of the environment.

    Args:
        settings: Which environment.
        aws: Its clients.
        place: Bucket and key of the state, where they are known already.

    Returns:
        What was applied.

    Raises:
        PrerequisiteError: The platform is not applied.
        BrokenStateError: It is half-written, or no state at all.
        botocore.exceptions.BotoCoreError: The state cannot be reached.
        botocore.exceptions.ClientError: The state may not be read.
    """
    from botocore.exceptions import ClientError

    bucket, key = place or state_place(settings, aws)
    try:
        body = aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in _NOT_APPLIED:
            raise
        raise PrerequisiteError(
            f"The platform is not applied in environment {settings.environment}.",
            why=f"There is no state s3://{bucket}/{key}.",
            next_step="Apply it: qops up" if settings.local else "Apply it: qops plan, qops apply",
        ) from error
    try:
        document = json.loads(body)
        if not isinstance(document, dict):
            raise ValueError("It is no JSON object.")  # noqa: TRY004, TRY301 - one message for all
    except ValueError as error:
        raise BrokenStateError(
            f"The state s3://{bucket}/{key} cannot be read.",
            why=f"Of its {len(body)} bytes: {error}",
            next_step="Look for a version that is whole, and restore it: qops state versions, "
            "qops state restore",
        ) from error
    return parse_inventory(document)
