"""What holds for every goal."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qscreen.grammar import understand
from qscreen.grammar.fault import Misunderstood
from qscreen.grammar.forms import FORMS
from qscreen.grammar.keys import keys_of
from qscreen.grammar.suggestions import suggest
from qscreen.grammar.tokens import TokenKind, tokenize
from qscreen.wire import Language, NotUnderstood, Plan, SaveAs, TypeText

WORDS = " ".join(
    (
        "open type press click wait for until the 'x' in and then save as it memo.txt text editor",
        "button list select from read scroll down 3 times twice , . ? ctrl+s + put cursor by key",
        "메모장에 '안녕'이라고 쓰고 쓴 다음 저장해 줘 로 을 를 에서 의 창이 뜰 때까지 기다려 확인",
        "버튼을 눌러 아래로 3번 두 번 스크롤해 포커스 커서를 둬 최대 10초 '' ' \" 라는 이름으로",
        "라고 키를 더블 클릭 열고 새 문서를",
    )
).split()
goals = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map("".join),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200).filter(
    lambda text: len(text) < 200
)
QUOTES = [("'", "'"), ('"', '"'), ("“", "”"), ("‘", "’"), ("「", "」"), ("『", "』")]


def escaped(text: str, opener: str, closer: str) -> str:
    for char in dict.fromkeys(("\\", opener, closer)):
        text = text.replace(char, "\\" + char)
    return f"{opener}{text}{closer}"


@given(goals)
def test_never_raises_and_every_answer_points_into_the_goal(goal: str) -> None:
    answer = understand(goal)
    if isinstance(answer, NotUnderstood):
        assert goal[answer.start : answer.start + len(answer.part)] == answer.part
        assert answer.part or not goal
        assert answer.because
        assert 1 <= len(answer.suggestions) <= 5
    else:
        for step in answer.steps:
            assert step.because
            assert step.because in goal
    assert type(answer).model_validate_json(answer.model_dump_json()) == answer


@given(goals)
def test_the_same_goal_has_the_same_answer(goal: str) -> None:
    first, second = understand(goal), understand(goal)
    without_time = {"created_at"}
    assert first.model_dump(exclude=without_time) == second.model_dump(exclude=without_time)


@given(texts, st.sampled_from(QUOTES))
def test_quoted_text_round_trips_exactly(text: str, quotes: tuple[str, str]) -> None:
    quoted = escaped(text, *quotes)
    for goal in (f"Type {quoted}", f"{quoted}라고 입력해 줘", f"메모장에 {quoted}을 써 줘"):
        plan = understand(goal)
        assert isinstance(plan, Plan), plan
        action = plan.steps[-1].action
        assert isinstance(action, TypeText)
        assert action.text == text


@given(texts)
def test_a_quoted_text_never_becomes_a_step(text: str) -> None:
    hidden = escaped(f"{text}' and click OK. 확인 버튼을 누르고 저장해 줘", "“", "”")
    plan = understand(f"Write {hidden} in mousepad and save as a.txt")
    assert isinstance(plan, Plan), plan
    assert [step.action.kind.value for step in plan.steps] == ["open_app", "type_text", "save_as"]


@given(st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=30))
def test_quoted_file_names_are_kept(stem: str) -> None:
    plan = understand(f"'{stem}.txt'로 저장해 줘")
    assert isinstance(plan, Plan), plan
    assert plan.steps[0].action == SaveAs(filename=f"{stem}.txt")


@given(
    st.sampled_from([form.suggestion.example for forms in FORMS.values() for form in forms]),
    st.sampled_from([". ", ", "]),
    st.text("zqxv쀍쀏 ", min_size=1, max_size=20).filter(str.strip),
)
def test_no_plan_for_a_part_of_a_goal(goal: str, link: str, nonsense: str) -> None:
    answer = understand(goal + link + nonsense)
    assert isinstance(answer, NotUnderstood)
    assert answer.start >= len(goal)
    assert answer.part == nonsense.strip()


def test_lone_surrogates_do_not_raise() -> None:
    goal = json.loads("\"Type '\\ud800'\"")
    answer = understand(goal)
    assert isinstance(answer, Plan)
    assert answer.steps[0].action == TypeText(text="\ufffd")


@given(st.text(max_size=100))
def test_tokens_cover_the_goal(goal: str) -> None:
    try:
        tokens = tokenize(goal)
    except Misunderstood:
        return
    end = 0
    for token in tokens:
        assert token.start >= end
        between = goal[end : token.start]
        assert all(char.isspace() or char in ":~" for char in between)
        assert goal[token.start : token.end]
        end = token.end


@pytest.mark.parametrize(
    ("goal", "values"),
    [
        ("don't 'a b' c", ["don't", "a b", "c"]),
        ("the boys' club", ["the", "boys'", "club"]),
        ("메모장에'안녕'이라고", ["메모장에", "안녕", "이라고"]),
        ("'don't go'", ["don't go"]),
        ("‘don’t go’", ["don’t go"]),
        (r"'a\'b\\c\d'", [r"a'b\c\d"]),
        ("“a 'b' c”", ["a 'b' c"]),
        ("1,000 memo.txt.", ["1,000", "memo.txt", "."]),
    ],
)
def test_tokens(goal: str, values: list[str]) -> None:
    assert [token.value for token in tokenize(goal)] == values


def test_kinds_of_tokens() -> None:
    kinds = [token.kind for token in tokenize("a, 'b'. c\nd")]
    word, stop = TokenKind.WORD, TokenKind.STOP
    assert kinds == [word, TokenKind.COMMA, TokenKind.QUOTE, stop, word, stop, word]


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["ctrl+s"], ("ctrl", "s")),
        (["Ctrl+Shift+S".casefold()], ("ctrl", "shift", "s")),
        (["ctrl", "+", "s"], ("ctrl", "s")),
        (["ctrl-s"], ("ctrl", "s")),
        (["ctrl++"], ("ctrl", "+")),
        (["command", "space"], ("super", "space")),
        (["page", "down"], ("page_down",)),
        (["ctrl", "page", "up"], ("ctrl", "page_up")),
        (["f12"], ("f12",)),
        (["f13"], None),
        (["a+b"], None),
        (["ctrl+ctrl"], None),
        (["+"], None),
        ([], None),
        (["저장"], None),
    ],
)
def test_keys(words: list[str], keys: tuple[str, ...] | None) -> None:
    assert keys_of(words) == keys


@given(st.text(max_size=3000), st.sampled_from(Language))
def test_suggestions_are_few_and_never_raise(part: str, language: Language) -> None:
    assert 1 <= len(suggest(part, language, None)) <= 5


def test_importing_the_grammar_loads_no_template_engine_and_no_client() -> None:
    code = (
        "import sys, qscreen.grammar;"
        "assert not {'jinja2', 'httpx', 'boto3', 'qscreen.api'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
