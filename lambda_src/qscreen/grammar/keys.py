"""Names of keys in both languages."""

from collections.abc import Sequence

_MODIFIERS = {
    "ctrl": "ctrl",
    "control": "ctrl",
    "컨트롤": "ctrl",
    "alt": "alt",
    "option": "alt",
    "알트": "alt",
    "shift": "shift",
    "시프트": "shift",
    "쉬프트": "shift",
    "super": "super",
    "cmd": "super",
    "command": "super",
    "win": "super",
    "windows": "super",
    "meta": "super",
    "커맨드": "super",
    "윈도우": "super",
}
_NAMED = {
    "enter": "enter",
    "return": "enter",
    "엔터": "enter",
    "엔터키": "enter",
    "tab": "tab",
    "탭": "tab",
    "탭키": "tab",
    "escape": "escape",
    "esc": "escape",
    "이스케이프": "escape",
    "space": "space",
    "spacebar": "space",
    "스페이스": "space",
    "스페이스바": "space",
    "backspace": "backspace",
    "백스페이스": "backspace",
    "delete": "delete",
    "del": "delete",
    "딜리트": "delete",
    "home": "home",
    "홈": "home",
    "end": "end",
    "엔드": "end",
    "pageup": "page_up",
    "page_up": "page_up",
    "pgup": "page_up",
    "pagedown": "page_down",
    "page_down": "page_down",
    "pgdn": "page_down",
    "up": "up",
    "down": "down",
    "left": "left",
    "right": "right",
    **{f"f{number}": f"f{number}" for number in range(1, 13)},
}
_PHRASES = {
    ("page", "up"): "page_up",
    ("page", "down"): "page_down",
    ("페이지", "업"): "page_up",
    ("페이지", "다운"): "page_down",
    ("space", "bar"): "space",
    ("up", "arrow"): "up",
    ("arrow", "up"): "up",
    ("down", "arrow"): "down",
    ("arrow", "down"): "down",
    ("left", "arrow"): "left",
    ("arrow", "left"): "left",
    ("right", "arrow"): "right",
    ("arrow", "right"): "right",
    ("위쪽", "화살표"): "up",
    ("위", "화살표"): "up",
    ("아래쪽", "화살표"): "down",
    ("아래", "화살표"): "down",
    ("왼쪽", "화살표"): "left",
    ("오른쪽", "화살표"): "right",
}


def keys_of(words: Sequence[str]) -> tuple[str, ...] | None:
    """Read a key combination.

    Args:
        words: Case-folded words, e.g. ``["ctrl+s"]``, ``["ctrl", "+", "s"]``, ``["page", "up"]``.

    Returns:
        Key names as `qscreen.wire.PressKeys` wants them, modifiers first; None when the words
        are no combination of at most five keys.
    """
    parts: list[str] = []
    for word in words:
        parts += _split(word)
    keys: list[str] = []
    place = 0
    while place < len(parts):
        pair = _PHRASES.get((parts[place], parts[place + 1])) if place + 1 < len(parts) else None
        part = parts[place]
        key = pair or _MODIFIERS.get(part) or _NAMED.get(part) or _character(part)
        if key is None:
            return None
        keys.append(key)
        place += 2 if pair else 1
    held = set(_MODIFIERS.values())
    if not 1 <= len(keys) <= 5 or len(set(keys)) != len(keys):
        return None
    if any(key not in held for key in keys[:-1]):
        return None
    return tuple(keys)


def looks_like_keys(words: Sequence[str]) -> bool:
    """Tell whether words begin as a key combination does, so that they are no element's name.

    Args:
        words: Case-folded words.

    Returns:
        True when the first of several keys is a modifier.
    """
    parts = [part for word in words for part in _split(word)]
    return len(parts) > 1 and parts[0] in _MODIFIERS


def _split(word: str) -> list[str]:
    if len(word) == 1:
        return [] if word == "+" else [word]
    if "+" in word:
        # In `ctrl++` the last plus is the key itself.
        parts = [*word[:-1].split("+"), "+"] if word.endswith("++") else word.split("+")
        return [part for part in parts if part]
    pieces = word.split("-")
    if len(pieces) > 1 and all(piece in _MODIFIERS for piece in pieces[:-1]):
        return pieces
    return [word]


def _character(part: str) -> str | None:
    return part if len(part) == 1 and "!" <= part <= "~" else None
