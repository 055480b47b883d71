"""Reads what a Korean clause waits for."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from qscreen.grammar import lexicon_ko as ko
from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import refuse
from qscreen.grammar.korean_phrases import number_of, split_phrases
from qscreen.grammar.targets import read_app, read_noun
from qscreen.grammar.tokens import Token
from qscreen.grammar.waiting import check_timeout
from qscreen.wire.action import ActionKind, Target, WaitFor
from qscreen.wire.snapshot import Role

_KIND = ActionKind.WAIT_FOR
_DURATION = re.compile(r"(\d{1,6})(초|분|밀리초)(|동안|간|까지|이내|안에)")


def wait_of(words: Sequence[Token], clause: Sequence[Token]) -> WaitFor:
    """Read the words before 기다리다.

    Args:
        words: The words.
        clause: All tokens of the clause.

    Returns:
        The action.

    Raises:
        Misunderstood: The words name nothing to wait for.
    """
    rest = list(words)
    timeout = _take_timeout(rest)
    if not rest:
        raise refuse(
            Reason.NO_TARGET if timeout is None else Reason.TIME_IS_NO_TARGET, clause, _KIND
        )
    at_rest = _take_rest(rest)
    if at_rest:
        wait = WaitFor(condition="idle")
        return wait if timeout is None else wait.model_copy(update={"timeout_ms": timeout})
    condition = _take_condition(rest)
    shown = _take_shown(rest) if condition == "appears" else None
    if shown is not None:
        text, target = shown
        wait = WaitFor(condition="text", text=text, target=target)
        return wait if timeout is None else wait.model_copy(update={"timeout_ms": timeout})
    target = _until(rest, clause) if condition else _plain(rest, clause)
    wait = WaitFor(target=target, condition=condition or "appears")
    return wait if timeout is None else wait.model_copy(update={"timeout_ms": timeout})


def _take_timeout(rest: list[Token]) -> int | None:
    """Take *최대 10초 동안* from the start or the end; milliseconds."""
    for place, token in enumerate(rest):
        found = _DURATION.fullmatch(token.norm)
        if not found:
            continue
        start = place - 1 if place and rest[place - 1].norm == "최대" else place
        stop = place + 1
        if not found[3] and stop < len(rest) and rest[stop].norm in ko.DURATION_TAILS - {""}:
            stop += 1
        if start and stop < len(rest):
            continue
        taken = rest[start:stop]
        number = number_of(found[1])
        del rest[start:stop]
        return check_timeout((number or 0) * ko.UNITS_MS[found[2]], taken)
    return None


def _take_condition(rest: list[Token]) -> Literal["appears", "disappears"] | None:
    """Take *뜰 때까지* from the end."""
    length = 0
    if rest[-1].norm == "때까지":
        length = 1
    elif len(rest) > 1 and (rest[-2].norm, rest[-1].norm) == ("때", "까지"):
        length = 2
    if not length:
        return None
    verb = rest[: len(rest) - length][-1:]
    if not verb or verb[0].norm not in ko.APPEARING | ko.DISAPPEARING:
        raise refuse(Reason.LEFT_OVER, [*verb, *rest[-length:]], _KIND)
    del rest[len(rest) - length - 1 :]
    return "disappears" if verb[0].norm in ko.DISAPPEARING else "appears"


def _take_rest(rest: list[Token]) -> bool:
    """Take *화면이 멈출 때까지*."""
    norms = [token.norm for token in rest]
    for tail in (["때까지"], ["때", "까지"]):
        head = norms[: -len(tail)]
        if norms[-len(tail) :] == tail and len(head) == 2 and head[1] in ko.RESTING:
            return head[0] in {"화면이", "창이", "화면", "움직임이"}
    return False


def _take_shown(rest: list[Token]) -> tuple[str, Target | None] | None:
    """Read *상태 칸에 '완료'가*: the text that is waited for, and where."""
    place = next((n for n, token in enumerate(rest) if token.is_quote), None)
    if place is None or place == 0 or not rest[place].value:
        return None
    after = rest[place + 1 :]
    if after and not (len(after) == 1 and after[0].norm in {"이", "가", "라고", "이라고"}):
        return None
    phrases = split_phrases(rest[:place], _KIND)
    if len(phrases) != 1 or phrases[0].particle not in {"에"}:
        return None
    noun = read_noun(phrases[0].tokens, ko.NOUNS, _KIND)
    plain = noun.name is None and noun.role is Role.WINDOW
    return rest[place].value, None if plain else noun.target()


def _until(rest: list[Token], clause: Sequence[Token]) -> Target:
    """Read the subject of *... 뜰 때까지*."""
    if not rest:
        raise refuse(Reason.NO_TARGET, clause, _KIND)
    app, rest = _take_app(rest)
    last = rest[-1]
    quoted_before = len(rest) > 1 and rest[-2].is_quote and last.glued
    if quoted_before and last.norm in {"이", "가"}:
        rest = rest[:-1]
    elif last.is_word and len(last.value) > 1 and last.norm.endswith(("이", "가")):
        stem = last.value[:-1]
        if _subject_agrees(stem, last.norm[-1]):
            rest = [*rest[:-1], replace(last, value=stem, norm=last.norm[:-1])]
    return read_noun(rest, ko.NOUNS, _KIND).target(app)


def _subject_agrees(stem: str, particle: str) -> bool:
    if not "가" <= stem[-1] <= "힣":
        return True
    closed = (ord(stem[-1]) - ord("가")) % 28 != 0
    return closed == (particle == "이")


def _take_app(rest: list[Token]) -> tuple[str | None, list[Token]]:
    phrases = split_phrases(rest, _KIND)
    first = phrases[0]
    if first.particle not in {"에서", "의"} or len(phrases) < 2:
        return None, rest
    following = [token for token in rest if token.start >= first.end]
    return read_app(first.tokens, ko.NOUNS, _KIND), following


def _plain(rest: list[Token], clause: Sequence[Token]) -> Target:
    """Read *'완료' 창을 기다려*."""
    app, rest = _take_app(rest)
    phrases = split_phrases(rest, _KIND)
    found = phrases[0]
    if found.particle not in ko.OBJECT_PARTICLES:
        raise refuse(Reason.NO_TARGET, clause, _KIND)
    if len(phrases) > 1:
        raise refuse(Reason.LEFT_OVER, phrases[1].tokens, _KIND)
    return read_noun(found.tokens, ko.NOUNS, _KIND).target(app)
