"""Counts, times and endings of English clauses."""

from qscreen.grammar import lexicon_en as en
from qscreen.grammar.cursor import Cursor
from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import refuse
from qscreen.grammar.tokens import Token
from qscreen.grammar.waiting import check_timeout
from qscreen.wire.action import ActionKind


def number_of(token: Token) -> int | None:
    """Read digits or a number word.

    Args:
        token: A word.

    Returns:
        The number, or None.
    """
    if token.norm.isascii() and token.norm.isdigit() and len(token.norm) <= 6:
        return int(token.norm)
    return en.NUMBERS.get(token.norm)


def take_count(cursor: Cursor, kind: ActionKind, limit: int) -> int | None:
    """Cut *3 times* or *twice* off the end.

    Args:
        cursor: The clause; the count is removed from it.
        kind: The action of the verb.
        limit: Largest count that the action can do.

    Returns:
        The count, or None when there is none.

    Raises:
        Misunderstood: The count is zero or above the limit.
    """
    rest = cursor.rest
    if rest and rest[-1].norm in en.ADVERB_TIMES:
        del cursor.tokens[-1]
        return en.ADVERB_TIMES[rest[-1].norm]
    if len(rest) < 2 or rest[-1].norm not in en.TIMES:
        return None
    count = number_of(rest[-2])
    if count is None:
        return None
    if not 1 <= count <= limit:
        raise refuse(Reason.BAD_NUMBER, rest[-2:], kind)
    del cursor.tokens[-2:]
    return count


def take_timeout(cursor: Cursor) -> int | None:
    """Cut *for up to 10 seconds* off the end.

    Args:
        cursor: The clause; the time is removed from it.

    Returns:
        Milliseconds, or None when there is no time.

    Raises:
        Misunderstood: The time is outside what a step may wait.
    """
    rest = cursor.rest
    if len(rest) < 3 or rest[-1].norm not in en.UNITS_MS:
        return None
    count = number_of(rest[-2])
    if count is None:
        return None
    for phrase in en.LIMITS:
        start = len(cursor.tokens) - 2 - len(phrase)
        if start > cursor.place and cursor.comes(phrase, start):
            cut = cursor.tokens[start:]
            timeout = check_timeout(count * en.UNITS_MS[rest[-1].norm], cut)
            del cursor.tokens[start:]
            return timeout
    return None


def cut_phrase(cursor: Cursor, phrases: tuple[tuple[str, ...], ...]) -> bool:
    """Cut one of several phrases off the end.

    Args:
        cursor: The clause; the phrase is removed from it.
        phrases: Phrases as case-folded words, longest first.

    Returns:
        Whether one stood there.
    """
    before = len(cursor.tokens)
    for phrase in phrases:
        start = before - len(phrase)
        if start >= cursor.place and cursor.comes(phrase, start):
            del cursor.tokens[start:]
            return True
    return False


def take_leading_count(cursor: Cursor) -> int | None:
    """Read *5 lines* or *twice* when it comes next, as in *down by 5 lines in the list*.

    Args:
        cursor: The clause.

    Returns:
        The count, or None when there is none.

    Raises:
        Misunderstood: There is no count after *by*, or it is outside 1 to 100.
    """
    cursor.accept((("by",),))
    rest = cursor.rest
    if not rest:
        raise refuse(Reason.BAD_NUMBER, cursor.tokens[-1:], ActionKind.SCROLL)
    if rest[0].norm in en.ADVERB_TIMES:
        cursor.take()
        return en.ADVERB_TIMES[rest[0].norm]
    if len(rest) > 1 and rest[1].norm in en.TIMES:
        count = number_of(rest[0])
        if count is not None:
            if not 1 <= count <= 100:
                raise refuse(Reason.BAD_NUMBER, rest[:2], ActionKind.SCROLL)
            cursor.take(2)
            return count
    return None
