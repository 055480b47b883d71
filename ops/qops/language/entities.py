"""Entities that have a written form: dates, quantities, and addresses of the net.

Persons, places, organisations and titles need a model that is not here: they are never found.
"""

from __future__ import annotations

import re

from qops.language.found import Found, without_overlaps
from qops.language.personal import personal_data

_SCORE = 0.9
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_UNITS = (
    "%|percent|dollars?|euros?|won|people|persons|items|files|pages|hours?|minutes?|seconds?|days?"
    "|weeks?|months?|years?|times|km|kg|cm|mm|GB|MB|KB|TB|miles?|meters?|metres?|pounds?|tons?"
)
_DATES = (
    re.compile(r"(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)"),
    re.compile(r"(?<!\d)\d{1,2}/\d{1,2}/\d{4}(?!\d)"),
    re.compile(rf"\b(?:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?\b"),
    re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTHS})(?: \d{{4}})?\b"),
    re.compile(rf"\b(?:(?:next|last|this) )?(?:{_DAYS})\b"),
    re.compile(r"\b(?:today|tomorrow|yesterday|tonight)\b", re.I),
    re.compile(r"\b\d{1,2}(?::\d{2})? ?(?:am|pm|a\.m\.|p\.m\.)", re.I),
    re.compile(r"(?:\d{4}년 ?)?\d{1,2}월(?: ?\d{1,2}일)?|\d{4}년"),
    re.compile(r"(?:오전|오후) ?\d{1,2}시(?: ?\d{1,2}분|반)?|(?<!\d)\d{1,2}시(?: ?\d{1,2}분)"),
    re.compile(r"오늘|내일|모레|어제|[월화수목금토일]요일"),
)
_QUANTITIES = (
    re.compile(rf"(?:[$€£₩] ?)?(?<![\w.,])\d[\d,]*(?:\.\d+)? ?(?:{_UNITS})(?!\w)"),
    re.compile(r"[$€£₩] ?\d[\d,]*(?:\.\d+)?"),
    re.compile(
        r"(?<![\w.,])\d[\d,]*(?:\.\d+)? ?(?:[십백천만억조]+ ?)?"
        r"(?:원|명|개|건|번|시간|분간|초|일간|주|개월|년간|퍼센트|달러|유로|킬로|미터|쪽|장|권|대)"
    ),
)
_OTHER = frozenset({"EMAIL", "URL", "PHONE", "IP_ADDRESS", "MAC_ADDRESS"})


def entities(text: str) -> list[Found]:
    """What was found, in the text's order."""
    found = [
        Found(kind, hit.start(), hit.end(), _SCORE)
        for kind, patterns in (("DATE", _DATES), ("QUANTITY", _QUANTITIES))
        for pattern in patterns
        for hit in pattern.finditer(text)
    ]
    other = [
        Found("OTHER", one.start, one.end, one.score)
        for one in personal_data(text)
        if one.kind in _OTHER
    ]
    return without_overlaps([*found, *other])
