"""The event bus: how a function tells the rest of the platform what happened.

An event carries ids and states, never texts: whatever is put on the bus lands in its archive, in
the log, and in the audit (``write-audit``), which takes plain values only and replaces whoever
is named by ``actor``, ``owner``, ``requested_by``, ``user_id`` or ``user`` by a pseudonym.
"""

import json
from collections.abc import Mapping

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError
from qscreen.audit import Scalar


def put_event(
    bus: str, source: str, detail_type: str, detail: Mapping[str, Scalar], doing: str
) -> None:
    """Put one event on the bus.

    Args:
        bus: Name of the event bus.
        source: Part of the platform that tells it, e.g. ``qscreen.devices``.
        detail_type: What happened, e.g. ``Device Enrolled``; the audit's action is made of it.
        detail: Ids and states.
        doing: What the caller does, in words that fit after "could not".

    Raises:
        CloudCallError: If the bus cannot be reached or refuses the event.
    """
    with calling(doing):
        answer = clients.events().put_events(
            Entries=[
                {
                    "EventBusName": bus,
                    "Source": source,
                    "DetailType": detail_type,
                    "Detail": json.dumps(dict(detail)),
                    "Resources": [],
                }
            ]
        )
    if answer.get("FailedEntryCount"):
        raise CloudCallError(doing, str(answer["Entries"][0].get("ErrorCode", "Unknown")))
