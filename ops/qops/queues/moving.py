"""Moves dead letters back to where they came from, without losing one.

By SQS itself where the endpoint can (``StartMessageMoveTask``); otherwise, and where only some are
wanted, letter by letter: sent first, deleted after that. A crash in between leaves a letter twice,
never not at all, and everything that takes them is idempotent.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qops.errors import QopsError
from qops.platform.aws import Aws
from qops.queues.depths import Queue
from qops.queues.letters import Letter, read_letter

BATCH = 10
"""Most messages that SQS hands out at once."""

HELD_SECONDS = 120
"""How long a letter that is being moved is hidden from others."""

WAIT_SECONDS = 2
"""To wait asks all of SQS's servers; without, some of few messages are not found."""

TASK_POLL_SECONDS = 1.0
_LACKING = frozenset(
    {
        "AWS.SimpleQueueService.UnsupportedOperation", "InternalFailure", "InvalidAction",
        "NotImplemented", "NotImplementedByEmulator", "UnknownOperationException",
        "UnsupportedOperation", "501",
    }
)  # fmt: skip
"""What endpoints say that have no message move tasks."""


class MoveFailedError(QopsError):
    """Letters could not be moved; they are where they were."""

    code = "move_failed"


@dataclass(slots=True)
class Moved:
    """What was moved.

    Attributes:
        number: Letters that were moved.
        by: ``task`` (SQS moved them), ``letter`` (one by one) or ``invocation`` (of functions).
        left: Why letters were left where they are, by their message ids.
    """

    number: int = 0
    by: str = "letter"
    left: dict[str, str] = field(default_factory=dict)


def peek(aws: Aws, queue: Queue, most: int) -> list[Letter]:
    """Look at letters without taking them; the queue is as it was.

    Args:
        aws: The environment's clients.
        queue: A dead-letter queue.
        most: How many at most.
    """
    found: dict[str, Letter] = {}
    handles: list[str] = []
    sqs = aws.client("sqs")
    try:
        while len(found) < most:
            messages = _receive(sqs, queue, min(BATCH, most - len(found)), held=30)
            fresh = [one for one in messages if one["MessageId"] not in found]
            handles += [one["ReceiptHandle"] for one in messages]
            found |= {one["MessageId"]: read_letter(one) for one in fresh}
            if not fresh:
                break
    finally:
        _release(sqs, queue, handles)
    return list(found.values())


def move_by_task(
    aws: Aws,
    queue: Queue,
    home: Queue,
    *,
    on_progress: Callable[[int], object],
    limit_seconds: float,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> Moved | None:
    """Let SQS move all letters back to the queue they came from.

    Args:
        aws: The environment's clients.
        queue: The dead-letter queue.
        home: Where to. It is named, since what a rule's target could not deliver bears no queue
            that it came from.
        on_progress: Called with the number that was moved so far.
        limit_seconds: How long to wait for the task; it goes on without us.
        sleep: Waits, seconds.
        now: Clock, seconds.

    Returns:
        What was moved; None where the endpoint has no such tasks, and nothing was done.

    Raises:
        MoveFailedError: The task failed, or does not end.
    """
    from botocore.exceptions import ClientError

    sqs = aws.client("sqs")
    try:
        sqs.start_message_move_task(SourceArn=queue.arn, DestinationArn=home.arn)
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if error.response.get("Error", {}).get("Code") in _LACKING or status == 501:
            return None
        raise
    end = now() + limit_seconds
    while True:
        # The latest is the first; a task of somebody else's would have made the start fail.
        task = sqs.list_message_move_tasks(SourceArn=queue.arn, MaxResults=1)["Results"][0]
        moved = int(task.get("ApproximateNumberOfMessagesMoved", 0))
        on_progress(moved)
        if task["Status"] == "COMPLETED":
            return Moved(moved, "task")
        if task["Status"] not in {"RUNNING", "CANCELLING"}:
            raise MoveFailedError(
                f"SQS stopped moving the letters: {task['Status'].lower()}.",
                why=f"{task.get('FailureReason', 'It gives no reason.')} {moved} were moved.",
                next_step="The others are where they were. Mend that, then start it again.",
            )
        if now() > end:
            raise MoveFailedError(
                f"SQS is still moving letters after {limit_seconds:.0f} s: {moved} so far.",
                why="It goes on by itself.",
                next_step="Look: qops queues",
            )
        sleep(TASK_POLL_SECONDS)


def move_by_hand(
    aws: Aws,
    queue: Queue,
    deliver: Callable[[Mapping[str, Any]], str | None],
    *,
    most: int | None,
    on_progress: Callable[[int], object],
    by: str = "letter",
) -> Moved:
    """Move letters one by one: delivered first, deleted after that.

    Args:
        aws: The environment's clients.
        queue: The dead-letter queue.
        deliver: Delivers a message of SQS; says why it is left instead, or None.
        most: How many at most; all that lie there now when absent.
        on_progress: Called with the number that was moved so far.
        by: How, for the result.

    Raises:
        MoveFailedError: One could not be delivered or deleted; it tells how many were.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    moved = Moved(by=by)
    sqs = aws.client("sqs")
    kept: list[str] = []
    try:
        for message in _each(sqs, queue, queue.total if most is None else most):
            why = deliver(message)
            if why is not None:
                # Hidden until the end: handed out again, it would stand before the others.
                moved.left[message["MessageId"]] = why
                kept.append(message["ReceiptHandle"])
                continue
            sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
            moved.number += 1
            on_progress(moved.number)
    except (BotoCoreError, ClientError) as error:
        raise MoveFailedError(
            f"A letter could not be moved; {moved.number} were.",
            why=str(error),
            next_step=f"It lies in {queue.name} again within {HELD_SECONDS} s, as do the others. "
            "Mend that, then start it again.",
        ) from error
    finally:
        _release(sqs, queue, kept)
    return moved


def to_queues(aws: Aws, sources: Sequence[Queue]) -> Callable[[Mapping[str, Any]], str | None]:
    """Delivery to the queue that a letter came from, with the attributes that it had.

    Args:
        aws: The environment's clients.
        sources: The queues whose letters these are; at least one.
    """
    by_arn = {source.arn: source for source in sources}

    def deliver(message: Mapping[str, Any]) -> str | None:
        came_from = message.get("Attributes", {}).get("DeadLetterQueueSourceArn", "")
        home = by_arn.get(came_from) or (sources[0] if len(sources) == 1 else None)
        if home is None:
            return "it does not say which queue it came from"
        more = {}
        if message.get("MessageAttributes"):
            more["MessageAttributes"] = message["MessageAttributes"]
        aws.client("sqs").send_message(QueueUrl=home.url, MessageBody=message["Body"], **more)
        return None

    return deliver


def to_functions(aws: Aws, prefix: str) -> Callable[[Mapping[str, Any]], str | None]:
    """Delivery to the function whose asynchronous invocation failed, once more."""

    def deliver(message: Mapping[str, Any]) -> str | None:
        try:
            letter = json.loads(message["Body"])
            arn = letter["requestContext"]["functionArn"]
            payload = letter["requestPayload"]
        except (ValueError, KeyError, TypeError):
            return "it is no failed invocation"
        parts = str(arn).split(":")
        name = parts[6] if len(parts) > 6 else ""
        if not name.startswith(f"{prefix}-"):
            return f"its function {name or arn} is none of {prefix}"
        # The qualifier that an emulator leaves out: callers invoke the alias.
        qualifier = parts[7] if len(parts) > 7 and parts[7] != "$LATEST" else "live"
        aws.client("lambda").invoke(
            FunctionName=name,
            Qualifier=qualifier,
            InvocationType="Event",
            Payload=json.dumps(payload).encode(),
        )
        return None

    return deliver


def _each(sqs: Any, queue: Queue, limit: int) -> Iterator[Mapping[str, Any]]:
    seen: set[str] = set()
    while len(seen) < limit:
        messages = _receive(sqs, queue, min(BATCH, limit - len(seen)), held=HELD_SECONDS)
        fresh = [one for one in messages if one["MessageId"] not in seen]
        if not fresh:
            return
        for message in fresh:
            seen.add(message["MessageId"])
            yield message


def _release(sqs: Any, queue: Queue, handles: Iterable[str]) -> None:
    for handle in handles:
        sqs.change_message_visibility(QueueUrl=queue.url, ReceiptHandle=handle, VisibilityTimeout=0)


def _receive(sqs: Any, queue: Queue, most: int, *, held: int) -> list[dict[str, Any]]:
    answer = sqs.receive_message(
        QueueUrl=queue.url,
        MaxNumberOfMessages=most,
        VisibilityTimeout=held,
        WaitTimeSeconds=WAIT_SECONDS,
        MessageSystemAttributeNames=["All"],
        MessageAttributeNames=["All"],
    )
    return list(answer.get("Messages", ()))
