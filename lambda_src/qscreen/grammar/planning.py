"""Makes the steps of a plan from what the clauses ask for."""

from collections.abc import Sequence

from qscreen.grammar.fault import Misunderstood, Reason
from qscreen.grammar.intent import Intent
from qscreen.wire.action import Click, Focus, OpenApp, SaveAs, Select, Target, TypeText
from qscreen.wire.plan import Step
from qscreen.wire.snapshot import Role

_MOST_STEPS = 20  # the length that qscreen.wire.Plan allows
_BECAUSE = 1000  # the length that qscreen.wire.Step allows, characters


def steps_of(goal: str, intents: Sequence[Intent]) -> tuple[Step, ...]:
    """Make steps from intents that know nothing of each other.

    A text that follows the opening of a program goes to the program's text area, and a program
    whose new text is saved under a name starts with a new document, so that the text of an
    open file is not saved with it.

    Args:
        goal: The goal.
        intents: What its clauses ask for, in order.

    Returns:
        The steps.

    Raises:
        Misunderstood: There are more than 20.
    """
    wanted = _with_new_documents(_with_text_areas(_without_reopening(intents)))
    if len(wanted) > _MOST_STEPS:
        beyond = wanted[_MOST_STEPS]
        raise Misunderstood(Reason.TOO_MANY_STEPS, beyond.start, len(goal.rstrip()))
    return tuple(
        Step(
            id=f"s{number}",
            action=intent.action,
            because=goal[intent.start : intent.end][:_BECAUSE],
        )
        for number, intent in enumerate(wanted, start=1)
    )


def _without_reopening(intents: Sequence[Intent]) -> list[Intent]:
    """Drop the opening of the program that is open already; its words go to the next step."""
    kept: list[Intent] = []
    current: str | None = None
    dropped: Intent | None = None
    for intent in intents:
        if isinstance(intent.action, OpenApp):
            same = intent.action.app.casefold() == current
            current = intent.action.app.casefold()
            if same and not intent.action.new_document and intent is not intents[-1]:
                dropped = intent
                continue
        if dropped is not None:
            intent = Intent(  # noqa: PLW2901 - the same intent, explained by more words
                intent.action,
                min(dropped.start, intent.start),
                max(dropped.end, intent.end),
            )
            dropped = None
        kept.append(intent)
    return kept


def _with_text_areas(intents: Sequence[Intent]) -> list[Intent]:
    aimed: list[Intent] = []
    in_app = False
    for intent in intents:
        action = intent.action
        if isinstance(action, OpenApp):
            in_app = True
        elif isinstance(action, Focus | Click | Select):
            in_app = False
        elif isinstance(action, TypeText) and action.target is None and in_app:
            action = action.model_copy(update={"target": Target(role=Role.TEXT_AREA)})
        aimed.append(Intent(action, intent.start, intent.end))
    return aimed


def _with_new_documents(intents: Sequence[Intent]) -> list[Intent]:
    result = list(intents)
    for place, intent in enumerate(intents):
        if not isinstance(intent.action, OpenApp):
            continue
        typed = False
        for later in intents[place + 1 :]:
            if isinstance(later.action, OpenApp):
                break
            if isinstance(later.action, TypeText):
                target = later.action.target
                typed = typed or (target is not None and target.role is Role.TEXT_AREA)
            if isinstance(later.action, SaveAs) and typed:
                action = intent.action.model_copy(update={"new_document": True})
                result[place] = Intent(action, intent.start, intent.end)
                break
    return result
