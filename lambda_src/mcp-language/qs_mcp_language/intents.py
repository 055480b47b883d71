"""What the writer of a text wants: by a trained classifier where there is one, else by rules."""

from qs_mcp_language.classifier import by_classifier
from qs_mcp_language.models import Classified, Source, by_rules
from qs_reading.classes import INTENTS, UNCLEAR, intent_of

ENDPOINT = "QS_INTENT_CLASSIFIER_ARN"
COMMAND = "command"

_GRAMMAR_READS = 2_000
"""Characters that the command grammar takes."""

LABELS = (COMMAND, *INTENTS, UNCLEAR)
"""What rules can answer."""


def find_intent(text: str) -> Classified:
    """Find what the writer of a text wants.

    Args:
        text: The text.

    Returns:
        The intent, and who judged.

    Raises:
        ToolFault: If there is a classifier and it does not answer.
    """
    return by_classifier(ENDPOINT, text) or _by_grammar(text) or by_rules(intent_of(text))


def _by_grammar(text: str) -> Classified | None:
    """Recognise what the platform itself could carry out; the grammar guesses nothing."""
    # The grammar and its wire types are loaded with the first question of this kind.
    from qscreen.grammar.understanding import understand
    from qscreen.wire import Plan

    if len(text) > _GRAMMAR_READS:
        return None
    found = understand(text)
    if not isinstance(found, Plan):
        return None
    actions = list(dict.fromkeys(step.action.kind.value for step in found.steps))
    return Classified(
        label=COMMAND, score=1, alternatives=[], evidence=actions, source=Source.RULES
    )
