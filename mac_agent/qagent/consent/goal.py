"""Whether the user's goal explains a step, judged on the device.

The cloud reviews plans too; the device does it again, on the screen as it is now and with the
goal alone, so that neither a planner that obeyed a screen nor what happened on the way decides.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from qscreen.grammar import understand
from qscreen.review import CHANGING, REFUSED, Concern, review
from qscreen.review.judging import REASONS
from qscreen.wire import Action, OpenApp, Plan, Snapshot, Step


@lru_cache(maxsize=32)
def _planned_by_grammar(goal: str) -> tuple[Action, ...]:
    found = understand(goal)
    return tuple(step.action for step in found.steps) if isinstance(found, Plan) else ()


class Unexplained:
    """What the goal does not explain about a step.

    Attributes:
        asks: Whether a person must agree.
        refused: Reasons for which it is not even asked about; empty where there are none.
    """

    def __init__(self, *, asks: bool = False, refused: str = "") -> None:
        self.asks = asks
        self.refused = refused


def judge(
    step: Step,
    steps: Sequence[Step],
    goal: str | None,
    snapshot: Callable[[], Snapshot | None],
) -> Unexplained:
    """Judge a step by the goal.

    Args:
        step: The step.
        steps: All steps of its command, in order.
        goal: What the user asked for; None where it is not known.
        snapshot: Looks at the screen; called only where a planner made the step.
    """
    changes = step.risk in CHANGING or isinstance(step.action, OpenApp)
    if goal is None:
        return Unexplained(asks=changes)
    if step.action in _planned_by_grammar(goal):
        return Unexplained()
    language = understand(goal).language
    concerns = review(steps, goal, language, snapshot()).concerns.get(step.id, ())
    refused = [one for one in concerns if one in REFUSED and one is not Concern.SECRET_FIELD]
    reasons = " ".join(REASONS[language][one] for one in refused)
    return Unexplained(asks=bool(concerns), refused=reasons)
