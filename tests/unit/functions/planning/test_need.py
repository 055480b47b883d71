"""When a picture must be read before a run can be planned, and where a step gets its place from."""

from typing import Any

import pytest

from qs_planning.need import located, need_of_goal, need_of_steps
from qscreen.grammar import understand
from qscreen.wire import Element, Plan, ReadTable, Rect, Role, Snapshot, Step


def screen(*names: str, truncated: bool = False, **more: Any) -> Snapshot:
    elements = [
        {"id": f"e{number}", "role": "button", "name": name} for number, name in enumerate(names, 1)
    ]
    window = {"id": "e99", "role": "window", "name": "Window of a program"}
    return Snapshot.model_validate(
        {
            "id": "snap-1",
            "device_id": "dev-1",
            "taken_at": "2026-11-23T09:00:00Z",
            "screen": {"width": 1440, "height": 900},
            "elements": [*elements, window],
            "truncated": truncated,
            "duration_ms": 5,
            **more,
        }
    )


FIELDS = [
    {"id": "e1", "role": "label", "name": "The form"},
    {"id": "e2", "role": "text_field", "name": "Family name"},
]


def steps(goal: str) -> tuple[Step, ...]:
    plan = understand(goal)
    assert isinstance(plan, Plan), goal
    return plan.steps


@pytest.mark.parametrize(
    ("goal", "seen", "cause"),
    [
        ("Click the Send button", screen("Send"), None),
        ("Click the Send button", screen("Save"), "target_not_in_tree"),
        ("Click the Send button", screen(), "tree_empty"),
        ("Click the Send button", screen("Save", truncated=True), "tree_truncated"),
        ("보내기 버튼을 눌러 줘", screen("보내기"), None),
        ("보내기 버튼을 눌러 줘", screen("저장"), "target_not_in_tree"),
        ("Open mousepad and click the Send button", screen(), None),
        ("Press ctrl+s and click the Send button", screen(), None),
        ("Press enter", screen(), None),
        ("Wait for the Send button", screen(), None),
        ("Scroll down", screen(), None),
        ("Type 'hello'", screen(), None),
    ],
)
def test_only_what_acts_on_this_screen_needs_it(
    goal: str, seen: Snapshot, cause: str | None
) -> None:
    need = need_of_steps(goal, steps(goal), seen)
    assert (need.cause if need else None) == cause


def test_a_table_that_the_tree_does_not_hold_is_looked_for_on_the_picture() -> None:
    step = Step(id="s1", action=ReadTable(), because="read the table")
    need = need_of_steps("read the table", (step,), screen("Save"))
    assert need is not None
    assert need.document
    sheet = screen("Save", elements=[{"id": "e1", "role": "table", "name": "Sheet1"}])
    assert need_of_steps("read the table", (step,), sheet) is None


@pytest.mark.parametrize(
    ("goal", "seen", "cause", "document"),
    [
        ("Summarise the expenses", screen("Expenses of May"), None, False),
        ("경비를 요약해 줘", screen("5월 경비"), None, False),
        ("Summarise the expenses", screen("Calendar"), "target_not_in_tree", False),
        ("Summarise the expenses", screen(), "tree_empty", False),
        ("Summarise the expenses", screen("Expenses", truncated=True), "tree_truncated", False),
        ("What does the table of expenses add up to", screen("Expenses"), "document", True),
        ("이 표의 합계를 알려 줘", screen("합계"), "document", True),
        ("청구서의 금액을 읽어 줘", screen(), "tree_empty", True),
        ("표시된 합계를 알려 줘", screen("합계"), None, False),
        ("Tell me what the form asks for", screen("The form"), "document", True),
        ("신청서의 내용을 알려 줘", screen("신청서"), "document", True),
        ("Tell me what the form asks for", screen("The form", elements=FIELDS), None, False),
    ],
)
def test_a_goal_for_a_model_needs_a_picture_where_the_tree_says_nothing_of_it(
    goal: str, seen: Snapshot, cause: str | None, document: bool
) -> None:
    need = need_of_goal(goal, seen)
    assert (need.cause if need else None) == cause
    assert (need.document if need else False) is document


@pytest.mark.parametrize(
    ("goal", "labels"), [("Click the Send icon", True), ("Click the Send button", False)]
)
def test_labels_are_asked_for_where_the_goal_means_a_picture(goal: str, labels: bool) -> None:
    need = need_of_goal(goal, screen())
    assert need is not None
    assert need.labels is labels


def text(number: int, name: str) -> Element:
    rect = Rect(x=number * 10, y=20, width=80, height=16)
    return Element(id=f"e{number}", role=Role.OTHER, name=name, rect=rect)


def places(goal: str, *added: Element) -> list[int | None]:
    return [one.region.x if one.region else None for one in located(steps(goal), added)]


def test_the_place_is_that_of_the_one_text_that_fits_best() -> None:
    goal = "Click the Send button"
    assert places(goal, text(1, "Save"), text(2, "send")) == [20]
    assert places(goal, text(1, "Send all"), text(2, "Send")) == [20], "an exact name wins"
    assert places(goal, text(1, "Send all"), text(2, "Send one")) == [None], "two fit: a guess"
    assert places(goal, text(1, "Save")) == [None]


def test_what_stands_beside_a_field_is_not_the_field() -> None:
    assert places("Type 'Kim' into the Name field", text(1, "Name")) == [None]


def test_a_later_screen_has_no_place_yet_and_an_old_place_is_taken_away() -> None:
    goal = "Open mousepad and click the Send button"
    assert places(goal, text(1, "Send")) == [None, None]
    (step,) = steps("Click the Send button")
    old = step.model_copy(update={"region": Rect(x=1, y=1, width=1, height=1)})
    (found,) = located((old,), ())
    assert found.region is None
