"""Keys and pointer: what a person's hands do, as synthetic events that macOS lets through."""

from collections.abc import Callable

from qagent.desktop.macos import keys as keyboard
from qagent.desktop.macos.permissions import accessibility_missing
from qagent.desktop.macos.seam import Events, Point, SecureInputError, SecureInputHolder
from qagent.desktop.macos.text import chunks
from qagent.messages import text
from qscreen.wire import ScrollDirection

_BATCH = 3
"""Chunks sent without looking whether to stop: 60 UTF-16 units."""

_WHEEL = {
    ScrollDirection.UP: (1, 0),
    ScrollDirection.DOWN: (-1, 0),
    ScrollDirection.LEFT: (0, 1),
    ScrollDirection.RIGHT: (0, -1),
}
_LINES_PER_NOTCH = 3


class Hands:
    """Types, points and turns the wheel.

    Args:
        events: Posts the events.
        secure_input: Reads who has Secure Input on.
    """

    def __init__(self, events: Events, secure_input: SecureInputHolder) -> None:
        self._events = events
        self._secure_input = secure_input

    def type_text(self, text: str, between: Callable[[int], None]) -> None:
        """Type text, whole chunks of Unicode in each event.

        Args:
            text: The text; a line break is Return, a tab is Tab.
            between: Called before each batch with the number of characters typed so far.

        Raises:
            SecureInputError: A program keeps synthetic keys from the others.
            PermissionMissingError: The accessibility permission is withheld.
        """
        typed = 0
        for number, chunk in enumerate(chunks(text)):
            if number % _BATCH == 0 or chunk in "\n\t":
                between(typed)
                self._keys_arrive()
            if chunk in "\n\t":
                self._tap(keyboard.RETURN if chunk == "\n" else keyboard.TAB, 0)
            else:
                self._events.characters(chunk)
            typed += len(chunk)

    def press_keys(self, keys: tuple[str, ...]) -> None:
        """Press one combination: down in order, up in reverse order; errors as in `type_text`."""
        modifiers, code = keyboard.combination(keys)
        self._keys_arrive()
        held: tuple[str, ...] = ()
        for name in modifiers:
            held = (*held, name)
            flags = keyboard.flags_of(held)
            self._events.key(keyboard.MODIFIERS[name][0], down=True, flags=flags)
        try:
            self._tap(code, keyboard.flags_of(held))
        finally:
            for name in reversed(modifiers):
                held = held[:-1]
                flags = keyboard.flags_of(held)
                self._events.key(keyboard.MODIFIERS[name][0], down=False, flags=flags)

    def click(self, place: Point, *, secondary: bool, count: int) -> None:
        """Press a pointer button at a place, points.

        Raises:
            PermissionMissingError: The accessibility permission is withheld.
        """
        self._demand_posting()
        self._events.click(place.x, place.y, secondary=secondary, count=count)

    def drag(self, start: Point, end: Point) -> None:
        """Press at one place, move to another, and let go; errors as in `click`."""
        self._demand_posting()
        self._events.drag(start, end)

    def scroll(self, place: Point, direction: ScrollDirection, amount: int) -> None:
        """Turn the wheel at a place, notches; errors as in `click`."""
        self._demand_posting()
        vertical, horizontal = _WHEEL[direction]
        for _ in range(amount):
            self._events.wheel(
                place.x,
                place.y,
                vertical=vertical * _LINES_PER_NOTCH,
                horizontal=horizontal * _LINES_PER_NOTCH,
            )

    def _keys_arrive(self) -> None:
        """Refuse to type where macOS would drop the keys without a word."""
        holder = self._secure_input()
        if holder is not None:
            raise SecureInputError(
                text("mac.secure_input", holder=holder),
                text("mac.secure_input.repair", holder=holder),
            )
        self._demand_posting()

    def _demand_posting(self) -> None:
        if not self._events.may_post():
            raise accessibility_missing()

    def _tap(self, code: int, flags: int) -> None:
        self._events.key(code, down=True, flags=flags)
        self._events.key(code, down=False, flags=flags)
