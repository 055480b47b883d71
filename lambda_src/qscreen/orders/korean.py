"""Korean forms of orders: a clause ends in its verb, which says what is done."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from qscreen.orders import korean_shaping as shaping
from qscreen.orders.clauses import QUOTED, Masked
from qscreen.orders.korean_endings import hada, native
from qscreen.orders.korean_nouns import count_of, nth_of, which
from qscreen.orders.model import (
    Adjust,
    AwaitNumber,
    Choose,
    Compared,
    Complete,
    Condition,
    DragAway,
    Enter,
    FollowPath,
    Highlight,
    Kind,
    MoveOnto,
    MoveTo,
    Order,
    Part,
    Pause,
    PickDay,
    Press,
    PressUntil,
    PutFocus,
    ScrollTo,
    Search,
    Seek,
    Sort,
    Take,
    Which,
)

Builder = Callable[[re.Match[str], Masked], Sequence[Order] | None]

_VERBS: dict[str, str] = {
    "press": "|".join((hada("클릭"), hada("탭"), native("누르", "누른", "눌러"))),
    "choose": "|".join((hada("선택"), hada("체크"), native("고르", "고른", "골라"))),
    "enter": "|".join(
        (hada("입력"), native("쓰", "쓴", "써"), native("적", "적은", "적어"),
         native("넣", "넣은", "넣어"))
    ),
    "copy": hada("복사"),
    "paste": native("붙여 ?넣", "붙여 ?넣은", "붙여 ?넣어"),
    "focus": "|".join(
        (r"(?:초점|커서)을? " + native("맞추", "맞춘", "맞춰"),
         r"(?:초점|커서)을?를? " + native("두", "둔", "둬"))
    ),
    "adjust": "|".join((native("맞추", "맞춘", "맞춰"), hada("설정"))),
    "scroll": "|".join((hada("스크롤"), native("내리", "내린", "내려"))),
    "open": "|".join((native("펼치", "펼친", "펼쳐"), native("열", "연", "열어"))),
    "search": r"(?:바꿔|넘겨|펼쳐|열어|뒤져) ?(?:가며|가면서|보며|보면서)",
    "find": r"찾(?:아서?|고|은 (?:다음|뒤|후)(?:에)?)",
    "sort": hada("정렬"),
    "move": "|".join((native("끌", "끈", "끌어"), native("옮기", "옮긴", "옮겨"))),
    "mark": hada("강조"),
    "submit": hada("제출"),
    "wait": r"기다(?:리고|렸다가|린 (?:다음|뒤|후)(?:에)?|려(?: ?(?:줘|주세요))?)",
}  # fmt: skip
_VERB = re.compile(
    "|".join(f"(?P<{name}>{form})" for name, form in (_VERBS | shaping.VERBS).items())
)
NEGATION = re.compile(r"말고|말아|마세요|지 ?마(?:\s|$|\.)|않|제외|빼고")
"""Words that say what should not be done: no order can carry that."""

_OPENERS = re.compile(r"^(?:그리고|그다음(?:에)?|그런 다음(?:에)?|먼저|이제|,)\s*")


def clauses(text: str) -> list[str]:
    """Cut a goal with marks into clauses, each with its verb at the end.

    Args:
        text: The goal with marks instead of quoted texts.

    Returns:
        The clauses; what stands after the last verb is one of its own.
    """
    parts: list[str] = []
    place = 0
    for found in _VERB.finditer(text):
        following = text[found.end() : found.end() + 1]
        if following and not following.isspace() and following not in ",.!":
            continue
        parts.append(text[place : found.end()])
        place = found.end()
    parts.append(text[place:])
    bare = (_OPENERS.sub("", part.strip(" ,.!\n")).strip(" ,") for part in parts)
    return [part for part in bare if part]


def read(clause: str, masked: Masked) -> Sequence[Order] | None:
    """Read one clause.

    Args:
        clause: The clause, with marks.
        masked: The goal.

    Returns:
        What it asks for; None when no form fits.
    """
    ends = [found for found in _VERB.finditer(clause) if found.end() == len(clause)]
    if not ends:
        return None
    verb, said = str(ends[0].lastgroup), clause[: ends[0].start()].strip()
    for form, build in (*shaping.FORMS.get(verb, ()), *_FORMS.get(verb, ())):
        found = form.fullmatch(said)
        if found is not None:
            orders = build(found, masked)
            if orders is not None:
                return orders
    return None


_O = r"(?:을|를)"
_E = r"(?:에|에다|에다가|으로|로)"


def _press(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    return None if wanted is None else (Press(wanted),)


def _press_beside(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    if wanted is None:
        return None
    beside = masked.reveal(found["beside"])
    return (Press(Which(wanted.names, wanted.kind, wanted.nth, beside)),)


def _condition(found: re.Match[str]) -> Condition:
    said = found.groupdict()
    if said.get("parity"):
        return Condition(Compared.EVEN if said["parity"] == "짝수" else Compared.ODD)
    less = said["size"][0] in "작낮"
    return Condition(Compared.LESS if less else Compared.GREATER, float(said["number"]))


def _press_until(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    return None if wanted is None else (PressUntil(wanted, _condition(found)),)


def _press_when(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    if wanted is None:
        return None
    return (AwaitNumber(masked.reveal(found["label"]), _condition(found)), Press(wanted))


def _choose(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    place = found.groupdict().get("place")
    inside = which(place, masked) if place else None
    if place and inside is None:
        return None
    what = found["what"]
    if re.search(r"\d월 \d", what):
        return None
    if ">" in what:
        path = tuple(masked.reveal(part) for part in what.split(">"))
        return (FollowPath(path),) if all(path) else None
    one = which(what, masked)
    if one is not None and one.kind is not None and inside is None:
        return (Press(one),)
    if one is None and "," not in what:
        return None
    options = tuple(
        masked.reveal(part) for part in re.split(r",\s*|\s*(?:와|과|하고)\s+", what) if part.strip()
    )
    return (Choose(options, inside),) if options else None


def _pick_day(found: re.Match[str], _: Masked) -> Sequence[Order] | None:
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    return (PickDay(day),)


def _enter(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    field = which(found["place"], masked) if found.groupdict().get("place") else None
    if found.groupdict().get("place") and field is None:
        return None
    if field is not None and field.kind is None:
        # *이름에 '김'을 입력*: a bare name is that of a field.
        field = Which(field.names, Kind.FIELD, field.nth)
    return (Enter(masked.reveal(found["text"]), field),)


def _enter_taken(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *문단의 두 번째 낱말을 입력칸에* and *그 값을 칸에*."""
    field = which(found["place"], masked)
    if field is None:
        return None
    source = found.groupdict().get("source")
    if not source:
        return (Enter(None, field),)
    number, rest = nth_of(found["part"])
    wanted = which(source, masked)
    if wanted is None:
        return None
    if "낱말" in rest or "단어" in rest:
        return (Take(Part.WORD, wanted, number or 1), Enter(None, field))
    return (Take(Part.WHOLE, wanted), Enter(None, field))


def _beside(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    field = which(found["place"], masked)
    label = masked.reveal(found["label"])
    return None if field is None else (Take(Part.BESIDE, Which((label,))), Enter(None, field))


def _complete(found: re.Match[str], masked: Masked) -> Sequence[Order]:
    ends = found["ends"]
    return (Complete(masked.reveal(found["begins"]), masked.reveal(ends) if ends else ""),)


def _copy(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    return None if wanted is None else (Take(Part.WHOLE, wanted),)


def _paste(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    field = which(found["place"], masked)
    return None if field is None else (Enter(None, field),)


def _focus(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    field = which(found["what"], masked)
    return None if field is None else (PutFocus(field),)


def _adjust(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    if wanted is None or wanted.kind not in {Kind.SLIDER, Kind.SPINNER}:
        return None
    values = tuple(part.strip() for part in masked.reveal(found["values"]).split(","))
    return (Adjust(values, wanted),)


def _scroll(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    return None if wanted is None else (ScrollTo(wanted, found["end"] in {"아래", "끝"}),)


def _open(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    if wanted is None or wanted.kind not in {Kind.SECTION, Kind.MENU, Kind.TAB}:
        return None
    return (Press(wanted),)


def _search(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    if "트리" in found["what"]:
        return (Search(Kind.TREE),)
    wanted = which(found["what"], masked)
    if wanted is None or wanted.kind not in {Kind.TAB, Kind.SECTION, Kind.MENU}:
        return None
    return (Search(wanted.kind),)


def _find(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    return None if wanted is None else (Seek(wanted),)


def _move_to(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    number, _ = nth_of(found["nth"])
    return None if wanted is None or number is None else (MoveTo(wanted, nth=number),)


_WAYS = {"왼": (-1, 0), "오": (1, 0), "위": (0, -1), "아": (0, 1)}


def _drag_away(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    right, down = _WAYS[found["way"][0]]
    count = count_of(found["count"]) if found["count"] else 0
    if wanted is None or count is None:
        return None
    if count:
        return (MoveTo(wanted, by=(down * count, right * count)),)
    return (DragAway(wanted, right, down),)


def _move_onto(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted, onto = which(found["what"], masked), which(found["onto"], masked)
    return None if wanted is None or onto is None else (MoveOnto(wanted, onto),)


def _mark(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    return None if wanted is None else (Highlight(wanted),)


def _form(pattern: str, build: Builder) -> tuple[re.Pattern[str], Builder]:
    return re.compile(pattern), build


_FORMS: dict[str, tuple[tuple[re.Pattern[str], Builder], ...]] = {
    "press": (
        _form(rf"(?P<parity>짝수|홀수)(?:가|이) 나올 때까지 (?P<what>.+?){_O}", _press_until),
        _form(r"숫자가 (?P<number>-?\d+(?:\.\d+)?)보다 (?P<size>작아|낮아|커|높아)질 때까지 "
              rf"(?P<what>.+?){_O}", _press_until),
        _form(r"(?P<label>[^ ]+)(?:이|가) (?P<number>-?\d+(?:\.\d+)?)(?:원|달러)?보다 "
              rf"(?P<size>작|낮|클|높)(?:을|아지면|아질)? ?(?:때)? ?(?P<what>.+?){_O}",
              _press_when),
        _form(rf"(?P<beside>{QUOTED})(?: 사용자| 행| 항목)?의 (?P<what>.+?){_O}", _press_beside),
        _form(rf"(?P<what>.+?){_O}", _press),
    ),
    "choose": (
        _form(r"(?:날짜(?:로|를)? )?(?P<year>\d{4})년 (?P<month>\d{1,2})월 (?P<day>\d{1,2})일"
              r"(?:을|를)?", _pick_day),
        _form(rf"(?P<place>[^,]+?)에서 (?P<what>.+?){_O}?", _choose),
        _form(rf"(?P<what>.+?){_O}?", _choose),
    ),
    "enter": (
        _form(rf"(?P<begins>{QUOTED})(?:으로|로) 시작(?:하고 (?P<ends>{QUOTED})(?:으로|로) 끝나"
              r"는|하는) (?:항목|낱말|값)(?:을|를)", _complete),
        _form(r"(?:날짜(?:로|를)? )?(?P<year>\d{4})년 (?P<month>\d{1,2})월 (?P<day>\d{1,2})일"
              r"(?:을|를)?", _pick_day),
        _form(rf"(?P<text>{QUOTED}){_O}? (?P<place>.+?){_E}", _enter),
        _form(rf"(?P<place>.+?){_E} (?P<text>{QUOTED})(?:{_O}|이라고|라고)?", _enter),
        _form(rf"(?P<text>{QUOTED})(?:{_O}|이라고|라고)?", _enter),
        _form(rf"표에서 (?P<label>.+?)의 값{_O} (?P<place>.+?){_E}", _beside),
        _form(rf"(?P<source>.+?)의 (?P<part>[^의]*(?:낱말|단어|글|내용|텍스트)){_O} "
              rf"(?P<place>.+?){_E}", _enter_taken),
        _form(rf"(?:그것|그 값|그 낱말|그 글|그걸){_O}? (?P<place>.+?){_E}", _enter_taken),
    ),
    "copy": (_form(rf"(?P<what>.+?)(?:의 (?:글|내용|텍스트|값))?{_O}", _copy),),
    "paste": (_form(rf"(?:.+{_O} )?(?P<place>.+?){_E}", _paste),),
    "focus": (_form(rf"(?P<what>.+?){_E}", _focus),),
    "adjust": (
        _form(rf"(?P<what>.+?){_O} (?P<values>{QUOTED}|-?\d+(?:, ?-?\d+)*)(?:으로|로)", _adjust),
        _form(rf"(?P<what>.+?)에? (?:초점|커서){_O}", _focus),
    ),
    "scroll": (_form(rf"(?P<what>.+?){_O} (?:맨 )?(?P<end>아래|위|끝)(?:로|으로|까지)", _scroll),),
    "open": (_form(rf"(?P<what>.+?){_O}", _open),),
    "search": (_form(rf"(?P<what>.+?){_O}", _search),),
    "find": (_form(rf"(?:.+에서 )?(?P<what>.+?){_O}", _find),),
    "sort": (
        _form(rf"(?:숫자|항목|목록)(?:들)?{_O} (?P<way>오름차순|내림차순)으로",
              lambda found, _: (Sort(found["way"] == "내림차순"),)),
    ),
    "move": (
        _form(rf"(?P<what>.+?){_O} (?P<nth>.+?번째|마지막) 자리로", _move_to),
        _form(rf"(?P<what>.+?){_O} (?:(?P<count>\w+) 칸 )?"
              r"(?P<way>왼쪽|오른쪽|위쪽?|아래쪽?)(?:으)?로", _drag_away),
        _form(rf"(?P<what>.+?){_O} (?P<onto>.+?)(?: 위)?(?:으로|로|에)", _move_onto),
    ),
    "mark": (_form(rf"(?P<what>.+?)(?:의 글)?{_O}", _mark),),
    "submit": (_form(r"(?:양식을|폼을)?", lambda _, __: (Press(Which(("제출", "Submit"))),)),),
    "wait": (_form(r"(?P<seconds>\d{1,2})초(?:만|간| 동안)?",
                   lambda found, _: (Pause(float(found["seconds"])),)),),
}  # fmt: skip
