"""The pasteboard (NSPasteboard) through PyObjC, behind `seam.Pasteboard`."""

import AppKit  # type: ignore[import-not-found,unused-ignore]

from qagent.desktop.macos.seam import PasteboardItem

_MOST_BYTES = 16_000_000
"""Most bytes of what is kept of a user's clipboard."""


class SystemPasteboard:
    """The general pasteboard of this Mac; it outlives whoever wrote it."""

    def read_text(self) -> str | None:
        """The text in it; None when it holds none."""
        found = AppKit.NSPasteboard.generalPasteboard().stringForType_(
            AppKit.NSPasteboardTypeString
        )
        return None if found is None else str(found)

    def write_text(self, text: str) -> bool:
        """Put a text in; whether macOS accepted it."""
        board = AppKit.NSPasteboard.generalPasteboard()
        board.clearContents()
        return bool(board.setString_forType_(text, AppKit.NSPasteboardTypeString))

    def save(self) -> tuple[PasteboardItem, ...]:
        """Everything it holds, in every form, up to 16 MB."""
        kept: list[PasteboardItem] = []
        size = 0
        for item in AppKit.NSPasteboard.generalPasteboard().pasteboardItems() or ():
            forms: dict[str, bytes] = {}
            for kind in item.types() or ():
                data = item.dataForType_(kind)
                if data is None or size + len(data) > _MOST_BYTES:
                    continue
                forms[str(kind)] = bytes(data)
                size += len(data)
            kept.append(forms)
        return tuple(kept)

    def restore(self, items: tuple[PasteboardItem, ...]) -> None:
        """Put back what `save` took."""
        board = AppKit.NSPasteboard.generalPasteboard()
        board.clearContents()
        objects = []
        for forms in items:
            item = AppKit.NSPasteboardItem.alloc().init()
            for kind, data in forms.items():
                item.setData_forType_(data, kind)
            objects.append(item)
        if objects:
            board.writeObjects_(objects)
