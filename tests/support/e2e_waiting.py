"""Waiting for what comes about on the applied platform."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 120.0
"""Seconds; functions that were never called start slowly on a busy machine."""


def until(question: Callable[[], Any], seconds: float, what: str) -> Any:
    """Ask again and again until the answer is true.

    Args:
        question: What is asked.
        seconds: How long. Who is asked after that must answer truly, however late the answer comes.
        what: What is wrong when it never was.

    Returns:
        The answer.
    """
    end = time.monotonic() + seconds
    while True:
        asked = time.monotonic()
        if found := question():
            return found
        assert asked < end, what
        time.sleep(0.2)
