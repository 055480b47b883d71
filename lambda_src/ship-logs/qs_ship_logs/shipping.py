"""Sending documents until each is kept or refused for good, within the function's time."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from qs_cloud.config import variable
from qs_cloud.telemetry import count, logger
from qs_ship_logs.documents import Document, documents_of
from qs_ship_logs.search import (
    CONNECT_TIMEOUT_SECONDS,
    READ_TIMEOUT_SECONDS,
    ItemFault,
    Search,
    SearchUnavailableError,
)
from qs_ship_logs.subscription import Batch, MessageType

MAX_BATCH_BYTES = 5 * 1024 * 1024
"""Most bytes of one bulk request."""
ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 8.0
RESERVE_SECONDS = CONNECT_TIMEOUT_SECONDS + READ_TIMEOUT_SECONDS + 2.0
"""An attempt is begun only while it can still come to its end."""


class DocumentsRemainError(Exception):
    """OpenSearch did not take all documents in time; the event is to be sent again."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """What became of a batch.

    Attributes:
        shipped: Documents that OpenSearch keeps.
        rejected: Documents that it will never take.
    """

    shipped: int = 0
    rejected: int = 0

    def answer(self) -> dict[str, int]:
        """Write the function's answer."""
        return {"shipped": self.shipped, "rejected": self.rejected}


@dataclass(frozen=True, slots=True)
class Shipper:
    """Ships batches.

    Attributes:
        search: The domain.
        sleep: Waits for seconds.
    """

    search: Search
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def from_environment(cls) -> "Shipper":
        """Make the shipper that the function's environment describes.

        Returns:
            The shipper.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        return cls(Search(variable("QS_SEARCH_PARAMETER")))

    def ship(self, batch: Batch, remaining: Callable[[], float]) -> Shipped:
        """Ship one batch; what is shipped twice is kept once.

        Args:
            batch: The batch.
            remaining: Says how many seconds there still are.

        Returns:
            What became of its events.

        Raises:
            DocumentsRemainError: If not all were taken in time.
            SearchRefusedError: If OpenSearch refuses a request as a whole.
        """
        if batch.kind is MessageType.CONTROL:
            return Shipped()
        documents = documents_of(batch)
        rejected = 0
        for part in parts_of(documents):
            rejected += self._send(part, remaining)
        done = Shipped(len(documents) - rejected, rejected)
        count("LogsShipped", done.shipped)
        return done

    def _send(self, documents: Sequence[Document], remaining: Callable[[], float]) -> int:
        rejected, why = 0, "out of time"
        for attempt in range(ATTEMPTS):
            if attempt:
                self.sleep(_pause(attempt))
            if remaining() < RESERVE_SECONDS:
                break
            try:
                faults = self.search.bulk(documents)
            except SearchUnavailableError as error:
                why = str(error)
                logger().warning("OpenSearch did not answer", extra={"why": why})
                continue
            rejected += _report([fault for fault in faults if not fault.passing])
            documents = [fault.document for fault in faults if fault.passing]
            if not documents:
                return rejected
            why = "OpenSearch is too busy for some documents."
        count("LogsRemaining", len(documents))
        raise DocumentsRemainError(
            f"{len(documents)} log events are not in OpenSearch yet ({why}). The event is sent "
            "again; after the last attempt it is kept in the dead letters."
        )


def parts_of(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Cut documents into requests.

    Args:
        documents: The documents.

    Yields:
        Parts that are no longer than a request may be; a longer document goes alone.
    """
    part: list[Document] = []
    size = 0
    for document in documents:
        if part and size + document.size > MAX_BATCH_BYTES:
            yield part
            part, size = [], 0
        part.append(document)
        size += document.size
    if part:
        yield part


def _pause(attempt: int) -> float:
    longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** (attempt - 1))
    # Half of it at random, so that functions that failed together do not come back together.
    return longest / 2 + random.uniform(0, longest / 2)  # noqa: S311 - no secret


def _report(faults: Sequence[ItemFault]) -> int:
    for kind, number in Counter(fault.kind for fault in faults).items():
        ids = [fault.document.id for fault in faults if fault.kind == kind]
        logger().error(
            "OpenSearch will never take log events",
            extra={"kind": kind, "number": number, "log_event_ids": ids[:20]},
        )
        count("LogsRejected", number, {"kind": kind})
    return len(faults)
