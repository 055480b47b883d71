"""When the text of a screen must be understood, and how much of it leaves for that."""

from typing import Any

import pytest

from qs_planning.text_need import TextNeed, need_of_text, text_of
from qscreen.grammar import understand
from qscreen.wire import Plan, Snapshot, Step


def steps(goal: str) -> tuple[Step, ...]:
    plan = understand(goal)
    assert isinstance(plan, Plan), goal
    return plan.steps


@pytest.mark.parametrize(
    ("goal", "need"),
    [
        ("Reply to this mail that I agree", TextNeed(intent=True, mail=True)),
        ("이 메일에 답장해 줘", TextNeed(intent=True, mail=True)),
        ("Send the total of column B by e-mail", TextNeed(intent=True, mail=True)),
        ("B열 합계를 메일로 보내줘", TextNeed(intent=True, mail=True)),
        ("Classify this message", TextNeed(intent=True)),
        ("이 글을 분류해 줘", TextNeed(intent=True)),
        ("What language is this written in?", TextNeed()),
        ("이 글은 무슨 언어야?", TextNeed()),
        ("Is there personal information on the screen?", TextNeed()),
        ("개인 정보가 있는지 봐 줘", TextNeed()),
        ("Go forward to the next page", None),
        ("Write 'Reply to the mail' in the text editor", None),
        ("메모장에 '메일 확인'이라고 쓰고 저장해 줘", None),
        ("Open the text editor", None),
    ],
)
def test_the_goal_says_whether_its_text_matters(goal: str, need: TextNeed | None) -> None:
    assert need_of_text(goal) == need


@pytest.mark.parametrize(
    ("goal", "planned", "wanted"),
    [
        ("Click the Send button of the mail", "Click the Send button", True),
        ("Open the mail", "Click the Open button", False),
        ("Send the mail", "Press ctrl+enter", True),
        ("메일 보내기 버튼을 눌러 줘", "보내기 버튼을 눌러 줘", True),
        ("Click the Send button", "Click the Send button", False),
        ("What language is the mail in?", "Click the Open button", True),
    ],
)
def test_a_mail_matters_to_steps_that_send_something(goal: str, planned: str, wanted: bool) -> None:
    assert (need_of_text(goal, steps(planned)) is not None) == wanted


def screen(*elements: dict[str, Any]) -> Snapshot:
    return Snapshot.model_validate(
        {
            "id": "snap-1",
            "device_id": "dev-1",
            "taken_at": "2026-11-23T09:00:00Z",
            "screen": {"width": 1440, "height": 900},
            "elements": [{"id": f"e{n}", **one} for n, one in enumerate(elements, 1)],
            "duration_ms": 5,
        }
    )


def test_text_is_what_people_wrote_redacted_and_once() -> None:
    seen = screen(
        {"role": "window", "name": "Mail"},
        {"role": "button", "name": "Reply"},
        {"role": "label", "name": "From:  Lee\n Min"},
        {"role": "label", "name": "From: Lee Min"},
        {"role": "document", "value": "card 4111 1111 1111 1111"},
        {"role": "text_field", "name": "Secret", "value": "hunter2", "secure": True},
    )
    assert text_of(seen) == "From: Lee Min\ncard [redacted:card]"


@pytest.mark.parametrize("letter", ["a", "가", "😀"])
def test_text_is_bounded_in_bytes(letter: str) -> None:
    seen = screen(*({"role": "label", "name": f"{n}{letter * 90}"} for n in range(500)))
    for most in (1, 10, 1000, 10_000):
        said = text_of(seen, most)
        assert len(said.encode()) <= most
        assert len(said.encode()) > most - 400
