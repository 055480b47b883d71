"""Amazon Comprehend: its limits, its languages, its refusals as faults that say what to do."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError
from qs_mcp import ToolFault, progress
from qs_mcp_language.chunks import Chunk, chunks

MOST_BYTES = 100_000
"""What Comprehend takes in one call, but for sentiment and custom classes."""
MOST_SENTIMENT_BYTES = 5_000
MOST_CLASSIFIED_BYTES = 10_000
MOST_CALLS = 25
"""Calls for one text: more would outlast the 29 s that API Gateway waits."""

LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "pt", "zh", "zh-TW"})
PERSONAL_DATA_LANGUAGES = frozenset({"en", "es"})

Call = Callable[[Chunk], Mapping[str, Any]]

_REASONS: dict[str, tuple[str, str]] = {
    "ThrottlingException": (
        "Comprehend is asked too often at the moment.",
        "Wait a few seconds and call the tool again.",
    ),
    "TooManyRequestsException": (
        "Comprehend is asked too often at the moment.",
        "Wait a few seconds and call the tool again.",
    ),
    "TextSizeLimitExceededException": (
        "A part of the text is larger than Comprehend takes.",
        "Send a shorter text.",
    ),
    "UnsupportedLanguageException": (
        "Comprehend does not know the language for this.",
        "Pass the right language, or a text in a language that it knows.",
    ),
    "InvalidRequestException": (
        "Comprehend does not take the text.",
        "Check that it is plain text in the language that you passed.",
    ),
    "ResourceNotFoundException": (
        "The classifier's endpoint does not exist.",
        "Tell the operator: the endpoint in the function's settings is gone.",
    ),
    "ResourceUnavailableException": (
        "The classifier's endpoint is not ready.",
        "Try again in some minutes; if it stays, tell the operator.",
    ),
    "AccessDeniedException": (
        "The platform may not call Comprehend.",
        "Tell the operator: the function's policy lacks the action.",
    ),
    "NotImplementedByEmulator": (
        "This local cloud does not answer Comprehend.",
        "Use an environment on AWS, or a tool that works by rules.",
    ),
}
_SILENT = frozenset(
    {
        "ConnectTimeoutError",
        "ReadTimeoutError",
        "ConnectionClosedError",
        "ResponseStreamingError",
        "EndpointConnectionError",
        "InternalServerException",
        "ServiceUnavailableException",
    }
)


def dominant_languages(text: str) -> list[tuple[str, float]]:
    """Ask which languages a text is in.

    Args:
        text: The text; its beginning decides.

    Returns:
        Codes with their scores, best first.

    Raises:
        ToolFault: If Comprehend does not answer, or recognises none.
    """

    def call(chunk: Chunk) -> Mapping[str, Any]:
        return clients.comprehend().detect_dominant_language(Text=chunk.text)

    answer = ask_first("detect the language", call, text, MOST_BYTES)
    found = [(str(one["LanguageCode"]), float(one["Score"])) for one in answer["Languages"]]
    if not found:
        raise ToolFault(
            "The language was not recognised.",
            "The text is too short, or no text of a language.",
            "Pass the language, or more text.",
        )
    return sorted(found, key=lambda one: -one[1])


def language_of(text: str, given: str | None, known: frozenset[str]) -> str:
    """Take the language that was passed, or ask for it; refuse one that is not known.

    Args:
        text: The text.
        given: What the caller passed.
        known: Languages that the operation knows.

    Returns:
        A language of `known`.

    Raises:
        ToolFault: If the language is not among them.
    """
    code = given or dominant_languages(text)[0][0]
    if code not in known:
        raise ToolFault(
            f"The text was not analysed: its language is {code}.",
            f"Comprehend knows {', '.join(sorted(known))} for this.",
            "Pass another language if this one is wrong, or translate the text first.",
        )
    return code


def ask(
    doing: str, call: Call, text: str, most_bytes: int
) -> list[tuple[Chunk, Mapping[str, Any]]]:
    """Ask about every part of a text.

    Args:
        doing: What the call does, in words that fit after "could not".
        call: The call for one part.
        text: The text.
        most_bytes: What one call takes.

    Returns:
        The parts with their answers, in order.

    Raises:
        ToolFault: If the text is empty or needs too many calls, or a call fails.
    """
    parts = list(chunks(text, most_bytes))
    _check(doing, parts, most_bytes)
    answers = []
    for number, part in enumerate(parts):
        if len(parts) > 1:
            progress(number, len(parts), "Asking Comprehend about a part of the text")
        answers.append((part, _ask(doing, call, part)))
    return answers


def ask_first(doing: str, call: Call, text: str, most_bytes: int) -> Mapping[str, Any]:
    """Ask about the first part of a text only.

    Args:
        doing: What the call does, in words that fit after "could not".
        call: The call for one part.
        text: The text.
        most_bytes: What one call takes.

    Returns:
        The answer.

    Raises:
        ToolFault: If the text is empty, or the call fails.
    """
    part = next(chunks(text, most_bytes), None)
    _check(doing, [part] if part else [], most_bytes)
    assert part is not None
    return _ask(doing, call, part)


def _check(doing: str, parts: Sequence[Chunk], most_bytes: int) -> None:
    if not parts:
        raise ToolFault(
            f"Could not {doing}.", "The text has nothing but white space.", "Send a text."
        )
    if len(parts) > MOST_CALLS:
        raise ToolFault(
            f"Could not {doing}: the text is too long.",
            f"It has {len(parts)} parts of {most_bytes:,} bytes, and {MOST_CALLS} fit in the time "
            "of one call.",
            "Call the tool for one section of the text after the other.",
        )


def _ask(doing: str, call: Call, part: Chunk) -> Mapping[str, Any]:
    try:
        with calling(doing):
            return call(part)
    except CloudCallError as error:
        raise _fault(error) from error


def _fault(error: CloudCallError) -> ToolFault:
    what = f"Could not {error.doing}."
    if error.code in _SILENT:
        return ToolFault(what, "Comprehend did not answer in time.", "Call the tool again.")
    why, next_step = _REASONS.get(
        error.code,
        (f"Comprehend answered {error.code}.", "Call it again; if it stays, tell the operator."),
    )
    return ToolFault(what, why, next_step)
