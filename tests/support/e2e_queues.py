"""Queues of the applied platform, as end-to-end tests need them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from e2e_endpoint import client

VISIBILITY, RECEIVES = 15, 2
"""How soon and how often a message comes again here; in the platform it is minutes, five times."""


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
    # Messages must not come again while the function is only starting.
    client("lambda").invoke(FunctionName=f"{prefix}-work-jobs:live", Payload=b'{"Records": []}')
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes=hurried)
    try:
        yield url
    finally:
        kept = {name: before[name] for name in hurried}
        client("sqs").set_queue_attributes(QueueUrl=url, Attributes=kept)
