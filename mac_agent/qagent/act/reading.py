"""Reading the text of an element."""

from qagent.act.context import Context, Done, FailedError, RefusedError, quoted
from qagent.act.placing import find_place, is_placed
from qagent.desktop.base import Node, SecureFieldError, UnsupportedError
from qagent.messages import text
from qscreen.redaction import redact
from qscreen.wire import EffectError, Outcome, Read, Role, Route

_MOST_EVIDENCE = 4000


def read(context: Context, action: Read) -> Done:
    """Read an element's text, or that of the focused one; a password field is never read."""
    if action.target is not None:
        try:
            node = context.find(action.target)
        except RefusedError as error:
            if not is_placed(context, error):
                raise
            # Read off the pixels, where the words of the target stand: nothing else is told.
            place = find_place(context, action.target)
            return Done(
                Outcome.CONFIRMED, redact(place.line)[:_MOST_EVIDENCE], Route.NONE, place.rect
            )
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


def _text_of(context: Context, node: Node) -> str | None:
    try:
        return context.backend.text_state(node).text
    except UnsupportedError:
        if node.value is not None:
            return node.value
        return node.name if node.role is not Role.GROUP and node.name else None
    except SecureFieldError:
        return None
