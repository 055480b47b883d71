"""Where a text gives away who somebody is, or a secret."""

from collections.abc import Mapping
from typing import Any

from qs_cloud import clients
from qs_mcp_language.chunks import Chunk
from qs_mcp_language.comprehend import (
    MOST_BYTES,
    PERSONAL_DATA_LANGUAGES,
    ask,
    dominant_languages,
)
from qs_mcp_language.models import PersonalDataFound, PersonalDatum, Source
from qscreen.redaction import find

_COMPREHENDS_NAMES = {
    "card": "CREDIT_DEBIT_NUMBER",
    "aws_key": "AWS_ACCESS_KEY",
}


def find_personal_data(text: str, language: str | None) -> PersonalDataFound:
    """Look with Comprehend where it knows the language, and with rules always.

    Rules add what Comprehend has no type for (Korean resident numbers, tokens, private keys), and
    are all there is for Korean, which Comprehend does not read for this.

    Args:
        text: The text.
        language: Its language; None to ask.

    Returns:
        The places. Where both found something, Comprehend's place stands.

    Raises:
        ToolFault: If Comprehend does not answer.
    """
    code = language or dominant_languages(text)[0][0]
    asked = code in PERSONAL_DATA_LANGUAGES
    places = _by_comprehend(text, code) if asked else []
    places += [place for place in _by_rules(text) if not _touches(place, places)]
    return PersonalDataFound(
        places=sorted(places, key=lambda place: (place.begin, place.end)),
        language=code,
        complete=asked,
    )


def _by_comprehend(text: str, code: str) -> list[PersonalDatum]:
    def call(chunk: Chunk) -> Mapping[str, Any]:
        return clients.comprehend().detect_pii_entities(Text=chunk.text, LanguageCode=code)

    return [
        PersonalDatum(
            type=str(one["Type"]),
            begin=chunk.offset + int(one["BeginOffset"]),
            end=chunk.offset + int(one["EndOffset"]),
            score=float(one["Score"]),
            source=Source.COMPREHEND,
        )
        for chunk, answer in ask("find personal data", call, text, MOST_BYTES)
        for one in answer["Entities"]
    ]


def _by_rules(text: str) -> list[PersonalDatum]:
    return [
        PersonalDatum(
            type=_COMPREHENDS_NAMES.get(kind.value, kind.value.upper()),
            begin=begin,
            end=end,
            score=None,
            source=Source.RULES,
        )
        for kind, begin, end in find(text)
    ]


def _touches(place: PersonalDatum, others: list[PersonalDatum]) -> bool:
    return any(place.begin < other.end and other.begin < place.end for other in others)
