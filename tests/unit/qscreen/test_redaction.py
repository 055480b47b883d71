"""What must be redacted is, what must stay readable does."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qscreen.redaction import Kind, Redactor, redact, redacting

# Assembled here so that scanners of secrets do not take the fixtures for real ones.
AWS_ID = "AKIA" + "IOSFODNN7EXAMPLE"
AWS_SECRET = "wJalrXUtnFEMI" + "/K7MDENG/bPxRfiCYEXAMPLEKEY"
JWT = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0" + ".c2lnbmF0dXJl"
KEY = (
    "-----BEGIN RSA PRIVATE "
    + "KEY-----\nMIIEpAIBAAKCAQ\nabc==\n-----END RSA PRIVATE "
    + "KEY-----"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("주민번호 900101-1234568 입니다", "주민번호 [redacted:resident_number] 입니다"),
        # Random last digits (issued since October 2020): the date alone decides.
        ("201105-3999999", "[redacted:resident_number]"),
        ("9001011234568", "[redacted:resident_number]"),
        ("900101 - 1234568", "[redacted:resident_number]"),
        ("카드 4111 1111 1111 1111", "카드 [redacted:card]"),
        ("4111-1111-1111-1111.", "[redacted:card]."),
        ("378282246310005", "[redacted:card]"),
        ("방 3 4111111111111111 끝", "방 3 [redacted:card] 끝"),
        ("메일: hong.gildong+a@example.co.kr!", "메일: [redacted:email]!"),
        ("홍길동@한국.kr", "[redacted:email]"),
        ("010-1234-5678로 전화", "[redacted:phone]로 전화"),
        ("01012345678", "[redacted:phone]"),
        ("02-123-4567", "[redacted:phone]"),
        ("(031) 123-4567", "[redacted:phone]"),
        ("+82 10 1234 5678", "[redacted:phone]"),
        ("call +1 (415) 555-2671 now", "call [redacted:phone] now"),
        (f"id {AWS_ID};", "id [redacted:aws_key];"),
        (f"aws_secret_access_key = {AWS_SECRET}", "aws_secret_access_key = [redacted:aws_key]"),
        ("Authorization: Bearer abc.DEF-123_456", "Authorization: Bearer [redacted:token]"),
        (f"token={JWT}", "token=[redacted:token]"),
        (f"a\n{KEY}\nb", "a\n[redacted:private_key]\nb"),
        (KEY[:50], "[redacted:private_key]"),
    ],
)
def test_redacts(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "회의 3시, 2층",
        "2026-11-23 12:00:00",
        "합계 1,234,567원",
        "901301-1234567",  # no 13th month
        "9001011234567",  # wrong check digit, no hyphen
        "4111 1111 1111 1112",  # fails Luhn
        "1234567890123",
        "192.168.0.10:8080",
        "memo.txt",
        "a @ b",
        "The bearer of bad news",
        "f" * 40,
        "",
    ],
)
def test_leaves_alone(text: str) -> None:
    assert redact(text) == text


def _luhn_digit(digits: str) -> str:
    doubled = [int(d) * 2 if i % 2 == 0 else int(d) for i, d in enumerate(reversed(digits))]
    return str(-sum(n - 9 if n > 9 else n for n in doubled) % 10)


@given(st.text())
def test_never_raises_and_is_idempotent(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@given(st.text(alphabet="0123456789 -.+@aZ:/=\n_eyJ", max_size=200))
def test_is_idempotent_on_text_that_looks_like_data(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@given(
    st.from_regex(r"[4-5][0-9]{14}", fullmatch=True),
    st.sampled_from(["", " ", "-"]),
    st.text(alphabet="가나다라 ,.!?", max_size=20),
)
def test_no_card_survives(body: str, separator: str, around: str) -> None:
    number = body + _luhn_digit(body)
    card = separator.join(number[i : i + 4] for i in range(0, 16, 4))
    result = redact(f"{around}{card}{around}")
    assert Kind.CARD.marker in result
    assert not re.search(r"\d", result)


@given(st.emails())
def test_no_plain_address_survives(address: str) -> None:
    local, domain = address.split("@", 1)
    if re.fullmatch(r"[A-Za-z0-9.+-]+", local):
        assert domain not in redact(f"to {address} now")


@pytest.mark.parametrize(
    "unit", ["a", "1 ", "4 ", "4-", "ey", "a.", "-----BEGIN ", "+1 ", "0101234567"]
)
def test_time_grows_linearly(unit: str) -> None:
    # The bound is far above the linear time and far below the quadratic one.
    text = unit * (150_000 // len(unit))
    started = time.process_time()
    redact(text)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "secret",
    [
        "ghp_" + "a1B2" * 9,
        "github_pat_" + "A" * 30,
        "xoxb-" + "123456789012-abcdef",
        "AIza" + "b" * 35,
        "sk_live_" + "4eC39HqLyjWDarjtT1",
    ],
)
def test_keys_of_services_are_tokens(secret: str) -> None:
    assert redact(f"key={secret} end") == f"key={Kind.TOKEN.marker} end"


def test_a_redactor_leaves_kinds_out_and_adds_its_own() -> None:
    own = {"employee": re.compile(r"EMP-\d{6}")}
    redactor = Redactor(frozenset(Kind) - {Kind.EMAIL}, own)
    text = "kim@example.com EMP-123456 010-1234-5678"
    assert redactor.redact(text) == "kim@example.com [redacted:employee] [redacted:phone]"


def test_a_redactor_is_in_force_inside_its_context_only() -> None:
    with redacting(Redactor(own={"word": re.compile("오로라")})):
        assert redact("계획 오로라") == "계획 [redacted:word]"
    assert redact("계획 오로라") == "계획 오로라"


def test_a_pattern_that_matches_nothing_long_changes_nothing() -> None:
    assert Redactor(own={"edge": re.compile(r"\b")}).redact("a b") == "a b"


SECRETS = {
    Kind.CARD: "4111 1111 1111 1111",
    Kind.RESIDENT_NUMBER: "900101-1234568",
    Kind.PHONE: "010-1234-5678",
    Kind.EMAIL: "hong@example.com",
    Kind.AWS_KEY: AWS_ID,
    Kind.TOKEN: JWT,
    Kind.PRIVATE_KEY: KEY,
}
words = st.text(alphabet="가나다라마바사 abc,;\n", max_size=30)


@given(st.lists(st.tuples(words, st.sampled_from(list(SECRETS))), min_size=1, max_size=6), words)
def test_secrets_in_any_company_are_gone_and_the_rest_stays(
    parts: list[tuple[str, Kind]], end: str
) -> None:
    # A space keeps each from becoming a part of something else.
    text = " ".join(f"{before} {SECRETS[kind]} " for before, kind in parts) + end
    expected = " ".join(f"{before} {kind.marker} " for before, kind in parts) + end
    assert redact(text) == expected


@given(st.text(alphabet="0123456789 -.+@aZ:/=\n_eyJAKI가", max_size=200))
def test_what_comes_out_was_there_before_or_is_a_marker(text: str) -> None:
    left = redact(text)
    for kind in Kind:
        left = left.replace(kind.marker, "\x00")
    at = 0
    for part in left.split("\x00"):
        found = text.find(part, at)
        assert found >= 0
        at = found + len(part)


@given(st.sampled_from(list(SECRETS)), words)
def test_a_text_that_was_redacted_tells_nothing_when_more_is_added(kind: Kind, more: str) -> None:
    once = redact(f"{more} {SECRETS[kind]}")
    assert SECRETS[kind] not in redact(f"{once} {more}")
    assert redact(f"{once} {more}").count("[redacted:") >= once.count("[redacted:")
