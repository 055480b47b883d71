"""The state of the local platform: in the local cloud's S3, as dev and prod keep theirs in AWS's.

Terraform's ``local`` backend writes the whole state after each change: with 660 resources (4.6 MB)
that was 62 % of the processor time of an apply (perf, Terraform 1.11.4). Its remote backends keep
the state in memory and write it every 20 s and at the end (``TF_STATE_PERSIST_INTERVAL``).
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qops.platform.aws import Aws
from qops.platform.lock_info import own_info
from qops.processes.file_lock import open_lock, take
from qops.settings import Settings
from qops.terraform.errors import StateLockedError

BUCKET = "qscreen-local-tfstate"
KEY = "platform/local.tfstate"
KEPT_VERSIONS = 30
"""Former states that the local cloud keeps, 2 to 5 MB each."""


def backend_override(settings: Settings, region: str) -> str:
    """Terraform's settings that lead the root's S3 backend to the local cloud.

    Args:
        settings: The local environment.
        region: Its region.

    Returns:
        The text of an override file.
    """
    values = {
        "bucket": BUCKET,
        "key": KEY,
        "region": region,
        "use_path_style": True,
        "skip_credentials_validation": True,
        "skip_metadata_api_check": True,
        "skip_requesting_account_id": True,
        "endpoints": {"s3": settings.endpoint_url},
    }
    lines = "".join(f"    {name} = {_hcl(value)}\n" for name, value in values.items())
    return f'terraform {{\n  backend "s3" {{\n{lines}  }}\n}}\n'


def ensure_bucket(aws: Aws) -> None:
    """Make the bucket of the state, which keeps versions as in AWS, unless the local cloud has it.

    Args:
        aws: Clients of the local environment.

    Raises:
        botocore.exceptions.BotoCoreError: The local cloud does not answer.
    """
    s3 = aws.client("s3")
    try:
        s3.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": aws.region}
        )
    except s3.exceptions.BucketAlreadyOwnedByYou:
        _forget_oldest(s3)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})


def _forget_oldest(s3: Any) -> None:
    """Do what a lifecycle rule does in AWS; the local cloud keeps every version in memory."""
    found = s3.list_object_versions(Bucket=BUCKET, Prefix=KEY).get("Versions", ())
    for old in [one for one in found if one["Key"] == KEY][KEPT_VERSIONS:]:
        s3.delete_object(Bucket=BUCKET, Key=KEY, VersionId=old["VersionId"])


def lock_file(settings: Settings) -> Path:
    """File of the lock on the local state.

    Args:
        settings: The local environment.
    """
    return settings.terraform_home / "lock"


@contextmanager
def held(lock: Path, operation: str) -> Iterator[None]:
    """Hold the local state for as long as Terraform works on it.

    The lock goes with the process, however it ends; the one that the S3 backend offers is an object
    that a killed Terraform leaves behind.

    Args:
        lock: The lock's file; while it is held, it says by whom and what for.
        operation: What for.

    Raises:
        StateLockedError: Another qops holds it.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    file = open_lock(lock)
    try:
        if not take(file):
            raise StateLockedError(
                "The local platform is being planned or applied by another qops.",
                output=[f"It holds {lock}."],
                next_step="Wait until it has ended; which one it is: qops state locks",
            )
        os.ftruncate(file, 0)
        os.write(file, json.dumps(own_info(operation, KEY)).encode())
        try:
            yield
        finally:
            os.ftruncate(file, 0)
    finally:
        os.close(file)


def _hcl(value: object) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{name} = {_hcl(one)}" for name, one in value.items())
        return f"{{ {inside} }}"
    return json.dumps(value, ensure_ascii=False)
