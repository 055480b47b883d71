"""Text of anybody, made harmless for the terminal of whoever looks at it."""

import re

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters but tab and newline, and marks that change the direction of a text."""


def harmless(text: str) -> str:
    """Put a sign in the place of each character that a terminal would obey.

    Args:
        text: Text of anybody.
    """
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
