"""What the analysis of a screen's text found: its language, personal data, what its writer wants.

Comprehend says it where it was asked and could be; rules say what they can in any case: markers of
what the device and the platform redacted, and keywords.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from qs_reading.classes import OTHER, UNCLEAR, intent_of, mail_class_of
from qscreen.wire import Engine, Reading

SURE = 0.5
"""What Comprehend is less sure of is not taken for personal data."""
_MARKER = re.compile(r"\[redacted:([\w-]+)\]")
_MOST_KINDS = 20


class Asked(BaseModel):
    """What Comprehend said of a text; kept by the text's digest.

    Attributes:
        languages: Codes of languages, the likeliest first.
        personal_data: Kinds of personal data that it found.
        intent: What the writer wants, by a trained classifier; None without one.
        readings: What was found, and what could not be had.
    """

    model_config = ConfigDict(frozen=True)

    languages: tuple[str, ...] = ()
    personal_data: tuple[str, ...] = ()
    intent: str | None = None
    readings: tuple[Reading, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether there is nothing that a later call could add: a language is what it is."""
        return all(
            one.unavailable is None or one.unavailable.endswith("UnsupportedLanguageException")
            for one in self.readings
        )


class TextReading(BaseModel):
    """What is known of a text.

    Attributes:
        language: Its language; None where nobody could say.
        personal_data: Kinds of personal data in it.
        intent: What its writer wants; None where that is not asked for or not clear.
        mail_class: What the mail is about; None where that is not asked for or not clear.
        readings: Who found how much, and what could not be had.
    """

    model_config = ConfigDict(frozen=True)

    language: str | None = None
    personal_data: tuple[str, ...] = ()
    intent: str | None = None
    mail_class: str | None = None
    readings: tuple[Reading, ...] = ()


def asked_of(results: Sequence[Mapping[str, Any]]) -> Asked:
    """Read what the state machine that analyses screens was told of their text.

    Args:
        results: What its branches found: each names what it found, or why it could not.

    Returns:
        The answers; empty where nothing was asked.
    """
    found: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for branch in results:
        for name in {"languages", "personal_data", "intent"} & branch.keys():
            if branch[name] is not None:
                found[name] = branch[name]
            else:
                missing[name] = str(branch.get("unavailable") or "unknown")[:200]
    languages = sorted(found.get("languages", ()), key=lambda one: -float(one["Score"]))
    personal = found.get("personal_data") or {"kinds": (), "scores": ()}
    kinds = sorted(
        {
            str(kind)
            for kind, score in zip(personal["kinds"], personal["scores"], strict=True)
            if float(score) >= SURE
        }
    )[:_MOST_KINDS]
    intent = found.get("intent") or {}
    # A classifier of one class answers classes, one of several labels answers labels.
    classes = [*(intent.get("Classes") or ()), *(intent.get("Labels") or ())]
    best = max(classes, key=lambda one: float(one["Score"]), default=None)
    counted = {
        "languages": len(languages),
        "personal_data": len(kinds),
        "intent": int(best is not None),
    }
    return Asked(
        languages=tuple(str(one["LanguageCode"]) for one in languages),
        personal_data=tuple(kinds),
        intent=None if best is None else str(best["Name"]),
        readings=tuple(
            Reading(
                engine=Engine.COMPREHEND,
                what=name,
                found=number,
                unavailable=missing.get(name),
            )
            for name, number in counted.items()
            if name in found or name in missing
        ),
    )


def text_reading_of(asked: Asked, text: str, *, intent: bool, mail: bool) -> TextReading:
    """Put together what Comprehend and the rules say of a text.

    Args:
        asked: What Comprehend said.
        text: The text, redacted.
        intent: Whether it is of interest what its writer wants.
        mail: Whether it is a mail.

    Returns:
        What is known of it.
    """
    marked = tuple(sorted(set(_MARKER.findall(text))))[:_MOST_KINDS]
    readings = [*asked.readings]
    readings.append(Reading(engine=Engine.RULES, what="personal_data", found=len(marked)))
    wants = asked.intent
    if intent and wants is None:
        label = intent_of(text).label
        wants = None if label == UNCLEAR else label
        readings.append(Reading(engine=Engine.RULES, what="intent", found=int(wants is not None)))
    about = None
    if mail:
        label = mail_class_of(text).label
        about = None if label == OTHER else label
        readings.append(
            Reading(engine=Engine.RULES, what="mail_class", found=int(about is not None))
        )
    return TextReading(
        language=asked.languages[0] if asked.languages else None,
        personal_data=tuple(dict.fromkeys((*asked.personal_data, *marked))),
        intent=wants if intent else None,
        mail_class=about,
        readings=tuple(readings),
    )
