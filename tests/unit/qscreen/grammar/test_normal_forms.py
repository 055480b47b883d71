"""One meaning, however it is written: spaces, cases, compositions, and the two languages."""

import itertools
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qscreen.grammar import understand
from qscreen.grammar.forms import FORMS
from qscreen.wire import Action, Language, NotUnderstood, OpenApp, Plan

EXAMPLES = {
    language: [form.suggestion.example for form in forms] for language, forms in FORMS.items()
}
ALL = [example for examples in EXAMPLES.values() for example in examples]
plain = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="'\\‘’"),
    min_size=1,
    max_size=60,
)


def actions(goal: str) -> list[Action]:
    plan = understand(goal)
    assert isinstance(plan, Plan), (goal, plan)
    return [step.action for step in plan.steps]


def outside_of_quotes(goal: str, change: object) -> str:
    parts = goal.split("'")
    assert callable(change)
    return "'".join(change(part) if place % 2 == 0 else part for place, part in enumerate(parts))


@given(st.sampled_from(ALL), st.integers(1, 4), st.sampled_from(["", ".", "!", " ", "  .", "\n"]))
def test_spaces_and_the_end_of_a_sentence_mean_nothing(goal: str, spaces: int, end: str) -> None:
    wider = outside_of_quotes(goal, lambda part: part.replace(" ", " " * spaces))
    assert actions(f"  {wider}{end}") == actions(goal)


@given(st.sampled_from(ALL))
def test_how_letters_are_composed_means_nothing_outside_of_quotes(goal: str) -> None:
    apart = outside_of_quotes(goal, lambda part: unicodedata.normalize("NFD", part))
    assert actions(apart) == actions(goal)


@given(st.sampled_from(EXAMPLES[Language.EN]))
def test_the_case_of_words_of_the_grammar_means_nothing(goal: str) -> None:
    first, rest = goal.split(" ", 1)
    assert actions(f"{first.upper()} {rest}") == actions(f"{first.lower()} {rest}")


@pytest.mark.parametrize("language", list(Language))
def test_two_goals_in_a_row_are_both_done_in_their_order(language: Language) -> None:
    for first, second in itertools.product(EXAMPLES[language], repeat=2):
        both = understand(f"{first}. {second}")
        if isinstance(both, NotUnderstood):
            pytest.fail(f"{first}. {second}: {both.because}")
        before, after = actions(first), actions(second)
        if isinstance(after[0], OpenApp) and len(after) > 1 and after[0] in before:
            del after[0]  # It is open already.
        kinds = [step.action.kind for step in both.steps]
        assert kinds == [one.kind for one in (*before, *after)], f"{first}. {second}"


@given(plain)
def test_both_languages_type_the_same_text(text: str) -> None:
    english, korean = understand(f"Type '{text}'"), understand(f"'{text}'라고 입력해 줘")
    assert isinstance(english, Plan)
    assert isinstance(korean, Plan)
    assert [one.action for one in english.steps] == [one.action for one in korean.steps]
    assert korean.language is Language.KO


@given(st.integers(1, 20), st.sampled_from([("down", "아래로"), ("up", "위로")]))
def test_both_languages_scroll_as_far(times: int, words: tuple[str, str]) -> None:
    assert actions(f"Scroll {words[0]} {times} times") == actions(
        f"{words[1]} {times}번 스크롤해 줘"
    )


@given(st.sampled_from(ALL), plain)
def test_a_plan_is_the_same_when_its_own_goal_is_read_again(goal: str, noise: str) -> None:
    assume(noise.strip())
    first = understand(goal)
    assert isinstance(first, Plan)
    again = understand(first.goal)
    assert isinstance(again, Plan)
    assert again.steps == first.steps
