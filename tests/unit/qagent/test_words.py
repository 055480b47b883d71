"""People read words of their language; programs, logs and models keep the types' own."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum

import pytest

from qagent.act.resolve import describe, describe_target
from qagent.consent.dialog import Answer
from qagent.desktop.base import Node
from qagent.mcp.answers import effect_of
from qagent.particles import agreeing
from qagent.policy.kinds import DataClass, RiskKind
from qagent.status import Doing, Status
from qagent.words import came, named, role_word, said
from qagent.workflows.lint import Severity
from qagent.workflows.model import VariableKind
from qscreen.grammar import understand
from qscreen.wire import ActionKind, Click, Effect, EffectError, Outcome, Plan, Role, Route, Target

GROUPS: dict[str, type[StrEnum]] = {
    "outcome": Outcome,
    "error": EffectError,
    "kind": ActionKind,
    "risk": RiskKind,
    "data": DataClass,
    "consent": Answer,
    "severity": Severity,
    "variable": VariableKind,
}


@pytest.fixture(params=["ko", "en"])
def tongue(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("QAGENT_LANG", request.param)
    return str(request.param)


@pytest.mark.parametrize("group", GROUPS)
def test_each_word_that_a_person_may_read_is_in_both_languages(group: str, tongue: str) -> None:
    for one in GROUPS[group]:
        told = said(group, one)
        assert bool(re.search("[가-힣]", told)) == (tongue == "ko"), one
        assert tongue == "ko" or told == one


def test_a_models_answer_keeps_the_types_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko")
    now = datetime.now(UTC)
    effect = Effect(step_id="s1", outcome=Outcome.UNVERIFIABLE, started_at=now, duration_ms=1)
    answer = effect_of(effect.model_copy(update={"route": Route.KEYBOARD}))
    assert answer.words().startswith("unverifiable (keyboard")
    assert (answer.outcome, answer.route) == ("unverifiable", "keyboard")


def test_a_word_of_another_version_is_said_as_it_is(tongue: str) -> None:
    assert said("outcome", "half_done") == "half_done"
    assert named("kind", ["half_done"]) == "half_done"


def test_what_has_to_be_written_into_a_file_stands_beside_its_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko")
    assert named("risk", [RiskKind.SEND, RiskKind.PAY]) == "보내기(`send`), 결제(`pay`)"
    assert came(Outcome.REFUSED, EffectError.TARGET_NOT_FOUND) == "거절함(대상 없음)"
    assert came(Outcome.CONFIRMED, None) == "확인됨"
    asking = Status(Doing.ASKING, kind="delete send").words()
    assert asking == "사람에게 묻는 중: 지우기, 보내기"


def test_an_element_is_told_by_the_words_that_the_grammar_reads(tongue: str) -> None:
    for role in Role:
        assert re.search("[가-힣]", role_word(role)) or tongue == "en"
    goal = (
        f"'저장' {role_word(Role.BUTTON)}을 눌러 줘" if tongue == "ko" else "click the Save button"
    )
    plan = understand(goal)
    assert isinstance(plan, Plan)
    action = plan.steps[0].action
    assert isinstance(action, Click)
    told = describe_target(action.target)
    assert told == ("'저장' 버튼" if tongue == "ko" else "button 'Save'")


def test_an_element_without_a_name_is_told_by_its_program(tongue: str) -> None:
    node = Node(1, None, None, "mousepad", Role.CHECK_BOX, "check box", "", frozenset())
    assert describe(node) == ("체크박스(mousepad)" if tongue == "ko" else "check box (mousepad)")
    named_ = replace(node, name="굵게")
    assert describe(named_) == ("'굵게' 체크박스" if tongue == "ko" else "check box '굵게'")
    elsewhere = Target(name="굵게", app="mousepad")
    assert describe_target(elsewhere) == "'굵게'" + (
        "(mousepad)" if tongue == "ko" else " (mousepad)"
    )


@pytest.mark.parametrize(
    ("before", "particle", "agreed"),
    [
        ("'저장' 버튼", "을(를)", "을"),
        ("메뉴", "을(를)", "를"),
        ("'메뉴'", "이(가)", "가"),
        ("값 설정(`set_value`)", "은(는)", "은"),
        ("초점 맞추기(`focus`)", "은(는)", "는"),
        ("서울", "(으)로", "로"),
        ("집", "(으)로", "으로"),
        ("3", "(으)로", "으로"),
        ("2", "과(와)", "와"),
        ("100", "이(가)", "이"),
        ("'김'", "(이)라", "이라"),
        ("“한국어”", "(이)라", "라"),
        ("한글", "을(를)", "을"),
        ("mousepad", "을(를)", "을(를)"),
        ("", "을(를)", "을(를)"),
        ("(확인)", "을(를)", "을(를)"),
    ],
)
def test_a_particle_agrees_with_the_sound_before_it(
    before: str, particle: str, agreed: str
) -> None:
    assert agreeing("{word}" + particle + " 봄", word=before) == f"{before}{agreed} 봄"


def test_a_particle_in_what_is_quoted_stays() -> None:
    assert agreeing("{0}을(를) 읽음", "'이(가) '") == "'이(가) '을(를) 읽음"
