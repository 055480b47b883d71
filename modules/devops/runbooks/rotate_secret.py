"""Rotate a secret now, and wait until the new version is the one in use.

Runs inside an SSM Automation step (`aws:executeScript`), so it stands by itself: boto3 and the
standard library only.
"""

import time

import boto3


def rotate(events, _context):
    """Start a rotation and wait for its end.

    Args:
        events: `secret` (name), `deadline_seconds` and `poll_seconds`.
        _context: Unused.

    Returns:
        `version`: id of the version that is in use now.
    """
    client = boto3.client("secretsmanager")
    secret = events["secret"]
    version = client.rotate_secret(SecretId=secret, RotateImmediately=True)["VersionId"]
    deadline = time.monotonic() + events["deadline_seconds"]
    while True:
        stages = client.describe_secret(SecretId=secret)["VersionIdsToStages"].get(version, [])
        if "AWSCURRENT" in stages:
            return {"version": version}
        if time.monotonic() > deadline:
            raise TimeoutError(
                f"The version {version} of {secret} is not in use yet; the former one still is. "
                "Read the log of the rotation function, mend the cause, then run this again."
            )
        time.sleep(events["poll_seconds"])
