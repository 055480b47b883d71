"""Limits of waiting, shared by the languages."""

from collections.abc import Sequence

from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import refuse
from qscreen.grammar.tokens import Token
from qscreen.wire.action import ActionKind

_SHORTEST_MS = 100  # the bounds of qscreen.wire.WaitFor.timeout_ms
_LONGEST_MS = 60_000


def check_timeout(timeout_ms: int, tokens: Sequence[Token]) -> int:
    """Check a waiting time.

    Args:
        timeout_ms: Milliseconds.
        tokens: The words that say it.

    Returns:
        The same milliseconds.

    Raises:
        Misunderstood: It is shorter or longer than a step may wait.
    """
    if not _SHORTEST_MS <= timeout_ms <= _LONGEST_MS:
        raise refuse(Reason.BAD_NUMBER, tokens, ActionKind.WAIT_FOR)
    return timeout_ms
