"""Korean particles that agree with the word before them: 이 or 가, 을 or 를, and the like."""

import re
import unicodedata

_SPLIT = re.compile(r"(이\(가\)|을\(를\)|은\(는\)|과\(와\)|\(으\)로|\(이\)라)")
_FORMS = {
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "은(는)": ("은", "는"),
    "과(와)": ("과", "와"),
    "(으)로": ("으로", "로"),
    "(이)라": ("이라", "라"),
}
"""What each particle is after a final consonant, and what it is without one."""

_CLOSING = "'\"`’”」』>]"
_RIEUL = 8
"""Index of ㄹ among the final consonants of a syllable: after it, it is 로."""

_DIGITS = {"0": 21, "1": _RIEUL, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": _RIEUL, "8": _RIEUL}
_DIGITS["9"] = 0
"""Final consonants of the digits as they are read: 영, 일, 이, 삼, 사, 오, 육, 칠, 팔, 구."""


def agreeing(template: str, /, *parts: object, **values: object) -> str:
    """Fill a Korean text in; each particle in it agrees with what then stands before it.

    Quotation marks and what is in brackets do not count. After a word in Latin letters, whose
    sound cannot be told, both forms stay, as it is usual: *mousepad을(를)*.

    Args:
        template: The text, as `str.format` takes it, with particles such as `을(를)`.
        *parts: Values of its numbered fields.
        **values: Values of its named fields.
    """
    said = ""
    for piece in _SPLIT.split(template):
        said += _form(piece, said) if piece in _FORMS else piece.format(*parts, **values)
    return said


def _form(particle: str, said: str) -> str:
    final = _final(said)
    if final is None:
        return particle
    closed, open_ = _FORMS[particle]
    return open_ if final == 0 or (final == _RIEUL and particle == "(으)로") else closed


def _final(said: str) -> int | None:
    """Final consonant of the last word, 0 for none; None where its sound cannot be told."""
    word = said
    while True:
        word = word.rstrip(_CLOSING)
        before = _before_bracket(word)
        if before is None:
            break
        word = before
    last = unicodedata.normalize("NFC", word[-4:])[-1:]
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28
    return _DIGITS.get(last)


def _before_bracket(word: str) -> str | None:
    """What stands before a closing bracket's part; None where none closes, or nothing precedes."""
    if not word.endswith(")"):
        return None
    depth = 0
    for place in range(len(word) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(word[place], 0)
        if depth == 0:
            return word[:place].rstrip() or None
    return None
