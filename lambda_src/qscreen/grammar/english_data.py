"""Reads English clauses about the clipboard, tables, menus by their path, and undoing."""

from collections.abc import Sequence

from qscreen.grammar import lexicon_en as en
from qscreen.grammar.cells import menu_path, read_cells, rows_of
from qscreen.grammar.cursor import Cursor
from qscreen.grammar.english_clause import needs, noun_in_app, single, split_place
from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import Intent, Verb, refuse
from qscreen.grammar.targets import ends_in_role, read_app, read_noun
from qscreen.grammar.tokens import Token
from qscreen.wire import action as act
from qscreen.wire.action import ActionKind
from qscreen.wire.snapshot import Role

_CLIPBOARD = {("clipboard",), ("the", "clipboard")}
_UNDONE = {(), ("it",), ("that",), ("this",), ("the", "last", "step"), ("the", "last", "change")}


def is_clipboard(tokens: Sequence[Token]) -> bool:
    """Tell whether words mean the clipboard.

    Args:
        tokens: The words.

    Returns:
        True when they do.
    """
    return tuple(token.norm for token in tokens) in _CLIPBOARD


def copy(cursor: Cursor, _: Verb) -> list[Intent]:
    """Read *copy 'text' to the clipboard*.

    Args:
        cursor: The clause after its verb.

    Returns:
        The writing.

    Raises:
        Misunderstood: It names no text, or another place.
    """
    kind = ActionKind.WRITE_CLIPBOARD
    needs(cursor, Reason.NO_TEXT, kind)
    cursor.accept(en.TEXT_WORDS)
    head, preposition, place = split_place(cursor.take(len(cursor.rest)))
    if len(head) != 1 or not head[0].is_quote:
        raise refuse(Reason.NO_TEXT, head or cursor.tokens, kind)
    if preposition is None or not is_clipboard(place):
        raise refuse(Reason.PLACE_UNFIT, place or head, kind)
    return write_clipboard(cursor, head[0])


def write_clipboard(cursor: Cursor, quote: Token) -> list[Intent]:
    """Make the writing of a quoted text into the clipboard.

    Args:
        cursor: The clause.
        quote: The text.

    Returns:
        The writing.

    Raises:
        Misunderstood: The text is empty.
    """
    if not quote.value:
        raise refuse(Reason.EMPTY_QUOTE, [quote], ActionKind.WRITE_CLIPBOARD)
    return single(cursor, act.WriteClipboard(text=quote.value))


def cell_of(tokens: list[Token]) -> tuple[str, str | None, list[Token]] | None:
    """Read *cell B2* and *cells B2:D7 of the orders table*.

    Args:
        tokens: The words.

    Returns:
        First cell, last cell if a block is meant, and the words after the preposition that
        follows; None when the words name no cell.
    """
    rest = [token for token in tokens if token.norm not in en.NOUNS.articles]
    if len(rest) < 2 or rest[0].norm not in {"cell", "cells"} or not rest[1].is_word:
        return None
    cells = read_cells(rest[1].value)
    if cells is None:
        return None
    if len(rest) > 2 and rest[2].norm not in en.IN_WORDS:
        return None
    return cells[0], cells[1], rest[3:]


def read_table(cursor: Cursor, tokens: list[Token]) -> list[Intent] | None:
    """Read *the orders table* and *cells A1:C3*, after *read*.

    Args:
        cursor: The clause.
        tokens: The words after the verb.

    Returns:
        The reading; None when the words name no table.
    """
    kind = ActionKind.READ_TABLE
    found = cell_of(tokens)
    if found is not None:
        first, last, place = found
        target = read_noun(place, en.NOUNS, kind).target() if place else None
        return single(cursor, act.ReadTable(target=target, start=first, end=last or first))
    if ends_in_role(split_place(tokens)[0], en.NOUNS) is not Role.TABLE:
        return None
    noun, app = noun_in_app(tokens, kind)
    target = noun.target(app) if noun.name is not None or app is not None else None
    return single(cursor, act.ReadTable(target=target))


def write_table(cursor: Cursor, quote: Token, place: list[Token]) -> list[Intent] | None:
    """Read *'text' in cell B2*, after *write*.

    Args:
        cursor: The clause.
        quote: The text; its lines are rows, its tabs part cells.
        place: The words after the preposition.

    Returns:
        The writing; None when the place is no cell.
    """
    found = cell_of(place)
    if found is None:
        return None
    kind = ActionKind.WRITE_TABLE
    first, last, inside = found
    if last is not None:
        raise refuse(Reason.LEFT_OVER, place, kind)
    target = read_noun(inside, en.NOUNS, kind).target() if inside else None
    return single(cursor, act.WriteTable(target=target, start=first, rows=rows_of(quote)))


def choose_menu(cursor: Cursor, tokens: list[Token]) -> list[Intent] | None:
    """Read *File > Save As*, after a verb of pressing or choosing.

    Args:
        cursor: The clause.
        tokens: The words after the verb.

    Returns:
        The choice; None when the words are no path.

    Raises:
        Misunderstood: The place after it is no program.
    """
    kind = ActionKind.CHOOSE_MENU
    stop = next((n for n, t in enumerate(tokens) if n and t.norm in {"in", "from", "of"}), None)
    head, place = (tokens, []) if stop is None else (tokens[:stop], tokens[stop + 1 :])
    words = [token for token in head if token.norm not in en.NOUNS.articles]
    if words and words[0].norm in {"menu", "menus"}:
        words = words[1:]
    if words and words[-1].norm == "menu":
        words = words[:-1]
    path = menu_path(words)
    if path is None:
        return None
    if stop is not None and not place:
        raise refuse(Reason.LEFT_OVER, tokens, kind)
    says_menu = ends_in_role(place, en.NOUNS) in {Role.MENU, Role.MENU_BAR} if place else True
    app = None if says_menu else read_app(place, en.NOUNS, kind)
    return single(cursor, act.ChooseMenu(path=path, app=app))


def undo(cursor: Cursor, _: Verb) -> list[Intent]:
    """Read *undo the last step*.

    Args:
        cursor: The clause after its verb.

    Returns:
        The undoing.

    Raises:
        Misunderstood: It names something else.
    """
    if tuple(token.norm for token in cursor.rest) not in _UNDONE:
        raise refuse(Reason.LEFT_OVER, cursor.rest, ActionKind.UNDO)
    cursor.take(len(cursor.rest))
    return single(cursor, act.Undo())
