"""Comprehend: texts by the language engine; what would need a model is refused.

moto answers these with fixed results; an invented result is worse than none.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from qops.local.engines.on_demand import NotReadyError
from qops.local.engines.pool import EngineError
from qops.local.router.registry import Answer, Call, Fault, operation

_SERVICE = "comprehend"
_KNOWN = frozenset({"ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "pt", "zh", "zh-TW"})
_MOST_BYTES = 100_000
_MOST_SHORT_BYTES = 5_000
_MOST_DOCUMENTS = 25
_TOO_LONG = "TextSizeLimitExceededException"
_UNAVAILABLE = (
    *("BatchDetectTargetedSentiment", "DetectTargetedSentiment", "DetectToxicContent"),
    *(
        "StartDocumentClassificationJob",
        "StartEntitiesDetectionJob",
        "StartPiiEntitiesDetectionJob",
    ),
    *("StartSentimentDetectionJob", "StartKeyPhrasesDetectionJob", "StartTopicsDetectionJob"),
    *("StartDominantLanguageDetectionJob", "StartTargetedSentimentDetectionJob"),
    "StartEventsDetectionJob",
)
_Detect = Callable[[Call, str, str], Awaitable[Answer]]


async def _languages(call: Call, text: str, _language: str) -> Answer:
    found = await _find(call, "languages", text)
    return {"Languages": [{"LanguageCode": code, "Score": score} for code, score in found]}


async def _sentiment(call: Call, text: str, language: str) -> Answer:
    scores = await _find(call, "sentiment", text, language)
    return {"Sentiment": max(scores, key=scores.get).upper(), "SentimentScore": scores}


async def _entities(call: Call, text: str, language: str) -> Answer:
    found = await _find(call, "entities", text, language)
    return {"Entities": [{"Type": one["kind"], **_place(one)} for one in found]}


async def _key_phrases(call: Call, text: str, language: str) -> Answer:
    found = await _find(call, "phrases", text, language)
    return {"KeyPhrases": [_place(one) for one in found]}


async def _syntax(call: Call, text: str, language: str) -> Answer:
    found = await _find(call, "syntax", text, language)
    tokens = []
    for number, one in enumerate(found, start=1):
        place = _place(one)
        score = place.pop("Score")
        part = {"Tag": one["kind"], "Score": score}
        tokens.append({"TokenId": number, **place, "PartOfSpeech": part})
    return {"SyntaxTokens": tokens}


_DETECTORS: dict[str, tuple[_Detect, int, frozenset[str]]] = {
    # languages that the engine has something for; Comprehend's own list bounds them
    "DominantLanguage": (_languages, _MOST_BYTES, frozenset()),
    "Sentiment": (_sentiment, _MOST_SHORT_BYTES, frozenset({"en"})),
    "Entities": (_entities, _MOST_BYTES, frozenset({"en", "ko"})),
    "KeyPhrases": (_key_phrases, _MOST_BYTES, frozenset({"en", "ko"})),
    "Syntax": (_syntax, _MOST_SHORT_BYTES, frozenset({"en"})),
}


@operation(_SERVICE, *(f"Detect{name}" for name in _DETECTORS))
async def detect(call: Call) -> Answer:
    """Analyses one text."""
    if call.params.get("EndpointArn"):
        raise _no_endpoint(call)
    detector, most, known = _DETECTORS[call.operation.removeprefix("Detect")]
    text = str(call.params.get("Text") or "")
    language = _language(call, known)
    _check(text, most)
    return await detector(call, text, language)


@operation(_SERVICE, *(f"BatchDetect{name}" for name in _DETECTORS))
async def detect_batch(call: Call) -> Answer:
    """Analyses up to 25 texts; what is wrong with one of them is an error of that one."""
    detector, _, known = _DETECTORS[call.operation.removeprefix("BatchDetect")]
    texts = [str(text) for text in call.params.get("TextList") or []]
    if len(texts) > _MOST_DOCUMENTS:
        raise Fault(
            "BatchSizeLimitExceededException",
            f"The number of documents in the request exceeds the limit of {_MOST_DOCUMENTS}.",
        )
    if not texts:
        raise Fault("InvalidRequestException", "The list of documents is empty.")
    language = _language(call, known)
    results: list[Answer] = []
    errors: list[Answer] = []
    for index, text in enumerate(texts):
        try:
            # the limit of one document of a batch is the same for every operation
            _check(text, _MOST_SHORT_BYTES)
        except Fault as fault:
            code = "TEXT_SIZE_LIMIT_EXCEEDED" if fault.code == _TOO_LONG else "INVALID_REQUEST"
            errors.append({"Index": index, "ErrorCode": code, "ErrorMessage": fault.message})
            continue
        results.append({"Index": index, **await detector(call, text, language)})
    return {"ResultList": results, "ErrorList": errors}


@operation(_SERVICE, "DetectPiiEntities")
async def detect_personal_data(call: Call) -> Answer:
    """Finds personal data in an English text."""
    found = await _personal(call)
    return {
        "Entities": [
            {
                "Type": one["kind"],
                "Score": one["score"],
                "BeginOffset": one["start"],
                "EndOffset": one["end"],
            }
            for one in found
        ]
    }


@operation(_SERVICE, "ContainsPiiEntities")
async def contains_personal_data(call: Call) -> Answer:
    """Says which kinds of personal data an English text holds."""
    scores: dict[str, float] = {}
    for one in await _personal(call):
        scores[one["kind"]] = max(one["score"], scores.get(one["kind"], 0.0))
    return {"Labels": [{"Name": name, "Score": score} for name, score in scores.items()]}


@operation(_SERVICE, "ClassifyDocument")
async def classify(call: Call) -> Answer:
    """Answers as for an endpoint that does not exist: no classifier is trained here."""
    raise _no_endpoint(call)


@operation(_SERVICE, *_UNAVAILABLE)
async def refuse(call: Call) -> Answer:
    """Says that no engine here can answer."""
    message = f"{call.operation} is not available: the local cloud has no model for it."
    raise Fault("InvalidRequestException", message)


async def _personal(call: Call) -> list[dict[str, Any]]:
    text = str(call.params.get("Text") or "")
    language = _language(call, frozenset({"en"}))
    _check(text, _MOST_BYTES)
    found: list[dict[str, Any]] = await _find(call, "personal", text, language)
    return found


def _check(text: str, most: int) -> None:
    if not text:
        raise Fault("InvalidRequestException", "The text is empty.")
    if (size := len(text.encode("utf-8", "surrogatepass"))) > most:
        raise Fault(
            _TOO_LONG,
            f"Input text size exceeds limit. Max length of request text allowed is {most} bytes"
            f" while in this request the text size is {size} bytes",
        )


def _language(call: Call, known: frozenset[str]) -> str:
    """The language of the request, if the operation takes one."""
    if not known:
        return ""
    code = str(call.params.get("LanguageCode") or "")
    if code not in _KNOWN:
        raise Fault(
            "InvalidRequestException", f"Value '{code}' at 'languageCode' is no language code."
        )
    if code not in known:
        raise Fault(
            "UnsupportedLanguageException",
            f"{call.operation} of the local cloud has nothing for '{code}', only for"
            f" {', '.join(sorted(known))}.",
        )
    return code


async def _find(call: Call, task: str, text: str, language: str = "") -> Any:
    try:
        return await call.context.linguist.find(task, text, language)
    except NotReadyError as error:
        raise Fault("TooManyRequestsException", str(error)) from error
    except EngineError as error:
        raise Fault("InternalServerException", str(error), 500) from error


def _place(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "Score": one["score"],
        "Text": one["text"],
        "BeginOffset": one["start"],
        "EndOffset": one["end"],
    }


def _no_endpoint(call: Call) -> Fault:
    arn = call.params.get("EndpointArn")
    return Fault("ResourceNotFoundException", f"The endpoint {arn} does not exist.")
