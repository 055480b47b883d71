"""Reading text, and waiting for something to appear or disappear."""

from qagent.act.context import Context, Done, FailedError, RefusedError, quoted
from qagent.act.resolve import describe_target, matches
from qagent.desktop.base import Node, SecureFieldError, UnsupportedError
from qagent.messages import text
from qagent.observe import fold
from qscreen.redaction import redact
from qscreen.wire import EffectError, Outcome, Read, Role, Route, WaitFor

_MOST_EVIDENCE = 4000
_POLL_SECONDS = 0.03


def read(context: Context, action: Read) -> Done:
    """Read an element's text, or that of the focused one; a password field is never read."""
    if action.target is not None:
        node = context.find(action.target)
    else:
        focused = context.look_at_active().focused()
        if focused is None:
            raise RefusedError(EffectError.TARGET_NOT_FOUND, text("focus.none"))
        context.allow(focused.app)
        node = focused
    if node.secure:
        raise RefusedError(EffectError.SECURE_FIELD, text("read.secure", target=quoted(node)))
    content = _text_of(context, node)
    if content is None:
        raise FailedError(EffectError.BACKEND_ERROR, text("read.no_text", target=quoted(node)))
    return Done(Outcome.CONFIRMED, redact(content)[:_MOST_EVIDENCE], Route.ACCESSIBILITY, node.rect)


def wait_for(context: Context, action: WaitFor) -> Done:
    """Wait for an element, or for a text inside one."""
    wanted = action.condition == "appears"

    def reached() -> Node | bool | None:
        tree = context.look_shown()
        found = matches(tree, action.target)
        if not found and action.target.name is not None:
            words = fold(action.target.name)
            found = [
                node
                for node in tree.nodes
                if (action.target.role in {None, node.role})
                and node.value is not None
                and words in fold(node.value)
            ]
        if wanted:
            return found[0] if found else None
        # A cut tree proves no absence.
        return None if found or tree.truncated else True

    answer = context.stop.wait_until(reached, action.timeout_ms / 1000, _POLL_SECONDS)
    target = describe_target(action.target)
    if answer is None:
        raise FailedError(
            EffectError.TIMED_OUT,
            text("wait.timed_out", seconds=f"{action.timeout_ms / 1000:g}", target=target),
        )
    key = "wait.appears" if wanted else "wait.disappears"
    rect = answer.rect if isinstance(answer, Node) else None
    return Done(Outcome.CONFIRMED, text(key, target=target), Route.ACCESSIBILITY, rect)


def _text_of(context: Context, node: Node) -> str | None:
    try:
        return context.backend.text_state(node).text
    except UnsupportedError:
        if node.value is not None:
            return node.value
        return node.name if node.role is not Role.GROUP and node.name else None
    except SecureFieldError:
        return None
