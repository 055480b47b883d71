"""Comprehend on real texts, through the router by boto3."""

from __future__ import annotations

from typing import Any

import pytest
from local_cloud_support import prepared


@pytest.fixture(scope="module")
def comprehend(client: Any) -> Any:
    """A client, once the engine is ready."""
    made = client("comprehend")
    prepared(lambda: made.detect_dominant_language(Text="Hello there, my friend"))
    return made


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("오늘 회의는 세 시에 시작합니다.", "ko"),
        ("The meeting starts at three o'clock today.", "en"),
        ("La réunion commence à trois heures.", "fr"),
        ("会议今天三点开始。", "zh"),
        ("会議は三時に始まります。", "ja"),
    ],
)
def test_languages_are_told_apart(comprehend: Any, text: str, code: str) -> None:
    found = comprehend.detect_dominant_language(Text=text)["Languages"]
    assert found[0]["LanguageCode"] == code
    assert 0 < sum(one["Score"] for one in found) <= 1.0001


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("I love this wonderful program, it is great!", "POSITIVE"),
        ("This is a terrible, awful failure and I hate it.", "NEGATIVE"),
        ("The file is in the folder.", "NEUTRAL"),
    ],
)
def test_english_sentiment_is_weighed(comprehend: Any, text: str, sentiment: str) -> None:
    answer = comprehend.detect_sentiment(Text=text, LanguageCode="en")
    assert answer["Sentiment"] == sentiment
    assert sum(answer["SentimentScore"].values()) == pytest.approx(1.0, abs=1e-4)


def places(answer: list[dict[str, Any]], text: str) -> list[str]:
    for one in answer:
        assert (
            text[one["BeginOffset"] : one["EndOffset"]] == one.get("Text", "") or "Text" not in one
        )
    return [text[one["BeginOffset"] : one["EndOffset"]] for one in answer]


def test_key_phrases_are_nouns_and_what_belongs_to_them(comprehend: Any) -> None:
    text = "The quick brown fox jumped over two lazy dogs."
    found = comprehend.detect_key_phrases(Text=text, LanguageCode="en")["KeyPhrases"]
    assert places(found, text) == ["The quick brown fox", "two lazy dogs"]
    text = "😀 김철수 부장이 분기 보고서를 보냈습니다."
    found = comprehend.detect_key_phrases(Text=text, LanguageCode="ko")["KeyPhrases"]
    assert places(found, text) == ["김철수 부장", "분기 보고서"]


def test_entities_with_a_written_form_are_found(comprehend: Any) -> None:
    text = "Pay $1,200 on March 3, 2026 to kim@example.com"
    found = comprehend.detect_entities(Text=text, LanguageCode="en")["Entities"]
    assert [one["Type"] for one in found] == ["QUANTITY", "DATE", "OTHER"]
    assert places(found, text) == ["$1,200", "March 3, 2026", "kim@example.com"]
    text = "2026년 3월 5일에 30만 원을 보내세요"
    found = comprehend.detect_entities(Text=text, LanguageCode="ko")["Entities"]
    assert [(one["Type"], one["Text"]) for one in found] == [
        ("DATE", "2026년 3월 5일"),
        ("QUANTITY", "30만 원"),
    ]


def test_personal_data_is_found_where_it_checks_out(comprehend: Any) -> None:
    text = (
        "Card 4111 1111 1111 1111, not 4111 1111 1111 1112; call +82 10-1234-5678,"
        " IBAN GB82 WEST 1234 5698 7654 32, SSN 536-90-4399, host 10.0.0.1"
    )
    found = comprehend.detect_pii_entities(Text=text, LanguageCode="en")["Entities"]
    assert {one["Type"]: text[one["BeginOffset"] : one["EndOffset"]] for one in found} == {
        "CREDIT_DEBIT_NUMBER": "4111 1111 1111 1111",
        "PHONE": "+82 10-1234-5678",
        "INTERNATIONAL_BANK_ACCOUNT_NUMBER": "GB82 WEST 1234 5698 7654 32",
        "SSN": "536-90-4399",
        "IP_ADDRESS": "10.0.0.1",
    }
    labels = comprehend.contains_pii_entities(Text=text, LanguageCode="en")["Labels"]
    assert {one["Name"] for one in labels} == {one["Type"] for one in found}


def test_words_get_their_parts_of_speech(comprehend: Any) -> None:
    found = comprehend.detect_syntax(Text="The fox runs.", LanguageCode="en")["SyntaxTokens"]
    assert [one["PartOfSpeech"]["Tag"] for one in found] == ["DET", "NOUN", "VERB", "PUNCT"]


def test_a_batch_answers_each_text(comprehend: Any) -> None:
    texts = ["오늘은 날씨가 좋습니다", "x" * 5001, "The weather is fine today"]
    answer = comprehend.batch_detect_dominant_language(TextList=texts)
    codes = {one["Index"]: one["Languages"][0]["LanguageCode"] for one in answer["ResultList"]}
    assert codes == {0: "ko", 2: "en"}
    assert [one["Index"] for one in answer["ErrorList"]] == [1]


def test_what_has_no_engine_is_an_error_of_the_service(comprehend: Any) -> None:
    with pytest.raises(comprehend.exceptions.UnsupportedLanguageException):
        comprehend.detect_sentiment(Text="좋습니다", LanguageCode="ko")
    arn = "arn:aws:comprehend:a:000000000000:document-classifier-endpoint/x"
    with pytest.raises(comprehend.exceptions.ResourceNotFoundException):
        comprehend.classify_document(Text="a", EndpointArn=arn)
