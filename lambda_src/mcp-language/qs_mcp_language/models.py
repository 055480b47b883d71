"""What the tools answer. Offsets count characters (Unicode code points) of the text as sent."""

from enum import StrEnum

from pydantic import BaseModel, Field

from qs_reading.keywords import Choice


class Source(StrEnum):
    """Who judged."""

    COMPREHEND = "comprehend"
    RULES = "rules"


class LanguageGuess(BaseModel):
    """One language that a text may be in."""

    code: str = Field(description="BCP 47 code, e.g. ko or zh-TW.")
    score: float = Field(ge=0, le=1)


class LanguageFound(BaseModel):
    """The language of a text."""

    code: str = Field(description="The dominant language.")
    score: float = Field(ge=0, le=1)
    others: list[LanguageGuess] = Field(description="Less likely ones, best first.")
    source: Source = Source.COMPREHEND


class Sentiment(StrEnum):
    """How a text is meant."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    MIXED = "mixed"


class SentimentFound(BaseModel):
    """How a text is meant, as a whole."""

    sentiment: Sentiment
    scores: dict[Sentiment, float] = Field(
        description="Mean over the parts, weighted by their length."
    )
    language: str
    parts: int = Field(description="In how many parts the text was judged, 5,000 bytes each.")
    source: Source = Source.COMPREHEND


class Entity(BaseModel):
    """Something that a text names."""

    type: str = Field(description="E.g. PERSON, ORGANIZATION, DATE, QUANTITY.")
    text: str
    begin: int
    end: int
    score: float


class EntitiesFound(BaseModel):
    """What a text names, in its order."""

    entities: list[Entity]
    language: str
    left_out: int = Field(description="How many more there are beyond the limit.")
    source: Source = Source.COMPREHEND


class KeyPhrase(BaseModel):
    """A phrase that a text turns on."""

    text: str
    begin: int
    end: int
    score: float


class KeyPhrasesFound(BaseModel):
    """The phrases that a text turns on, in its order."""

    phrases: list[KeyPhrase]
    language: str
    left_out: int = Field(description="How many more there are beyond the limit.")
    source: Source = Source.COMPREHEND


class PersonalDatum(BaseModel):
    """A place in a text that gives away who somebody is, or a secret; the text is not repeated."""

    type: str = Field(description="E.g. EMAIL, PHONE, NAME, RESIDENT_NUMBER.")
    begin: int
    end: int
    score: float | None = Field(description="Comprehend's certainty; null where a rule matched.")
    source: Source


class PersonalDataFound(BaseModel):
    """Where a text gives something away, in its order."""

    places: list[PersonalDatum]
    language: str
    complete: bool = Field(
        description="Whether Comprehend looked too. Rules know fixed forms, not names or addresses."
    )


class Label(BaseModel):
    """A class with its share."""

    label: str
    score: float = Field(ge=0, le=1)


class Classified(BaseModel):
    """The class of a text."""

    label: str = Field(description="The most likely class; `other` or `unclear` if none fits.")
    score: float = Field(
        ge=0,
        le=1,
        description="With source `comprehend` its certainty; with `rules` the class's share of "
        "what the rules found, which is no probability.",
    )
    alternatives: list[Label] = Field(description="Other classes, best first.")
    evidence: list[str] = Field(description="Words that decided, where rules judged.")
    source: Source = Field(description="`rules`: keywords decided, no trained model.")


def by_rules(found: Choice) -> Classified:
    """Answer what keywords decided, and say that they did.

    Args:
        found: Their choice.

    Returns:
        The class.
    """
    return Classified(
        label=found.label,
        score=found.score,
        alternatives=[Label(label=one.label, score=one.score) for one in found.alternatives],
        evidence=list(found.evidence),
        source=Source.RULES,
    )
