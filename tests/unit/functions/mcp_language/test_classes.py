"""Classes of mails and intents: by a classifier where one is set, else by rules that say so."""

from typing import Any

import pytest
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st
from mcp_events import McpClient
from qs_mcp_language import intents, mail

from qs_reading.keywords import classify, keywords

ENDPOINT = "arn:aws:comprehend:ap-northeast-2:123456789012:document-classifier-endpoint/qscreen"

MAILS = [
    ("세금계산서 발행 안내", "11월 청구서를 첨부합니다. 납부 기한은 30일입니다.", "invoice"),
    ("Invoice 4711", "The amount due is EUR 120, payment within 14 days.", "invoice"),
    ("[보안 경고] 비정상 로그인", "새로운 기기에서 로그인이 있었습니다.", "security_alert"),
    ("주간 회의 일정", "월요일 10시 회의실에서 진행합니다.", "meeting"),
    ("Meeting invitation: roadmap", "Please find the agenda.", "meeting"),
    ("결재 요청드립니다", "출장 품의서 승인 부탁드립니다.", "approval"),
    ("Please approve: travel request", "It is awaiting your approval.", "approval"),
    ("환불 요청합니다", "제품이 고장 났습니다. 매우 실망했습니다.", "complaint"),
    ("Your order has shipped", "Order number 17, tracking number 42.", "order"),
    ("주간 보고", "이번 주 실적 보고드립니다.", "report"),
    ("(광고) 가을 특가", "수신거부는 여기를 누르세요.", "newsletter"),
    ("문의드립니다", "제품 사용법이 궁금합니다.", "inquiry"),
    ("음", "", "other"),
]
INTENTS = [
    ("메모장을 열어 줘", "command"),
    ("Open the text editor and type 'hello'", "command"),
    ("How do I reset my password?", "question"),
    ("비밀번호는 어떻게 바꾸나요?", "question"),
    ("다음 주로 일정을 변경하고 싶습니다", "schedule"),
    ("Could you please send the file", "request"),
    ("자료 보내 주세요, 부탁드립니다", "request"),
    ("감사합니다!", "thanks"),
    ("참석이 어렵습니다", "decline"),
    ("zzz", "unclear"),
]


@pytest.mark.parametrize(("subject", "body", "label"), MAILS)
def test_rules_classify_mails(client: McpClient, subject: str, body: str, label: str) -> None:
    found = client.call("classify_mail", {"subject": subject, "body": body}).result
    answer = found["structuredContent"]
    assert answer["label"] == label
    assert answer["source"] == "rules"
    assert bool(answer["evidence"]) == (label != "other")
    assert all(word in f"{subject}\n{body}".casefold() for word in answer["evidence"])


@pytest.mark.parametrize(("text", "label"), INTENTS)
def test_rules_find_intents(client: McpClient, text: str, label: str) -> None:
    answer = client.call("find_intent", {"text": text}).result["structuredContent"]
    assert answer["label"] == label
    assert answer["source"] == "rules"


@pytest.mark.parametrize(
    ("tool", "variable", "arguments", "text"),
    [
        ("classify_mail", mail.ENDPOINT, {"subject": "Hi", "body": "there"}, "Hi\nthere"),
        ("find_intent", intents.ENDPOINT, {"text": "Hi"}, "Hi"),
    ],
)
@pytest.mark.parametrize("kind", ["Classes", "Labels"])
def test_a_classifier_decides_where_one_is_set(
    client: McpClient,
    comprehend: Stubber,
    monkeypatch: pytest.MonkeyPatch,
    tool: str,
    variable: str,
    arguments: dict[str, str],
    text: str,
    kind: str,
) -> None:
    monkeypatch.setenv(variable, ENDPOINT)
    classes = [{"Name": "a", "Score": 0.2}, {"Name": "b", "Score": 0.75}]
    comprehend.add_response(
        "classify_document", {kind: classes}, {"Text": text, "EndpointArn": ENDPOINT}
    )
    answer = client.call(tool, arguments).result["structuredContent"]
    assert answer == {
        "label": "b",
        "score": 0.75,
        "alternatives": [{"label": "a", "score": 0.2}],
        "evidence": [],
        "source": "comprehend",
    }


def test_a_classifier_sees_what_one_call_takes(
    client: McpClient, monkeypatch: pytest.MonkeyPatch, fake: Any
) -> None:
    monkeypatch.setenv(mail.ENDPOINT, ENDPOINT)
    calls = fake(classify_document=lambda _: {"Classes": []})
    answer = client.call("classify_mail", {"subject": "s", "body": "가나 다라. " * 2_000})
    assert answer.result["structuredContent"]["label"] == "unclear"
    assert [len(call["Text"].encode()) <= 10_000 for call in calls] == [True]


def test_a_classifier_that_is_gone_is_no_reason_to_guess(
    client: McpClient, comprehend: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(mail.ENDPOINT, ENDPOINT)
    comprehend.add_client_error("classify_document", "ResourceUnavailableException")
    answer = client.call("classify_mail", {"subject": "Invoice"})
    assert answer.result["isError"] is True
    assert "not ready" in answer.said


def test_english_words_match_whole_and_korean_ones_with_particles() -> None:
    classes = {"a": keywords("order"), "b": keywords("회의")}
    assert classify(classes, "border", "none").label == "none"
    assert classify(classes, "an order, please", "none").label == "a"
    assert classify(classes, "order를 확인", "none").label == "a"
    assert classify(classes, "회의에서", "none").label == "b"


@given(st.text(max_size=200), st.text(max_size=200))
def test_rules_always_answer_one_of_their_classes(subject: str, body: str) -> None:
    found = mail.classify_mail(subject, body)
    assert found.label in mail.LABELS
    assert 0 <= found.score <= 1
    assert intents.find_intent(subject).label in intents.LABELS
