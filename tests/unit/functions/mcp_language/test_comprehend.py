"""Tools that ask Comprehend: limits, offsets, languages, refusals."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber
from mcp_events import McpClient

from qs_cloud import clients

Install = Callable[..., list[dict[str, Any]]]
SENTENCE = "홍길동은 서울에서 일한다. "


def entities_of(name: str) -> Callable[[str], dict[str, Any]]:
    """Entities as Comprehend answers them: offsets in characters of the part."""

    def answer(text: str) -> dict[str, Any]:
        found, begin = [], text.find(name)
        while begin >= 0:
            place = {"BeginOffset": begin, "EndOffset": begin + len(name)}
            found.append({"Type": "PERSON", "Text": name, "Score": 0.9, **place})
            begin = text.find(name, begin + 1)
        return {"Entities": found}

    return answer


def test_the_language_is_the_likeliest(client: McpClient, comprehend: Stubber) -> None:
    languages = [{"LanguageCode": "en", "Score": 0.1}, {"LanguageCode": "ko", "Score": 0.9}]
    comprehend.add_response("detect_dominant_language", {"Languages": languages}, {"Text": "안녕"})
    found = client.call("detect_language", {"text": "안녕"}).result["structuredContent"]
    assert (found["code"], found["source"]) == ("ko", "comprehend")
    assert found["others"] == [{"code": "en", "score": 0.1}]


def test_a_text_of_no_language_is_a_fault(client: McpClient, comprehend: Stubber) -> None:
    comprehend.add_response("detect_dominant_language", {"Languages": []})
    answer = client.call("detect_language", {"text": "123"})
    assert answer.result["isError"] is True
    assert "not recognised" in answer.said


def test_the_language_is_asked_for_where_it_is_not_passed(
    client: McpClient, comprehend: Stubber
) -> None:
    comprehend.add_response(
        "detect_dominant_language", {"Languages": [{"LanguageCode": "ko", "Score": 0.9}]}
    )
    comprehend.add_response(
        "detect_key_phrases",
        {"KeyPhrases": [{"Text": "회의", "Score": 0.8, "BeginOffset": 3, "EndOffset": 5}]},
        {"Text": "내일 회의", "LanguageCode": "ko"},
    )
    found = client.call("find_key_phrases", {"text": "내일 회의"}).result["structuredContent"]
    assert found["phrases"] == [{"text": "회의", "begin": 3, "end": 5, "score": 0.8}]
    assert found["language"] == "ko"


@pytest.mark.parametrize("tool", ["detect_sentiment", "find_entities", "find_key_phrases"])
def test_a_language_that_comprehend_does_not_know_is_named(client: McpClient, tool: str) -> None:
    answer = client.call(tool, {"text": "Moi", "language": "fi"})
    assert answer.result["isError"] is True
    assert "its language is fi" in answer.said
    assert "ko" in answer.said


def test_korean_offsets_count_characters_over_all_parts(client: McpClient, fake: Install) -> None:
    text = SENTENCE * 7_000
    assert len(text.encode()) > 2 * 100_000
    calls = fake(detect_entities=entities_of("홍길동"))
    arguments = {"text": text, "language": "ko", "limit": 1_000}
    found = client.call("find_entities", arguments).result["structuredContent"]
    assert len(calls) >= 3
    assert all(len(call["Text"].encode()) <= 100_000 for call in calls)
    assert len(found["entities"]) == 1_000
    assert found["left_out"] == 6_000
    for number, one in enumerate(found["entities"]):
        assert (one["begin"], one["end"]) == (
            number * len(SENTENCE),
            number * len(SENTENCE) + 3,
        )
        assert text[one["begin"] : one["end"]] == one["text"] == "홍길동"


def test_sentiment_is_averaged_over_parts_of_5000_bytes(client: McpClient, fake: Install) -> None:
    def judge(text: str) -> dict[str, Any]:
        good = text.count("좋다") / (text.count("좋다") + text.count("싫다"))
        scores = {"Positive": good, "Negative": 1 - good, "Neutral": 0.0, "Mixed": 0.0}
        return {"Sentiment": "X", "SentimentScore": scores}

    calls = fake(detect_sentiment=judge)
    text = "정말 좋다. " * 800 + "정말 싫다. " * 300
    found = client.call("detect_sentiment", {"text": text, "language": "ko"}).result
    answer = found["structuredContent"]
    assert answer["parts"] == len(calls) > 2
    assert all(len(call["Text"].encode()) <= 5_000 for call in calls)
    assert answer["sentiment"] == "positive"
    assert answer["scores"]["positive"] == pytest.approx(8 / 11, abs=0.01)
    assert sum(answer["scores"].values()) == pytest.approx(1)


def test_a_text_that_would_outlast_the_gateway_is_refused(client: McpClient, fake: Install) -> None:
    calls = fake(detect_sentiment=lambda _: {})
    answer = client.call("detect_sentiment", {"text": "가" * 50_000, "language": "ko"})
    assert answer.result["isError"] is True
    assert "too long" in answer.said
    assert calls == []


def test_white_space_is_refused_before_it_is_sent(client: McpClient, fake: Install) -> None:
    calls = fake(detect_entities=lambda _: {})
    answer = client.call("find_entities", {"text": " \n ", "language": "ko"})
    assert "white space" in answer.said
    assert calls == []


def test_long_work_reports_its_progress(client: McpClient, fake: Install) -> None:
    fake(detect_entities=entities_of("홍길동"))
    arguments = {"text": SENTENCE * 7_000, "language": "ko", "limit": 1}
    answer = client.call("find_entities", arguments, progressToken="p")
    told = [message["params"]["progress"] for message in answer.messages[:-1]]
    assert told == list(range(len(told)))
    assert len(told) >= 3


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ThrottlingException", "asked too often"),
        ("TooManyRequestsException", "asked too often"),
        ("TextSizeLimitExceededException", "larger than Comprehend takes"),
        ("UnsupportedLanguageException", "does not know the language"),
        ("InvalidRequestException", "does not take the text"),
        ("InternalServerException", "did not answer in time"),
        ("AccessDeniedException", "may not call"),
        ("NotImplementedByEmulator", "local cloud does not answer"),
        ("SomethingNew", "SomethingNew"),
    ],
)
def test_a_refusal_says_why_and_what_next(
    client: McpClient, comprehend: Stubber, code: str, said: str
) -> None:
    comprehend.add_client_error("detect_entities", code, "the service's own words")
    answer = client.call("find_entities", {"text": "a", "language": "en"})
    assert answer.result["isError"] is True
    assert answer.said.startswith("Could not find entities.")
    assert said in answer.said
    assert "own words" not in answer.said


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://comprehend"),
        EndpointConnectionError(endpoint_url="https://comprehend"),
    ],
)
def test_silence_is_a_fault_too(
    client: McpClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    class Silent:
        def detect_entities(self, **given: str) -> None:
            raise error

    monkeypatch.setattr(clients, "comprehend", Silent)
    answer = client.call("find_entities", {"text": "a", "language": "en"})
    assert answer.result["isError"] is True
    assert "did not answer in time" in answer.said
