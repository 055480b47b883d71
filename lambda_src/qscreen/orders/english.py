"""English forms of orders."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from qscreen.orders import english_shaping as shaping
from qscreen.orders import english_until as until
from qscreen.orders.clauses import QUOTED, Masked
from qscreen.orders.english_nouns import ALL, nth_of, which
from qscreen.orders.model import (
    Adjust,
    Choose,
    Complete,
    Enter,
    FollowPath,
    Kind,
    Order,
    Part,
    Pause,
    PickColour,
    PickDay,
    Press,
    PressShades,
    PutFocus,
    Search,
    Seek,
    Take,
    Which,
)

_VERBS = (
    "click|press|hit|tap|push|select|choose|pick|check|tick|mark|enter|type|write|input|fill|put"
    "|copy|paste|find|focus|scroll|expand|open|collapse|close|switch|navigate|highlight|resize"
    "|drag|move|sort|set|use|submit|solve|search|look|forward|reply|delete|wait"
)
_CUT = re.compile(
    rf"\s*[.;!]\s+|,?\s*\b(?:and then|and|then)\b\s+(?=(?:{_VERBS})\b)|,\s*(?=(?:{_VERBS})\b)"
    r"|\s+(?=(?:hit|press) submit\b)",
    re.IGNORECASE,
)
NEGATION = re.compile(r"\b(?:don['’]t|do not|never|not|without|unless|except)\b", re.IGNORECASE)
"""Words that say what should not be done: no order can carry that."""

_OPENER = re.compile(
    r"^(?:and|then|now|please|first|next|finally|to|could you|can you|would you|will you)\s+",
    re.IGNORECASE,
)
_CLOSER = re.compile(
    r"\s+(?:when (?:you are |you're )?(?:done|finished)|please|now)$", re.IGNORECASE
)
_WHOSE = re.compile(r"for (?:the )?(?:user |row |entry |item )?\S+", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_TIME = r"\d{1,2}:\d{2}(?: ?[ap]m)?"
_VALUE = rf"(?:{QUOTED}|{_TIME}|[^\s{chr(0xE000)}]+)"
_OWNER = rf"(?:{QUOTED}|[^\s,{chr(0xE000)}]+)"
_THERE = r"(?:into|in|to|on|inside)"

Builder = Callable[[re.Match[str], Masked], Sequence[Order] | None]


def clauses(text: str) -> list[str]:
    """Cut a goal with marks into clauses.

    Args:
        text: The goal with marks instead of quoted texts.

    Returns:
        The clauses, without words that ask for nothing.
    """
    parts: list[str] = []
    for part in _CUT.split(text):
        bare = part.strip().rstrip(".!;,").strip()
        before = None
        while bare != before:
            before = bare
            bare = _CLOSER.sub("", _OPENER.sub("", bare)).strip().rstrip(",").strip()
        if parts and _WHOSE.fullmatch(parts[-1]):
            # *For the user Kim, click ...*: the place belongs to what is done there.
            bare = f"{parts.pop()}, {bare}"
        if bare:
            parts.append(bare)
    return parts


def read(clause: str, masked: Masked) -> Sequence[Order] | None:
    """Read one clause.

    Args:
        clause: The clause, with marks.
        masked: The goal.

    Returns:
        What it asks for; None when no form fits.
    """
    for form, build in _FORMS:
        found = form.fullmatch(clause)
        if found is not None:
            orders = build(found, masked)
            if orders is not None:
                return orders
    return None


def _press(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    return None if wanted is None else (Press(wanted),)


def _submit(_: re.Match[str], __: Masked) -> Sequence[Order]:
    return (Press(Which(("submit",))),)


def _press_for(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    if wanted is None:
        return None
    beside = masked.reveal(found["beside"])
    return (Press(Which(wanted.names, wanted.kind, wanted.nth, beside)),)


def _wait(found: re.Match[str], _: Masked) -> Sequence[Order]:
    return (Pause(float(found["seconds"])),)


def _search(kind: Kind) -> Builder:
    return lambda _, __: (Search(kind),)


def _nothing(_: re.Match[str], __: Masked) -> Sequence[Order]:
    return ()


def _expand(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    name = found["name"]
    wanted = which(name, masked) if name else Which()
    if wanted is None:
        return None
    return (Press(Which(wanted.names, Kind.SECTION, wanted.nth)),)


def _choose(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *select A, B from the list*, *select 5 with the slider*, *select the 2nd box*."""
    what, place = found["what"], found["place"]
    inside = which(place, masked) if place else None
    if place and inside is None:
        return None
    if ">" in what:
        path = tuple(masked.reveal(part) for part in what.split(">"))
        return (FollowPath(path),) if all(path) else None
    if inside is not None and inside.kind in {Kind.SLIDER, Kind.SPINNER}:
        return (Adjust((masked.reveal(what),), inside),)
    if what.lower() in {"nothing", "none"}:
        return (Choose((), inside),)
    if ALL.match(what) or _DAY.match(what):
        return None
    one = which(what, masked)
    if one is not None and one.kind is not None and inside is None:
        return (Press(one),)
    parts = re.split(r",\s*(?:and\s+)?|\s+and\s+(?=[^,]*$)", what) if "," in what else [what]
    options = tuple(masked.reveal(part) for part in parts if part.strip())
    return (Choose(options, inside),) if options else None


def _pick_day(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    day = _day(masked.reveal(found["value"]))
    return None if day is None else (PickDay(day),)


def _day(text: str) -> date | None:
    """Read 12/31/2026, month first as American pages write it."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found[3]), int(found[1]), int(found[2]))
    except ValueError:
        return None


def _enter(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *enter 'text' into the 2nd field*."""
    value = masked.reveal(found["value"])
    place = found.groupdict().get("place") or ""
    case = (found.groupdict().get("case") or "").lower()
    value = value.upper() if case == "upper" else value.lower() if case == "lower" else value
    every = re.match(r"(?:both|all|each|every)\b", place, re.IGNORECASE)
    field = which(re.sub(r"^(?:both|all|each|every)(?: of)?\s+", "", place), masked)
    if place.strip() and field is None:
        return None
    label = found.groupdict().get("label")
    if label and (field is None or (field.nth is None and not field.names)):
        kind = field.kind if field is not None and every else None
        field = field if every else Which((masked.reveal(label),), kind or Kind.FIELD)
    return (Enter(value, field, every is not None),) if value else None


def _enter_pairs(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *enter the username 'a' and the password 'b'*."""
    pairs = re.findall(rf"(?:,? and |, )?(?:the )?([\w -]+?) ({QUOTED})", found["pairs"])
    return tuple(
        Enter(masked.reveal(value), Which((label.strip(),), Kind.FIELD)) for label, value in pairs
    )


def _complete(found: re.Match[str], masked: Masked) -> Sequence[Order]:
    return (Complete(masked.reveal(found["begins"]), masked.reveal(found["ends"] or "")),)


def _take(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    return None if wanted is None else (Take(Part.WHOLE, wanted),)


def _take_word(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    number = nth_of(found["nth"])
    if wanted is None or number is None:
        return None
    return (Take(Part.WORD, wanted, number),)


def _take_below(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    field = which(found["place"], masked)
    return None if field is None else (Take(Part.WHOLE), Enter(None, field))


def _take_beside(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    field = which(found["place"], masked)
    if field is None:
        return None
    label = masked.reveal(found["label"])
    return (Take(Part.BESIDE, Which((label,))), Enter(None, field))


def _copy_beside_each(_: re.Match[str], __: Masked) -> Sequence[Order]:
    return (Take(Part.BESIDE), Enter(None, Which(kind=Kind.FIELD), every=True))


def _solve(_: re.Match[str], __: Masked) -> Sequence[Order]:
    return (Take(Part.SUM),)


def _paste(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    field = which(found["place"], masked)
    return None if field is None else (Enter(None, field),)


def _focus(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    field = which(found["what"], masked)
    return None if field is None else (PutFocus(field),)


def _adjust_all(found: re.Match[str], _: Masked) -> Sequence[Order]:
    values = tuple(one.strip() for one in found["values"].split(","))
    return (Adjust(values, Which(kind=Kind.SLIDER)),)


def _seek(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    return None if wanted is None else (Seek(wanted),)


def _press_their(found: re.Match[str], masked: Masked) -> Sequence[Order]:
    return (Press(Which(beside=masked.reveal(found["what"]))),)


def _set(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["place2"], masked)
    if wanted is None or wanted.kind not in {Kind.SLIDER, Kind.SPINNER}:
        return None
    return (Adjust((masked.reveal(found["value"]),), wanted),)


def _form(pattern: str, build: Builder) -> tuple[re.Pattern[str], Builder]:
    return re.compile(pattern, re.IGNORECASE), build


_CLICK = r"(?:click|press|hit|tap|push)(?: on)?"
_ENTER = r"(?:enter|type|write|input|put|fill in)"

_FORMS: tuple[tuple[re.Pattern[str], Builder], ...] = (
    _form(r"submit(?: (?:it|the form))?", _submit),
    _form(r"wait(?: for)? (?P<seconds>\d{1,2}) seconds?", _wait),
    _form(r"close .+ by (?:clicking|pressing)(?: on)? (?P<what>.+)", _press),
    _form(r"close (?P<what>(?:the )?.*(?:dialog|window|popup|pop-up)(?: box)?)",
          lambda _, __: (Press(Which(("close", "x"), Kind.BUTTON)),)),
    _form(r"(?:switch|look|go|search) (?:between|through|in) (?:the )?tabs(?: to find)?",
          _search(Kind.TAB)),
    _form(r"(?:expand|open) the (?:sections|panels)(?: below)?(?:,? to find)?",
          _search(Kind.SECTION)),
    _form(r"(?:navigate|look|go|search)(?: through)? the (?:file |folder )?tree(?: to find)?",
          _search(Kind.TREE)),
    _form(r"(?:expand|open) the (?:[\w]+ )?menu(?: below)?(?:,? to find)?", _search(Kind.MENU)),
    _form(r"(?:to )?find", _nothing),
    _form(r"(?:expand|open) the(?: (?P<name>.+?))? (?:section|panel)(?: below)?", _expand),
    _form(rf"for (?:the )?(?:user |row |entry |item )?(?P<beside>{_OWNER}),? {_CLICK} "
          r"(?P<what>.+)", _press_for),
    _form(rf"{_CLICK} (?P<what>.+?) (?:for|of|in the row of|beside|next to) "
          rf"(?:the )?(?:user |row |entry |item )?(?P<beside>{QUOTED}|@\w+)", _press_for),
    _form(rf"{_CLICK} (?P<what>.+?) until {until.NUMBER} (?:shows|appears|comes)(?: up)?",
          until.press_until),
    _form(rf"(?P<what>generate|roll|draw) {until.NUMBER}", until.press_until),
    _form(rf"(?:{_CLICK} )?(?P<what>[^\s]+)(?: [\w ]+?)? when the (?P<label>[\w ]+) is {until.SIZE}"
          r"(?P<number>-?\d+(?:\.\d+)?)", until.press_when),
    _form(r"(?:select|choose|pick|click(?: on)?) (?:all )?(?:the )?shades of (?P<colour>[a-z]+)",
          lambda found, _: (PressShades(found["colour"].lower()),)),
    _form(rf"{_CLICK} (?:their|his|her|its) (?P<what>[\w ]+)", _press_their),
    _form(rf"find (?P<what>{QUOTED}|[\w -]+) in (?:the |my )?[\w ]*(?:book|list|table|directory)",
          _seek),
    _form(r"sort the (?:numbers|items|list) in (?P<way>increasing|ascending|decreasing|descending)"
          r" order(?:,? starting with .+)?", shaping.sort),
    _form(rf"{_CLICK} (?P<what>.+)", _press),
    _form(rf"(?:select|choose|pick|enter) (?P<value>{_DAY.pattern}|{QUOTED}) as the date",
          _pick_day),
    _form(r"(?:select|choose|pick) (?P<name>[a-z]+) (?:with|in|from|using) the colou?r ?picker",
          lambda found, _: (PickColour(found["name"].lower()),)),
    _form(r"(?:select|choose|pick|check|tick|mark) (?P<what>.+?)"
          r"(?: (?:from|in|with|using) (?P<place>(?:the|a) [^,]+))?", _choose),
    _form(r"set the sliders to(?: the combination)? \[?(?P<values>-?\d+(?:\s*,\s*-?\d+)*)\]?",
          _adjust_all),
    _form(rf"set (?P<place2>.+) to (?P<value>{_VALUE})",
          _set),
    _form(rf"{_ENTER} an? (?:item|entry|word|name|value) that starts with (?P<begins>{QUOTED})"
          rf"(?: and ends with (?P<ends>{QUOTED}))?", _complete),
    _form(rf"{_ENTER} the value of (?P<label>.+?) {_THERE} (?P<place>.+)", _take_beside),
    _form(rf"{_ENTER} the value that corresponds with label (?P<label>.+?) {_THERE} (?P<place>.+)",
          _take_beside),
    _form(rf"{_ENTER} the values? that corresponds? (?:with|to) each label {_THERE} the form",
          _copy_beside_each),
    _form(rf"{_ENTER} the text below {_THERE} (?P<place>.+)", _take_below),
    _form(r"solve the (?:math )?(?:problem|equation|sum)|solve for x", _solve),
    _form(rf"{_ENTER} (?:it|that|this|them|your answer|the (?:answer|result)) {_THERE} "
          r"(?P<place>.+)", _paste),
    _form(rf"paste (?:it|that|this|the text) {_THERE} (?P<place>.+)", _paste),
    _form(rf"{_ENTER} (?P<value>{_VALUE}) as the (?P<label>\w+)", _enter),
    _form(rf"use (?P<place>.+) to {_ENTER} (?P<value>{QUOTED})", _enter),
    _form(rf"{_ENTER} (?P<pairs>(?:the )?[\w -]+? {QUOTED}(?:(?:,| and|, and) (?:the )?[\w -]+? "
          rf"{QUOTED})+)(?: {_THERE} the (?:text |input )?(?:fields|boxes|form))?", _enter_pairs),
    _form(rf"{_ENTER}(?: the (?P<label>[\w -]+?))? (?P<value>{QUOTED})"
          r"(?: in all (?P<case>upper|lower)(?: |-)?case(?: letters)?)?"
          rf"(?: {_THERE} (?P<place>.+))?", _enter),
    _form(r"(?:copy|take|read) the (?:text|value|contents?) (?:in|from|of) (?P<what>.+)", _take),
    _form(r"find the (?P<nth>\w+) word (?:in|of) (?P<what>.+)", _take_word),
    _form(r"(?:put (?:the )?|set (?:the )?|move (?:the )?)?focus(?: into| on| in| to)? "
          r"(?P<what>.+)", _focus),
    _form(r"scroll (?P<what>.+) to the (?P<end>top|bottom)(?: of the text)?", shaping.scroll),
    _form(r"scroll to the (?P<end>top|bottom) of (?P<what>.+)", shaping.scroll),
    _form(r"resize (?P<what>.+?) so that (?:the|its) (?P<side>width|height) is "
          r"(?P<size>larger|bigger|greater|smaller)(?: than .+)?", shaping.resize),
    _form(r"highlight (?:the )?text (?:in|of) (?P<what>.+)", shaping.highlight),
    _form(r"(?:drag|move) (?P<what>.+?) to the (?P<nth>\w+) (?:position|place)",
          shaping.move_to_place),
    _form(r"(?:drag|move) (?P<what>.+?) to the (?P<row>top|upper|middle|center|bottom|lower|left"
          r"|right)(?: |-)?(?P<column>left|middle|center|right)?(?: of the (?:grid|list))?",
          shaping.move_to_side),
    _form(r"(?:drag|move) (?P<what>.+?) (?P<way>left|right|up|down) by (?P<count>\w+)"
          r"(?: (?:position|place|row|column)s?)?", shaping.move_by),
    _form(r"drag (?P<what>.+?) (?:to the )?(?P<way>left|right|up|down)", shaping.drag_away),
    _form(r"drag (?P<what>.+?) (?:to|onto|into) (?P<onto>.+)", shaping.drag),
)  # fmt: skip
