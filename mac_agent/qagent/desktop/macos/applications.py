"""Which installed program a user's words mean on macOS; needs no PyObjC."""

import plistlib
from collections.abc import Iterator
from pathlib import Path

from qagent.apps import Program
from qagent.observe import fold

FOLDERS = (
    Path("/System/Applications"),
    Path("/System/Applications/Utilities"),
    Path("/Applications"),
    Path("/Applications/Utilities"),
    Path.home() / "Applications",
)
NEW_DOCUMENT = "--new-document"
"""Second word of a command line that asks for a fresh window."""

_WORDS = {
    "TextEdit": (
        "text editor",
        "editor",
        "notepad",
        "메모장",
        "텍스트 편집기",
        "텍스트편집기",
        "편집기",
        "에디터",
    ),
    "Calculator": ("calculator", "계산기"),
    "Notes": ("notes", "메모"),
    "Safari": ("browser", "브라우저", "사파리"),
    "Finder": ("finder", "파인더"),
    "System Settings": ("settings", "설정", "시스템 설정"),
}


def find_bundle(spoken: str, folders: tuple[Path, ...] = FOLDERS) -> Program | None:
    """The installed program of that name, or None.

    Args:
        spoken: A name as the user says it: the bundle's, one that it shows, or a common word.
        folders: Where programs are.
    """
    wanted = fold(spoken)
    by_word = {fold(word): name for name, words in _WORDS.items() for word in words}
    names = {wanted, fold(by_word.get(wanted, wanted))}
    bundles = list(_bundles(folders))
    # Reading every bundle's shown names takes long: only for a name that no bundle has itself.
    found = next((path for path in bundles if fold(path.stem) in names), None)
    found = found or next((path for path in bundles if names & _shown_names(path)), None)
    if found is None:
        return None
    return Program(found.stem, (str(found),), (str(found), NEW_DOCUMENT))


def _bundles(folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from sorted(folder.glob("*.app"))


def _shown_names(path: Path) -> set[str]:
    names: set[str] = set()
    files = [path / "Contents" / "Info.plist"]
    files += (path / "Contents" / "Resources").glob("ko.lproj/InfoPlist.strings")
    for file in files:
        try:
            with file.open("rb") as stream:
                found = plistlib.load(stream)
        except (OSError, ValueError, plistlib.InvalidFileException):
            continue
        names |= {
            fold(str(found[key])) for key in ("CFBundleName", "CFBundleDisplayName") if key in found
        }
    return names
