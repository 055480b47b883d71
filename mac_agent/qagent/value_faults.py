"""What is wrong with a value that does not fit its model, in the user's language."""

import re

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from qagent.messages import catalogue, language, text
from qagent.phrases import Phrases
from qagent.value_texts import EXPRESSION_SAID, SAID
from qscreen.wire import Language

_SAID = Phrases(SAID)
EXPRESSIONS = Phrases(EXPRESSION_SAID)
"""What is wrong with a regular expression, in Korean."""


def words_of(detail: ErrorDetails) -> str:
    """Say what is wrong; the value itself is not repeated.

    Args:
        detail: One of pydantic's errors.
    """
    context = detail.get("ctx", {})
    inner = context.get("error")
    if isinstance(inner, ValidationError):
        # A model that was made to check another one found it.
        return words_of(inner.errors(include_url=False, include_input=False)[0])
    key = f"yaml.kind.{detail['type']}"
    if key not in catalogue():
        return said(detail["msg"].removeprefix("Value error, "))
    if "error" in context:
        context = {**context, "error": said(str(context["error"]))}
    if "expected" in context and language() is Language.KO:
        context = {**context, "expected": str(context["expected"]).replace("' or '", "', '")}
    return text(key, **context)


def of_expression(error: re.error) -> str:
    """What is wrong with a regular expression, in the user's language.

    Args:
        error: What Python says of it.
    """
    words = str(error)
    return EXPRESSIONS.korean(words) if language() is Language.KO else words


def said(words: str) -> str:
    """What a model of the wire says of a value, in the user's language.

    Args:
        words: What it says in English.
    """
    return _SAID.korean(words) if language() is Language.KO else words
