"""Steps that send something off are shown to a person where personal data stands on the screen."""

import pytest

from qscreen.grammar import understand
from qscreen.review import guarded, sends_off
from qscreen.wire import ChooseMenu, Language, Plan, Step


def steps(goal: str) -> tuple[Step, ...]:
    plan = understand(goal)
    assert isinstance(plan, Plan), goal
    return plan.steps


@pytest.mark.parametrize(
    ("goal", "sends"),
    [
        ("Click the Send button", True),
        ("Click the Send now button", True),
        ("Click the Submit button", True),
        ("보내기 버튼을 눌러 줘", True),
        ("'메일 전송' 버튼을 눌러 줘", True),
        ("Press ctrl+enter", True),
        ("Press enter", False),
        ("Click the Sender field", False),
        ("Click the Save button", False),
        ("저장 버튼을 눌러 줘", False),
        ("Type 'send it'", False),
        ("Scroll down", False),
    ],
)
def test_what_sends_something_off(goal: str, sends: bool) -> None:
    assert any(sends_off(step.action) for step in steps(goal)) == sends


def test_a_menu_sends_by_its_last_item() -> None:
    assert sends_off(ChooseMenu(path=("File", "Share")))
    assert not sends_off(ChooseMenu(path=("Share", "Close")))


def test_only_the_steps_that_send_wait_for_a_person() -> None:
    typed, sent = (*steps("Type 'hello'"), *steps("Click the Send button"))
    found = guarded((typed, sent), ("ADDRESS", "resident_number", "NAME"), Language.EN)
    assert found[0] == typed
    assert found[1].consent is not None
    assert "(address, resident number)" in found[1].consent
    assert guarded(found, ("ADDRESS", "resident_number"), Language.EN) == found


@pytest.mark.parametrize("kinds", [(), ("NAME", "email", "DATE_TIME")])
def test_what_every_mail_shows_holds_nobody_up(kinds: tuple[str, ...]) -> None:
    plain = steps("Click the Send button")
    assert guarded(plain, kinds, Language.EN) == plain


def test_a_consent_that_is_needed_anyway_stays() -> None:
    (step,) = steps("Click the Send button")
    (found,) = guarded(
        (step.model_copy(update={"consent": "Its words are not in your goal."}),),
        ("phone",),
        Language.KO,
    )
    assert found.consent is not None
    assert found.consent.startswith("Its words are not in your goal. ")
    assert "개인정보(phone)" in found.consent
