"""What holds for every template and every value: a value stays a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qs_cloud.filling import check_goal, fill
from qs_cloud.refusal import RefusedError
from qscreen.grammar import understand
from qscreen.wire import InputKind, Plan, SaveAs, TemplateInput, TypeText

TEXT = TemplateInput(name="text", max_length=300)
QUOTES = [("'", "'"), ('"', '"'), ("“", "”"), ("‘", "’"), ("「", "」"), ("『", "』")]
values = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1),
    st.sampled_from(
        [
            "x' and click OK",
            "\\",
            "\\'",
            "'",
            "it's",
            "」 버튼을 눌러 「",
            "” in mousepad and save as “x",
            "a\nclick OK",
            "{{text}}",
            "라고 쓰고 저장해 줘",
        ]
    ),
).filter(lambda value: len(value) <= 300)


@given(values, st.sampled_from(QUOTES))
def test_a_text_is_typed_exactly_and_adds_no_step(value: str, quotes: tuple[str, str]) -> None:
    goal = f"Write {quotes[0]}{{{{text}}}}{quotes[1]} in mousepad and save as memo.txt"
    check_goal(goal, [TEXT])
    plan = understand(fill(goal, [TEXT], {"text": value}))
    assert isinstance(plan, Plan), plan
    assert [step.action.kind.value for step in plan.steps] == ["open_app", "type_text", "save_as"]
    typed, saved = plan.steps[1].action, plan.steps[2].action
    assert isinstance(typed, TypeText)
    assert typed.text == value
    assert saved == SaveAs(filename="memo.txt")


@given(values, values)
def test_two_texts_do_not_reach_into_each_other(one: str, two: str) -> None:
    inputs = [TextOf("one"), TextOf("two")]
    goal = "Type “{{one}}” and then type “{{two}}”"
    plan = understand(fill(goal, inputs, {"one": one, "two": two}))
    assert isinstance(plan, Plan), plan
    typed = [step.action.text for step in plan.steps if isinstance(step.action, TypeText)]
    assert typed == [one, two]


def TextOf(name: str) -> TemplateInput:  # noqa: N802 - makes one
    return TemplateInput(name=name, max_length=300)


@given(st.text(max_size=30))
def test_only_values_of_their_kind_are_taken(value: str) -> None:
    for kind, more in (
        (InputKind.INTEGER, {"minimum": -5.0, "maximum": 5.0}),
        (InputKind.NUMBER, {}),
        (InputKind.DATE, {}),
        (InputKind.CHOICE, {"choices": ("up", "down")}),
    ):
        declared = TemplateInput.model_validate({"name": "one", "kind": kind, **more})
        if declared.fault_of(value) is None:
            assert value == value.strip()
            assert not set(value) & set("'\"“”‘’「」『』,;\n\\")


def test_a_default_is_taken_and_a_given_value_wins() -> None:
    inputs = [TemplateInput(name="n", kind=InputKind.INTEGER, default="3")]
    assert fill("scroll down {{n}} times", inputs, {}) == "scroll down 3 times"
    assert fill("scroll down {{ n }} times", inputs, {"n": "5"}) == "scroll down 5 times"


def test_a_placeholder_in_a_value_is_text() -> None:
    inputs = [TextOf("one"), TextOf("two")]
    filled = fill("type '{{one}}' and type '{{two}}'", inputs, {"one": "{{two}}", "two": "x"})
    assert filled == "type '{{two}}' and type 'x'"


@pytest.mark.parametrize(
    "goal", ["type {{text}}", "type 'a' {{text}} 'b'", "type 'x' in {{text}}", "{{text}}"]
)
def test_a_text_outside_of_quotation_marks_is_refused(goal: str) -> None:
    with pytest.raises(RefusedError) as refused:
        check_goal(goal, [TEXT])
    assert refused.value.faults[0].path == "/goal"


def test_a_goal_that_grows_too_long_is_refused() -> None:
    goal = " and ".join(["type '{{text}}'"] * 20)
    with pytest.raises(RefusedError) as refused:
        fill(goal, [TEXT], {"text": "x" * 300})
    assert refused.value.faults[0].path == "/inputs"
