"""What the readers of English clauses share: targets, places, and how a clause ends."""

from qscreen.grammar import lexicon_en as en
from qscreen.grammar.cursor import Cursor
from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import Intent, refuse
from qscreen.grammar.targets import Noun, ends_in_role, read_app, read_noun
from qscreen.grammar.tokens import Token
from qscreen.wire import action as act
from qscreen.wire.action import ActionKind
from qscreen.wire.snapshot import Role

_PRESSED_ROLES = frozenset(
    {
        Role.BUTTON,
        Role.TOGGLE_BUTTON,
        Role.LINK,
        Role.TAB,
        Role.MENU,
        Role.MENU_ITEM,
        Role.CHECK_BOX,
        Role.RADIO_BUTTON,
    }
)


def needs(cursor: Cursor, reason: Reason, kind: ActionKind) -> None:
    """Refuse a clause that ends here.

    Args:
        cursor: The clause.
        reason: What is missing.
        kind: The action of the verb.

    Raises:
        Misunderstood: It ends here.
    """
    if cursor.done:
        raise refuse(reason, cursor.tokens, kind)


def finish(cursor: Cursor, kind: ActionKind) -> None:
    """Refuse a clause that goes on.

    Args:
        cursor: The clause.
        kind: The action of the verb.

    Raises:
        Misunderstood: It goes on.
    """
    if not cursor.done:
        raise refuse(Reason.LEFT_OVER, cursor.rest, kind)


def single(cursor: Cursor, action: act.Action) -> list[Intent]:
    """Explain one action by the whole clause.

    Args:
        cursor: The clause.
        action: The action.

    Returns:
        The intent.
    """
    return [Intent(action, cursor.tokens[0].start, cursor.tokens[-1].end)]


def split_place(tokens: list[Token]) -> tuple[list[Token], Token | None, list[Token]]:
    """Split *X in Y* at its first preposition.

    Args:
        tokens: The words.

    Returns:
        X, the preposition and Y; None and nothing where there is no preposition.
    """
    for place, token in enumerate(tokens):
        if place and token.norm in en.IN_WORDS:
            return tokens[:place], token, tokens[place + 1 :]
    return tokens, None, []


def noun_in_app(tokens: list[Token], kind: ActionKind) -> tuple[Noun, str | None]:
    """Read an element, and the program it is in.

    Args:
        tokens: The words.
        kind: The action of the verb.

    Returns:
        The element and the program's name, if it says one.

    Raises:
        Misunderstood: The words name no element, or the place is no program.
    """
    head, preposition, place = split_place(tokens)
    if preposition is None:
        return read_noun(tokens, en.NOUNS, kind), None
    if not place:
        raise refuse(Reason.LEFT_OVER, [preposition], kind)
    whole_is_name = (
        ends_in_role(tokens, en.NOUNS) in _PRESSED_ROLES
        and not any(token.is_quote for token in tokens)
        and not any(token.norm in en.NOUNS.articles for token in tokens[1:])
    )
    if whole_is_name:
        # *the Sign in button*: which preposition belongs to the name cannot be known.
        raise refuse(Reason.NOT_A_NAME, tokens, kind)
    role = ends_in_role(place, en.NOUNS)
    if role not in {None, Role.WINDOW}:
        raise refuse(Reason.PLACE_UNFIT, [preposition, *place], kind)
    return read_noun(head, en.NOUNS, kind), read_app(place, en.NOUNS, kind)
