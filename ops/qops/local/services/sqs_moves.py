"""SQS: moving the messages of a dead-letter queue back, which MiniStack lacks.

A task is over when its start is answered: what lay in the queue then was moved.
"""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

from qops.local.router.registry import Answer, Call, Fault, operation

_SERVICE = "sqs"
_KIND = "moves"
_MOST_TASKS = 10
_NEVER_ENDING = 100_000
"""Most messages of a task: one that moves in a circle must end."""
_CAME_FROM = "DeadLetterQueueSourceArn"


@operation(_SERVICE, "StartMessageMoveTask")
async def start_message_move_task(call: Call) -> Answer:
    """Moves every message that lies in a dead-letter queue, to where it came from by default."""
    source = call.params["SourceArn"]
    wanted = call.params.get("DestinationArn")
    url = await _url(call, source)
    homes = await _sources(call, source)
    if not homes:
        message = "Source queue must be configured as a Dead Letter Queue."
        raise Fault("InvalidParameterValue", message)
    waiting = await _count(call, url)
    moved = 0
    while moved < min(waiting, _NEVER_ENDING):
        got = await call.aws(
            _SERVICE,
            "ReceiveMessage",
            QueueUrl=url,
            MaxNumberOfMessages=10,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = got.get("Messages") or []
        if not messages:
            break
        for message in messages:
            home = wanted or (message.get("Attributes") or {}).get(_CAME_FROM, homes[0])
            await _move(call, url, await _url(call, home), message)
            moved += 1
    task: dict[str, Any] = {
        "TaskHandle": secrets.token_urlsafe(32),
        "Status": "COMPLETED",
        "SourceArn": source,
        "ApproximateNumberOfMessagesMoved": moved,
        "ApproximateNumberOfMessagesToMove": waiting,
        "StartedTimestamp": int(time.time() * 1000),
    }
    if wanted:
        task["DestinationArn"] = wanted
    call.records(_KIND).setdefault(source, []).insert(0, task)
    return {"TaskHandle": task["TaskHandle"]}


@operation(_SERVICE, "ListMessageMoveTasks")
async def list_message_move_tasks(call: Call) -> Answer:
    """Lists the tasks of a queue, the latest first; only a running one has a handle."""
    source = call.params["SourceArn"]
    await _url(call, source)
    most = min(call.params.get("MaxResults") or 1, _MOST_TASKS)
    tasks = call.records(_KIND).get(source, [])[:most]
    shown = [{key: value for key, value in one.items() if key != "TaskHandle"} for one in tasks]
    return {"Results": shown}


@operation(_SERVICE, "CancelMessageMoveTask")
async def cancel_message_move_task(call: Call) -> Answer:
    """Refuses: no task runs any more when somebody can know of it."""
    del call
    raise Fault("ResourceNotFoundException", "Task does not exist.", 404)


async def _move(call: Call, source: str, home: str, message: dict[str, Any]) -> None:
    more: dict[str, Any] = {}
    if message.get("MessageAttributes"):
        more["MessageAttributes"] = message["MessageAttributes"]
    group = (message.get("Attributes") or {}).get("MessageGroupId")
    if group:
        more["MessageGroupId"] = group
        more["MessageDeduplicationId"] = secrets.token_hex(16)
    await call.aws(_SERVICE, "SendMessage", QueueUrl=home, MessageBody=message["Body"], **more)
    await call.aws(
        _SERVICE, "DeleteMessage", QueueUrl=source, ReceiptHandle=message["ReceiptHandle"]
    )


async def _url(call: Call, arn: str) -> str:
    name = arn.rpartition(":")[2]
    found = await call.aws(_SERVICE, "GetQueueUrl", QueueName=name)
    return str(found["QueueUrl"])


async def _count(call: Call, url: str) -> int:
    name = "ApproximateNumberOfMessages"
    found = await call.aws(_SERVICE, "GetQueueAttributes", QueueUrl=url, AttributeNames=[name])
    return int(found["Attributes"][name])


async def _sources(call: Call, source: str) -> list[str]:
    """ARNs of the queues whose dead letters go to this one."""
    found = await call.aws(_SERVICE, "ListQueues")
    arns = []
    for url in found.get("QueueUrls") or []:
        answer = await call.aws(
            _SERVICE, "GetQueueAttributes", QueueUrl=url, AttributeNames=["All"]
        )
        policy = json.loads(answer["Attributes"].get("RedrivePolicy") or "{}")
        if policy.get("deadLetterTargetArn") == source:
            arns.append(str(answer["Attributes"]["QueueArn"]))
    return arns
