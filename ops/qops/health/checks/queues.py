"""Checks of the queues, in the layer compute."""

import time
from collections.abc import Iterator
from typing import Any

from qops.health.model import Check, Finding, Layer, Severity, State
from qops.health.surroundings import Surroundings, judged
from qops.inventory.model import Resource

AGE_SECONDS = 300.0
"""``jobs_age_seconds`` of the layer observability where no alarm says it."""

DEPTH = 1000
"""Waiting messages of a queue: at 10 a batch and 2 batches at a time, minutes of work."""

GLANCES = 5
GLANCE_SECONDS = 0.5
"""How often and how long apart a queue is looked at again: its messages may only just have come."""


def _is_dead(queue: Resource) -> bool:
    return queue.name.endswith("dead_letters")


def _attributes(at: Surroundings, queue: Resource) -> dict[str, Any]:
    found: dict[str, Any] = at.client("sqs").get_queue_attributes(
        QueueUrl=queue.text("url"), AttributeNames=["All"]
    )["Attributes"]
    return found


def _depth(at: Surroundings) -> Iterator[Finding]:
    def look(queue: Resource) -> Finding:
        found = _attributes(at, queue)
        waiting = int(found["ApproximateNumberOfMessages"])
        taken = int(found.get("ApproximateNumberOfMessagesNotVisible", 0))
        return judged(queue.text("name"), waiting <= DEPTH, f"{waiting} waiting, {taken} in work")

    live = [one for one in at.inventory.of("aws_sqs_queue") if not _is_dead(one)]
    yield from at.each(live, "name", look)


def _left(at: Surroundings, queue: Resource, waiting: int) -> int:
    """Messages that wait, looked at again until none does: one that has just come is taken soon."""
    for _ in range(GLANCES):
        if not waiting:
            break
        time.sleep(GLANCE_SECONDS)
        waiting = int(_attributes(at, queue)["ApproximateNumberOfMessages"])
    return waiting


def _age(at: Surroundings) -> Iterator[Finding]:
    limit = at.promise("jobs-age", AGE_SECONDS)

    def look(queue: Resource) -> Finding:
        # Asked first: whether the queue is there at all is nothing that a metric tells.
        waiting = int(_attributes(at, queue)["ApproximateNumberOfMessages"])
        about = {"QueueName": queue.text("name")}
        age = at.metric(
            "AWS/SQS", "ApproximateAgeOfOldestMessage", about, statistic="Maximum", minutes=5
        )
        if age is None and (waiting := _left(at, queue, waiting)):
            return Finding(
                queue.text("name"), State.UNKNOWN, f"{waiting} waiting, their age is not measured"
            )
        return judged(
            queue.text("name"),
            (age or 0) <= limit,
            f"the oldest message waits for {age or 0:.0f} s, promised {limit:.0f} s",
        )

    live = [one for one in at.inventory.of("aws_sqs_queue") if not _is_dead(one)]
    yield from at.each(live, "name", look)


def _dead_letters(at: Surroundings) -> Iterator[Finding]:
    def look(queue: Resource) -> Finding:
        found = _attributes(at, queue)
        count = int(found["ApproximateNumberOfMessages"])
        days = int(found.get("MessageRetentionPeriod", 0)) // 86400
        detail = f"{count} messages, kept for {days} days" if count else "empty"
        return judged(queue.text("name"), count == 0, detail)

    dead = [one for one in at.inventory.of("aws_sqs_queue") if _is_dead(one)]
    yield from at.each(dead, "name", look)


CHECKS = (
    Check(
        id="compute.queue-depth",
        layer=Layer.COMPUTE,
        severity=Severity.MEDIUM,
        title="Depth of the queues",
        meaning="More messages wait than the functions behind the queue work off in minutes.",
        repair="Look at compute.event-sources, then at errors and throttles of the function.",
        runbook="queues.md#depth-and-age",
        look=_depth,
    ),
    Check(
        id="compute.queue-age",
        layer=Layer.COMPUTE,
        severity=Severity.HIGH,
        title="Age of the oldest message",
        meaning="Work waits for longer than promised, however few messages there are.",
        repair="Look at compute.event-sources, then at errors and throttles of the function.",
        runbook="queues.md#depth-and-age",
        look=_age,
    ),
    Check(
        id="compute.dead-letters",
        layer=Layer.COMPUTE,
        severity=Severity.HIGH,
        title="Dead letters",
        meaning="Work failed for good and waits to be repeated by hand; it is lost at the end of "
        "its retention.",
        repair="Mend the cause, then run the redrive runbook or move the messages back.",
        runbook="queues.md#dead-letters",
        look=_dead_letters,
    ),
)
"""The checks of the queues."""
