"""Reads Korean clauses about the clipboard, tables, menus by their path, and undoing."""

from collections.abc import Sequence

from qscreen.grammar import lexicon_ko as ko
from qscreen.grammar.cells import menu_path, read_cells, rows_of
from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import Intent, refuse
from qscreen.grammar.korean_clause import AT, IN, Clause, app_of, pop_phrase, refuse_rest
from qscreen.grammar.korean_phrases import Phrase, split_phrases
from qscreen.grammar.targets import ends_in_role, read_noun
from qscreen.grammar.tokens import Token
from qscreen.wire import action as act
from qscreen.wire.action import ActionKind
from qscreen.wire.snapshot import Role

_CLIPBOARD = ("클립보드",)
_CELLS = frozenset({"셀", "칸"})


def is_clipboard(phrase: Phrase | None) -> bool:
    """Tell whether a phrase means the clipboard.

    Args:
        phrase: The phrase, or None.

    Returns:
        True when it does.
    """
    return phrase is not None and phrase.norms == _CLIPBOARD


def copy(clause: Clause) -> list[Intent]:
    """Read *'글'을 클립보드에 복사해*.

    Args:
        clause: The clause.

    Returns:
        The writing.

    Raises:
        Misunderstood: It names no text, or another place.
    """
    kind = clause.kind
    phrases = clause.phrases(Reason.NO_TEXT)
    place = pop_phrase(phrases, AT)
    text = next((phrase for phrase in phrases if phrase.quote is not None), None)
    if text is None:
        raise refuse(Reason.NO_TEXT, clause.tokens, kind)
    phrases.remove(text)
    refuse_rest(phrases, kind)
    if not is_clipboard(place):
        part = clause.tokens if place is None else place.tokens
        raise refuse(Reason.PLACE_UNFIT, part, kind)
    assert text.quote is not None
    return write_clipboard(clause, text.quote)


def write_clipboard(clause: Clause, quote: Token) -> list[Intent]:
    """Make the writing of a quoted text into the clipboard.

    Args:
        clause: The clause.
        quote: The text.

    Returns:
        The writing.

    Raises:
        Misunderstood: The text is empty.
    """
    if not quote.value:
        raise refuse(Reason.EMPTY_QUOTE, [quote], ActionKind.WRITE_CLIPBOARD)
    return [clause.intent(act.WriteClipboard(text=quote.value))]


def cells_of(tokens: Sequence[Token]) -> tuple[str, str | None] | None:
    """Read *B2 셀* and *A1:C3 셀*.

    Args:
        tokens: The words.

    Returns:
        First cell, and last cell if a block is meant; None when the words name no cell.
    """
    if len(tokens) != 2 or not tokens[0].is_word or tokens[1].norm not in _CELLS:
        return None
    return read_cells(tokens[0].value)


def read_table(clause: Clause, phrases: list[Phrase]) -> list[Intent] | None:
    """Read *주문 표를* and *A1:C3 셀을*, before 읽다.

    Args:
        clause: The clause.
        phrases: Its phrases.

    Returns:
        The reading; None when they name no table.
    """
    kind = ActionKind.READ_TABLE
    last = phrases[-1]
    if last.particle not in ko.OBJECT_PARTICLES:
        return None
    if is_clipboard(last) and len(phrases) == 1:
        return [clause.intent(act.ReadClipboard())]
    cells = cells_of(last.tokens)
    if cells is not None:
        rest = phrases[:-1]
        place = pop_phrase(rest, IN)
        refuse_rest(rest, kind)
        target = read_noun(place.tokens, ko.NOUNS, kind).target() if place else None
        first, end = cells
        return [clause.intent(act.ReadTable(target=target, start=first, end=end or first))]
    if ends_in_role(last.tokens, ko.NOUNS) is not Role.TABLE or last.tokens[-1].is_quote:
        return None
    rest = phrases[:-1]
    app = app_of(pop_phrase(rest, IN), kind)
    refuse_rest(rest, kind)
    noun = read_noun(last.tokens, ko.NOUNS, kind)
    target = noun.target(app) if noun.name is not None or app is not None else None
    return [clause.intent(act.ReadTable(target=target))]


def write_table(
    clause: Clause, quote: Token, at: Phrase | None, inside: Phrase | None
) -> list[Intent] | None:
    """Read *B2 셀에 '글'을*, before 쓰다.

    Args:
        clause: The clause.
        quote: The text; its lines are rows, its tabs part cells.
        at: The phrase with 에.
        inside: The phrase with 에서.

    Returns:
        The writing; None when the place is no cell.
    """
    cells = None if at is None else cells_of(at.tokens)
    if at is None or cells is None:
        return None
    kind = ActionKind.WRITE_TABLE
    first, last = cells
    if last is not None:
        raise refuse(Reason.LEFT_OVER, at.tokens, kind)
    target = read_noun(inside.tokens, ko.NOUNS, kind).target() if inside else None
    return [clause.intent(act.WriteTable(target=target, start=first, rows=rows_of(quote)))]


def choose_menu(clause: Clause) -> list[Intent] | None:
    """Read *메모장에서 파일 > 새로 만들기*, before a verb of pressing or choosing.

    Args:
        clause: The clause.

    Returns:
        The choice; None when the words are no path.
    """
    kind = ActionKind.CHOOSE_MENU
    words = list(clause.words)
    if not any(token.is_word and ">" in token.value for token in words):
        return None
    app = None
    first = split_phrases(words, kind)[0]
    if first.particle == "에서":
        says_menu = ends_in_role(first.tokens, ko.NOUNS) in {Role.MENU, Role.MENU_BAR}
        app = None if says_menu else app_of(first, kind)
        words = [token for token in words if token.start >= first.end]
    last = split_phrases(words[-1:], kind)[-1] if words else None
    if last is not None and last.particle in ko.OBJECT_PARTICLES:
        words = [*words[:-1], *last.tokens]
    if words and words[-1].norm in {"을", "를"}:
        words = words[:-1]
    if len(words) > 1 and words[-1].norm in {"메뉴", "항목"}:
        words = words[:-1]
    path = menu_path(words)
    return None if path is None else [clause.intent(act.ChooseMenu(path=path, app=app))]


def undo(clause: Clause) -> list[Intent]:
    """Read *되돌려* and *실행 취소해*; 취소하다 alone could be the name of a button.

    Args:
        clause: The clause.

    Returns:
        The undoing.

    Raises:
        Misunderstood: It names something else.
    """
    words = [token for token in clause.words if not token.separates]
    if not words and clause.tokens[0].norm.startswith("되돌"):
        return [clause.intent(act.Undo())]
    if words:
        phrases = split_phrases(words, clause.kind)
        one = phrases[0] if len(phrases) == 1 else None
        if one is not None and one.particle in ko.OBJECT_PARTICLES and one.norms in ko.UNDONE:
            return [clause.intent(act.Undo())]
    raise refuse(Reason.LEFT_OVER if words else Reason.NO_VERB, clause.tokens, clause.kind)
