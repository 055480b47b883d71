"""Korean forms that change a size, and those that go by colours."""

import re
from collections.abc import Sequence

from qscreen.orders.clauses import Masked
from qscreen.orders.korean_endings import hada, native
from qscreen.orders.korean_nouns import SHAPES, colour_of, which
from qscreen.orders.model import Order, PickColour, PressShades, Resize

VERBS: dict[str, str] = {
    "grow": "|".join((native("늘리", "늘린", "늘려"), native("키우", "키운", "키워"),
                      hada("크게"))),
    "shrink": "|".join((native("줄이", "줄인", "줄여"), hada("작게"))),
    "widen": "|".join((native("넓히", "넓힌", "넓혀"), hada("넓게"))),
    "narrow": "|".join((native("좁히", "좁힌", "좁혀"), hada("좁게"))),
    "resize": "|".join((hada("조절"), hada("조정"))),
}  # fmt: skip

_O = r"(?:을|를)"
_SIDE = r"(?P<side>너비|넓이|가로|폭|높이|세로)"
_WIDE = frozenset({"너비", "넓이", "가로", "폭"})
_OF = rf"(?P<what>.+?)(?:의)? {_SIDE}(?: ?(?:크기|길이))?{_O}(?: 더| 조금)?"
_COLOUR = rf"(?P<colour>\S+?) ?(?:계열|색조|톤)(?:의)?(?: 색| (?:{SHAPES})(?:들)?)?"


def _sized(found: re.Match[str], masked: Masked, larger: bool) -> Sequence[Order] | None:
    wanted = which(found["what"], masked)
    side = found.groupdict().get("side")
    return None if wanted is None else (Resize(wanted, side is None or side in _WIDE, larger),)


def _grow(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    return _sized(found, masked, larger=True)


def _shrink(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    return _sized(found, masked, larger=False)


def _resize(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *너비가 더 커지도록 메모를* and *메모를 더 넓게*."""
    return _sized(found, masked, larger=found["size"][0] in "커크넓높길늘")


def _pick(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    name = colour_of(masked.reveal(found["colour"]))
    return None if name is None else (PickColour(name),)


def _shades(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    name = colour_of(masked.reveal(found["colour"]))
    return None if name is None else (PressShades(name),)


_ALL_SHADES = (
    (re.compile(rf"(?:모든 |전부 )?{_COLOUR}{_O}?(?: 모두| 전부| 다)?"), _shades),
    (re.compile(rf"{_COLOUR}{_O}?,? (?:모두|전부|다)"), _shades),
)
FORMS = {
    "grow": ((re.compile(_OF), _grow),),
    "shrink": ((re.compile(_OF), _shrink),),
    "widen": (
        (re.compile(_OF), _grow),
        (re.compile(rf"(?P<what>.+?){_O}(?: 더| 조금)?"), _grow),
    ),
    "narrow": (
        (re.compile(_OF), _shrink),
        (re.compile(rf"(?P<what>.+?){_O}(?: 더| 조금)?"), _shrink),
    ),
    "resize": (
        (re.compile(rf"{_SIDE}(?:가|이)(?: 더| 조금)? (?P<size>커지|작아지|넓어지|좁아지|높아지"
                    rf"|낮아지|길어지|짧아지|늘어나|줄어들|크|작)(?:도록|게) (?P<what>.+?)"
                    rf"(?:의)?(?: 크기)?{_O}"), _resize),
        (re.compile(rf"{_OF} (?P<size>크|작|넓|좁|높|낮|길|짧)게"), _resize),
        (re.compile(rf"(?P<what>.+?){_O}(?: 더| 조금)? (?P<size>넓|좁)게"), _resize),
    ),
    "choose": (
        (re.compile(r"(?:색|색상|색깔|컬러) ?(?:선택기|선택 도구|선택 상자|피커)(?:에서|로) "
                    rf"(?P<colour>\S+?){_O}?"), _pick),
        *_ALL_SHADES,
    ),
    "press": _ALL_SHADES,
}  # fmt: skip
"""Forms by the verb that they stand before; they are tried first."""
