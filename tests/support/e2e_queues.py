"""Queues of the applied platform, as end-to-end tests need them."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from e2e_endpoint import client

VISIBILITY, RECEIVES = 15, 2
"""How soon and how often a message comes again here; in the platform it is minutes, five times."""


def until(question: Callable[[], Any], seconds: float, what: str) -> Any:
    """Ask again and again until the answer is true.

    Args:
        question: What is asked.
        seconds: How long.
        what: What is wrong when it never was.

    Returns:
        The answer.
    """
    end = time.monotonic() + seconds
    while not (found := question()):
        assert time.monotonic() < end, what
        time.sleep(0.3)
    return found


def url_of(prefix: str, name: str) -> str:
    """Address of a queue of the platform."""
    return str(client("sqs").get_queue_url(QueueName=f"{prefix}-{name}")["QueueUrl"])


def attributes(url: str) -> dict[str, str]:
    """All attributes of a queue."""
    found = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return dict(found["Attributes"])


@contextmanager
def hurried_jobs(prefix: str) -> Iterator[str]:
    """The jobs queue, from which a failed message comes again soon; its function is awake.

    Args:
        prefix: Prefix of the platform's names.

    Yields:
        Address of the queue.
    """
    url = url_of(prefix, "jobs")
    before = attributes(url)
    policy = {**json.loads(before["RedrivePolicy"]), "maxReceiveCount": RECEIVES}
    hurried = {"VisibilityTimeout": str(VISIBILITY), "RedrivePolicy": json.dumps(policy)}
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes=hurried)
    # Messages must not come again while the function is only starting.
    client("lambda").invoke(FunctionName=f"{prefix}-work-jobs:live", Payload=b'{"Records": []}')
    yield url
    kept = {name: before[name] for name in hurried}
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes=kept)
