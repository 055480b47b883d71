"""English noun phrases of orders: which element is meant."""

import re

from qscreen.orders.clauses import QUOTED, Masked
from qscreen.orders.model import COLOURS, Kind, Which

_KINDS: dict[str, Kind] = {
    "button": Kind.BUTTON,
    "link": Kind.LINK,
    **dict.fromkeys(
        ("text field", "text box", "textbox", "input textbox", "text input", "input field",
         "input", "field", "text", "search box", "input box"), Kind.FIELD),
    **dict.fromkeys(("text area", "textarea"), Kind.AREA),
    **dict.fromkeys(("checkbox", "check box"), Kind.CHECK_BOX),
    **dict.fromkeys(("radio button", "radio", "option button"), Kind.RADIO),
    **dict.fromkeys(("list", "scroll list", "dropdown", "drop-down", "dropdown list", "combo box",
                     "drop-down list", "select box"), Kind.LIST),
    **dict.fromkeys(("item", "list item", "entry", "menu item", "folder", "file",
                     "folder or file", "file or folder"), Kind.ITEM),
    "tab": Kind.TAB,
    **dict.fromkeys(("section", "panel"), Kind.SECTION),
    "slider": Kind.SLIDER,
    **dict.fromkeys(("spinner", "spin box"), Kind.SPINNER),
    "menu": Kind.MENU,
    **dict.fromkeys(("icon", "image", "picture"), Kind.IMAGE),
    "paragraph": Kind.PARAGRAPH,
    **dict.fromkeys(("search result", "result"), Kind.RESULT),
    **dict.fromkeys(("box", "shape", "circle", "square", "rectangle", "triangle", "figure"),
                    Kind.SHAPE),
}  # fmt: skip
_WORDS = "|".join(sorted(map(re.escape, _KINDS), key=len, reverse=True))
_ORDINALS = {
    word: number
    for number, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
         "tenth"), start=1)
} | {"last": -1}  # fmt: skip

ALL = re.compile(
    r"(?:all|any|every|everything|both|each|words|the following|the (?:smaller|larger)|as )\b"
    r"|\d+ (?:of|items|posts)\b",
    re.IGNORECASE,
)
"""Beginnings that mean several elements, or some that only a judgement finds."""

_ARTICLE = re.compile(r"^(?:the|a|an|your|this|that)\s+", re.IGNORECASE)
_BELOW = re.compile(r"\s+(?:below|above|on the (?:page|right|left)|here)$", re.IGNORECASE)
_INSIDE = re.compile(
    r"\s+(?:in|on|of|from) the (?:dialog(?: box)?|page|form|window|popup)(?=\s|$)", re.IGNORECASE
)
_COLOURED = re.compile(
    rf"^(?P<colour>{'|'.join((*COLOURS, 'gray', 'fuchsia', 'aqua'))})(?:[ -]colou?red)?\s+"
    r"(?P<rest>.+)$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(rf"^(\d+(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})\s+", re.IGNORECASE)
_NAMED = re.compile(
    rf"^(?P<kind>{_WORDS})\s+(?:(?:labell?ed|named|called|titled|that says|with the (?:text"
    r"|label|name|title))\s+)(?P<name>.+)$",
    re.IGNORECASE,
)
_HEAD = re.compile(rf"^(?P<kind>{_WORDS})\s+(?P<name>{QUOTED}|#?[\w-]+)$", re.IGNORECASE)
_TAIL = re.compile(rf"^(?:(?P<name>.+?)\s+)?(?P<kind>{_WORDS})(?:\s+(?:widget|element))?$",
                   re.IGNORECASE)  # fmt: skip
_WIDGET = re.compile(rf"^(?P<name>{QUOTED}|\w+)\s+(?:widget|element)$", re.IGNORECASE)
_NO_NAME = frozenset(
    {"and", "or", "if", "when", "while", "until", "before", "after", "because", "instead", "only",
     "every", "each", "all", "both", "any", "either", "again", "which", "that", "it", "them",
     "you", "possible", "order"}
)  # fmt: skip
"""Words that a name without quotes does not hold: they make it a clause."""

_LONGEST = 6
"""Most words of a name without quotes: a longer one is more likely something unknown."""


def nth_of(word: str) -> int | None:
    """Read *2nd*, *second* or *last*.

    Args:
        word: The word.

    Returns:
        The number, from the end when negative; None when it is no ordinal.
    """
    if word.lower() in _ORDINALS:
        return _ORDINALS[word.lower()]
    digits = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", word, re.IGNORECASE)
    return int(digits[1]) if digits and int(digits[1]) else None


def which(phrase: str | None, masked: Masked) -> Which | None:
    """Read a noun phrase.

    Args:
        phrase: The phrase, with marks.
        masked: The goal.

    Returns:
        The element that is meant; None when the phrase names none.
    """
    if not phrase or not phrase.strip():
        return None
    rest = _INSIDE.sub("", _BELOW.sub("", phrase.strip()))
    any_of = re.match(r"an?\s", rest, re.IGNORECASE) is not None
    rest = _ARTICLE.sub("", rest).strip()
    nth = None
    ordinal = _ORDINAL.match(rest)
    if ordinal is not None:
        nth, rest = nth_of(ordinal[1]), rest[ordinal.end() :]
    coloured = _COLOURED.match(rest)
    if coloured is not None and (kind := _KINDS.get(coloured["rest"].lower())) is not None:
        return Which(kind=kind, nth=nth, any_of=any_of, colour=coloured["colour"].lower())
    widget = _WIDGET.match(rest)
    if widget is not None:
        kind = _KINDS.get(masked.reveal(widget["name"]).lower())
        return None if kind is None else Which(kind=kind, nth=nth, any_of=any_of)
    whole = re.sub(r"(?<=\w)(?<!s)s$", "", rest.lower())
    if whole in _KINDS:
        return Which(kind=_KINDS[whole], nth=nth, any_of=any_of)
    for form in (_NAMED, _HEAD, _TAIL):
        found = form.match(rest)
        if found is None:
            continue
        kind = _KINDS[found["kind"].lower()]
        name = _name(found["name"] or "", masked)
        if name is None:
            return None
        if not name:
            return Which(kind=kind, nth=nth, any_of=any_of)
        whole = masked.reveal(rest)
        # *Tab #2* may be a tab called so, or the tab called *#2*.
        plain = form is _HEAD and not masked.is_quoted(found["name"])
        return Which((whole, name) if plain else _called(name), kind, nth, any_of=any_of)
    name = _name(rest, masked)
    if not name:
        return None
    return Which(_called(name), None, nth, any_of=any_of)


def _called(name: str) -> tuple[str, ...]:
    """What an element of a name may be called: the cross of a window is named by its purpose."""
    return (name, "Close", "닫기") if name in {"x", "X", "×"} else (name,)


def _name(phrase: str, masked: Masked) -> str | None:
    """A name: quoted, or a few words; None for what cannot be one."""
    bare = _ARTICLE.sub("", phrase.strip())
    if masked.is_quoted(bare):
        return masked.reveal(bare)
    words = bare.lower().split()
    if re.search(QUOTED, bare) or len(words) > _LONGEST or ALL.match(bare):
        return None
    if _NO_NAME.intersection(words):
        return None
    return bare
