"""The applied platform: its state, straight from its bucket.

Terraform keeps it in S3 for the local cloud, too: one request instead of a start of Terraform.
"""

import json

from qops.errors import PrerequisiteError
from qops.inventory.documents import parse_inventory
from qops.inventory.model import Inventory
from qops.platform.aws import Aws
from qops.platform.backend import state_place
from qops.settings import Settings

_NOT_APPLIED = frozenset({"NoSuchKey", "NoSuchBucket", "404"})


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
    return parse_inventory(json.loads(body))
