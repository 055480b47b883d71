"""From a goal to a plan, or to the reason why there is none."""

from collections.abc import Sequence
from datetime import UTC, datetime

from qscreen.grammar import english, korean
from qscreen.grammar.fault import Misunderstood, Reason
from qscreen.grammar.intent import Intent
from qscreen.grammar.language import detect
from qscreen.grammar.planning import steps_of
from qscreen.grammar.reasons import REASONS
from qscreen.grammar.suggestions import suggest
from qscreen.grammar.tokens import QUOTES, Token, tokenize
from qscreen.wire.base import Language
from qscreen.wire.plan import NotUnderstood, Plan, PlanSource

_LONGEST = 2000  # the length that qscreen.wire.RunRequest and Plan allow, characters


def understand(goal: str) -> Plan | NotUnderstood:
    """Read a goal in Korean or English.

    Every part of the goal must be understood: there is no plan for a part of it, and no guess.
    Nothing in quotes is ever read as an instruction. Deterministic but for `created_at`, and
    without a model.

    Args:
        goal: The goal as the user wrote it.

    Returns:
        The plan, or the part that was not understood with the reason and the nearest forms.
        It never raises; lone surrogates, which JSON cannot carry, are read as U+FFFD.
    """
    goal = goal.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    tokens: Sequence[Token] = ()
    try:
        _check_length(goal)
        tokens = tokenize(goal)
        language = detect(tokens, goal)
        intents = _parse(goal, language, tokens)
        return Plan(
            goal=goal,
            language=language,
            source=PlanSource.GRAMMAR,
            steps=steps_of(goal, intents),
            created_at=datetime.now(UTC),
        )
    except Misunderstood as fault:
        return _answer(goal, detect(tokens or _words(goal), goal), fault)


def _parse(goal: str, language: Language, tokens: Sequence[Token]) -> list[Intent]:
    parse = korean.parse if language is Language.KO else english.parse
    intents = parse(tokens)
    if not intents:
        raise Misunderstood(Reason.EMPTY, 0, len(goal))
    return intents


def _words(goal: str) -> list[Token]:
    """Cut a goal that has no tokens, because of a quote or its length, without its quotes."""
    return tokenize("".join(" " if char in QUOTES else char for char in goal[:_LONGEST]))


def _check_length(goal: str) -> None:
    if not goal.strip():
        raise Misunderstood(Reason.EMPTY, 0, len(goal))
    if len(goal) > _LONGEST:
        raise Misunderstood(Reason.TOO_LONG, _LONGEST, len(goal))


def _answer(goal: str, language: Language, fault: Misunderstood) -> NotUnderstood:
    part = goal[fault.start : fault.end]
    return NotUnderstood(
        goal=goal,
        language=language,
        part=part,
        start=fault.start,
        because=REASONS[language][fault.reason],
        suggestions=suggest(part, language, fault.kind),
    )
