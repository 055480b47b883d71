"""Events of the audit that their functions could not send, or did not live to send."""

from datetime import datetime, timedelta

from qs_cloud.audit_trail import AuditTrail
from qs_cloud.telemetry import count, seconds
from qs_reap_devices.time_left import TimeLeft

GRACE = timedelta(minutes=2)
"""No request takes so long: whoever wrote the item is not at work any more."""


def send_left_events(trail: AuditTrail, now: datetime, left: TimeLeft) -> int:
    """Send what the outbox holds for longer than any request takes.

    Args:
        trail: The outbox.
        now: Present time.
        left: The time that there still is.

    Returns:
        How many events were sent.

    Raises:
        CloudCallError: If a service cannot be reached; the next pass goes on.
        OutOfTimeError: If time runs out; the next pass goes on.
    """
    sent, oldest = 0, 0.0
    try:
        for item in trail.waiting():
            age = now - item.at
            oldest = max(oldest, age.total_seconds())
            if age > GRACE:
                left.demand()
                trail.send(item)
                sent += 1
    finally:
        seconds("OldestAuditEventSeconds", oldest)
        count("AuditEventsRecovered", sent)
    return sent
