"""Comprehend's answers and refusals over a language engine that the test holds."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from qops.local.engines.on_demand import NotReadyError
from qops.local.engines.pool import EngineError
from qops.local.router import codec
from qops.local.router.codec import HttpRequest
from qops.local.router.registry import REGISTRY, Fault

PLACE = {"kind": "EMAIL", "text": "a@b.co", "start": 3, "end": 9, "score": 0.9}


class HeldLinguist:
    """Answers a table, or raises; keeps what it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked: list[tuple[str, str, str]] = []

    async def find(self, task: str, text: str, language: str = "") -> Any:
        self.asked.append((task, text, language))
        if self.error is not None:
            raise self.error
        return {
            "languages": [["ko", 0.9], ["en", 0.1]],
            "sentiment": {"Positive": 0.1, "Negative": 0.6, "Neutral": 0.2, "Mixed": 0.1},
            "syntax": [{**PLACE, "kind": "NOUN"}],
        }.get(task, [PLACE, {**PLACE, "kind": "EMAIL", "score": 0.5}])


@pytest.fixture
def linguist(desk: Any) -> HeldLinguist:
    desk.context.linguist = HeldLinguist()
    return desk.context.linguist  # type: ignore[no-any-return]


def wired(desk: Any, name: str, **params: Any) -> dict[str, Any]:
    """Sends a call through botocore's serialiser, the router's codec and botocore's parser."""
    document = codec.outgoing("comprehend", name, params).document
    headers = {key.lower(): value for key, value in document["headers"].items()}
    request = HttpRequest("POST", document["url_path"], "", headers, document["body"])
    operation = codec.identify(("comprehend",), request)
    assert operation is not None
    hooks = REGISTRY.hooks("comprehend", name)
    assert hooks is not None
    assert hooks.operation is not None
    call = desk.call("comprehend", name, **operation.parse())
    try:
        answer: dict[str, Any] = asyncio.run(hooks.operation(call))  # type: ignore[arg-type]
    except Fault as fault:
        return operation.parse_answer(operation.serialise(fault))
    return operation.parse_answer(operation.serialise(answer))


def test_each_operation_answers_in_its_shape(desk: Any, linguist: HeldLinguist) -> None:
    text = {"Text": "to a@b.co", "LanguageCode": "en"}
    assert wired(desk, "DetectDominantLanguage", Text="안녕")["Languages"][0] == {
        "LanguageCode": "ko",
        "Score": pytest.approx(0.9),
    }
    sentiment = wired(desk, "DetectSentiment", **text)
    assert sentiment["Sentiment"] == "NEGATIVE"
    assert sentiment["SentimentScore"]["Negative"] == pytest.approx(0.6)
    place = {"Text": "a@b.co", "BeginOffset": 3, "EndOffset": 9, "Score": pytest.approx(0.9)}
    assert wired(desk, "DetectEntities", **text)["Entities"][0] == {"Type": "EMAIL", **place}
    assert wired(desk, "DetectKeyPhrases", **text)["KeyPhrases"][0] == place
    (token,) = wired(desk, "DetectSyntax", **text)["SyntaxTokens"]
    assert (token["TokenId"], token["PartOfSpeech"]["Tag"]) == (1, "NOUN")
    assert wired(desk, "DetectPiiEntities", **text)["Entities"][0] == {
        "Type": "EMAIL",
        "BeginOffset": 3,
        "EndOffset": 9,
        "Score": pytest.approx(0.9),
    }
    labels = wired(desk, "ContainsPiiEntities", **text)["Labels"]
    assert labels == [{"Name": "EMAIL", "Score": pytest.approx(0.9)}]
    assert linguist.asked[1] == ("sentiment", "to a@b.co", "en")


def test_one_document_of_a_batch_fails_alone(desk: Any, linguist: HeldLinguist) -> None:
    texts = ["good", "가" * 2000, "bad"]
    answer = wired(desk, "BatchDetectSentiment", TextList=texts, LanguageCode="en")
    assert [one["Index"] for one in answer["ResultList"]] == [0, 2]
    (error,) = answer["ErrorList"]
    assert (error["Index"], error["ErrorCode"]) == (1, "TEXT_SIZE_LIMIT_EXCEEDED")
    assert "6000 bytes" in error["ErrorMessage"]


@pytest.mark.parametrize(
    ("name", "params", "code"),
    [
        ("DetectSentiment", {"Text": "a" * 5001, "LanguageCode": "en"}, "TextSizeLimitExceeded"),
        ("DetectEntities", {"Text": "a" * 100_001, "LanguageCode": "en"}, "TextSizeLimitExceeded"),
        ("DetectSentiment", {"Text": "좋다", "LanguageCode": "ko"}, "UnsupportedLanguage"),
        ("DetectPiiEntities", {"Text": "좋다", "LanguageCode": "ko"}, "UnsupportedLanguage"),
        ("DetectEntities", {"Text": "a", "LanguageCode": "xx"}, "InvalidRequest"),
        ("DetectEntities", {"Text": "", "LanguageCode": "en"}, "InvalidRequest"),
        ("BatchDetectDominantLanguage", {"TextList": ["a"] * 26}, "BatchSizeLimitExceeded"),
        ("BatchDetectDominantLanguage", {"TextList": []}, "InvalidRequest"),
        ("ClassifyDocument", {"Text": "a", "EndpointArn": "arn:x"}, "ResourceNotFound"),
        ("DetectEntities", {"Text": "a", "EndpointArn": "arn:x"}, "ResourceNotFound"),
        ("DetectTargetedSentiment", {"Text": "a", "LanguageCode": "en"}, "InvalidRequest"),
    ],
)
def test_what_is_wrong_or_missing_is_refused_as_aws_does(
    desk: Any, linguist: HeldLinguist, name: str, params: dict[str, Any], code: str
) -> None:
    with pytest.raises(Fault) as caught:
        wired(desk, name, **params)
    assert caught.value.code == f"{code}Exception"
    assert linguist.asked == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotReadyError("being prepared"), "TooManyRequestsException"),
        (EngineError("gone"), "InternalServerException"),
    ],
)
def test_errors_of_the_engine_are_errors_of_the_service(
    desk: Any, error: Exception, code: str
) -> None:
    desk.context.linguist = HeldLinguist(error)
    with pytest.raises(Fault) as caught:
        wired(desk, "DetectDominantLanguage", Text="a")
    assert caught.value.code == code
