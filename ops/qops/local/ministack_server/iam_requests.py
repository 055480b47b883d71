"""IAM: which action and which resource a request is about.

AWS knows no actions of batches: who may send a message may send ten. And a schedule lies in its
group; MiniStack looks for every schedule in the group ``default``.
"""

from __future__ import annotations

import functools
import json
from typing import Any

from ministack.core import iam_actions

_BATCH = "Batch"
_DEFAULT_GROUP = ":schedule/default/"


def install() -> None:
    """Wraps the functions that name action and resource."""
    extract_action = iam_actions.extract_iam_action
    extract_resource = iam_actions.extract_resource_arn

    @functools.wraps(extract_action)
    def action(*request: Any, **named: Any) -> str | None:
        return single(extract_action(*request, **named))

    @functools.wraps(extract_resource)
    def resource(
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
        *rest: Any,
        **named: Any,
    ) -> str:
        found = extract_resource(service, method, path, headers, body, query_params, *rest, **named)
        return in_group(found, body, query_params) if service == "scheduler" else found

    iam_actions.extract_iam_action = action
    iam_actions.extract_resource_arn = resource


def single(action: str | None) -> str | None:
    """The action that AWS checks.

    Args:
        action: The action of the operation's own name.

    Returns:
        For a batch of SQS the action of its single messages, otherwise the same.
    """
    if action is not None and action.startswith("sqs:"):
        return action.removesuffix(_BATCH)
    return action


def in_group(arn: str, body: bytes, query: dict[str, Any]) -> str:
    """The ARN of a schedule in its group.

    Args:
        arn: ARN in the default group.
        body: The request's body; creating and changing name the group there.
        query: The request's query; reading and deleting name it there.

    Returns:
        The ARN with the group of the request.
    """
    named = query.get("groupName")
    group = named[0] if isinstance(named, list) and named else named
    if not group and body:
        try:
            group = json.loads(body).get("GroupName")
        except (ValueError, AttributeError):
            group = None
    if not isinstance(group, str) or not group:
        return arn
    return arn.replace(_DEFAULT_GROUP, f":schedule/{group}/", 1)
