"""Many messages onto the jobs queue: in batches, at the same time, and each by itself."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError
from qs_cloud.telemetry import fault, logger

BATCH_ITEMS = 10
"""SQS takes so many messages at once."""
BATCH_BYTES = 200_000
"""Below what SQS takes at once, with room for what JSON adds."""
WORKERS = 8
TRIES = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One message.

    Attributes:
        index: Place of the item in its job.
        body: The message.
    """

    index: int
    body: str


def enqueue(queue_url: str, entries: Sequence[Entry]) -> frozenset[int]:
    """Send messages.

    Args:
        queue_url: The queue.
        entries: The messages.

    Returns:
        Places of the items that the queue did not take, after some tries.
    """
    # The client is made before the threads are: making one is not safe beside another.
    clients.sqs()
    with ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="jobs") as pool:
        lost = pool.map(lambda batch: _send(queue_url, batch), _batches(entries))
        return frozenset(index for places in lost for index in places)


def _batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        length = len(entry.body.encode())
        if batch and (len(batch) == BATCH_ITEMS or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch


def _send(queue_url: str, batch: list[Entry]) -> list[int]:
    left = {str(entry.index): entry for entry in batch}
    for _ in range(TRIES):
        try:
            with calling("queue the items of the job"):
                answer = clients.sqs().send_message_batch(
                    QueueUrl=queue_url,
                    Entries=[
                        {"Id": name, "MessageBody": entry.body} for name, entry in left.items()
                    ],
                )
        except CloudCallError as error:
            logger().warning("Items were not queued", extra={"items": len(left), **fault(error)})
            break
        taken = {entry["Id"] for entry in answer.get("Successful", ())}
        left = {name: entry for name, entry in left.items() if name not in taken}
        if not left:
            break
    return [entry.index for entry in left.values()]
