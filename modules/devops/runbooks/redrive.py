"""Repeat failed asynchronous invocations from the dead-letter queue.

Runs inside an SSM Automation step (`aws:executeScript`), so it stands by itself: boto3 and
the standard library only.
"""

import json

import boto3


def redrive(events, _context):
    """Invoke the function of each letter again and delete the letter.

    Args:
        events: `queue_url`, `functions` (ARNs of the platform's functions) and `limit`
            (most letters to repeat).
        _context: Unused.

    Returns:
        `repeated` (number of letters) and `left` (message ids of letters that are not an
        invocation of one of the functions; they stay on the queue).
    """
    sqs = boto3.client("sqs")
    functions = boto3.client("lambda")
    known = set(events["functions"])
    repeated = 0
    left = set()
    while repeated < events["limit"]:
        messages = sqs.receive_message(
            QueueUrl=events["queue_url"], MaxNumberOfMessages=10, WaitTimeSeconds=2
        ).get("Messages", [])
        fresh = [message for message in messages if message["MessageId"] not in left]
        if not fresh:
            break
        for message in fresh[: events["limit"] - repeated]:
            letter = json.loads(message["Body"])
            arn = letter.get("requestContext", {}).get("functionArn", "")
            if arn.rpartition(":")[0] not in known and arn not in known:
                left.add(message["MessageId"])
                continue
            functions.invoke(
                FunctionName=arn,
                InvocationType="Event",
                Payload=json.dumps(letter["requestPayload"]).encode(),
            )
            sqs.delete_message(QueueUrl=events["queue_url"], ReceiptHandle=message["ReceiptHandle"])
            repeated += 1
    return {"repeated": repeated, "left": sorted(left)}
