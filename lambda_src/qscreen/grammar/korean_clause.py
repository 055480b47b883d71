"""One Korean clause: its phrases, and how they are taken."""

from dataclasses import dataclass

from qscreen.grammar import lexicon_ko as ko
from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import KIND_OF_VERB, Intent, Verb, refuse
from qscreen.grammar.korean_phrases import Phrase, split_phrases
from qscreen.grammar.targets import ends_in_role, read_app
from qscreen.grammar.tokens import Token
from qscreen.wire import action as act
from qscreen.wire.action import ActionKind
from qscreen.wire.snapshot import Role

IN = frozenset({"에서", "의"})
AT = frozenset({"에", "에다", "에다가"})
TO = frozenset({"로", "으로"})


@dataclass(frozen=True, slots=True)
class Clause:
    """The words before a verb, and the verb.

    Attributes:
        words: Tokens before the verb, without fillers.
        verb: Meaning of the verb.
        tokens: All tokens of the clause.
    """

    words: list[Token]
    verb: Verb
    tokens: list[Token]

    @property
    def kind(self) -> ActionKind:
        """The action that the verb asks for."""
        return KIND_OF_VERB[self.verb]

    def intent(self, action: act.Action, start: int | None = None) -> Intent:
        """Explain an action by the clause, or by a part of it.

        Args:
            action: The action.
            start: Offset of the part in the goal; None for the whole clause.

        Returns:
            The intent.
        """
        first = self.tokens[0].start if start is None else start
        return Intent(action, first, self.tokens[-1].end)

    def phrases(self, missing: Reason) -> list[Phrase]:
        """Cut the words into phrases.

        Args:
            missing: What is wrong when there are none.

        Returns:
            The phrases; at least one.

        Raises:
            Misunderstood: There are no words, or they cannot be cut.
        """
        if not any(not token.separates for token in self.words):
            raise refuse(missing, self.tokens, self.kind)
        return split_phrases(self.words, self.kind)


def pop_phrase(phrases: list[Phrase], particles: frozenset[str]) -> Phrase | None:
    """Take the first phrase that has one of the particles.

    Args:
        phrases: The phrases; the one taken is removed.
        particles: The particles.

    Returns:
        The phrase, or None.
    """
    for place, phrase in enumerate(phrases):
        if phrase.particle in particles:
            return phrases.pop(place)
    return None


def refuse_rest(phrases: list[Phrase], kind: ActionKind) -> None:
    """Refuse what no part of the clause has taken.

    Args:
        phrases: What is left.
        kind: The action of the verb.

    Raises:
        Misunderstood: Something is left.
    """
    if phrases:
        raise refuse(Reason.LEFT_OVER, phrases[0].tokens, kind)


def app_of(phrase: Phrase | None, kind: ActionKind) -> str | None:
    """Read the program that a phrase names.

    Args:
        phrase: The phrase, or None.
        kind: The action of the verb.

    Returns:
        The program's name; None without a phrase.

    Raises:
        Misunderstood: It names an element or a file.
    """
    if phrase is None:
        return None
    role = ends_in_role(phrase.tokens, ko.NOUNS)
    if role not in {None, Role.WINDOW} and not phrase.tokens[-1].is_quote:
        raise refuse(Reason.PLACE_UNFIT, phrase.tokens, kind)
    return read_app(phrase.tokens, ko.NOUNS, kind)


def object_of(phrases: list[Phrase], clause: Clause, particles: frozenset[str]) -> Phrase:
    """Take the phrase that the clause acts on.

    Args:
        phrases: The phrases; the one taken is removed.
        clause: The clause.
        particles: Particles that it may have.

    Returns:
        The phrase.

    Raises:
        Misunderstood: There is none.
    """
    found = pop_phrase(phrases, particles)
    if found is None:
        raise refuse(Reason.NO_TARGET, clause.tokens, clause.kind)
    return found
