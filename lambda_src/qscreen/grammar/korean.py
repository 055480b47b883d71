"""Reads Korean goals: clauses, and what each asks for."""

import itertools
from collections.abc import Callable, Sequence

from qscreen.grammar import korean_data as data
from qscreen.grammar import korean_setting as setting
from qscreen.grammar import lexicon_ko as ko
from qscreen.grammar.cursor import Cursor
from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import Intent, Verb, refuse
from qscreen.grammar.keys import keys_of, looks_like_keys
from qscreen.grammar.korean_clause import (
    AT,
    IN,
    TO,
    Clause,
    app_of,
    object_of,
    pop_phrase,
    refuse_rest,
)
from qscreen.grammar.korean_phrases import Phrase, split_phrases, take_count
from qscreen.grammar.korean_scrolling import scroll
from qscreen.grammar.korean_verbs import find_verb
from qscreen.grammar.korean_waiting import wait_of
from qscreen.grammar.targets import ends_in_role, read_app, read_filename, read_noun
from qscreen.grammar.tokens import Token
from qscreen.wire import action as act
from qscreen.wire.action import ActionKind
from qscreen.wire.snapshot import Role


def parse(tokens: Sequence[Token]) -> list[Intent]:
    """Read a goal in Korean.

    Args:
        tokens: All tokens of the goal.

    Returns:
        What its clauses ask for, in order; empty when it has none.

    Raises:
        Misunderstood: A part of the goal is not understood.
    """
    _refuse_negation(tokens)
    cursor = Cursor(tokens)
    intents: list[Intent] = []
    while True:
        _skip_connectors(cursor)
        if cursor.done:
            return intents
        clause = _next_clause(cursor)
        intents += _HANDLERS[clause.verb](clause)


def _refuse_negation(tokens: Sequence[Token]) -> None:
    for first, second in itertools.pairwise(tokens):
        if first.is_word and first.norm.endswith("지") and second.norm in ko.NEGATIONS:
            raise refuse(Reason.NEGATION, [first, second], None)


def _skip_connectors(cursor: Cursor) -> None:
    while not cursor.done:
        token = cursor.peek()
        if token is not None and token.separates:
            cursor.take()
        elif not cursor.accept(ko.CONNECTORS):
            return


def _next_clause(cursor: Cursor) -> Clause:
    start = cursor.place
    for place in range(start, len(cursor.tokens)):
        token = cursor.tokens[place]
        found = find_verb(cursor.tokens, place) if token.is_word else None
        if found:
            length = place - start + found.length
            tokens = cursor.take(length)
            words = [token for token in tokens[: place - start] if token.norm not in ko.FILLERS]
            return Clause(words, found.verb, tokens)
        if token.value in ".!?。！？…\n" and token.separates:
            break
    rest = cursor.rest
    stop = next((n for n, token in enumerate(rest) if token.separates and n), len(rest))
    raise refuse(Reason.NO_VERB, rest[:stop], None)


def _open(clause: Clause) -> list[Intent]:
    kind = clause.kind
    special = data.choose_menu(clause) or setting.turn_on(clause)
    if special:
        return special
    phrases = clause.phrases(Reason.NO_TARGET)
    place = pop_phrase(phrases, IN)
    found = object_of(phrases, clause, ko.OBJECT_PARTICLES)
    refuse_rest(phrases, kind)
    if place is not None and found.norms in ko.NEW_DOCUMENTS:
        app = read_app(place.tokens, ko.NOUNS, kind)
        return [clause.intent(act.OpenApp(app=app, new_document=True))]
    if ends_in_role(found.tokens, ko.NOUNS) in {Role.MENU, Role.TAB, Role.LINK}:
        noun = read_noun(found.tokens, ko.NOUNS, ActionKind.CLICK)
        return [clause.intent(act.Click(target=noun.target(app_of(place, kind))))]
    if place is not None:
        raise refuse(Reason.PLACE_UNFIT, place.tokens, kind)
    tokens, new = found.tokens, False
    if len(tokens) > 1 and tokens[0].norm == "새":
        tokens, new = tokens[1:], True
    app = read_app(tokens, ko.NOUNS, kind)
    return [clause.intent(act.OpenApp(app=app, new_document=new))]


def _text(phrases: list[Phrase], clause: Clause) -> Token:
    """Take the quoted text, with a noun after it that only says that it is text."""
    kind = clause.kind
    for place, phrase in enumerate(phrases):
        if phrase.particle not in ko.TEXT_PARTICLES:
            continue
        says_text = len(phrase.tokens) == 2 and phrase.norms[1] in ko.TEXT_NOUNS
        quote = phrase.without_tail(1).quote if says_text else phrase.quote
        if quote is None:
            continue
        del phrases[place]
        if phrase.particle in {"이라는", "라는"}:
            following = phrases[place : place + 1]
            if not following or len(following[0].tokens) != 1:
                raise refuse(Reason.NO_TEXT, clause.tokens, kind)
            if following[0].norms[0] not in ko.TEXT_NOUNS:
                raise refuse(Reason.LEFT_OVER, following[0].tokens, kind)
            del phrases[place]
        if not quote.value:
            raise refuse(Reason.EMPTY_QUOTE, [quote], kind)
        return quote
    objects = [phrase for phrase in phrases if phrase.particle not in AT]
    part = objects[-1].tokens if objects else clause.tokens
    raise refuse(Reason.NO_TEXT, part, kind)


def _type(clause: Clause) -> list[Intent]:
    kind = clause.kind
    phrases = clause.phrases(Reason.NO_TEXT)
    quote = _text(phrases, clause)
    at, inside = pop_phrase(phrases, AT), pop_phrase(phrases, IN)
    refuse_rest(phrases, kind)
    if data.is_clipboard(at):
        return data.write_clipboard(clause, quote)
    in_cell = data.write_table(clause, quote, at, inside)
    if in_cell is not None:
        return in_cell
    if at is not None and ends_in_role(at.tokens, ko.NOUNS) not in {None, Role.WINDOW}:
        target = read_noun(at.tokens, ko.NOUNS, kind).target(app_of(inside, kind))
        return [clause.intent(act.TypeText(text=quote.value, target=target))]
    if at is not None and inside is not None:
        raise refuse(Reason.PLACE_UNFIT, inside.tokens, kind)
    place = at or inside
    if place is None:
        return [clause.intent(act.TypeText(text=quote.value))]
    opened = Intent(
        act.OpenApp(app=read_app(place.tokens, ko.NOUNS, ActionKind.OPEN_APP)),
        place.start,
        place.end,
    )
    if place.start > clause.tokens[0].start:
        return [opened, clause.intent(act.TypeText(text=quote.value))]
    following = next(token for token in clause.tokens if token.start >= place.end)
    return [opened, clause.intent(act.TypeText(text=quote.value), following.start)]


def _strike(clause: Clause) -> list[Intent]:
    """Read *엔터를 쳐 줘*, and *'안녕'이라고 쳐 줘*."""
    if any(token.is_quote for token in clause.words):
        return _type(clause)
    keys = _keys(clause.words)
    if keys is None:
        raise refuse(Reason.NO_TEXT, clause.tokens, clause.kind)
    return [clause.intent(act.PressKeys(keys=keys))]


def _save(clause: Clause) -> list[Intent]:
    kind = clause.kind
    phrases = clause.phrases(Reason.NO_FILENAME)
    phrases = [phrase for phrase in phrases if not _says_only_save(phrase)]
    named = pop_phrase(phrases, frozenset({"이라는", "라는"}))
    if named is not None:
        link = pop_phrase(phrases, TO)
        if link is None or link.norms not in {(noun,) for noun in ko.NAME_NOUNS}:
            raise refuse(Reason.NO_FILENAME, named.tokens, kind)
    else:
        named = pop_phrase(phrases, TO) or pop_phrase(phrases, frozenset({"이라고", "라고"}))
    if named is None:
        inside = pop_phrase(phrases, AT)
        named = inside if inside is not None and _is_file(inside) else None
        if named is None:
            raise refuse(Reason.NO_FILENAME, clause.tokens, kind)
    inside = pop_phrase(phrases, IN | AT)
    if inside is not None:
        raise refuse(Reason.NO_FOLDER, inside.tokens, kind)
    refuse_rest(phrases, kind)
    if len(named.tokens) > 1 and named.norms[-1] in ko.NAME_NOUNS:
        named = named.without_tail(1)
    return [clause.intent(act.SaveAs(filename=read_filename(named.tokens, ko.NOUNS)))]


def _says_only_save(phrase: Phrase) -> bool:
    """Tell whether a phrase adds nothing to saving: *파일을*, *다른 이름으로*."""
    if phrase.particle in TO:
        return phrase.norms == ("다른", "이름")
    plain = len(phrase.tokens) == 1 and phrase.norms[0] in ko.SAVE_OBJECTS
    return plain and phrase.particle in ko.OBJECT_PARTICLES


def _is_file(phrase: Phrase) -> bool:
    return len(phrase.tokens) == 1 and "." in phrase.tokens[0].value


def _keys(words: Sequence[Token]) -> tuple[str, ...] | None:
    norms = [token.norm for token in words]
    if norms and norms[0] == "단축키":
        norms = norms[1:]
    if norms:
        last = norms[-1]
        for particle in ("을", "를"):
            last = last.removesuffix(particle) or last
        norms[-1] = last
    norms = [_unlinked(norm) for norm in norms if norm not in ko.KEY_LINKS]
    if len(norms) > 1 and norms[-1] in {"키", "글쇠"}:
        norms = norms[:-1]
    elif norms and norms[-1].endswith("키") and len(norms[-1]) > 1:
        norms[-1] = norms[-1].removesuffix("키")
    return keys_of(norms)


def _unlinked(norm: str) -> str:
    """Take the particle off *ctrl과* and *컨트롤과*."""
    for link in ("와", "과", "랑"):
        stem = norm.removesuffix(link)
        if stem and stem != norm and keys_of([stem]):
            return stem
    return norm


def _press(clause: Clause) -> list[Intent]:
    menu = data.choose_menu(clause)
    if menu is not None:
        return menu
    words = list(clause.words)
    count = take_count(words, clause.kind, 20) or 1
    if words and not any(token.is_quote or token.separates for token in words):
        keys = _keys(words)
        if keys:
            return [clause.intent(act.PressKeys(keys=keys))] * count
        in_app = _keys_in_app(words, clause, count)
        if in_app:
            return in_app
        if looks_like_keys([token.norm for token in words]):
            raise refuse(Reason.NO_KEYS, words, clause.kind)
    quoted_key = len(words) == 2 and words[0].is_quote and words[1].norm in {"키", "키를"}
    if quoted_key:
        keys = keys_of([words[0].value.casefold()])
        if keys is None:
            raise refuse(Reason.NO_KEYS, words, clause.kind)
        return [clause.intent(act.PressKeys(keys=keys))] * count
    return _click(Clause(clause.words, Verb.CLICK, clause.tokens))


def _keys_in_app(words: list[Token], clause: Clause, count: int) -> list[Intent]:
    """Read *메모장에서 ctrl+s를 눌러*: the program comes to the front first."""
    first = split_phrases(words, clause.kind)[0]
    following = [token for token in words if token.start >= first.end]
    keys = _keys(following)
    if first.particle != "에서" or keys is None:
        return []
    app = read_app(first.tokens, ko.NOUNS, ActionKind.OPEN_APP)
    press = clause.intent(act.PressKeys(keys=keys), following[0].start)
    return [Intent(act.OpenApp(app=app), first.start, first.end), *[press] * count]


def _click(clause: Clause) -> list[Intent]:
    kind = clause.kind
    menu = data.choose_menu(clause) if clause.verb is Verb.CLICK else None
    if menu is not None:
        return menu
    words = list(clause.words)
    count = take_count(words, kind, 1 if clause.verb is Verb.DOUBLE_CLICK else 2)
    rest = Clause(words, clause.verb, clause.tokens)
    phrases = rest.phrases(Reason.NO_TARGET)
    app = app_of(pop_phrase(phrases, IN), kind)
    found = object_of(phrases, clause, ko.OBJECT_PARTICLES)
    refuse_rest(phrases, kind)
    click = act.Click(
        target=read_noun(found.tokens, ko.NOUNS, kind).target(app),
        button="secondary" if clause.verb is Verb.RIGHT_CLICK else "primary",
        count=2 if clause.verb is Verb.DOUBLE_CLICK else count or 1,
    )
    return [clause.intent(click)]


def _select(clause: Clause) -> list[Intent]:
    kind = clause.kind
    menu = data.choose_menu(clause)
    if menu is not None:
        return menu
    phrases = clause.phrases(Reason.NO_TARGET)
    place = pop_phrase(phrases, IN | AT)
    found = object_of(phrases, clause, ko.OBJECT_PARTICLES | TO)
    refuse_rest(phrases, kind)
    noun = read_noun(found.tokens, ko.NOUNS, kind)
    if noun.role in {None, Role.LIST_ITEM} and noun.name is not None:
        target = read_noun(place.tokens, ko.NOUNS, kind).target() if place else None
        return [clause.intent(act.Select(option=noun.name, target=target))]
    app = app_of(place, kind)
    if noun.role in {Role.TEXT_FIELD, Role.TEXT_AREA, Role.PASSWORD_FIELD}:
        return [clause.intent(act.Focus(target=noun.target(app)))]
    if noun.role in {Role.TAB, Role.MENU, Role.MENU_ITEM, Role.RADIO_BUTTON}:
        return [clause.intent(act.Click(target=noun.target(app)))]
    raise refuse(Reason.ROLE_UNFIT, found.tokens, kind)


def _focus(clause: Clause) -> list[Intent]:
    kind = clause.kind
    phrases = clause.phrases(Reason.NO_TARGET)
    app = app_of(pop_phrase(phrases, IN), kind)
    found = object_of(phrases, clause, ko.OBJECT_PARTICLES | AT | TO)
    refuse_rest(phrases, kind)
    return [clause.intent(act.Focus(target=read_noun(found.tokens, ko.NOUNS, kind).target(app)))]


def _put_focus(clause: Clause) -> list[Intent]:
    """Read *이름 칸에 커서를 두고*."""
    kind = clause.kind
    phrases = clause.phrases(Reason.NO_TARGET)
    about_focus = phrases[-1].norms[-1] in ko.FOCUS_NOUNS
    if not about_focus and any(phrase.particle in TO for phrase in phrases):
        # *음량을 70으로 맞춰*
        return setting.set_value(Clause(clause.words, Verb.SET, clause.tokens))
    if phrases[-1].particle not in ko.OBJECT_PARTICLES or not about_focus:
        raise refuse(Reason.NO_VERB, clause.tokens, None)
    moved = phrases.pop()
    if len(moved.tokens) > 1:
        raise refuse(Reason.LEFT_OVER, moved.tokens, kind)
    app = app_of(pop_phrase(phrases, IN), kind)
    found = object_of(phrases, clause, AT | TO)
    refuse_rest(phrases, kind)
    return [clause.intent(act.Focus(target=read_noun(found.tokens, ko.NOUNS, kind).target(app)))]


def _wait(clause: Clause) -> list[Intent]:
    return [clause.intent(wait_of(clause.words, clause.tokens))]


def _read(clause: Clause) -> list[Intent]:
    kind = clause.kind
    phrases = clause.phrases(Reason.NO_TARGET)
    table = data.read_table(clause, phrases)
    if table is not None:
        return table
    last = phrases[-1]
    says_value = (
        len(last.tokens) == 1
        and last.norms[0] in ko.VALUE_NOUNS
        and last.particle in ko.OBJECT_PARTICLES
    )
    if says_value and len(phrases) == 1:
        return [clause.intent(act.Read())]
    if says_value and phrases[-2].particle == "의":
        phrases[-2:] = [Phrase(phrases[-2].tokens, "", phrases[-2].start, last.end)]
    app = app_of(pop_phrase(phrases, IN), kind)
    found = object_of(phrases, clause, ko.OBJECT_PARTICLES)
    refuse_rest(phrases, kind)
    if len(found.tokens) > 1 and found.norms[-1] in ko.VALUE_NOUNS:
        found = found.without_tail(1)
    return [clause.intent(act.Read(target=read_noun(found.tokens, ko.NOUNS, kind).target(app)))]


_HANDLERS: dict[Verb, Callable[[Clause], list[Intent]]] = {
    Verb.OPEN: _open,
    Verb.TYPE: _type,
    Verb.STRIKE: _strike,
    Verb.SAVE: _save,
    Verb.PRESS: _press,
    Verb.CLICK: _click,
    Verb.DOUBLE_CLICK: _click,
    Verb.RIGHT_CLICK: _click,
    Verb.SELECT: _select,
    Verb.FOCUS: _focus,
    Verb.PUT_FOCUS: _put_focus,
    Verb.WAIT: _wait,
    Verb.READ: _read,
    Verb.SCROLL: scroll,
    Verb.SCROLL_UP: scroll,
    Verb.SCROLL_DOWN: scroll,
    Verb.SET: setting.set_value,
    Verb.CHECK: setting.switch,
    Verb.UNCHECK: setting.switch,
    Verb.TURN_OFF: setting.switch,
    Verb.DRAG: setting.drag,
    Verb.COPY: data.copy,
    Verb.UNDO: data.undo,
}
