"""Comprehend failing on the wire."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from aws_seam import Answered, AwsSeam, CutShort, HungUp, Raw, Refused, Silent
from mcp_events import McpClient

DETECT = ("comprehend", "DetectDominantLanguage")
KOREAN = Answered({"Languages": [{"LanguageCode": "ko", "Score": 0.9}]})


@pytest.fixture
def language(seam: AwsSeam, load_handler: Callable[[str], ModuleType]) -> Callable[..., Any]:
    client = McpClient(
        load_handler("mcp-language").handler, "/v1/mcp/language", "qscreen/mcp.language"
    )
    return lambda tool="detect_language", **more: client.call(tool, {"text": "회의 3시", **more})


@pytest.mark.parametrize(
    "trouble",
    [Refused("ThrottlingException"), HungUp(), Raw(b"<html>", status=503)],
    ids=["throttled", "hung-up", "gateway"],
)
def test_a_passing_fault_is_not_noticed(
    seam: AwsSeam, language: Callable[..., Any], trouble: Any
) -> None:
    seam.next(*DETECT, trouble, KOREAN)
    assert language().result["structuredContent"]["code"] == "ko"


@pytest.mark.parametrize(
    ("trouble", "advice", "asked"),
    [
        (Refused("ThrottlingException"), "Wait a few seconds", 3),
        (Refused("TooManyRequestsException"), "Wait a few seconds", 3),
        (Refused("InternalServerException", status=500), "Call the tool again", 3),
        (HungUp(), "Call the tool again", 3),
        (CutShort(of=KOREAN), "Call the tool again", 1),
        (Raw(b"<html>a page</html>"), "Call the tool again", 1),
        (Refused("TextSizeLimitExceededException"), "shorter text", 1),
        (Refused("InvalidRequestException"), "plain text", 1),
        (Refused("AccessDeniedException"), "Tell the operator", 1),
        (Refused("SomethingNewException"), "tell the operator", 1),
    ],
    ids=lambda value: getattr(value, "code", type(value).__name__),
)
def test_what_comprehend_refuses_is_told_with_advice(
    seam: AwsSeam, language: Callable[..., Any], trouble: Any, advice: str, asked: int
) -> None:
    seam.always(*DETECT, trouble)
    answer = language()
    assert answer.result["isError"] is True
    assert advice in answer.said
    assert seam.asked(*DETECT) == asked


def test_comprehend_that_stays_silent_costs_a_bounded_time(
    seam: AwsSeam, language: Callable[..., Any], stopwatch: Any
) -> None:
    seam.always(*DETECT, Silent())
    with stopwatch() as took:
        assert "did not answer in time" in language().said
    assert took.seconds < 15


def test_a_text_whose_parts_fail_in_the_middle_is_no_half_answer(
    seam: AwsSeam, language: Callable[..., Any]
) -> None:
    good = {
        "Sentiment": "NEUTRAL",
        "SentimentScore": {"Positive": 0.1, "Negative": 0.1, "Neutral": 0.8, "Mixed": 0.0},
    }
    refused = Refused("ThrottlingException")
    seam.next("comprehend", "DetectSentiment", Answered(good), refused, refused, refused)
    answer = language("detect_sentiment", text="회의 3시. " * 1000, language="ko")
    assert answer.result["isError"] is True
    assert "Wait a few seconds" in answer.said
