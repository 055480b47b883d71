"""Opening programs, and waiting until they can be worked with."""

from qagent.act.context import Context, Done, FailedError, Precondition, RefusedError
from qagent.act.looking import look_patiently
from qagent.apps import Program, find_program, install_hint, same_app
from qagent.desktop.base import Node, Tree, UnsupportedError
from qagent.messages import text
from qagent.observe import fold
from qagent.policy import ready_documents
from qscreen.redaction import redact
from qscreen.wire import EffectError, OpenApp, Outcome, Role, Route, State

OPEN_SECONDS = 30.0
"""Time a program gets to show its window; Chromium and LibreOffice took 1-2 s on 2 idle cores."""

READY_SECONDS = 20.0
"""Time a window gets to become active and to focus its place for text."""

_QUESTION_ROLES = frozenset({Role.DIALOG})


def open_app(context: Context, action: OpenApp) -> Done:
    """Open a program, or bring its window to the front."""
    program = find_program(action.app)
    if program is None:
        names = ", ".join(install_hint(action.app))
        hint = text("open.install", names=names) if names else ""
        raise RefusedError(
            EffectError.APP_NOT_FOUND,
            text("open.not_found", app=f"'{action.app}'", hint=hint).strip(),
            install_hint(action.app),
        )
    context.allow(program.name)
    before = _windows_of(context, program)
    if before and not action.new_document:
        return _bring_to_front(context, program, before)
    context.begin(
        {"app": program.name, "windows": len(before), "new_document": action.new_document}
    )
    argv = program.new_document if action.new_document else program.argv
    folder = ready_documents(context.policy)
    started = context.backend.launch(argv, folder, program.service)
    known = {window.ref for window in before}

    def opened() -> Node | None:
        windows = [one for one in _windows_of(context, program) if one.ref not in known]
        return next((one for one in windows if one.has(State.ACTIVE)), None)

    def ended_badly() -> bool:
        # A second instance hands over to the first one and ends with status 0.
        return started.poll() not in {None, 0}

    seen: list[Node] = []

    def opened_or_ended() -> bool:
        window = opened()
        if window is not None:
            seen.append(window)
        return bool(seen) or ended_badly()

    context.stop.wait_until(opened_or_ended, OPEN_SECONDS)
    window = seen[0] if seen else None
    if window is None and ended_badly():
        raise FailedError(
            EffectError.BACKEND_ERROR,
            text("open.ended", app=program.name, code=started.poll()),
            Route.PROCESS,
        )
    if window is None:
        raise FailedError(
            EffectError.TIMED_OUT,
            text("open.timed_out", app=program.name, seconds=f"{OPEN_SECONDS:g}"),
            Route.PROCESS,
        )
    return _await_ready(context, program, window)


def read_back(context: Context, action: OpenApp, precondition: Precondition) -> Done | None:
    """Judge an interrupted opening: is there one more active window than before?"""
    program = find_program(action.app)
    if program is None:
        return None

    def more() -> Node | None:
        windows = _windows_of(context, program)
        if len(windows) <= int(precondition.get("windows", 0)):
            return None
        return next((one for one in windows if one.has(State.ACTIVE)), None)

    window = context.stop.wait_until(more, 2.0)
    return None if window is None else _await_ready(context, program, window)


def _windows_of(context: Context, program: Program) -> list[Node]:
    return [
        window
        for window in context.backend.windows()
        if fold(window.app) == fold(program.name) or same_app(program.name, window.app)
    ]


def _bring_to_front(context: Context, program: Program, windows: list[Node]) -> Done:
    window = next((one for one in windows if one.has(State.ACTIVE)), windows[0])
    if not window.has(State.ACTIVE):
        context.begin({"app": program.name, "windows": len(windows) - 1, "new_document": False})
        inside = context.look(window=window).inside(window.ref)
        chosen = next((node for node in inside if _takes_text(node)), window)
        try:
            context.backend.focus(chosen)
        except UnsupportedError:
            context.backend.focus(window)
    return _await_ready(context, program, window, fresh=False)


def _await_ready(context: Context, program: Program, window: Node, *, fresh: bool = True) -> Done:
    """Wait until the window is active; a fresh one with a place for text, until that has the focus.

    In a window that was open already, the focus stays where its user left it.
    """

    def ready() -> tuple[Tree, Node | None] | None:
        tree = look_patiently(context, window)
        active = tree.active_window()
        if active is None or active.ref != window.ref:
            return None
        inside = tree.inside(window.ref)
        if window.role in _QUESTION_ROLES:
            return tree, None
        texts = [node for node in inside if node.role is Role.TEXT_AREA and _takes_text(node)]
        focused = [node for node in inside if node is not active and node.has(State.FOCUSED)]
        if fresh and texts and not any(node in texts for node in focused):
            return None
        return (tree, focused[0]) if focused else (tree, None) if len(inside) > 1 else None

    found = context.stop.wait_until(ready, READY_SECONDS)
    if found is None:
        raise FailedError(
            EffectError.TIMED_OUT,
            text("open.timed_out", app=program.name, seconds=f"{READY_SECONDS:g}"),
            Route.PROCESS,
        )
    tree, focused = found
    if window.role in _QUESTION_ROLES:
        labels = [n.name for n in tree.inside(window.ref) if n.role is Role.LABEL and n.name]
        question = redact(" ".join(labels) or window.name)[:500]
        raise FailedError(
            EffectError.BACKEND_ERROR,
            text("open.blocked", app=program.name, question=f"'{question}'"),
            Route.PROCESS,
        )
    title = f"'{redact(window.name)}'"
    key = "open.ready" if focused is not None and _takes_text(focused) else "open.confirmed"
    return Done(
        Outcome.CONFIRMED,
        text(key, app=program.name, window=title),
        Route.PROCESS,
        window.rect,
    )


def _takes_text(node: Node) -> bool:
    return node.has(State.EDITABLE, State.SHOWING) and not node.secure
