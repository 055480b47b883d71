"""Owns the clipboard until somebody else takes it: `clipboard_owner.py DISPLAY < contents`.

Runs as a process of its own, so that a text that was put into the clipboard stays there when the
agent ends. Says ``owned`` on its standard output once it is. It is started by its path and imports
nothing of the agent: it has to be there in a moment.
"""

import base64
import json
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from Xlib import X, display
from Xlib import error as xerror
from Xlib.protocol import event as xevent

_MOST_BYTES_AT_ONCE = 200_000
"""Most bytes written into one property at once: an X request has an upper size."""


@dataclass(frozen=True, slots=True)
class Content:
    """One form of what a clipboard holds.

    Attributes:
        type: Name of the property's type.
        format: Bits of its units: 8, 16 or 32.
        data: The bytes.
    """

    type: str
    format: int
    data: bytes


Contents = Mapping[str, Content]
"""What a clipboard holds, by target."""


def encode(contents: Contents) -> bytes:
    """Contents as JSON, for the process that serves them."""
    return json.dumps(
        {
            target: [one.type, one.format, base64.b64encode(one.data).decode("ascii")]
            for target, one in contents.items()
        }
    ).encode()


def decode(data: bytes) -> dict[str, Content]:
    """What `encode` made."""
    return {
        target: Content(kind, bits, base64.b64decode(text))
        for target, (kind, bits, text) in json.loads(data).items()
    }


def main() -> int:
    """Serve; 0 when somebody else took the clipboard, 1 when it could not be owned."""
    contents = decode(sys.stdin.buffer.read())

    def owned() -> None:
        sys.stdout.write("owned\n")
        sys.stdout.flush()
        # Whoever started us goes on; its pipe must not keep us, or it, waiting.
        sys.stdout.close()

    return 0 if serve(sys.argv[1], contents, owned) else 1


def serve(name: str, contents: Contents, owned: Callable[[], None]) -> bool:
    """Own the clipboard until somebody else takes it.

    Args:
        name: The display.
        contents: What it holds; nothing empties it.
        owned: Called once it is ours.

    Returns:
        Whether it was ever ours.
    """
    connection = display.Display(name)
    try:
        window = connection.screen().root.create_window(0, 0, 1, 1, 0, 0)
        selection = connection.intern_atom("CLIPBOARD")
        window.set_selection_owner(selection, X.CurrentTime)
        connection.sync()
        owner = connection.get_selection_owner(selection)
        if int(getattr(owner, "id", owner) or 0) != window.id:
            return False
        owned()
        by_atom = {connection.intern_atom(target): one for target, one in contents.items()}
        while by_atom:
            happened = connection.next_event()
            if happened.type == X.SelectionClear:
                break
            if happened.type == X.SelectionRequest:
                _answer(connection, by_atom, happened)
        return True
    finally:
        connection.close()


def _answer(
    connection: display.Display,
    contents: dict[int, Content],
    request: xevent.SelectionRequest,
) -> None:
    place = request.property or request.target
    try:
        given = _give(connection, contents, request, place)
        answer = xevent.SelectionNotify(
            time=request.time,
            requestor=request.requestor,
            selection=request.selection,
            target=request.target,
            property=place if given else X.NONE,
        )
        request.requestor.send_event(answer)
        connection.flush()
    except xerror.XError:
        # Who asked is gone.
        return


def _give(
    connection: display.Display,
    contents: dict[int, Content],
    request: xevent.SelectionRequest,
    place: int,
) -> bool:
    targets = connection.intern_atom("TARGETS")
    if request.target == targets:
        request.requestor.change_property(
            place, connection.intern_atom("ATOM"), 32, [targets, *contents]
        )
        return True
    found = contents.get(request.target)
    if found is None:
        return False
    kind = connection.intern_atom(found.type)
    size = found.format // 8
    step = _MOST_BYTES_AT_ONCE - _MOST_BYTES_AT_ONCE % size
    mode = X.PropModeReplace
    for start in range(0, max(1, len(found.data)), step):
        part = found.data[start : start + step]
        request.requestor.change_property(place, kind, found.format, _units(part, size), mode)
        mode = X.PropModeAppend
    return True


def _units(data: bytes, size: int) -> bytes | list[int]:
    if size == 1:
        return data
    return [one for (one,) in struct.iter_unpack({2: "=H", 4: "=I"}[size], data)]


if __name__ == "__main__":
    sys.exit(main())
