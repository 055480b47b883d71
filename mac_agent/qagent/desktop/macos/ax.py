"""The accessibility interface (AXUIElement) through PyObjC, behind `seam.Accessibility`."""

from collections.abc import Sequence
from typing import Any

import ApplicationServices as AX  # type: ignore[import-not-found,unused-ignore]  # noqa: N814
import CoreFoundation  # type: ignore[import-not-found,unused-ignore]
import Foundation  # type: ignore[import-not-found,unused-ignore]

from qagent.desktop.base import GoneError, UnsupportedError
from qagent.desktop.macos.permissions import accessibility_missing
from qagent.desktop.macos.seam import MESSAGE_SECONDS, Element, NotAnsweringError, Point, Range
from qagent.messages import text

_ABSENT = frozenset(
    {
        AX.kAXErrorNoValue,
        AX.kAXErrorAttributeUnsupported,
        AX.kAXErrorParameterizedAttributeUnsupported,
        AX.kAXErrorNotImplemented,
    }
)


class Handle:
    """An element that equals another handle of the same element."""

    __slots__ = ("_hash", "raw")

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self._hash = int(CoreFoundation.CFHash(raw))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Handle) and bool(CoreFoundation.CFEqual(self.raw, other.raw))


class SystemAccessibility:
    """Talks to the programs of this Mac."""

    def __init__(self) -> None:
        # Set on the system-wide element, the limit holds for every element of this process.
        self._everything = AX.AXUIElementCreateSystemWide()
        AX.AXUIElementSetMessagingTimeout(self._everything, MESSAGE_SECONDS)
        self._element_type = AX.AXUIElementGetTypeID()
        self._value_type = AX.AXValueGetTypeID()
        self._null_type = CoreFoundation.CFNullGetTypeID()

    def trusted(self) -> bool:
        """Whether macOS says that we may use the accessibility interface."""
        return bool(AX.AXIsProcessTrusted())

    def application(self, pid: int) -> Element:
        """The root element of a program."""
        return Handle(AX.AXUIElementCreateApplication(pid))

    def read(self, element: Element, names: Sequence[str]) -> tuple[object | None, ...]:
        """Read attributes in one message; None for one that the element lacks."""
        code, values = AX.AXUIElementCopyMultipleAttributeValues(
            _raw(element), list(names), 0, None
        )
        _check(code)
        if values is None or len(values) != len(names):
            raise NotAnsweringError("the program answered with too few attributes")
        return tuple(self._plain(value) for value in values)

    def at(self, place: Point) -> tuple[Element, int] | None:
        """What the pointer reaches at a place, with its process."""
        code, found = AX.AXUIElementCopyElementAtPosition(self._everything, place.x, place.y, None)
        if code == AX.kAXErrorAPIDisabled:
            _check(code)
        if code != AX.kAXErrorSuccess or found is None:
            return None
        code, pid = AX.AXUIElementGetPid(found, None)
        return (Handle(found), int(pid)) if code == AX.kAXErrorSuccess else None

    def children(self, element: Element, most: int) -> tuple[tuple[Element, ...], int]:
        """The first children and the number of all."""
        return self.part(element, AX.kAXChildrenAttribute, 0, most)

    def part(
        self, element: Element, name: str, start: int, most: int
    ) -> tuple[tuple[Element, ...], int]:
        """Elements of a list attribute from a place on, and the number of all."""
        raw = _raw(element)
        code, count = AX.AXUIElementGetAttributeValueCount(raw, name, None)
        if code in _ABSENT or (code == AX.kAXErrorSuccess and not count):
            return (), 0
        _check(code)
        wanted = min(int(count) - start, most)
        if wanted <= 0:
            return (), int(count)
        code, values = AX.AXUIElementCopyAttributeValues(raw, name, start, wanted, None)
        if code in _ABSENT:
            return (), int(count)
        _check(code)
        return tuple(Handle(one) for one in values or ()), int(count)

    def settable(self, element: Element, name: str) -> bool:
        """Whether an attribute can be set."""
        code, can = AX.AXUIElementIsAttributeSettable(_raw(element), name, None)
        if code in _ABSENT:
            return False
        _check(code)
        return bool(can)

    def write(self, element: Element, name: str, value: object) -> None:
        """Set an attribute."""
        code = AX.AXUIElementSetAttributeValue(_raw(element), name, _native(value))
        if code in _ABSENT or code in {
            AX.kAXErrorIllegalArgument,
            AX.kAXErrorFailure,
        }:
            raise UnsupportedError(text("lack.attribute", name=name))
        _check(code)

    def actions(self, element: Element) -> tuple[str, ...]:
        """Names of the element's actions."""
        code, names = AX.AXUIElementCopyActionNames(_raw(element), None)
        if code in _ABSENT or code == AX.kAXErrorActionUnsupported:
            return ()
        _check(code)
        return tuple(str(name) for name in names or ())

    def perform(self, element: Element, action: str) -> None:
        """Run an action.

        A button that opens a modal dialog keeps its program busy until the dialog is closed: no
        answer in time is then no refusal, and pressing by another route would press twice.
        """
        code = AX.AXUIElementPerformAction(_raw(element), action)
        if code == AX.kAXErrorCannotComplete:
            return
        if code in _ABSENT or code in {
            AX.kAXErrorActionUnsupported,
            AX.kAXErrorFailure,
        }:
            raise UnsupportedError(text("lack.named_action", name=action))
        _check(code)

    def _plain(self, value: Any) -> object | None:
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, Foundation.NSArray):
            return tuple(self._plain(one) for one in value)
        kind = CoreFoundation.CFGetTypeID(value)
        if kind == self._element_type:
            return Handle(value)
        if kind == self._value_type:
            return _structure(value)
        if kind == self._null_type:
            return None
        attributed = isinstance(value, Foundation.NSAttributedString)
        return str(value.string()) if attributed else str(value)


def _structure(value: Any) -> object | None:
    """Unpack an AXValue; one that holds an error says why a single attribute is not there."""
    kind = AX.AXValueGetType(value)
    answer = AX.AXValueGetValue(value, kind, None)
    if isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[0], bool):
        answer = answer[1]
    if kind == AX.kAXValueAXErrorType:
        if answer not in _ABSENT:
            _check(int(answer))
        return None
    if kind == AX.kAXValueCGPointType:
        return Point(float(answer.x), float(answer.y))
    if kind == AX.kAXValueCGSizeType:
        return Point(float(answer.width), float(answer.height))
    if kind == AX.kAXValueCFRangeType:
        return Range(int(answer.location), int(answer.length))
    return None


def _native(value: object) -> object:
    if isinstance(value, Range):
        return AX.AXValueCreate(AX.kAXValueCFRangeType, (value.location, value.length))
    if isinstance(value, tuple):
        return [_native(one) for one in value]
    return value.raw if isinstance(value, Handle) else value


def _raw(element: Element) -> Any:
    if not isinstance(element, Handle):
        raise TypeError(f"not an element of the macOS backend: {element!r}")
    return element.raw


def _check(code: int) -> None:
    if code == AX.kAXErrorSuccess:
        return
    if code == AX.kAXErrorAPIDisabled:
        raise accessibility_missing()
    if code == AX.kAXErrorInvalidUIElement:
        raise GoneError("the element does not exist any more")
    if code == AX.kAXErrorCannotComplete:
        raise NotAnsweringError("the program did not answer in time")
    raise UnsupportedError(text("lack.answer", code=code))
