"""Reads where a Korean clause scrolls."""

from qscreen.grammar import lexicon_ko as ko
from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import Intent, Verb, refuse
from qscreen.grammar.korean_clause import Clause
from qscreen.grammar.korean_phrases import take_count
from qscreen.grammar.targets import read_noun
from qscreen.wire import action as act

_VERTICAL = {Verb.SCROLL_UP: "up", Verb.SCROLL_DOWN: "down"}


def scroll(clause: Clause) -> list[Intent]:
    """Read a clause that scrolls.

    Args:
        clause: The clause.

    Returns:
        The scrolling.

    Raises:
        Misunderstood: It says no direction, or something that is no target.
    """
    kind = clause.kind
    words = list(clause.words)
    count = take_count(words, kind, 100)
    direction = _VERTICAL.get(clause.verb)
    if not words:
        raise refuse(Reason.NO_DIRECTION, clause.tokens, kind)
    phrases = Clause(words, clause.verb, clause.tokens).phrases(Reason.NO_DIRECTION)
    if direction is not None and not any(phrase.norms in ko.SCROLLED for phrase in phrases):
        # 내리다 and 올리다 mean scrolling only with 화면 or 스크롤.
        raise refuse(Reason.NO_VERB, clause.tokens, None)
    target = None
    for phrase in phrases:
        tokens = list(phrase.tokens)
        if count is None and len(tokens) > 1 and phrase.norms[-1] in ko.DIRECTIONS:
            head = tokens[:-1]
            count = take_count(head, kind, 100)
            tokens = [*head, tokens[-1]]
        way = ko.DIRECTIONS.get(tokens[0].norm) if len(tokens) == 1 else None
        if way is not None and phrase.particle in {"로", "으로", ""}:
            if direction not in {None, way}:
                raise refuse(Reason.NO_DIRECTION, phrase.tokens, kind)
            direction = way
        elif phrase.norms in ko.SCROLLED and phrase.particle in {"을", "를", "에서", ""}:
            continue
        elif phrase.particle in {"을", "를", "에서"} and target is None:
            target = read_noun(phrase.tokens, ko.NOUNS, kind).target()
        else:
            raise refuse(Reason.LEFT_OVER, phrase.tokens, kind)
    if direction is None:
        raise refuse(Reason.NO_DIRECTION, clause.tokens, kind)
    action = act.Scroll(direction=act.ScrollDirection(direction), target=target)
    if count is not None:
        action = action.model_copy(update={"amount": count})
    return [clause.intent(action)]
