"""The tools of the server ``language``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from qs_cloud import clients
from qs_mcp import Risk, ToolServer
from qs_mcp_language import intents, mail, personal_data
from qs_mcp_language.chunks import Chunk
from qs_mcp_language.comprehend import (
    LANGUAGES,
    MOST_BYTES,
    MOST_SENTIMENT_BYTES,
    ask,
    dominant_languages,
    language_of,
)
from qs_mcp_language.models import (
    Classified,
    EntitiesFound,
    Entity,
    KeyPhrase,
    KeyPhrasesFound,
    LanguageFound,
    LanguageGuess,
    PersonalDataFound,
    SentimentFound,
)
from qs_mcp_language.sentiments import overall

MOST_CHARACTERS = 500_000

Text = Annotated[
    str, Field(description="Plain text, as it is.", min_length=1, max_length=MOST_CHARACTERS)
]
LanguageCode = Annotated[
    str | None,
    Field(
        description="BCP 47 code of the text's language, e.g. ko; found out if it is left out.",
        pattern=r"^[a-z]{2}(-[A-Z]{2})?$",
    ),
]
Limit = Annotated[int, Field(description="Results at most.", ge=1, le=1_000)]

server = ToolServer(
    "language",
    title="Language",
    instructions="Judges texts in Korean, English and ten more languages: language, sentiment, "
    "entities, key phrases, personal data, the class of a mail, the intent of a text. Every "
    "result names its source: Amazon Comprehend, or rules. Texts are not kept.",
    listed=Path(__file__).with_name("tools.json"),
)


@server.tool(
    title="Detect the language",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def detect_language(text: Text) -> LanguageFound:
    """Say in which language a text is written, with less likely candidates.

    The first 100,000 bytes decide.
    """
    (code, score), *others = dominant_languages(text)
    return LanguageFound(
        code=code,
        score=score,
        others=[LanguageGuess(code=other, score=likely) for other, likely in others],
    )


@server.tool(
    title="Detect the sentiment",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def detect_sentiment(text: Text, language: LanguageCode = None) -> SentimentFound:
    """Say whether a text is positive, negative, neutral or mixed.

    A text of more than 5,000 bytes is judged in parts and the scores are averaged; at most 25
    parts. For the mood of single paragraphs call it for each of them.
    """
    code = language_of(text, language, LANGUAGES)

    def call(chunk: Chunk) -> Mapping[str, Any]:
        return clients.comprehend().detect_sentiment(Text=chunk.text, LanguageCode=code)

    return overall(ask("detect the sentiment", call, text, MOST_SENTIMENT_BYTES), code)


@server.tool(
    title="Find entities",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def find_entities(text: Text, language: LanguageCode = None, limit: Limit = 200) -> EntitiesFound:
    """Find people, organisations, places, dates, quantities, titles and products in a text.

    Offsets count characters of the text, begin inclusive and end exclusive.
    """
    code = language_of(text, language, LANGUAGES)

    def call(chunk: Chunk) -> Mapping[str, Any]:
        return clients.comprehend().detect_entities(Text=chunk.text, LanguageCode=code)

    found = [
        Entity(type=str(one["Type"]), **_place(chunk, one))
        for chunk, answer in ask("find entities", call, text, MOST_BYTES)
        for one in answer["Entities"]
    ]
    return EntitiesFound(entities=found[:limit], language=code, left_out=max(0, len(found) - limit))


@server.tool(
    title="Find key phrases",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def find_key_phrases(
    text: Text, language: LanguageCode = None, limit: Limit = 100
) -> KeyPhrasesFound:
    """Find the noun phrases that a text turns on, in its order.

    Offsets count characters of the text, begin inclusive and end exclusive.
    """
    code = language_of(text, language, LANGUAGES)

    def call(chunk: Chunk) -> Mapping[str, Any]:
        return clients.comprehend().detect_key_phrases(Text=chunk.text, LanguageCode=code)

    found = [
        KeyPhrase(**_place(chunk, one))
        for chunk, answer in ask("find key phrases", call, text, MOST_BYTES)
        for one in answer["KeyPhrases"]
    ]
    return KeyPhrasesFound(
        phrases=found[:limit], language=code, left_out=max(0, len(found) - limit)
    )


@server.tool(
    title="Find personal data",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def find_personal_data(text: Text, language: LanguageCode = None) -> PersonalDataFound:
    """Find where a text gives away personal data or secrets: types and offsets, not the text.

    English and Spanish are read by Comprehend and by rules. Any other language, Korean too, by
    rules only (`complete` is false): e-mail, telephone, card and resident numbers, keys and
    tokens; no names and no addresses. Offsets count characters, end exclusive.
    """
    return personal_data.find_personal_data(text, language)


@server.tool(
    title="Classify a mail",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def classify_mail(
    subject: Annotated[str, Field(description="Subject of the mail.", max_length=1_000)],
    body: Annotated[str, Field(description="Body as plain text.", max_length=MOST_CHARACTERS)] = "",
) -> Classified:
    """Say what kind of mail this is: invoice, order, meeting, approval, complaint and so on.

    A trained classifier decides where the platform has one (its classes are its own); otherwise
    keywords in Korean and English do, and the result says so (`source` is `rules`, with the words
    that decided). `other` means that no keyword was found.
    """
    return mail.classify_mail(subject, body)


@server.tool(
    title="Find the intent",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def find_intent(text: Text) -> Classified:
    """Say what the writer of a text wants: a command, a question, a request, to cancel and so on.

    A trained classifier decides where the platform has one; otherwise rules do, and the result
    says so. `command` means that the platform's grammar of commands reads the whole text; the
    evidence are then its actions. `unclear` means that no rule applies.
    """
    return intents.find_intent(text)


def _place(chunk: Chunk, found: Mapping[str, Any]) -> dict[str, Any]:
    begin, end = int(found["BeginOffset"]), int(found["EndOffset"])
    return {
        "text": chunk.text[begin:end],
        "begin": chunk.offset + begin,
        "end": chunk.offset + end,
        "score": float(found["Score"]),
    }
