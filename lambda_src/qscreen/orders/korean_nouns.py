"""Korean noun phrases of orders: which element is meant."""

import re

from qscreen.orders.clauses import QUOTED, Masked
from qscreen.orders.model import Kind, Which

_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("버튼", "단추"), Kind.BUTTON),
    "링크": Kind.LINK,
    **dict.fromkeys(("칸", "입력칸", "입력 칸", "입력란", "텍스트 칸"), Kind.FIELD),
    **dict.fromkeys(("검색창", "필드"), Kind.FIELD),
    **dict.fromkeys(("글상자", "텍스트 상자", "텍스트 영역"), Kind.AREA),
    **dict.fromkeys(("체크박스", "체크 박스", "확인란"), Kind.CHECK_BOX),
    **dict.fromkeys(("라디오 버튼", "라디오버튼"), Kind.RADIO),
    **dict.fromkeys(("목록", "리스트", "드롭다운", "콤보 상자"), Kind.LIST),
    **dict.fromkeys(("항목", "파일", "폴더", "메뉴 항목"), Kind.ITEM),
    "탭": Kind.TAB,
    **dict.fromkeys(("구역", "섹션"), Kind.SECTION),
    **dict.fromkeys(("슬라이더", "조절 막대"), Kind.SLIDER),
    **dict.fromkeys(("스피너", "숫자 칸"), Kind.SPINNER),
    "메뉴": Kind.MENU,
    **dict.fromkeys(("아이콘", "그림", "이미지"), Kind.IMAGE),
    **dict.fromkeys(("문단", "단락"), Kind.PARAGRAPH),
    **dict.fromkeys(("검색 결과", "결과"), Kind.RESULT),
    **dict.fromkeys(("상자", "도형", "원", "네모", "세모", "사각형", "삼각형"), Kind.SHAPE),
}  # fmt: skip
_WORDS = "|".join(sorted(map(re.escape, _KINDS), key=len, reverse=True))
_ORDINALS = {
    word: number
    for number, word in enumerate(
        ("첫", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"), start=1
    )
}
_NTH = re.compile(rf"(?:(?P<word>{'|'.join(_ORDINALS)}|\d+) ?번째|(?P<last>마지막|맨 끝))\s*")
_BEFORE = re.compile(r"^(?:아래(?:의|에 있는)?|위(?:의|에 있는)?|화면의|그|이)\s+")
_TAIL = re.compile(
    rf"(?:(?P<name>.+?)\s*(?:(?:이라는|라는|이라고 된|라고 된)\s*)?)?(?P<kind>{_WORDS})(?:들)?"
)
_HEAD = re.compile(rf"(?P<kind>{_WORDS})\s*(?P<name>{QUOTED})")
_COLOURS = {
    "검은": "black", "흰": "white", "하얀": "white", "회색": "grey", "은색": "silver",
    "빨간": "red", "분홍": "pink", "자홍": "magenta", "보라": "purple", "주황": "orange",
    "갈색": "brown", "금색": "gold", "노란": "yellow", "연두": "lime", "초록": "green",
    "청록": "teal", "하늘": "cyan", "파란": "blue", "남색": "navy",
}  # fmt: skip
_COLOUR_NOUNS = {
    "검정": "black", "하양": "white", "빨강": "red", "주홍": "orangered", "노랑": "yellow",
    "파랑": "blue", "초록": "green", "연두": "lime", "보라": "purple", "분홍": "pink",
    "주황": "orange", "자홍": "magenta", "청록": "teal", "하늘": "cyan",
}  # fmt: skip
SHAPES = "|".join(word for word, kind in _KINDS.items() if kind is Kind.SHAPE)
"""Words for what is drawn, as a pattern."""

_COLOURED = re.compile(rf"(?P<colour>{'|'.join(_COLOURS)})(?:색)?\s+(?P<rest>.+)")
_LONGEST = 4
"""Most words of a name without quotes."""

ALL = re.compile(r"(?:모든|모두|전부|각각의?)(?:\s|$)")
"""Words that mean several elements, which no order names one by one."""


def nth_of(phrase: str) -> tuple[int | None, str]:
    """Cut *두 번째* off.

    Args:
        phrase: A noun phrase.

    Returns:
        The number, from the end when negative, or None; and the rest.
    """
    found = _NTH.search(phrase)
    if found is None:
        return None, phrase
    rest = phrase[: found.start()] + phrase[found.end() :]
    if found["last"]:
        return -1, rest
    word = found["word"]
    return (int(word) if word.isdigit() else _ORDINALS[word]), rest


def count_of(word: str) -> int | None:
    """Read *두* and *2*, as they stand before a counter.

    Args:
        word: The word.

    Returns:
        The number; None when it is none.
    """
    if word.isdigit():
        return int(word) or None
    return 1 if word == "한" else _ORDINALS.get(word)


def colour_of(word: str) -> str | None:
    """Read *빨간색*, *빨강* and *red*.

    Args:
        word: The word.

    Returns:
        The colour, as style sheets call it; None when it is none.
    """
    bare = word.strip()
    if re.fullmatch(r"[A-Za-z]+", bare):
        return bare.lower()
    known = _COLOUR_NOUNS | _COLOURS
    return known.get(bare) or known.get(bare.removesuffix("색"))


def which(phrase: str | None, masked: Masked) -> Which | None:
    """Read a noun phrase without its particle.

    Args:
        phrase: The phrase, with marks.
        masked: The goal.

    Returns:
        The element that is meant; None when the phrase names none.
    """
    if not phrase or not phrase.strip() or ALL.search(phrase):
        return None
    nth, rest = nth_of(_BEFORE.sub("", phrase.strip()))
    rest = _BEFORE.sub("", rest.strip())
    if nth == 0:
        return None
    any_of = rest.startswith("아무 ")
    rest = rest.removeprefix("아무 ").strip()
    coloured = _COLOURED.fullmatch(rest)
    if coloured is not None and coloured["rest"] in _KINDS:
        kind = _KINDS[coloured["rest"]]
        return Which(kind=kind, nth=nth, any_of=any_of, colour=_COLOURS[coloured["colour"]])
    if rest in _KINDS:
        return Which(kind=_KINDS[rest], nth=nth, any_of=any_of)
    for form in (_HEAD, _TAIL):
        found = form.fullmatch(rest)
        if found is None:
            continue
        name = _name(found["name"] or "", masked)
        if name is None:
            return None
        kind = _KINDS[found["kind"]]
        return Which((name,) if name else (), kind, nth, any_of=any_of)
    name = _name(rest, masked)
    return Which((name,), None, nth, any_of=any_of) if name else None


def _name(phrase: str, masked: Masked) -> str | None:
    bare = phrase.strip()
    if masked.is_quoted(bare):
        return masked.reveal(bare)
    if re.search(QUOTED, bare) or len(bare.split()) > _LONGEST:
        return None
    return bare
