"""A dry run says what would be done in words, each action and each order in both languages."""

import re
from datetime import date
from typing import Any, get_args, get_type_hints

import pytest

from qagent.messages import catalogue
from qagent.plan_words import order_words, step_words, words_of
from qscreen.grammar import understand
from qscreen.orders import Order, read_orders
from qscreen.orders import model as orders
from qscreen.wire import Plan

GOALS = (
    "open a new document in Notepad, write '안녕' and save as memo.txt",
    "'저장' 버튼을 두 번 클릭해 줘",
    "아래로 3칸 스크롤해 줘",
    "'완료'가 나타날 때까지 기다려 줘",
    "ctrl+s를 눌러 줘",
    "right click the 'File' button",
    "drag the 'Volume' slider to the 'Trash' button",
    "wait until nothing changes",
    "choose 'File' > 'Save' from the menu",
    "'크기' 목록에서 '큼'을 골라 줘",
    "되돌려 줘",
)


def steps_of(goal: str) -> list[str]:
    plan = understand(goal)
    assert isinstance(plan, Plan), goal
    return [step_words(one) for one in plan.steps]


@pytest.mark.parametrize("goal", GOALS)
def test_a_step_is_told_in_the_users_language(goal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko")
    for told in steps_of(goal):
        said = re.sub(r"\"[^\"]*\"|'[^']*'|←.*|s\d+|ctrl\+s|File > Save", "", told)
        assert re.search("[가-힣]", said)
        assert not re.search("[A-Za-z]{2,}", said.replace("ms", "")), told
    monkeypatch.setenv("QAGENT_LANG", "en")
    for told in steps_of(goal):
        assert not re.search("[가-힣]", re.sub(r"\"[^\"]*\"|'[^']*'|←.*", "", told)), told


def test_a_plan_says_what_where_and_that_it_cannot_be_undone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko")
    assert steps_of("메모장을 열고 '안녕'이라고 써 줘") == [
        's1 프로그램 열기: "메모장"  ← 메모장을 열고',
        "s2 글 입력: 텍스트 영역, \"안녕\"  ← '안녕'이라고 써 줘",
    ]
    assert steps_of("ctrl+s를 눌러 줘")[0].endswith("\n  에이전트가 되돌릴 수 없는 일입니다.")


WHICH = orders.Which(("단가",), orders.Kind.FIELD, 2, "합계", colour="red")
SAMPLES: dict[Any, Any] = {
    str: "가",
    int: 1,
    float: 2.5,
    bool: True,
    tuple[str, ...]: ("가", "나"),
    tuple[int, int]: (1, 0),
    date: date(2026, 1, 31),
    orders.Kind: orders.Kind.SECTION,
    orders.Part: orders.Part.BESIDE,
    orders.Condition: orders.Condition(orders.Compared.LESS, 5),
    orders.Which: WHICH,
}


def sample(order: Any) -> Order:
    """An order with something in each of its fields."""
    given = {}
    for name, kind in get_type_hints(order).items():
        plain = kind if kind in SAMPLES else get_args(kind)[0]
        given[name] = SAMPLES[plain]
    made: Order = order(**given)
    return made


@pytest.mark.parametrize("order", get_args(Order), ids=lambda one: str(one.__name__))
def test_each_order_is_told_in_words(order: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = sample(order)
    monkeypatch.setenv("QAGENT_LANG", "ko")
    told = order_words(made)
    assert re.search("[가-힣]", told)
    assert not re.search("[A-Za-z]{2,}", told.replace("'red'", "")), told
    monkeypatch.setenv("QAGENT_LANG", "en")
    assert not re.search("[가-힣]", re.sub("'[^']*'", "", order_words(made)))


def test_each_kind_of_element_part_and_comparison_has_words() -> None:
    wanted = {f"thing.{one}" for one in orders.Kind} | {f"part.{one}" for one in orders.Part}
    assert wanted | {f"compared.{one}" for one in orders.Compared} <= set(catalogue())


def test_the_orders_of_a_goal_say_which_element_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko")
    found = read_orders("표에서 '단가'의 값을 입력칸에 입력해 줘")
    assert found is not None
    assert [order_words(one) for one in found] == [
        "글 가져오기: 그 옆의 글, '단가'",
        "입력: 가져온 글, 입력란",
    ]


def test_an_element_that_an_order_means_is_told_as_the_language_puts_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    which = orders.Which(("저장",), orders.Kind.BUTTON, -2)
    monkeypatch.setenv("QAGENT_LANG", "ko")
    assert words_of(which) == "뒤에서 2번째 '저장' 버튼"
    monkeypatch.setenv("QAGENT_LANG", "en")
    assert words_of(which) == "button '저장' number 2 from the end"
