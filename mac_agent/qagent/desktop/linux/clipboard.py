"""The clipboard of an X display (CLIPBOARD selection, ICCCM chapter 2).

Reading asks the selection's owner. What we put in is served by a thread until somebody else takes
the selection; when the agent ends before, a small process of its own goes on serving it.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from Xlib import X, display

from qagent.desktop.base import DesktopError
from qagent.desktop.linux import clipboard_owner
from qagent.desktop.linux.clipboard_owner import Content, Contents, encode
from qagent.messages import text

_READ_SECONDS = 2.0
_OWN_SECONDS = 3.0
_MOST_BYTES = 16_000_000
"""Most bytes of what is kept of a user's clipboard."""

_TEXTS = ("UTF8_STRING", "text/plain;charset=utf-8", "STRING")
_META = frozenset({"TARGETS", "MULTIPLE", "TIMESTAMP", "SAVE_TARGETS", "DELETE"})


class ClipboardError(DesktopError):
    """The clipboard cannot be worked with."""


class Clipboard:
    """Reads and writes the clipboard of one display.

    Args:
        connection: An open display; only our own window on it is used.
        name: The display's name, for the process that serves.
    """

    def __init__(self, connection: display.Display, name: str) -> None:
        self._display = connection
        self._name = name
        self._window = connection.screen().root.create_window(0, 0, 1, 1, 0, 0)
        self._selection = connection.intern_atom("CLIPBOARD")
        self._property = connection.intern_atom("QAGENT_CLIPBOARD")
        self._served: tuple[threading.Thread | None, Contents] = (None, {})
        self._window.change_attributes(event_mask=X.PropertyChangeMask)

    def read_text(self) -> str | None:
        """The text in it; None when it holds none."""
        for target in _TEXTS:
            found = self._convert(target)
            if found is not None:
                return found.data.decode("latin-1" if target == "STRING" else "utf-8", "replace")
        return None

    def write_text(self, text: str) -> None:
        """Put a text in.

        Raises:
            ClipboardError: It was not taken over.
        """
        data = text.encode()
        self.write(
            {
                "UTF8_STRING": Content("UTF8_STRING", 8, data),
                "text/plain;charset=utf-8": Content("text/plain;charset=utf-8", 8, data),
                "text/plain": Content("text/plain", 8, data),
            }
        )

    def write(self, contents: Contents) -> None:
        """Put contents in; nothing empties it.

        Raises:
            ClipboardError: They were not taken over.
        """
        owned = threading.Event()
        thread = threading.Thread(
            target=clipboard_owner.serve,
            args=(self._name, contents, owned.set),
            name="clipboard",
            daemon=True,
        )
        thread.start()
        if not owned.wait(_OWN_SECONDS):
            raise ClipboardError(text("clipboard.not_taken"), text("clipboard.not_taken.repair"))
        self._served = (thread, contents)

    def save(self) -> Contents:
        """Everything that it holds, in every form, up to 16 MB."""
        targets = self._convert("TARGETS")
        if targets is None:
            return {}
        atoms = [
            int.from_bytes(targets.data[place : place + 4], sys.byteorder)
            for place in range(0, len(targets.data), 4)
        ]
        kept: dict[str, Content] = {}
        size = 0
        for name in (str(self._display.get_atom_name(atom)) for atom in atoms if atom):
            if name in _META or name in kept:
                continue
            found = self._convert(name)
            if found is None or size + len(found.data) > _MOST_BYTES:
                continue
            kept[name] = found
            size += len(found.data)
        return kept

    @contextmanager
    def lend(self) -> Iterator[None]:
        """Give the contents back at the end."""
        before = self.save()
        try:
            yield
        finally:
            self.write(before)

    def close(self) -> None:
        """Hand what we still serve over to a process of its own, and give our window back."""
        thread, contents = self._served
        if thread is not None and thread.is_alive():
            process = subprocess.Popen(
                [sys.executable, clipboard_owner.__file__, self._name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            assert process.stdin is not None
            assert process.stdout is not None
            with process.stdin as pipe:
                pipe.write(encode(contents))
            # It says one line when the selection is its own, and goes on by itself.
            with process.stdout as answer:
                answer.readline()
            thread.join(_OWN_SECONDS)
            # Its end is taken note of by nobody if we end first, and by this thread if not.
            threading.Thread(target=process.wait, name="clipboard-owner", daemon=True).start()
        self._window.destroy()

    def _convert(self, target: str) -> Content | None:
        """Ask the owner for one form; None when it has not got it."""
        atom = self._display.intern_atom(target)
        self._window.delete_property(self._property)
        self._drain()
        self._window.convert_selection(self._selection, atom, self._property, X.CurrentTime)
        self._display.flush()
        limit = time.monotonic() + _READ_SECONDS
        event = self._next(X.SelectionNotify, limit)
        if event is None or event.property == X.NONE:
            return None
        return self._take(limit)

    def _take(self, limit: float) -> Content | None:
        found = self._window.get_full_property(self._property, X.AnyPropertyType)
        if found is None:
            return None
        kind = str(self._display.get_atom_name(found.property_type))
        if kind != "INCR":
            data = _bytes_of(found.value, found.format)
            self._window.delete_property(self._property)
            return Content(kind, int(found.format), data)
        # A large content comes in parts, each after we have taken the one before.
        self._window.delete_property(self._property)
        self._display.flush()
        parts: list[bytes] = []
        while True:
            event = self._next(X.PropertyNotify, limit)
            if event is None:
                return None
            if event.state != X.PropertyNewValue or event.atom != self._property:
                continue
            part = self._window.get_full_property(self._property, X.AnyPropertyType)
            data = b"" if part is None else _bytes_of(part.value, part.format)
            self._window.delete_property(self._property)
            self._display.flush()
            if not data or part is None:
                return Content(kind, 8, b"".join(parts))
            kind = str(self._display.get_atom_name(part.property_type))
            parts.append(data)
            limit = time.monotonic() + _READ_SECONDS

    def _next(self, kind: int, limit: float):  # type: ignore[no-untyped-def]  # Xlib has no types
        while time.monotonic() < limit:
            while self._display.pending_events():
                event = self._display.next_event()
                if event.type == kind:
                    return event
            time.sleep(0.002)
        return None

    def _drain(self) -> None:
        while self._display.pending_events():
            self._display.next_event()


def _bytes_of(value: object, bits: int) -> bytes:
    """A property's value as bytes; Xlib gives units of 32 bits as numbers."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("latin-1")
    size = bits // 8
    units: Iterable[int] = value  # type: ignore[assignment]
    return b"".join(int(one).to_bytes(size, sys.byteorder) for one in units)
