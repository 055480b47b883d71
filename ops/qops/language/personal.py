"""Personal data that has a form and mostly a check digit, in the kinds of Comprehend.

Names, addresses, ages and passwords need a model that is not here: they are never found.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator

from qops.language.found import Found, without_overlaps

# what a check digit or a library confirmed, and what only has the form
_CHECKED, _FORM = 0.99, 0.9
_EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.ASCII)
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"']+[^\s<>\"'.,;:!?)\]]", re.I)
_MAC = re.compile(r"\b[0-9A-F]{2}(?:[:-][0-9A-F]{2}){5}\b", re.I)
_IP = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9A-F]{0,4}:){2,7}[0-9A-F]{0,4})(?![\w:])", re.I
)
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_SSN = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
_ACCESS_KEY = re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])")
_SECRET_KEY = re.compile(
    r"secret[ _-]?(?:access[ _-]?)?key[\"']?\s{0,4}[:=]?\s{0,4}[\"']?"
    r"([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])",
    re.I,
)
_REGION = "US"


def personal_data(text: str) -> list[Found]:
    """What was found, in the text's order."""
    found = [
        *_all("EMAIL", _EMAIL, text),
        *_all("URL", _URL, text),
        *_all("MAC_ADDRESS", _MAC, text),
        *_all("IP_ADDRESS", _IP, text, _is_address),
        *_all("CREDIT_DEBIT_NUMBER", _CARD, text, _is_card),
        *_all("INTERNATIONAL_BANK_ACCOUNT_NUMBER", _IBAN, text, _is_iban),
        *_all("SSN", _SSN, text, _is_ssn),
        *_all("AWS_ACCESS_KEY", _ACCESS_KEY, text),
        *_all("AWS_SECRET_KEY", _SECRET_KEY, text),
        *_phones(text),
    ]
    return without_overlaps(found)


def _all(
    kind: str, pattern: re.Pattern[str], text: str, check: Callable[[str], bool] | None = None
) -> Iterator[Found]:
    for hit in pattern.finditer(text):
        group = pattern.groups
        if check is None or check(hit[group]):
            score = _FORM if check is None else _CHECKED
            yield Found(kind, hit.start(group), hit.end(group), score)


def _phones(text: str) -> Iterator[Found]:
    from phonenumbers import PhoneNumberMatcher

    for hit in PhoneNumberMatcher(text, _REGION):
        yield Found("PHONE", hit.start, hit.end, _FORM)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_card(text: str) -> bool:
    from stdnum import luhn

    digits = re.sub(r"\D", "", text)
    return digits[0] in "23456" and bool(luhn.is_valid(digits))


def _is_iban(text: str) -> bool:
    from stdnum import iban

    return bool(iban.is_valid(text))


def _is_ssn(text: str) -> bool:
    from stdnum.us import ssn

    return bool(ssn.is_valid(text))
