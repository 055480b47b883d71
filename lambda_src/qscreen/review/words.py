"""Whether words of a plan are words of its goal. Pure; no model, no list of attacks."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from qscreen.grammar.keys import keys_of

_WORD = re.compile(r"[a-z0-9]+|[가-힣]+|[^\W_a-z0-9가-힣]+")
_PIECE = re.compile(r"[a-z0-9_]+|[가-힣]+|[!-/:-@\[-`{-~]")
_LEFT_OUT = frozenset(
    {"a", "an", "the", "of", "to", "in", "on", "at", "for", "and", "or", "my", "its", "this"}
    | {"that", "with", "button", "field", "box", "menu", "item", "tab", "window", "dialog", "list"}
    | {"link", "option", "application", "app", "program"}
    | {"버튼", "칸", "창", "메뉴", "탭", "목록", "항목", "앱"}
)
_SAME = (
    ("ok", "okay", "확인"),
    ("save", "저장"),
    ("cancel", "취소"),
    ("close", "닫"),
    ("open", "열"),
    ("next", "다음"),
    ("search", "find", "검색", "찾"),
    ("send", "보내", "전송", "발송"),
    ("delete", "remove", "삭제", "지워", "지우"),
    ("copy", "복사"),
    ("paste", "붙여"),
    ("print", "인쇄"),
    ("reply", "답장", "회신"),
    ("name", "이름", "성명"),
    ("title", "subject", "제목"),
    ("file", "파일"),
    ("edit", "편집"),
)
"""Names that programs give the same thing in Korean and English."""
_CAUTIOUS = re.compile(
    r"\b(not|never|without|except|unless|whether|if|don['’]?t|doesn['’]?t|avoid|instead|"
    r"cannot|can['’]?t|no)\b"
    r"|지\s?(마|말|않)|말고|없이|제외|금지|만약|경우|여부|인지|는지|을지|면\s|안\s?(되|돼|하|누르|보내)|못\s",
    re.IGNORECASE,
)
_LONGEST_ENDING = 3


def normal(text: str) -> str:
    """Write a text so that it compares: NFKC, case-folded, without invisible characters.

    Args:
        text: Any text.

    Returns:
        The text with single spaces.
    """
    shown = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFKC", text)
        if char.isspace() or unicodedata.category(char) not in {"Cf", "Cc", "Co", "Cn"}
    )
    return " ".join(unicodedata.normalize("NFKC", shown.casefold()).split())


@lru_cache(maxsize=256)
def words_of(text: str) -> tuple[str, ...]:
    """Cut a text into words.

    Args:
        text: Any text.

    Returns:
        Its words in order, normalised.
    """
    return tuple(_WORD.findall(normal(text)))


def says(goal: str, name: str) -> bool:
    """Tell whether a goal names something.

    Args:
        goal: The goal.
        name: Name of an element, a program or a file.

    Returns:
        Whether each word of the name that means something is a word of the goal.
    """
    wanted = [word for word in words_of(name) if word not in _LEFT_OUT]
    if not wanted:
        # A name of such words alone must stand in the goal as it is.
        wanted = list(words_of(name))
    said = words_of(goal)
    return bool(wanted) and all(_said(word, said) for word in wanted)


def _said(word: str, said: tuple[str, ...]) -> bool:
    forms = {word, *(form for group in _SAME if word in group for form in group)}
    if is_hangul(word):
        # The screen says `보내기` where a goal says `보내 줘`: both begin with the same stem.
        forms |= {form for group in _SAME for one in group if _stem(one, word) for form in group}
    return any(_matches(form, heard) for form in forms for heard in said)


def _matches(form: str, heard: str) -> bool:
    if form == heard:
        return True
    if is_hangul(form):
        # Particles and endings follow a Korean word without a space.
        return heard.startswith(form) and len(heard) - len(form) <= _LONGEST_ENDING
    return len(form) > 3 and heard in {f"{form}s", f"{form}es", f"{form}ed", f"{form}ing"}


def _stem(stem: str, word: str) -> bool:
    return is_hangul(stem) and word.startswith(stem) and len(word) - len(stem) <= 1


def is_hangul(word: str) -> bool:
    """Tell whether a word is Korean.

    Args:
        word: A word.

    Returns:
        True where it begins with a Hangul syllable.
    """
    return "가" <= word[:1] <= "힣"


def quotes(goal: str, text: str) -> bool:
    """Tell whether a goal holds a text as it is, as a part of itself.

    Args:
        goal: The goal.
        text: Text that is to be typed.

    Returns:
        Whether the text stands in the goal between two words, and is not nearly all of it.
    """
    wanted, whole = _spaced(text), _spaced(goal)
    if not wanted:
        return False
    for found in re.finditer(re.escape(wanted), whole):
        before, after = whole[: found.start()][-1:], whole[found.end() :][:1]
        cut = _continues(before, wanted[0]) or (
            not is_hangul(after) and _continues(wanted[-1], after)
        )
        if not cut and len(wanted) * 10 <= len(whole) * 9:
            return True
    return False


def _spaced(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _continues(left: str, right: str) -> bool:
    return bool(left) and bool(right) and left.isalnum() and right.isalnum()


def cautious(goal: str) -> bool:
    """Tell whether a goal forbids or conditions something, so that its words prove little.

    Args:
        goal: The goal.

    Returns:
        Whether it has a negation or a condition outside of its quotes.
    """
    return _CAUTIOUS.search(unquoted(goal)) is not None


def unquoted(goal: str) -> str:
    """Leave out what a goal quotes: text that is to be typed, names of files.

    Args:
        goal: The goal.

    Returns:
        The rest.
    """
    return re.sub(r"'[^']*'|\"[^\"]*\"|“[^”]*”|‘[^’]*’|「[^」]*」|『[^』]*』", " ", goal)


@lru_cache(maxsize=64)
def keys_in(goal: str) -> frozenset[str]:
    """Find the keys that a goal names.

    Args:
        goal: The goal.

    Returns:
        Names as ``PressKeys`` has them.
    """
    pieces = _PIECE.findall(normal(goal))
    found: set[str] = set()
    for piece in pieces:
        for form in (piece, piece[:-1], piece[:-2]) if is_hangul(piece) else (piece,):
            found.update(keys_of([form]) or ())
    for pair in pairwise(pieces):
        found.update(keys_of(pair) or ())
    return frozenset(found)
