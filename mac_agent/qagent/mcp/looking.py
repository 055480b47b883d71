"""Tools that look: the tree, what changed, one element, windows, and the screen as such."""

from contextlib import suppress
from typing import Annotated

from pydantic import BaseModel, Field

from qagent.consent import Guard
from qagent.consent.classify import is_secret
from qagent.desktop.base import Budget, Node, UnsupportedError
from qagent.hidden_windows import covered_of
from qagent.mcp.answers import (
    Answer,
    ChangesAnswer,
    ElementLine,
    LookAnswer,
    ScreenAnswer,
    box,
    fenced,
    lines_of,
    quoted,
)
from qagent.mcp.desk import Desk, Sight
from qagent.mcp.tools import Given, Part, Tools
from qagent.observation import matching
from qagent.observe import redacted
from qagent.policy import DataClass, Policy
from qscreen.wire import Element, Role, State

TOOLS = Tools(Part.ACCESSIBILITY)

_MOST = 1_000
_SHOWN = 150
_PLAIN = frozenset({Role.GROUP, Role.OTHER, Role.SEPARATOR, Role.SCROLL_BAR, Role.TOOLBAR})
"""Roles that say nothing without a name."""

Limit = Annotated[int, Field(ge=1, le=_MOST, description="Most elements shown.")]


class Observe(Given):
    """Arguments of `observe`."""

    query: str = Field(
        default="", max_length=200, description="Only elements with these words; empty for all."
    )
    roles: tuple[Role, ...] = Field(
        default=(), max_length=20, description="Only elements of these roles; empty for all."
    )
    window: str = Field(
        default="", max_length=200, description="Only windows with these words in title or app."
    )
    limit: Limit = _SHOWN
    everything: bool = Field(
        default=False, description="Also nameless containers, which are left out otherwise."
    )


class FindElements(Given):
    """Arguments of `find_elements`."""

    query: str = Field(
        min_length=1, max_length=200, description="Words of its name, value or role."
    )
    roles: tuple[Role, ...] = Field(default=(), max_length=20, description="Wanted roles.")
    limit: Limit = 20


class Nothing(Given):
    """Arguments of tools that take none."""


class Changed(Given):
    """Arguments of `changes`."""

    limit: Limit = _SHOWN


class Pointed(Given):
    """Arguments of tools that look at one element."""

    element: str = Field(description="Id from a look, e.g. s3e17.", max_length=20)


class DetailsAnswer(ScreenAnswer):
    """All about one element."""

    element: ElementLine
    inside: tuple[str, ...] = Field(default=(), description="What holds it, outermost first.")
    children: int = Field(default=0, description="How many elements it holds in that look.")
    actions: tuple[str, ...] = Field(default=(), description="Names of its native actions.")
    offers: tuple[str, ...] = Field(default=(), description="What can be done with it natively.")
    options: tuple[str, ...] = Field(default=(), description="Options that can be selected.")
    number: tuple[float, float, float] | None = Field(
        default=None, description="Current value, minimum, maximum."
    )
    table: tuple[int, int] | None = Field(default=None, description="Rows, columns.")

    def words(self) -> str:
        """One fact a line."""
        facts = [self.element.words()]
        facts += [f"inside {' > '.join(self.inside)}"] if self.inside else []
        facts += [f"children {self.children}"] if self.children else []
        facts += [f"actions {', '.join(self.actions)}"] if self.actions else []
        facts += [f"offers {', '.join(self.offers)}"] if self.offers else []
        facts += [f"options {', '.join(map(quoted, self.options))}"] if self.options else []
        facts += ["value {:g} of {:g} to {:g}".format(*self.number)] if self.number else []
        facts += ["table {} rows, {} columns".format(*self.table)] if self.table else []
        return fenced(facts)


class WindowLine(BaseModel):
    """One window."""

    title: str
    app: str
    active: bool
    modal: bool
    covered: bool = Field(default=False, description="Whether others hide all of it.")
    rect: tuple[int, int, int, int] | None = None

    def words(self) -> str:
        """The window on a line."""
        place = "" if self.rect is None else " @{},{} {}x{}".format(*self.rect)
        state = (" active" if self.active else "") + (" modal" if self.modal else "")
        state += " covered" if self.covered else ""
        return f"{quoted(self.title)} of {quoted(self.app)}{state}{place}"


class WindowsAnswer(ScreenAnswer):
    """The top-level windows."""

    windows: tuple[WindowLine, ...]

    def words(self) -> str:
        """One window a line."""
        if not self.windows:
            return "No window is open."
        return f"{len(self.windows)} windows\n{fenced(one.words() for one in self.windows)}"


class ScreenInfoAnswer(Answer):
    """The screen as such."""

    width: int = Field(description="Pixels of all displays together.")
    height: int
    scale: float = Field(description="Device pixels per logical point.")
    backend: str
    pictures_allowed: bool = Field(description="Whether the policy lets pictures leave.")
    allowed_risks: tuple[str, ...] = Field(description="Categories of steps the policy allows.")

    def words(self) -> str:
        """The screen in a line."""
        pictures = "are allowed" if self.pictures_allowed else "are not allowed"
        return (
            f"{self.width}x{self.height} pixels, scale {self.scale:g} ({self.backend}); the policy "
            f"allows {', '.join(self.allowed_risks) or 'nothing'}; pictures {pictures}"
        )


class IdleAnswer(Answer):
    """When the device was used last."""

    seconds: float = Field(description="Seconds since the last input of any kind.")

    def words(self) -> str:
        """The time."""
        return f"{self.seconds:.1f} s since the last input"


@TOOLS.looks("Look at the screen")
def observe(desk: Desk, given: Observe) -> LookAnswer:
    """Look at the accessibility tree of the screen: windows and elements with ids to point at.

    Cheap and exact: prefer it to pictures. Narrow it with query, roles or window where you know
    what you need. Ids (s3e17) belong to this look; each is found again as itself, or refused.
    What is secret is left out.
    """
    sight = desk.look(Budget(nodes=6000 if given.query else 3000))
    elements = sight.snapshot.elements
    if given.window:
        elements = _inside_windows(sight, given.window)
    if given.query or given.roles:
        shown, found = matching(elements, given.query, given.roles, most=given.limit)
    else:
        told = elements if given.everything else tuple(filter(_says_something, elements))
        shown, found = told[: given.limit], len(told)
    return _look_answer(sight, shown, found)


@TOOLS.looks("Find elements")
def find_elements(desk: Desk, given: FindElements) -> LookAnswer:
    """Look and show only the elements that fit a query, best first, with ids to point at."""
    sight = desk.look(Budget(nodes=6000))
    shown, found = matching(sight.snapshot.elements, given.query, given.roles, most=given.limit)
    return _look_answer(sight, shown, found)


@TOOLS.looks("What changed")
def changes(desk: Desk, given: Changed) -> ChangesAnswer:
    """Look, and show only what is different from the look before."""
    return changes_of(desk.look(), given.limit)


@TOOLS.looks("Element details")
def element_details(desk: Desk, given: Pointed) -> DetailsAnswer:
    """Read one element again: states, options, bounds, table size, what holds it."""
    node = desk.node(given.element)
    known = {one.id: one for one in desk.sight_of(given.element).snapshot.elements}

    def look(guard: Guard, policy: Policy) -> DetailsAnswer:
        return _details(guard, policy, node, known[given.element], known)

    return desk.looked(look)


@TOOLS.looks("List windows", part=Part.SCREEN)
def list_windows(desk: Desk, given: Nothing) -> WindowsAnswer:
    """List the top-level windows: title, program, place, which one has the keys."""
    del given

    def look(guard: Guard, policy: Policy) -> WindowsAnswer:
        labels = policy.may_leave(DataClass.LABELS)
        windows = guard.windows()
        covered = covered_of(guard, windows, guard.look(Budget(nodes=1)).screen)
        return WindowsAnswer(
            windows=tuple(
                WindowLine(
                    title=redacted(one.name, 200) if labels else "",
                    app=redacted(one.app, 200),
                    active=one.has(State.ACTIVE),
                    modal=one.has(State.MODAL),
                    covered=one.ref in covered,
                    rect=box(one.rect),
                )
                for one in windows
                if not policy.hides(one.app)
            )
        )

    return desk.looked(look)


@TOOLS.looks("About the screen", open_world=False, part=Part.SCREEN)
def screen_info(desk: Desk, given: Nothing) -> ScreenInfoAnswer:
    """Tell the size of the screen, the space of all places, and what the device's policy allows."""
    del given

    def look(guard: Guard, policy: Policy) -> ScreenInfoAnswer:
        screen = guard.look(Budget(nodes=1)).screen
        return ScreenInfoAnswer(
            width=screen.width,
            height=screen.height,
            scale=screen.scale,
            backend=guard.name,
            pictures_allowed=policy.may_leave(DataClass.PICTURES),
            allowed_risks=tuple(sorted(map(str, policy.risks))),
        )

    return desk.looked(look, noted=False)


@TOOLS.looks("Idle time", open_world=False, part=Part.INPUT)
def idle_time(desk: Desk, given: Nothing) -> IdleAnswer:
    """Tell how long nobody has used keyboard or pointer; steps wait while somebody does."""
    del given
    seconds = desk.looked(lambda guard, _: guard.idle_seconds(), noted=False)
    return IdleAnswer(seconds=round(seconds, 2))


def changes_of(sight: Sight, limit: int) -> ChangesAnswer:
    """What is different in a look, at most so many elements."""
    everything = (sight.added, sight.changed, sight.removed)
    shown, room = [], limit
    for group in everything:
        shown.append(lines_of(group[:room]))
        room -= len(shown[-1])
    return ChangesAnswer(
        snapshot=sight.label,
        since=sight.since,
        added=shown[0],
        changed=shown[1],
        removed=shown[2],
        more=sum(map(len, everything)) - sum(map(len, shown)),
        truncated=sight.snapshot.truncated,
    )


def _look_answer(sight: Sight, shown: tuple[Element, ...], found: int) -> LookAnswer:
    seen = sight.snapshot
    return LookAnswer(
        snapshot=sight.label,
        active_app=seen.active_app,
        active_window=seen.active_window,
        apps=seen.apps,
        elements=lines_of(shown),
        found=found,
        truncated=seen.truncated,
        ms=round(seen.duration_ms, 1),
    )


def _says_something(element: Element) -> bool:
    return bool(element.name or element.value) or element.role not in _PLAIN


def _inside_windows(sight: Sight, words: str) -> tuple[Element, ...]:
    """The elements of the windows whose title or program has the words, with the windows."""
    wanted, elements = words.casefold(), sight.snapshot.elements
    kept: dict[str | None, bool] = {None: False}
    for one in elements:
        fits = False
        if one.role in {Role.WINDOW, Role.DIALOG}:
            node = sight.node(one.id.removeprefix(sight.label))
            app = "" if node is None else node.app
            fits = wanted in one.name.casefold() or wanted in app.casefold()
        kept[one.id] = fits or kept.get(one.parent, False)
    return tuple(one for one in elements if kept[one.id])


def _details(
    guard: Guard, policy: Policy, node: Node, known: Element, seen: dict[str, Element]
) -> DetailsAnswer:
    fresh = guard.refresh(node)
    states = tuple(state for state in State if state in fresh.states)
    line = lines_of((known.model_copy(update={"states": states, "rect": fresh.rect}),))[0]
    labels, values = policy.may_leave(DataClass.LABELS), policy.may_leave(DataClass.VALUES)
    inside: list[str] = []
    parent = seen.get(known.parent or "")
    while parent is not None:
        inside.insert(0, f"{parent.id} {parent.role} {quoted(parent.name, 80)}")
        parent = seen.get(parent.parent or "")
    options: tuple[str, ...] = ()
    number = table = None
    if labels:
        with suppress(UnsupportedError):
            options = tuple(redacted(one, 200) for one in guard.options(node)[:100])
    if values and not is_secret(node):
        with suppress(UnsupportedError):
            state = guard.value_state(node)
            number = (state.current, state.minimum, state.maximum)
        with suppress(UnsupportedError):
            table = guard.table_size(node)
    return DetailsAnswer(
        element=line,
        inside=tuple(inside),
        children=sum(one.parent == known.id for one in seen.values()),
        actions=known.actions,
        offers=tuple(sorted(str(one) for one in node.can)),
        options=options,
        number=number,
        table=table,
    )
