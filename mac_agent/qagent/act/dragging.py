"""Dragging, judged by what moved or changed."""

from qagent.act.changes import describe_change, fingerprint
from qagent.act.context import Context, Done, RefusedError, centre, quoted
from qagent.act.pressing import CHANGE_SECONDS, differs
from qagent.desktop.base import GoneError, Node, Ref
from qagent.messages import text
from qscreen.wire import Drag, EffectError, Outcome, Rect, Route


def drag(context: Context, action: Drag) -> Done:
    """Drag an element onto another one, or by pixels."""
    node = context.find(action.target)
    seen = context.seen
    start = centre(node)
    onto = None
    if action.onto is not None:
        onto = context.find(action.onto)
        # The second look may have scrolled the first element elsewhere.
        start = centre(context.backend.refresh(node))
        end = centre(onto)
    else:
        end = start[0] + action.right, start[1] + action.down
    if start == end:
        raise RefusedError(EffectError.BAD_VALUE, text("drag.same_place"))
    screen = context.look_at_active().screen if seen is None else seen.screen
    if not (0 <= end[0] < screen.width and 0 <= end[1] < screen.height):
        raise RefusedError(EffectError.BAD_VALUE, text("drag.off_screen"))
    before = fingerprint(context, node, seen=seen)
    places = _places(before.nodes)
    picture = context.backend.capture()
    context.begin({})
    context.bring_up(node)
    context.backend.drag(start, end, meant=node, onto=onto)

    def moved() -> str | None:
        try:
            fresh = context.backend.refresh(node)
        except GoneError:
            fresh = node
        if fresh.rect != node.rect:
            return text("drag.moved", target=quoted(node))
        after = fingerprint(context, node)
        for ref, rect in _places(after.nodes).items():
            if ref in places and places[ref] != rect:
                return text("drag.moved", target=quoted(after.nodes[ref]))
        change = describe_change(before, after)
        return None if change is None else text("change.seen", change=change.words)

    evidence = context.stop.wait_until(moved, CHANGE_SECONDS, 0.03)
    if evidence:
        return Done(Outcome.CONFIRMED, evidence, Route.POINTER, node.rect)
    if differs(picture, context.backend.capture(), None):
        return Done(Outcome.UNVERIFIABLE, text("change.pixels"), Route.POINTER, node.rect)
    return Done(Outcome.SUSPECTED_NOOP, text("change.none"), Route.POINTER, node.rect)


def _places(nodes: dict[Ref, Node]) -> dict[Ref, Rect | None]:
    return {ref: node.rect for ref, node in nodes.items()}
