"""Goals that are not understood: which part, why, and what is suggested."""

import pytest

from qscreen.grammar import understand
from qscreen.grammar.fault import Reason
from qscreen.grammar.forms import FORMS
from qscreen.grammar.reasons import REASONS
from qscreen.wire import ActionKind, Language, NotUnderstood, Plan

EN, KO = Language.EN, Language.KO

CASES: list[tuple[str, str, Language, Reason]] = [
    ("Frobnicate the widget", "Frobnicate the widget", EN, Reason.NO_VERB),
    ("Open mousepad and frobnicate it", "frobnicate it", EN, Reason.NO_VERB),
    ("Click Save and Close", "Close", EN, Reason.NO_VERB),
    ("If it is open, click OK", "If it is open", EN, Reason.NO_VERB),
    ("Write hello in notepad", "hello in notepad", EN, Reason.NO_TEXT),
    ("Open mousepad and type", "type", EN, Reason.NO_TEXT),
    ("Write ''", "''", EN, Reason.EMPTY_QUOTE),
    ("Type 'unclosed", "'unclosed", EN, Reason.UNCLOSED_QUOTE),
    ("Write 'a' 'b'", "'b'", EN, Reason.LEFT_OVER),
    ("Write 'x' in the text editor quickly", "quickly", EN, Reason.NOT_A_NAME),
    ("Write 'x' in a new document", "new document", EN, Reason.NO_PROGRAM),
    ("Save it", "Save it", EN, Reason.NO_FILENAME),
    ("Save as my report.txt", "my report.txt", EN, Reason.BAD_FILENAME),
    ("Save it as docs/x.txt", "docs/x.txt", EN, Reason.BAD_FILENAME),
    ("Save as 'x.txt' in mousepad", "in mousepad", EN, Reason.NO_FOLDER),
    ("Don't click OK", "Don't click OK", EN, Reason.NEGATION),
    ("Click", "Click", EN, Reason.NO_TARGET),
    ("Click the Sign in button", "the Sign in button", EN, Reason.NOT_A_NAME),
    ("Click OK in the Print dialog", "in the Print dialog", EN, Reason.PLACE_UNFIT),
    ("Click OK 5 times", "5 times", EN, Reason.BAD_NUMBER),
    ("Click the 'report' icon", "icon", EN, Reason.LEFT_OVER),
    ("Press ctrl+shift+q+x", "ctrl+shift+q+x", EN, Reason.NO_KEYS),
    ("Open memo.txt", "memo.txt", EN, Reason.NO_PROGRAM),
    ("Select all", "all", EN, Reason.NOT_A_NAME),
    ("Select the second item", "second", EN, Reason.NOT_A_NAME),
    ("Select the Remember checkbox", "the Remember checkbox", EN, Reason.ROLE_UNFIT),
    ("Wait 3 seconds", "3 seconds", EN, Reason.TIME_IS_NO_TARGET),
    ("Wait for 'x' for 500 seconds", "for 500 seconds", EN, Reason.BAD_NUMBER),
    ("Scroll to the bottom", "bottom", EN, Reason.NO_DIRECTION),
    ("Scroll down 500 times", "500 times", EN, Reason.BAD_NUMBER),
    ("Thanks", "Thanks", EN, Reason.EMPTY),
    (", ".join(["press tab"] * 22), "press tab, press tab", EN, Reason.TOO_MANY_STEPS),
    ("메모장을 닫아 줘", "메모장을 닫아 줘", KO, Reason.NO_VERB),
    (
        "메모장에 '안녕'이라고 쓰고 memo.txt로 저장하고 메일로 보내 줘",
        "메일로 보내 줘",
        KO,
        Reason.NO_VERB,
    ),
    ("메모장에 안녕이라고 써 줘", "안녕이라고", KO, Reason.NO_TEXT),
    ("메모장에 ''라고 써 줘", "''", KO, Reason.EMPTY_QUOTE),
    ("메모장에 '안녕이라고 써 줘", "'안녕이라고 써 줘", KO, Reason.UNCLOSED_QUOTE),
    ("메모장에 '회의', '점심'이라고 써", "'회의',", KO, Reason.LEFT_OVER),
    ("확인, 취소 버튼을 눌러", "확인,", KO, Reason.LEFT_OVER),
    ("지금 모두 메모장을 열어 줘", "모두", KO, Reason.NOT_A_NAME),
    ("모든 버튼을 눌러 줘", "모든", KO, Reason.NOT_A_NAME),
    ("창이 뜨면 확인 버튼을 눌러", "뜨면", KO, Reason.NOT_A_NAME),
    ("확인 버튼을 누르지 마", "누르지 마", KO, Reason.NEGATION),
    ("저장하지 말고 확인 버튼을 눌러", "저장하지 말고", KO, Reason.NEGATION),
    ("memo.txt를 열어 줘", "memo.txt를", KO, Reason.NO_PROGRAM),
    (
        "월간 매출 시트를 열어 B열 합계를 메일로 보내줘",
        "월간 매출 시트를",
        KO,
        Reason.NO_PROGRAM,
    ),
    ("저장해 줘", "저장해 줘", KO, Reason.NO_FILENAME),
    ("docs/a.txt로 저장해 줘", "docs/a.txt로", KO, Reason.BAD_FILENAME),
    ("바탕화면에 memo.txt로 저장해 줘", "바탕화면에", KO, Reason.NO_FOLDER),
    ("두 번째 항목을 선택해", "번째", KO, Reason.NOT_A_NAME),
    ("국가 목록을 선택해", "국가 목록을", KO, Reason.ROLE_UNFIT),
    ("3초 기다려", "3초 기다려", KO, Reason.TIME_IS_NO_TARGET),
    ("아래로 200번 스크롤해", "200번", KO, Reason.BAD_NUMBER),
    ("스크롤해 줘", "스크롤해 줘", KO, Reason.NO_DIRECTION),
    ("그리고", "그리고", KO, Reason.EMPTY),
]


@pytest.mark.parametrize(
    ("goal", "part", "language", "reason"), CASES, ids=[case[0] for case in CASES]
)
def test_part_and_reason(goal: str, part: str, language: Language, reason: Reason) -> None:
    answer = understand(goal)
    assert isinstance(answer, NotUnderstood), answer
    assert (answer.part, answer.language) == (part, language)
    assert answer.because == REASONS[language][reason]
    assert goal[answer.start : answer.start + len(part)] == part
    assert 1 <= len(answer.suggestions) <= 5


@pytest.mark.parametrize("goal", ["", "   ", "\n\t"])
def test_empty_goals(goal: str) -> None:
    answer = understand(goal)
    assert isinstance(answer, NotUnderstood)
    assert answer.because == REASONS[EN][Reason.EMPTY]
    assert (answer.start, answer.part) == (0, goal)


def test_too_long_a_goal() -> None:
    goal = "Type '" + "x" * 2000 + "'"
    answer = understand(goal)
    assert isinstance(answer, NotUnderstood)
    assert answer.because == REASONS[EN][Reason.TOO_LONG]
    assert (answer.start, answer.part) == (2000, goal[2000:])


def test_too_long_a_name() -> None:
    answer = understand(f"Click '{'x' * 201}'")
    assert isinstance(answer, NotUnderstood)
    assert answer.because == REASONS[EN][Reason.NAME_TOO_LONG]


@pytest.mark.parametrize(
    ("goal", "kind"),
    [
        ("opne the text editor", ActionKind.OPEN_APP),
        ("clik the OK button", ActionKind.CLICK),
        ("scrol down", ActionKind.SCROLL),
        ("Write hello in notepad", ActionKind.TYPE_TEXT),
        ("Save it", ActionKind.SAVE_AS),
        ("wiat for the 'Done' dialog", ActionKind.WAIT_FOR),
        ("메모장을 열러 줘", ActionKind.OPEN_APP),
        ("확인 버튼을 눌려 줘", None),
        ("확인 버튼을 클맄해 줘", ActionKind.CLICK),
        ("memo.txt로 져장해 줘", ActionKind.SAVE_AS),
        ("저장해 줘", ActionKind.SAVE_AS),
    ],
)
def test_nearest_form_comes_first(goal: str, kind: ActionKind | None) -> None:
    answer = understand(goal)
    assert isinstance(answer, NotUnderstood)
    first = answer.suggestions[0]
    kinds = {form.kind for form in FORMS[answer.language] if form.suggestion == first}
    # 누르다 both presses keys and clicks.
    assert kinds <= ({kind} if kind else {ActionKind.PRESS_KEYS, ActionKind.CLICK})


@pytest.mark.parametrize("language", Language)
def test_every_form_is_understood_as_it_says(language: Language) -> None:
    for form in FORMS[language]:
        plan = understand(form.suggestion.example)
        assert isinstance(plan, Plan), plan
        assert plan.language is language
        assert plan.steps[-1].action.kind is form.kind
    assert {form.kind for form in FORMS[language]} == set(ActionKind)


@pytest.mark.parametrize("language", Language)
def test_every_reason_has_its_sentence(language: Language) -> None:
    assert set(REASONS[language]) == set(Reason)
    hangul = [any("가" <= char <= "힣" for char in text) for text in REASONS[language].values()]
    assert all(hangul) if language is KO else not any(hangul)


def test_there_are_at_least_thirty_cases() -> None:
    assert len(CASES) >= 30
