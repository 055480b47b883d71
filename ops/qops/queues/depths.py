"""Finds the queues of an environment and counts what lies in them."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from qops.errors import QopsError
from qops.names import not_found
from qops.platform.aws import Aws
from qops.settings import Settings

_AT_ONCE = 12
_GONE = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})
FUNCTIONS = "functions"
"""Where the letters of `<prefix>-dead-letters` come from: failed asynchronous invocations."""

AGE_MINUTES = 5
"""SQS reports the age of the oldest message once a minute; AWS may be minutes late with it."""


class Kind(StrEnum):
    """What a queue is for."""

    WORK = "work"
    DEAD_LETTERS = "dead letters"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue and what lies in it; SQS's own counts are approximate.

    Attributes:
        name: Its name, with the environment's prefix.
        url: Its address.
        arn: Its ARN.
        kind: What it is for.
        waiting: Messages that wait.
        in_flight: Messages that somebody works on.
        delayed: Messages that are not to be seen yet.
        retention_seconds: How long a message is kept.
        dead_letters: ARN of the queue that takes what fails for good; None without.
    """

    name: str
    url: str
    arn: str
    kind: Kind
    waiting: int
    in_flight: int
    delayed: int
    retention_seconds: int
    dead_letters: str | None

    @property
    def total(self) -> int:
        """All that lies in it."""
        return self.waiting + self.in_flight + self.delayed


class QueueGoneError(QopsError):
    """A queue went away while it was looked at."""

    code = "queue_gone"


def find_queues(settings: Settings, aws: Aws) -> tuple[Queue, ...]:
    """All queues of the environment by their names, those of devices last.

    Args:
        settings: Which environment.
        aws: Its clients.
    """
    sqs = aws.client("sqs")
    pages = sqs.get_paginator("list_queues").paginate(
        QueueNamePrefix=f"{settings.prefix}-", PaginationConfig={"PageSize": 1000}
    )
    urls = [url for page in pages for url in page.get("QueueUrls", ())]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        looked = pool.map(lambda url: _look(settings, sqs, url), urls)
        found = [queue for queue in looked if queue is not None]
    return tuple(sorted(found, key=lambda one: (one.kind is Kind.DEVICE, one.name)))


def look_at(settings: Settings, aws: Aws, url: str) -> Queue | None:
    """One queue; None if there is none at that address.

    Args:
        settings: Which environment.
        aws: Its clients.
        url: Its address.
    """
    return _look(settings, aws.client("sqs"), url)


def count(aws: Aws, url: str) -> int:
    """All that lies in a queue now.

    Raises:
        QueueGoneError: It went away.
    """
    attributes = _attributes(aws.client("sqs"), url)
    if attributes is None:
        raise QueueGoneError(
            f"The queue {url.rpartition('/')[2]} went away.",
            next_step="Look what there is: qops queues",
        )
    return sum(_counts(attributes))


def oldest_seconds(aws: Aws, name: str, now: datetime | None = None) -> float | None:
    """Age of the oldest message, as CloudWatch has it.

    Args:
        aws: The environment's clients.
        name: Name of the queue.
        now: The present.

    Returns:
        Seconds; None where nothing was measured.
    """
    end = now or datetime.now(UTC)
    points = aws.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": name}],
        StartTime=end - timedelta(minutes=AGE_MINUTES),
        EndTime=end,
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    latest = max(points, key=lambda point: point["Timestamp"], default=None)
    return None if latest is None else float(latest["Maximum"])


def named(queues: Iterable[Queue], name: str, prefix: str) -> Queue:
    """The queue of a name, with or without the environment's prefix.

    Args:
        queues: The queues there are.
        name: What was given.
        prefix: The environment's prefix, e.g. ``qscreen-prod``.

    Raises:
        NotFoundError: There is none; the nearest are told.
    """
    found = {queue.name: queue for queue in queues}
    for wanted in (name, f"{prefix}-{name}"):
        if wanted in found:
            return found[wanted]
    raise not_found(
        "queue",
        name,
        (one.removeprefix(f"{prefix}-") for one in found),
        next_step="Look: qops queues",
    )


def sources_of(queues: Iterable[Queue], letters: Queue) -> tuple[Queue, ...]:
    """The queues whose dead letters go to a queue."""
    return tuple(queue for queue in queues if queue.dead_letters == letters.arn)


def _look(settings: Settings, sqs: Any, url: str) -> Queue | None:
    attributes = _attributes(sqs, url)
    if attributes is None:
        return None
    name = attributes["QueueArn"].rpartition(":")[2]
    waiting, in_flight, delayed = _counts(attributes)
    policy = json.loads(attributes.get("RedrivePolicy") or "{}")
    return Queue(
        name=name,
        url=url,
        arn=attributes["QueueArn"],
        kind=_kind(settings, name),
        waiting=waiting,
        in_flight=in_flight,
        delayed=delayed,
        retention_seconds=int(attributes.get("MessageRetentionPeriod", 0)),
        dead_letters=policy.get("deadLetterTargetArn"),
    )


def _kind(settings: Settings, name: str) -> Kind:
    if name.startswith(f"{settings.prefix}-device-"):
        return Kind.DEVICE
    return Kind.DEAD_LETTERS if name.endswith("dead-letters") else Kind.WORK


def _counts(attributes: dict[str, str]) -> Iterator[int]:
    for more in ("", "NotVisible", "Delayed"):
        yield int(attributes.get(f"ApproximateNumberOfMessages{more}", 0))


def _attributes(sqs: Any, url: str) -> dict[str, str] | None:
    from botocore.exceptions import ClientError

    try:
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _GONE:
            return None
        raise
    return dict(answer["Attributes"])
