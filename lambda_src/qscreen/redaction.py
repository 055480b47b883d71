"""Redaction of personal data and secrets in text that leaves the device.

One rule per kind of data. A rule finds candidates by shape and then checks them (check digit,
plausible date, Luhn), so that ordinary numbers on a screen stay readable. What is found is
replaced by a solid marker such as ``[redacted:card]``; nothing of the original stays, neither
its length nor its last digits.

A device's policy can leave kinds out and add patterns of its own (`Redactor`); `redacting` puts
such a redactor in force for the code that runs inside of it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a marker stands for."""

    PRIVATE_KEY = "private_key"
    TOKEN = "token"  # noqa: S105 - the name of a marker
    AWS_KEY = "aws_key"
    EMAIL = "email"
    RESIDENT_NUMBER = "resident_number"
    CARD = "card"
    PHONE = "phone"

    @property
    def marker(self) -> str:
        """The text that replaces what was found."""
        return f"[redacted:{self.value}]"


_Span = tuple[int, int]
_Finder = Callable[[str], Iterator[_Span]]

_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY-----"
    # A block cut by a length limit is still a secret: without an end it runs to the text's end.
    r".*?(?:-----END (?:[A-Z0-9]+ ){0,4}PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
_JWT = re.compile(
    r"(?<![\w-])ey[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){0,2}"
)
_BEARER = re.compile(r"(?<=bearer )[ ]{0,8}(?!\[redacted:)[A-Za-z0-9._~+/-]{8,}={0,2}", re.I)
# Prefixes as their makers document them, so that scanners find leaked ones: GitHub, Slack, Google,
# Stripe.
_SERVICE_KEY = re.compile(
    r"(?<![\w-])(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,250}|AIza[A-Za-z0-9_-]{35}"
    r"|[sr]k_(?:live|test)_[A-Za-z0-9]{16,250})(?![\w-])"
)
_AWS_ACCESS_KEY = re.compile(
    r"(?<![A-Za-z0-9])(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"
)
_AWS_SECRET = re.compile(
    r"secret[ _-]?(?:access[ _-]?)?key[\"']?[ \t]{0,4}[:=]?[ \t]{0,4}[\"']?"
    r"([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])",
    re.I,
)
_EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_RESIDENT_NUMBER = re.compile(r"(?<!\d)(\d{6})([ ]?[-‐‑–—−][ ]?|[ ]?)(\d{7})(?!\d)")
_DIGIT_RUN = re.compile(r"\d+(?:[ -]\d+)*")
_DIGITS = re.compile(r"\d+")
_PHONE = re.compile(
    r"(?<![\d+])(?:"
    # Korea, national form: mobile with or without separators, fixed lines with separators.
    r"01[016789][-. ]?\d{3,4}[-. ]?\d{4}"
    r"|\(?0(?:2|[3-6][1-5]|70|50\d)\)?[-. ]\d{3,4}[-. ]\d{4}"
    # International form (E.164: at most 15 digits), with the usual separators.
    r"|(?:\+|00)(?=[1-9])(?:\d[-. ()]{0,2}){7,14}\d"
    r")(?!\d)"
)

_RESIDENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_CENTURY_OF_CODE = {
    **dict.fromkeys((9, 0), 1800),
    **dict.fromkeys((1, 2, 5, 6), 1900),
    **dict.fromkeys((3, 4, 7, 8), 2000),
}


def _digits(text: str) -> list[int]:
    return [int(char) for char in text if char.isdecimal()]


def _has_birth_date(digits: list[int]) -> bool:
    year = _CENTURY_OF_CODE[digits[6]] + digits[0] * 10 + digits[1]
    try:
        born = date(year, digits[2] * 10 + digits[3], digits[4] * 10 + digits[5])
    except ValueError:
        return False
    return born <= date.today()


def _has_resident_check_digit(digits: list[int]) -> bool:
    total = sum(w * d for w, d in zip(_RESIDENT_WEIGHTS, digits[:12], strict=True))
    # Numbers of foreign residents (codes 5 to 8) use the same sum shifted by 2.
    shift = 13 if digits[6] in {5, 6, 7, 8} else 11
    return (shift - total % 11) % 10 == digits[12]


def _resident_numbers(text: str) -> Iterator[_Span]:
    for found in _RESIDENT_NUMBER.finditer(text):
        digits = _digits(found[0])
        if not _has_birth_date(digits):
            continue
        # Since October 2020 the last digits are random, so a hyphenated number with a plausible
        # birth date counts by its form alone; without the hyphen the check digit must speak.
        if found[2].strip() or _has_resident_check_digit(digits):
            yield found.span()


def _passes_luhn(digits: list[int]) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _cards(text: str) -> Iterator[_Span]:
    for run in _DIGIT_RUN.finditer(text):
        groups = [
            (run.start() + group.start(), run.start() + group.end())
            for group in _DIGITS.finditer(run[0])
        ]
        first = 0
        while first < len(groups):
            last = _card_from(text, groups, first)
            if last is None:
                first += 1
            else:
                yield groups[first][0], groups[last][1]
                first = last + 1


def _card_from(text: str, groups: list[_Span], first: int) -> int | None:
    """Find the last group of a card number that begins with group `first`."""
    # 2-6 are the industry digits of payment cards, 9 is used by domestic Korean cards.
    if int(text[groups[first][0]]) not in {2, 3, 4, 5, 6, 9}:
        return None
    found = None
    digits: list[int] = []
    for last in range(first, len(groups)):
        digits += _digits(text[groups[last][0] : groups[last][1]])
        if len(digits) > 19:
            break
        if len(digits) >= 13 and _passes_luhn(digits):
            found = last
    return found


def _matches(pattern: re.Pattern[str], group: int = 0) -> _Finder:
    def find(text: str) -> Iterator[_Span]:
        for found in pattern.finditer(text):
            yield found.span(group)

    return find


# In this order: what may contain the shape of another kind comes before it.
_RULES: tuple[tuple[Kind, _Finder], ...] = (
    (Kind.PRIVATE_KEY, _matches(_PRIVATE_KEY)),
    (Kind.TOKEN, _matches(_JWT)),
    (Kind.TOKEN, _matches(_BEARER)),
    (Kind.TOKEN, _matches(_SERVICE_KEY)),
    (Kind.AWS_KEY, _matches(_AWS_ACCESS_KEY)),
    (Kind.AWS_KEY, _matches(_AWS_SECRET, 1)),
    (Kind.EMAIL, _matches(_EMAIL)),
    (Kind.RESIDENT_NUMBER, _resident_numbers),
    (Kind.CARD, _cards),
    (Kind.PHONE, _matches(_PHONE)),
)


class Redactor:
    """Redacts kinds of personal data, and what patterns of one's own match.

    Args:
        kinds: The kinds; all of them by default.
        own: Patterns by the name that stands in their marker.
    """

    def __init__(
        self,
        kinds: frozenset[Kind] = frozenset(Kind),
        own: Mapping[str, re.Pattern[str]] | None = None,
    ) -> None:
        # What the user knows by its own pattern is named so, also where a rule would match it.
        self._rules: tuple[tuple[str, _Finder], ...] = (
            *((f"[redacted:{name}]", _matches(pattern)) for name, pattern in (own or {}).items()),
            *((kind.marker, finder) for kind, finder in _RULES if kind in kinds),
        )

    def redact(self, text: str) -> str:
        """Replace what is found by solid markers.

        Args:
            text: Any text.
        """
        for marker, finder in self._rules:
            text = _replace(text, finder, marker)
        return text


_EVERYTHING = Redactor()
_in_force: ContextVar[Redactor] = ContextVar("redactor", default=_EVERYTHING)


@contextmanager
def redacting(redactor: Redactor) -> Iterator[None]:
    """Put a redactor in force for `redact` as long as the context is entered, in this thread.

    Args:
        redactor: What redacts.
    """
    token = _in_force.set(redactor)
    try:
        yield
    finally:
        _in_force.reset(token)


def redact(text: str) -> str:
    """Replace personal data and secrets in a text by solid markers.

    Args:
        text: Any text; it may contain any Unicode characters.

    Returns:
        The text with Korean resident registration numbers, payment cards, e-mail addresses,
        telephone numbers, AWS keys, keys and tokens of services, bearer and JSON web tokens and
        private keys replaced by ``[redacted:<kind>]``, or with what the redactor in force
        replaces. Redacting twice gives the same text as redacting once.
    """
    return _in_force.get().redact(text)


def find(text: str) -> list[tuple[Kind, int, int]]:
    """Find what `redact` would replace, and leave the text as it is.

    Args:
        text: Any text.

    Returns:
        Kind, offset and offset after it of each place, in the text's order.
    """
    found: list[tuple[Kind, int, int]] = []
    for kind, finder in _RULES:
        for start, stop in list(finder(text)):
            found.append((kind, start, stop))
            # As wide as it was, so that offsets stay, and the shape of nothing.
            text = text[:start] + "\0" * (stop - start) + text[stop:]
    return sorted(found, key=lambda place: place[1])


def _replace(text: str, find: _Finder, marker: str) -> str:
    parts: list[str] = []
    end = 0
    for start, stop in find(text):
        if start == stop:
            continue
        parts += (text[end:start], marker)
        end = stop
    if not parts:
        return text
    return "".join((*parts, text[end:]))
