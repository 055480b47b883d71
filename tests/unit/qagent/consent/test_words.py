"""Which names of controls speak of something that cannot be taken back."""

import pytest

from qagent.consent.words import declines, kinds_of_name
from qagent.policy import RiskKind

RISKY = [
    ("Send", RiskKind.SEND),
    ("Send now", RiskKind.SEND),
    ("보내기", RiskKind.SEND),
    ("메일 전송", RiskKind.SEND),
    ("제출하기", RiskKind.SEND),
    ("Submit", RiskKind.SEND),
    ("Post", RiskKind.SEND),
    ("공유…", RiskKind.SEND),
    ("Delete", RiskKind.DELETE),
    ("Delete history", RiskKind.DELETE),
    ("Yes, delete history", RiskKind.DELETE),
    ("Confirm payment", RiskKind.PAY),
    ("Move to Trash", RiskKind.DELETE),
    ("삭제", RiskKind.DELETE),
    ("기록 삭제", RiskKind.DELETE),
    ("휴지통 비우기", RiskKind.DELETE),
    ("Close without saving", RiskKind.DELETE),
    ("저장 안 함", RiskKind.DELETE),
    ("Pay ₩39,000", RiskKind.PAY),
    ("Place your order", RiskKind.PAY),
    ("결제하기", RiskKind.PAY),
    ("이체 실행", RiskKind.PAY),
    ("주문하기", RiskKind.PAY),
    ("Overwrite", RiskKind.OVERWRITE),
    ("Replace", RiskKind.OVERWRITE),
    ("덮어쓰기", RiskKind.OVERWRITE),
    ("Install now", RiskKind.INSTALL),
    ("지금 설치", RiskKind.INSTALL),
    ("Settings", RiskKind.SETTINGS),
    ("환경설정", RiskKind.SETTINGS),
    ("Allow access", RiskKind.SETTINGS),
    ("접근 허용", RiskKind.SETTINGS),
    ("Sign in", RiskKind.CREDENTIALS),
    ("로그인", RiskKind.CREDENTIALS),
    ("비밀번호 변경", RiskKind.CREDENTIALS),
    ("Run command", RiskKind.COMMAND),
    ("S\u200bend", RiskKind.SEND),
    ("ＤＥＬＥＴＥ", RiskKind.DELETE),
]
HARMLESS = [
    "",
    "OK",
    "확인",
    "Next",
    "Sent items",
    "보낸 편지함",
    "내보내기",
    "Payment history",
    "주문 내역",
    "삭제된 항목",
    "Sender",
    "Undeleted",
    "Format painter",
    "Cancel",
    "취소",
    "Cancel order",
    "Bold",
    "Reply",
    "저장",
    "Save",
    "Open",
]


@pytest.mark.parametrize(("name", "kind"), RISKY)
def test_a_risky_name_is_known(name: str, kind: RiskKind) -> None:
    assert kind in kinds_of_name(name)


@pytest.mark.parametrize("name", HARMLESS)
def test_an_ordinary_name_asks_nobody(name: str) -> None:
    assert kinds_of_name(name) == frozenset()


@pytest.mark.parametrize("name", ["No", "Cancel", "아니요", "취소", "Close", "Not now", "Keep"])
def test_saying_no_is_no_risk(name: str) -> None:
    assert declines(name)


@pytest.mark.parametrize("name", ["Yes", "Nothing", "Close without saving", "Cancel order and pay"])
def test_what_only_begins_like_a_no_is_none(name: str) -> None:
    assert not declines(name)
