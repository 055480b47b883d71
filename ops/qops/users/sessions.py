"""Ends the sessions of a user: with Cognito, and with the platform, which asks Cognito for nothing.

Cognito takes the refresh tokens back. An access token it cannot take back from whoever checks it
by its signature, so the sessions that the platform has seen are ended as ``DELETE /v1/sessions``
does it for their owner: the authorizer refuses their tokens within a minute.
"""

from datetime import UTC, datetime
from typing import Any

from qops.platform.aws import Aws
from qops.settings import Settings
from qops.users.pool import Person, Pool


def sign_out(settings: Settings, aws: Aws, pool: Pool, person: Person) -> int:
    """End all sessions of a user.

    Args:
        settings: Which environment.
        aws: Its clients.
        pool: The user pool.
        person: The user.

    Returns:
        How many sessions that the platform knew were ended.
    """
    pool.cognito.admin_user_global_sign_out(UserPoolId=pool.id, Username=person.username)
    return _end_sessions(aws.client("dynamodb"), f"{settings.prefix}-sessions", person.sub)


def _end_sessions(dynamodb: Any, table: str, sub: str) -> int:
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table,
        IndexName="by_owner",
        KeyConditionExpression="#owner = :owner",
        FilterExpression="attribute_not_exists(ended_at)",
        ProjectionExpression="session_id",
        ExpressionAttributeNames={"#owner": "owner"},
        ExpressionAttributeValues={":owner": {"S": sub}},
    )
    ended = 0
    for item in (item for page in pages for item in page["Items"]):
        try:
            dynamodb.update_item(
                TableName=table,
                Key={"session_id": item["session_id"]},
                UpdateExpression="SET ended_at = :at",
                # An item that has expired meanwhile must not come back as a stump.
                ConditionExpression="attribute_exists(session_id) AND "
                "attribute_not_exists(ended_at)",
                ExpressionAttributeValues={":at": {"S": at}},
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            continue
        ended += 1
    return ended
