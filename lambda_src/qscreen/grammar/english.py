"""Reads English goals: clauses, and what each asks for."""

from collections.abc import Callable, Sequence

from qscreen.grammar import english_data as data
from qscreen.grammar import english_setting as setting
from qscreen.grammar import lexicon_en as en
from qscreen.grammar.cursor import Cursor
from qscreen.grammar.english_clause import (
    finish,
    needs,
    noun_in_app,
    single,
    split_place,
)
from qscreen.grammar.english_counts import cut_phrase, take_count, take_leading_count, take_timeout
from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import Intent, Verb, refuse
from qscreen.grammar.keys import keys_of, looks_like_keys
from qscreen.grammar.targets import (
    ends_in_role,
    read_app,
    read_filename,
    read_noun,
)
from qscreen.grammar.tokens import Token
from qscreen.wire import action as act
from qscreen.wire.action import ActionKind
from qscreen.wire.snapshot import Role


def parse(tokens: Sequence[Token]) -> list[Intent]:
    """Read a goal in English.

    Args:
        tokens: All tokens of the goal.

    Returns:
        What its clauses ask for, in order; empty when it has none.

    Raises:
        Misunderstood: A part of the goal is not understood.
    """
    cursor = Cursor(tokens)
    intents: list[Intent] = []
    while True:
        _skip_openers(cursor)
        if cursor.done:
            return intents
        place = _leading_place(cursor)
        if place:
            intents.append(place)
            continue
        intents += _clause(cursor.take(_clause_length(cursor.rest)))


def _skip_openers(cursor: Cursor) -> None:
    while not cursor.done:
        token = cursor.peek()
        if token is not None and token.separates:
            cursor.take()
        elif not cursor.accept(en.OPENERS):
            return


def _clause_length(tokens: Sequence[Token]) -> int:
    for place, token in enumerate(tokens):
        if token.separates or token.norm in en.BREAKS:
            return place
    return len(tokens)


def _leading_place(cursor: Cursor) -> Intent | None:
    """Read *In the text editor, ...*: the program that the next clauses work in."""
    first = cursor.peek()
    if first is None or first.norm not in en.PLACE_OPENERS:
        return None
    clause = cursor.rest[: _clause_length(cursor.rest)]
    stop = next(
        (place for place, token in enumerate(clause) if place > 1 and token.norm in en.VERB_WORDS),
        len(clause),
    )
    if stop == 1:
        raise refuse(Reason.NO_VERB, clause, None)
    app = read_app(clause[1:stop], en.NOUNS, ActionKind.OPEN_APP)
    cursor.take(stop)
    return Intent(act.OpenApp(app=app), clause[0].start, clause[stop - 1].end)


def _clause(tokens: list[Token]) -> list[Intent]:
    cursor = Cursor(tokens)
    cursor.cut_tail(en.CLOSERS)
    if cursor.accept(en.NEGATIONS):
        raise refuse(Reason.NEGATION, tokens, None)
    for length in (4, 3, 2, 1):
        words = tuple(token.norm for token in cursor.tokens[:length])
        if len(words) == length and words in en.VERBS:
            cursor.take(length)
            return _HANDLERS[en.VERBS[words]](cursor, en.VERBS[words])
    raise refuse(Reason.NO_VERB, tokens, None)


def _open(cursor: Cursor, _: Verb) -> list[Intent]:
    kind = ActionKind.OPEN_APP
    needs(cursor, Reason.NO_TARGET, kind)
    rest = cursor.take(len(cursor.rest))
    menu = data.choose_menu(cursor, rest)
    if menu is not None:
        return menu
    if ends_in_role(rest, en.NOUNS) in {Role.MENU, Role.TAB, Role.LINK}:
        noun, app = noun_in_app(rest, ActionKind.CLICK)
        return single(cursor, act.Click(target=noun.target(app)))
    words = [token.norm for token in rest]
    if words[:4] == ["a", "new", "document", "in"] and len(rest) > 4:
        return single(
            cursor,
            act.OpenApp(app=read_app(rest[4:], en.NOUNS, kind), new_document=True),
        )
    if words[:2] == ["a", "new"] and len(rest) > 2:
        return single(
            cursor,
            act.OpenApp(app=read_app(rest[2:], en.NOUNS, kind), new_document=True),
        )
    return single(cursor, act.OpenApp(app=read_app(rest, en.NOUNS, kind)))


def _type(cursor: Cursor, _: Verb) -> list[Intent]:
    kind = ActionKind.TYPE_TEXT
    needs(cursor, Reason.NO_TEXT, kind)
    cursor.accept(en.TEXT_WORDS)
    quote = cursor.peek()
    if quote is None or not quote.is_quote:
        raise refuse(Reason.NO_TEXT, cursor.rest or cursor.tokens, kind)
    cursor.take()
    if not quote.value:
        raise refuse(Reason.EMPTY_QUOTE, [quote], kind)
    if cursor.done:
        return single(cursor, act.TypeText(text=quote.value))
    place = cursor.rest
    if place[0].norm not in en.IN_WORDS or len(place) < 2:
        raise refuse(Reason.LEFT_OVER, place, kind)
    if data.is_clipboard(place[1:]):
        return data.write_clipboard(cursor, quote)
    in_cell = data.write_table(cursor, quote, place[1:])
    if in_cell is not None:
        return in_cell
    if ends_in_role(split_place(place[1:])[0], en.NOUNS) not in {None, Role.WINDOW}:
        noun, app = noun_in_app(place[1:], kind)
        return single(cursor, act.TypeText(text=quote.value, target=noun.target(app)))
    app = read_app(place[1:], en.NOUNS, kind)
    return [
        Intent(act.OpenApp(app=app), place[0].start, place[-1].end),
        Intent(act.TypeText(text=quote.value), cursor.tokens[0].start, quote.end),
    ]


def _save(cursor: Cursor, _: Verb) -> list[Intent]:
    kind = ActionKind.SAVE_AS
    cursor.accept(en.SAVE_OBJECTS)
    if not cursor.done and not cursor.accept(en.SAVE_LINKS):
        raise refuse(Reason.NO_FILENAME, cursor.rest, kind)
    cursor.accept(en.NAME_WORDS)
    needs(cursor, Reason.NO_FILENAME, kind)
    head, preposition, place = split_place(cursor.rest)
    if preposition is not None and len(head) == 1:
        raise refuse(Reason.NO_FOLDER, [preposition, *place], kind)
    return single(cursor, act.SaveAs(filename=read_filename(cursor.rest, en.NOUNS)))


def _press(cursor: Cursor, verb: Verb) -> list[Intent]:
    kind = ActionKind.PRESS_KEYS
    whole = list(cursor.tokens)
    needs(cursor, Reason.NO_KEYS, kind)
    started = cursor.place
    count = take_count(cursor, kind, 20) or 1
    needs(cursor, Reason.NO_KEYS, kind)
    words = [token.norm or token.value.casefold() for token in cursor.rest]
    if words[0] == "the":
        words = words[1:]
    says_key = len(words) > 1 and words[-1] in {"key", "keys"}
    if says_key:
        words = words[:-1]
    quoted = any(token.is_quote for token in cursor.rest)
    keys = keys_of(words) if says_key or not quoted else None
    if keys:
        intent = Intent(act.PressKeys(keys=keys), whole[0].start, whole[-1].end)
        return [intent] * count
    in_app = [] if quoted else _keys_in_app(cursor.rest, whole[0].start, count)
    if in_app:
        return in_app
    if says_key or (not quoted and looks_like_keys(words)):
        raise refuse(Reason.NO_KEYS, cursor.rest, kind)
    cursor.tokens = whole
    cursor.place = started
    return _click(cursor, verb)


def _keys_in_app(tokens: list[Token], start: int, count: int) -> list[Intent]:
    """Read *ctrl+s in mousepad*: the program comes to the front first."""
    head, preposition, place = split_place(tokens)
    words = [token.norm for token in head if token.norm not in {"the", "key", "keys"}]
    keys = keys_of(words)
    if preposition is None or not place or keys is None:
        return []
    app = read_app(place, en.NOUNS, ActionKind.OPEN_APP)
    opened = Intent(act.OpenApp(app=app), preposition.start, place[-1].end)
    return [opened, *[Intent(act.PressKeys(keys=keys), start, head[-1].end)] * count]


def _click(cursor: Cursor, verb: Verb) -> list[Intent]:
    kind = ActionKind.CLICK
    whole = list(cursor.tokens)
    needs(cursor, Reason.NO_TARGET, kind)
    menu = data.choose_menu(cursor, cursor.rest)
    if menu is not None and verb is Verb.CLICK:
        return menu
    count = take_count(cursor, kind, 2)
    if count == 3 or (count and verb is Verb.DOUBLE_CLICK):
        raise refuse(Reason.BAD_NUMBER, whole[-1:], kind)
    needs(cursor, Reason.NO_TARGET, kind)
    noun, app = noun_in_app(cursor.take(len(cursor.rest)), kind)
    click = act.Click(
        target=noun.target(app),
        button="secondary" if verb is Verb.RIGHT_CLICK else "primary",
        count=2 if verb is Verb.DOUBLE_CLICK else count or 1,
    )
    return [Intent(click, whole[0].start, whole[-1].end)]


def _select(cursor: Cursor, _: Verb) -> list[Intent]:
    kind = ActionKind.SELECT
    needs(cursor, Reason.NO_TARGET, kind)
    menu = data.choose_menu(cursor, cursor.rest)
    if menu is not None:
        return menu
    head, preposition, place = split_place(cursor.take(len(cursor.rest)))
    if preposition is not None and not place:
        raise refuse(Reason.LEFT_OVER, [preposition], kind)
    noun = read_noun(head, en.NOUNS, kind)
    if noun.role in {None, Role.LIST_ITEM} and noun.name is not None:
        target = read_noun(place, en.NOUNS, kind).target() if place else None
        return single(cursor, act.Select(option=noun.name, target=target))
    app = read_app(place, en.NOUNS, kind) if place else None
    if noun.role in {Role.TEXT_FIELD, Role.TEXT_AREA, Role.PASSWORD_FIELD}:
        return single(cursor, act.Focus(target=noun.target(app)))
    if noun.role in {Role.TAB, Role.MENU, Role.MENU_ITEM, Role.RADIO_BUTTON}:
        return single(cursor, act.Click(target=noun.target(app)))
    raise refuse(Reason.ROLE_UNFIT, head, kind)


def _focus(cursor: Cursor, _: Verb) -> list[Intent]:
    needs(cursor, Reason.NO_TARGET, ActionKind.FOCUS)
    noun, app = noun_in_app(cursor.take(len(cursor.rest)), ActionKind.FOCUS)
    return single(cursor, act.Focus(target=noun.target(app)))


def _wait(cursor: Cursor, _: Verb) -> list[Intent]:
    kind = ActionKind.WAIT_FOR
    whole = list(cursor.tokens)
    needs(cursor, Reason.NO_TARGET, kind)
    timeout = take_timeout(cursor)
    link = cursor.accept((("for",), ("until",)))
    needs(cursor, Reason.NO_TARGET, kind)
    rest = cursor.rest
    if rest[-1].norm in en.UNITS_MS:
        raise refuse(Reason.TIME_IS_NO_TARGET, rest, kind)
    if link is None:
        raise refuse(Reason.LEFT_OVER, rest, kind)
    special = _wait_for_state(cursor, timeout, whole)
    if special is not None:
        return special
    disappears = cut_phrase(cursor, en.DISAPPEARS)
    appears = not disappears and cut_phrase(cursor, en.APPEARS)
    if link == ("until",) and not disappears and not appears:
        raise refuse(Reason.LEFT_OVER, rest, kind)
    needs(cursor, Reason.NO_TARGET, kind)
    noun, app = noun_in_app(cursor.take(len(cursor.rest)), kind)
    wait = act.WaitFor(target=noun.target(app), condition="disappears" if disappears else "appears")
    if timeout is not None:
        wait = wait.model_copy(update={"timeout_ms": timeout})
    return [Intent(wait, whole[0].start, whole[-1].end)]


def _wait_for_state(cursor: Cursor, timeout: int | None, whole: list[Token]) -> list[Intent] | None:
    """Read *until the status field shows 'Done'* and *until nothing changes*."""
    kind = ActionKind.WAIT_FOR
    rest = cursor.rest
    limits = {} if timeout is None else {"timeout_ms": timeout}
    if tuple(token.norm for token in rest) in en.AT_REST:
        wait = act.WaitFor(condition="idle").model_copy(update=limits)
        return [Intent(wait, whole[0].start, whole[-1].end)]
    if len(rest) < 3 or rest[-2].norm not in en.SHOWING or not rest[-1].is_quote:
        return None
    if not rest[-1].value:
        raise refuse(Reason.EMPTY_QUOTE, rest[-1:], kind)
    noun, app = noun_in_app(rest[:-2], kind)
    plain = noun.name is None and noun.role is Role.WINDOW and app is None
    target = None if plain else noun.target(app)
    wait = act.WaitFor(condition="text", text=rest[-1].value, target=target)
    return [Intent(wait.model_copy(update=limits), whole[0].start, whole[-1].end)]


def _read(cursor: Cursor, _: Verb) -> list[Intent]:
    kind = ActionKind.READ
    needs(cursor, Reason.NO_TARGET, kind)
    for phrase in (*en.READ_FOCUSED, *en.FOCUSED):
        if cursor.comes(phrase, cursor.place) and len(cursor.rest) == len(phrase):
            return single(cursor, act.Read())
    if data.is_clipboard(cursor.rest):
        return single(cursor, act.ReadClipboard())
    cursor.accept(en.READ_PARTS)
    needs(cursor, Reason.NO_TARGET, kind)
    rest = cursor.take(len(cursor.rest))
    table = data.read_table(cursor, rest)
    if table is not None:
        return table
    noun, app = noun_in_app(rest, kind)
    return single(cursor, act.Read(target=noun.target(app)))


def _scroll(cursor: Cursor, _: Verb) -> list[Intent]:
    kind = ActionKind.SCROLL
    whole = list(cursor.tokens)
    count = take_count(cursor, kind, 100)
    if count is not None:
        cursor.cut_tail((("by",),))
    cursor.accept((("to", "the"),))
    needs(cursor, Reason.NO_DIRECTION, kind)
    word = cursor.take()[0]
    if word.norm not in set(act.ScrollDirection):
        raise refuse(Reason.NO_DIRECTION, [word, *cursor.rest], kind)
    amount = count
    if amount is None and not cursor.done:
        amount = take_leading_count(cursor)
    target = None
    if not cursor.done:
        rest = cursor.rest
        if rest[0].norm not in en.IN_WORDS or len(rest) < 2:
            raise refuse(Reason.LEFT_OVER, rest, kind)
        target = read_noun(rest[1:], en.NOUNS, kind).target()
        cursor.take(len(rest))
    finish(cursor, kind)
    scroll = act.Scroll(direction=act.ScrollDirection(word.norm), target=target)
    if amount is not None:
        scroll = scroll.model_copy(update={"amount": amount})
    return [Intent(scroll, whole[0].start, whole[-1].end)]


_HANDLERS: dict[Verb, Callable[[Cursor, Verb], list[Intent]]] = {
    Verb.OPEN: _open,
    Verb.TYPE: _type,
    Verb.SAVE: _save,
    Verb.PRESS: _press,
    Verb.CLICK: _click,
    Verb.DOUBLE_CLICK: _click,
    Verb.RIGHT_CLICK: _click,
    Verb.SELECT: _select,
    Verb.FOCUS: _focus,
    Verb.WAIT: _wait,
    Verb.READ: _read,
    Verb.SCROLL: _scroll,
    Verb.SET: setting.set_value,
    Verb.CHECK: setting.switch,
    Verb.UNCHECK: setting.switch,
    Verb.DRAG: setting.drag,
    Verb.COPY: data.copy,
    Verb.UNDO: data.undo,
}
