"""Revoke a device in its owner's absence.

Runs inside an SSM Automation step (`aws:executeScript`), so it stands by itself: boto3 and the
standard library only.
"""

import boto3


def revoke(events, _context):
    """Mark a device as revoked, then delete its queue.

    The API does the same for an owner, in the same order: nothing new is sent once the status is
    set, and without its queue the credentials that the device still holds reach nothing.

    Args:
        events: `device_id`, `table` (of devices) and `queue` (name).
        _context: Unused.

    Returns:
        `owner` of the device, and `queue`: `deleted` or `absent`.
    """
    table = boto3.client("dynamodb")
    try:
        answer = table.update_item(
            TableName=events["table"],
            Key={"device_id": {"S": events["device_id"]}},
            UpdateExpression="SET #status = :revoked",
            ConditionExpression="attribute_exists(device_id)",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":revoked": {"S": "revoked"}},
            ReturnValues="ALL_NEW",
        )
    except table.exceptions.ConditionalCheckFailedException:
        raise LookupError(f"There is no device {events['device_id']}.") from None
    queues = boto3.client("sqs")
    queue = "deleted"
    try:
        url = queues.get_queue_url(QueueName=events["queue"])["QueueUrl"]
        queues.delete_queue(QueueUrl=url)
    except queues.exceptions.QueueDoesNotExist:
        queue = "absent"
    return {"owner": answer["Attributes"]["owner"]["S"], "queue": queue}
