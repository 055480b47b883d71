"""Waiting for an element, for a text, or for the screen to come to rest."""

import time

from qagent.act.context import Context, Done, FailedError, excerpt
from qagent.act.looking import look_patiently
from qagent.act.resolve import describe_target, matches
from qagent.desktop.base import Node, Picture, Tree
from qagent.messages import text
from qagent.observe import fold
from qscreen.wire import EffectError, Outcome, Route, Target, WaitFor

_POLL_SECONDS = 0.03
_CARET_WIDTH, _CARET_HEIGHT = 4, 80
"""Pixels of the largest change that counts as a blinking caret."""


def wait_for(context: Context, action: WaitFor) -> Done:
    """Wait for what the action's condition says."""
    match action.condition:
        case "idle":
            return _wait_for_rest(context, action)
        case "text":
            return _wait_for_text(context, action)
        case _:
            assert action.target is not None
            return _wait_for_element(context, action, action.target)


def _wait_for_element(context: Context, action: WaitFor, target: Target) -> Done:
    wanted = action.condition == "appears"

    def reached() -> Node | bool | None:
        if wanted:
            # What appears is mostly in the window that gets the keys, which is quicker to see.
            tree = context.shown(look_patiently(context))
            found = matches(tree, target) or _holding(tree, target)
            if found:
                return found[0]
        tree = context.look_shown()
        found = matches(tree, target) or _holding(tree, target)
        if wanted:
            return found[0] if found else None
        # A cut tree proves no absence.
        return None if found or tree.truncated else True

    answer = context.stop.wait_until(reached, action.timeout_ms / 1000, _POLL_SECONDS, exact=True)
    if answer is None:
        raise _timed_out(action, describe_target(target))
    key = "wait.appears" if wanted else "wait.disappears"
    rect = answer.rect if isinstance(answer, Node) else None
    evidence = text(key, target=describe_target(target))
    return Done(Outcome.CONFIRMED, evidence, Route.ACCESSIBILITY, rect)


def _wait_for_text(context: Context, action: WaitFor) -> Done:
    words = fold(action.text or "")

    def reached() -> Node | None:
        if action.target is None:
            tree = look_patiently(context)
            nodes = list(tree.nodes)
            if nodes:
                context.allow(nodes[0].app)
        else:
            tree = context.look_shown()
            nodes = _with_inside(tree, matches(tree, action.target))
        return next((node for node in nodes if _shows(node, words)), None)

    found = context.stop.wait_until(reached, action.timeout_ms / 1000, _POLL_SECONDS, exact=True)
    if found is None:
        raise _timed_out(action, excerpt(action.text or ""))
    evidence = text("wait.text", text=excerpt(action.text or ""))
    return Done(Outcome.CONFIRMED, evidence, Route.ACCESSIBILITY, found.rect)


def _wait_for_rest(context: Context, action: WaitFor) -> Done:
    last = context.backend.capture()
    since = time.monotonic()

    def at_rest() -> bool:
        nonlocal last, since
        now = context.backend.capture()
        if differs_beyond_caret(last, now):
            last, since = now, time.monotonic()
        return time.monotonic() - since >= action.idle_ms / 1000

    if not context.stop.wait_until(at_rest, action.timeout_ms / 1000, _POLL_SECONDS, exact=True):
        raise _timed_out(action, text("wait.screen"))
    evidence = text("wait.idle", seconds=f"{action.idle_ms / 1000:g}")
    return Done(Outcome.CONFIRMED, evidence)


def differs_beyond_caret(before: Picture, after: Picture) -> bool:
    """Whether two pictures differ by more than a caret that blinks."""
    if before.bgra == after.bgra:
        return False
    if (before.width, before.height) != (after.width, after.height):
        return True
    stride = 4 * before.width
    rows = [
        row
        for row in range(before.height)
        if before.bgra[row * stride : (row + 1) * stride]
        != after.bgra[row * stride : (row + 1) * stride]
    ]
    if rows[-1] - rows[0] >= _CARET_HEIGHT:
        return True
    columns: set[int] = set()
    for row in rows:
        old = before.bgra[row * stride : (row + 1) * stride]
        new = after.bgra[row * stride : (row + 1) * stride]
        columns.update(
            place // 4
            for place, (one, other) in enumerate(zip(old, new, strict=True))
            if one != other
        )
        if max(columns) - min(columns) >= _CARET_WIDTH:
            return True
    return False


def _holding(tree: Tree, target: Target) -> list[Node]:
    """Elements whose own text contains the target's name."""
    if target.name is None:
        return []
    words = fold(target.name)
    return [
        node
        for node in tree.nodes
        if target.role in {None, node.role} and node.value is not None and words in fold(node.value)
    ]


def _with_inside(tree: Tree, found: list[Node]) -> list[Node]:
    """Elements and all that is in them."""
    refs = {node.ref for node in found}
    inside = list(found)
    for node in tree.nodes:
        if node.parent in refs and node.ref not in refs:
            refs.add(node.ref)
            inside.append(node)
    return inside


def _shows(node: Node, words: str) -> bool:
    return not node.secure and (
        words in fold(node.name) or (node.value is not None and words in fold(node.value))
    )


def _timed_out(action: WaitFor, target: str) -> FailedError:
    return FailedError(
        EffectError.TIMED_OUT,
        text("wait.timed_out", seconds=f"{action.timeout_ms / 1000:g}", target=target),
    )
