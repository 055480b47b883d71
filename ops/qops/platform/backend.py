"""Where the state of an environment is, and the trail beside it."""

from qops.applying.trail import S3Rows, Trail
from qops.errors import PrerequisiteError
from qops.platform.aws import Aws
from qops.platform.local_state import BUCKET, KEY
from qops.settings import Settings


def state_place(settings: Settings, aws: Aws) -> tuple[str, str]:
    """Bucket and key of the state.

    Args:
        settings: Which environment.
        aws: Its clients; AWS is asked for the account.
    """
    if settings.local:
        return BUCKET, KEY
    return (
        f"qscreen-tfstate-{aws.account}-{aws.region}",
        f"platform/{settings.environment}.tfstate",
    )


def no_state_bucket(bucket: str) -> PrerequisiteError:
    """The error where there is no bucket that could hold a state.

    Args:
        bucket: Its name, which tells account and region.
    """
    local = bucket == BUCKET
    return PrerequisiteError(
        f"There is no bucket {bucket} for the state.",
        why="Nothing was ever applied."
        if local
        else "The account was not prepared, or it is another account or region than was meant.",
        next_step="Apply it: qops up"
        if local
        else "Look which account is set (aws sts get-caller-identity, AWS_PROFILE). A new one is "
        "prepared by terraform/bootstrap, once.",
    )


def trail_at(settings: Settings, aws: Aws, place: tuple[str, str], generation: str) -> Trail:
    """The trail beside a state.

    Args:
        settings: Which environment.
        aws: Its clients.
        place: Bucket and key of the state.
        generation: Life of the local cloud that holds it; empty in AWS.
    """
    return Trail(
        S3Rows(aws.client("s3"), *place),
        settings.terraform_home / "audit-witness.json",
        generation,
    )
