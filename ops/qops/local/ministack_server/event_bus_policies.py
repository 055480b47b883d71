"""EventBridge: whole policies of event buses.

MiniStack reads the old parameters of PutPermission only, and lets everybody in when a policy is
given instead.
"""

from __future__ import annotations

import functools
import json
from typing import Any

from ministack.services import eventbridge


def install() -> None:
    """Wraps the function that sets permissions."""
    put = eventbridge._put_permission

    @functools.wraps(put)
    def permitted(data: dict[str, Any]) -> Any:
        policy = data.get("Policy")
        if not policy:
            return put(data)
        try:
            document = json.loads(policy)
        except ValueError:
            message = "The policy is not valid JSON."
            return eventbridge.error_response_json("ValidationException", message, 400)
        eventbridge._event_bus_policies[data.get("EventBusName", "default")] = document
        return eventbridge.json_response({})

    eventbridge._put_permission = permitted
