"""Personal data: Comprehend where it knows the language, rules everywhere."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from mcp_events import McpClient

from qscreen.redaction import find, redact

Install = Callable[..., list[dict[str, Any]]]
KOREAN = "담당자 김하나 (hana@example.com, 010-1234-5678), 주민등록번호 900101-1234568"


def test_korean_is_read_by_rules_and_says_so(client: McpClient, fake: Install) -> None:
    calls = fake(detect_pii_entities=lambda _: {"Entities": []})
    arguments = {"text": KOREAN, "language": "ko"}
    found = client.call("find_personal_data", arguments).result["structuredContent"]
    assert calls == []
    assert found["complete"] is False
    assert {place["source"] for place in found["places"]} == {"rules"}
    named = {place["type"]: KOREAN[place["begin"] : place["end"]] for place in found["places"]}
    assert named == {
        "EMAIL": "hana@example.com",
        "PHONE": "010-1234-5678",
        "RESIDENT_NUMBER": "900101-1234568",
    }
    assert "hana@" not in client.call("find_personal_data", arguments).text


def test_english_is_read_by_both_and_nothing_twice(client: McpClient, fake: Install) -> None:
    text = "I am Ann, ann@example.com. Key AKIAABCDEFGHIJKLMNOP."

    def answer(part: str) -> dict[str, Any]:
        def place(kind: str, what: str) -> dict[str, Any]:
            begin = part.index(what)
            return {
                "Type": kind,
                "Score": 0.99,
                "BeginOffset": begin,
                "EndOffset": begin + len(what),
            }

        return {"Entities": [place("EMAIL", "ann@example.com"), place("NAME", "Ann")]}

    calls = fake(detect_pii_entities=answer)
    found = client.call("find_personal_data", {"text": text, "language": "en"}).result
    places = found["structuredContent"]["places"]
    assert [call["LanguageCode"] for call in calls] == ["en"]
    assert found["structuredContent"]["complete"] is True
    assert [(place["type"], place["source"]) for place in places] == [
        ("NAME", "comprehend"),
        ("EMAIL", "comprehend"),
        ("AWS_ACCESS_KEY", "rules"),
    ]
    assert places[2]["score"] is None


@given(st.text(st.sampled_from("0123456789- @.abAKIz가나"), max_size=60))
def test_what_is_found_is_what_would_be_redacted(text: str) -> None:
    places = find(text)
    assert (redact(text) != text) == bool(places)
    end = 0
    for _, begin, stop in places:
        assert end <= begin < stop <= len(text)
        end = stop
