"""Which element of the live screen a recorded step means: its target first, then what was around.

Nothing is guessed here either: what neither target nor surroundings tell apart is refused where
the step is performed, with the candidates.
"""

from dataclasses import dataclass

from qagent.act.resolve import Ambiguous, Found, NotFound, matches, resolve
from qagent.desktop.base import Node, Tree
from qagent.workflows.model import WorkflowStep
from qagent.workflows.pointing import best
from qscreen.wire import Action, ChooseMenu, Target


@dataclass(frozen=True, slots=True)
class Sought:
    """What came of looking for a step's element.

    Attributes:
        node: The element; None where it was not found, or fits several.
        by_surroundings: Whether only what was around it decided.
        message: Why there is none; empty where it was found.
        candidates: What else there is.
        ambiguous: Whether several elements fit, and nothing tells them apart.
    """

    node: Node | None
    by_surroundings: bool = False
    message: str = ""
    candidates: tuple[str, ...] = ()
    ambiguous: bool = False


def target_in(action: Action) -> Target | None:
    """The target of an action; None for those that name no element."""
    target = None if isinstance(action, ChooseMenu) else getattr(action, "target", None)
    return target if isinstance(target, Target) else None


def seek(tree: Tree, step: WorkflowStep, target: Target) -> Sought:
    """Find a step's element on the screen.

    Args:
        tree: A look at the live screen.
        step: The step.
        target: Its target, with the values in it.
    """
    found = resolve(tree, target)
    match found:
        case Found(node):
            return Sought(node)
        case NotFound(message, candidates):
            return Sought(None, message=message, candidates=candidates)
        case Ambiguous(message, candidates):
            known = step.surroundings
            refused = Sought(None, message=message, candidates=candidates, ambiguous=True)
            if known is None:
                return refused
            equals = matches(tree, target)
            likest = best(tree, equals, known)
            if len(likest) > 1 and known.number is not None and known.number <= len(likest):
                window = [one for one in equals if one.window == likest[0].window]
                if known.number <= len(window) and window[known.number - 1] in likest:
                    likest = [window[known.number - 1]]
            if len(likest) == 1:
                return Sought(likest[0], by_surroundings=True)
            return refused
