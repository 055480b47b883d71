"""What people do on the keyboard and with the pointer, as the X server's RECORD extension tells."""

from typing import Any

from Xlib.ext import record


def record_devices(data: Any, first: int, last: int) -> int:
    """Make a context that records the events of keyboard and pointer, whoever gets them.

    Args:
        data: The connection on which they are to be heard.
        first: First number of the kinds of events (``X.KeyPress`` ...).
        last: Last number of them.

    Returns:
        The context.
    """
    context: int = data.record_create_context(
        0,
        [record.AllClients],
        [
            {
                "core_requests": (0, 0),
                "core_replies": (0, 0),
                "ext_requests": (0, 0, 0, 0),
                "ext_replies": (0, 0, 0, 0),
                "delivered_events": (0, 0),
                "device_events": (first, last),
                "errors": (0, 0),
                "client_started": False,
                "client_died": False,
            }
        ],
    )
    data.sync()
    return context
