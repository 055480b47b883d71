"""IAM: what ``aws:PrincipalArn`` says of a role's session.

AWS gives the ARN of the role; MiniStack's evaluator gives that of the session, so that a policy
which lets in one role only denies everybody.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from ministack.core import iam_evaluator

_SESSION = re.compile(
    r"arn:(?P<partition>[^:]+):sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/.+"
)


def install() -> None:
    """Wraps the function that resolves condition keys."""
    resolve = iam_evaluator._resolve_condition_key

    @functools.wraps(resolve)
    def resolved(key: str, ctx: Any) -> Any:
        found = resolve(key, ctx)
        return role_arn(found) if key.lower() == "aws:principalarn" else found

    iam_evaluator._resolve_condition_key = resolved


def role_arn(arn: Any) -> Any:
    """The ARN that AWS gives a principal in conditions.

    Args:
        arn: ARN of the caller.

    Returns:
        The role's ARN for a session of a role (the platform's roles have no path), otherwise the
        same ARN.
    """
    session = _SESSION.fullmatch(arn) if isinstance(arn, str) else None
    if session is None:
        return arn
    return f"arn:{session['partition']}:iam::{session['account']}:role/{session['role']}"
