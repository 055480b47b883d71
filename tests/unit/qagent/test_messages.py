"""User-facing texts exist in both languages and say the same things."""

import re
from string import Formatter

import pytest

from qagent.messages import catalogue, text
from qscreen.wire.action import RISK_OF_KIND, UNDO_OF_KIND, ActionKind


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_both_languages_have_the_same_fields(key: str) -> None:
    korean, english = catalogue()[key]
    assert _fields(korean) == _fields(english)
    assert re.search(r"[가-힣]", korean)
    assert not re.search(r"[가-힣]", english)


def test_the_language_follows_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko_KR.UTF-8")
    assert text("change.none") == "아무것도 바뀌지 않았습니다."
    monkeypatch.setenv("QAGENT_LANG", "en")
    assert text("change.none") == "Nothing on the screen changed."


def test_every_action_has_a_risk() -> None:
    assert set(RISK_OF_KIND) == set(ActionKind)


def test_of_every_action_it_is_told_whether_it_can_be_undone() -> None:
    assert set(UNDO_OF_KIND) == set(ActionKind)
