"""Goals whose steps depend on the screen: what they ask for, and what is refused."""

import time
from datetime import date

import pytest

from qscreen.orders import read_orders
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
    PickColour,
    PickDay,
    Press,
    PressShades,
    PressUntil,
    PutFocus,
    Resize,
    ScrollTo,
    Search,
    Seek,
    Sort,
    Take,
    Which,
)

FIELD = Which(kind=Kind.FIELD)
AREA = Which(kind=Kind.AREA)
SLIDER = Which(kind=Kind.SLIDER)
ENGLISH: dict[str, tuple[Order, ...]] = {
    "Click the second link": (Press(Which(kind=Kind.LINK, nth=2)),),
    'Press the button labeled "Go on".': (Press(Which(("Go on",), Kind.BUTTON)),),
    "Click on Tab #2": (Press(Which(("Tab #2", "#2"), Kind.TAB)),),
    'Click on a "checkbox" widget': (Press(Which(kind=Kind.CHECK_BOX, any_of=True)),),
    'Close the window by clicking the "x"': (Press(Which(("x", "Close", "닫기"))),),
    'For the user @kim, click on the "Share" button': (
        Press(Which(("Share",), Kind.BUTTON, beside="@kim")),
    ),
    "Select apples, pears, plums and click Submit": (
        Choose(("apples", "pears", "plums")),
        Press(Which(("Submit",))),
    ),
    "Choose Seoul from the list, then press OK": (
        Choose(("Seoul",), Which(kind=Kind.LIST)),
        Press(Which(("OK",))),
    ),
    "Select nothing and submit": (Choose(()), Press(Which(("submit",)))),
    "Select File>Export>PDF": (FollowPath(("File", "Export", "PDF")),),
    "Select 05/03/2027 as the date": (PickDay(date(2027, 5, 3)),),
    "Pick teal with the colour picker": (PickColour("teal"),),
    'Enter "Kim" into the 2nd text field': (Enter("Kim", Which(kind=Kind.FIELD, nth=2)),),
    'Type "Kim" in all upper case letters in the text input': (Enter("KIM", FIELD),),
    'Enter the password "a1" into both text fields': (Enter("a1", FIELD, every=True),),
    'Enter the username "kim" and the password "a1" into the text fields and press login': (
        Enter("kim", Which(("username",), Kind.FIELD)),
        Enter("a1", Which(("password",), Kind.FIELD)),
        Press(Which(("login",))),
    ),
    "Enter 8:04 PM as the time": (Enter("8:04 PM", Which(("time",), Kind.FIELD)),),
    'Use the textbox to enter "tea" and press "Search"': (
        Enter("tea", FIELD),
        Press(Which(("Search",))),
    ),
    'Enter an item that starts with "Se" and ends with "ul"': (Complete("Se", "ul"),),
    "Copy the text in the textarea below and paste it into the textbox": (
        Take(Part.WHOLE, AREA),
        Enter(None, FIELD),
    ),
    "Find the last word in the text area, enter it into the text field": (
        Take(Part.WORD, AREA, -1),
        Enter(None, FIELD),
    ),
    "Enter the value of Price into the text field": (
        Take(Part.BESIDE, Which(("Price",))),
        Enter(None, FIELD),
    ),
    "Solve the math problem and type your answer into the textbox": (
        Take(Part.SUM),
        Enter(None, FIELD),
    ),
    "Focus into the first textbox": (PutFocus(Which(kind=Kind.FIELD, nth=1)),),
    "Switch between the tabs to find and click on the link 'Terms'": (
        Search(Kind.TAB),
        Press(Which(("Terms",), Kind.LINK)),
    ),
    "Find Kim in the contact book and click on their phone number": (
        Seek(Which(("Kim",))),
        Press(Which(beside="phone number")),
    ),
    "Select 7 with the slider": (Adjust(("7",), SLIDER),),
    "Set the sliders to the combination [1, 2, 3]": (Adjust(("1", "2", "3"), SLIDER),),
    "Scroll the textarea to the bottom of the text": (ScrollTo(AREA, to_end=True),),
    "Resize the textarea so that the width is larger than its initial size": (
        Resize(AREA, wide=True, larger=True),
    ),
    "Highlight the text in the 3rd paragraph": (Highlight(Which(kind=Kind.PARAGRAPH, nth=3)),),
    "Drag 'A' onto 'B'": (MoveOnto(Which(("A",)), Which(("B",))),),
    "Drag Kim to the 3rd position": (MoveTo(Which(("Kim",)), nth=3),),
    "Drag Kim to the bottom left": (MoveTo(Which(("Kim",)), side=(1, -1)),),
    "Move Kim up by two positions": (MoveTo(Which(("Kim",)), by=(-2, 0)),),
    "Drag the circle left": (DragAway(Which(kind=Kind.SHAPE), right=-1),),
    "Sort the numbers in descending order": (Sort(falling=True),),
    "Click on the grey colored box": (Press(Which(kind=Kind.SHAPE, colour="grey")),),
    "Select all the shades of blue": (PressShades("blue"),),
    "Press the Roll button until an even number shows": (
        PressUntil(Which(("Roll",), Kind.BUTTON), Condition(Compared.EVEN)),
    ),
    "Generate a number less than 5": (
        PressUntil(Which(("Generate",)), Condition(Compared.LESS, 5)),
    ),
    "Press 'Buy' when the price is less than $49.60": (
        AwaitNumber("price", Condition(Compared.LESS, 49.6)),
        Press(Which(("Buy",))),
    ),
    "Click 'A', wait 2 seconds, then click 'B'": (
        Press(Which(("A",))),
        Pause(2.0),
        Press(Which(("B",))),
    ),
}
KOREAN: dict[str, tuple[Order, ...]] = {
    "두 번째 링크를 클릭해 줘": (Press(Which(kind=Kind.LINK, nth=2)),),
    "'계속' 버튼을 눌러 줘": (Press(Which(("계속",), Kind.BUTTON)),),
    "'@kim'의 '공유' 버튼을 눌러 줘": (Press(Which(("공유",), Kind.BUTTON, beside="@kim")),),
    "'사과', '배'를 선택하고 제출해 줘": (
        Choose(("사과", "배")),
        Press(Which(("제출", "Submit"))),
    ),
    "목록에서 '서울'을 선택한 다음 '저장' 버튼을 클릭해 주세요": (
        Choose(("서울",), Which(kind=Kind.LIST)),
        Press(Which(("저장",), Kind.BUTTON)),
    ),
    "파일 > 저장을 선택해 줘": (FollowPath(("파일", "저장")),),
    "2027년 5월 3일을 선택해 줘": (PickDay(date(2027, 5, 3)),),
    "두 번째 입력칸에 '김철수'를 입력해 줘": (Enter("김철수", Which(kind=Kind.FIELD, nth=2)),),
    "이름에 '김철수'를 쓰고 '보내기'를 눌러 줘": (
        Enter("김철수", Which(("이름",), Kind.FIELD)),
        Press(Which(("보내기",))),
    ),
    "'서'로 시작하고 '시'로 끝나는 항목을 입력해 줘": (Complete("서", "시"),),
    "글상자의 글을 복사해서 입력칸에 붙여 넣어 줘": (Take(Part.WHOLE, AREA), Enter(None, FIELD)),
    "문단의 두 번째 낱말을 입력칸에 입력해 줘": (
        Take(Part.WORD, Which(kind=Kind.PARAGRAPH), 2),
        Enter(None, FIELD),
    ),
    "표에서 '단가'의 값을 입력칸에 입력해 줘": (
        Take(Part.BESIDE, Which(("단가",))),
        Enter(None, FIELD),
    ),
    "첫 번째 칸에 커서를 둬": (PutFocus(Which(kind=Kind.FIELD, nth=1)),),
    "탭을 넘겨 가며 '약관' 링크를 클릭해 줘": (
        Search(Kind.TAB),
        Press(Which(("약관",), Kind.LINK)),
    ),
    "전화번호부에서 '김철수'를 찾아서 '전화'의 링크를 클릭해 줘": (
        Seek(Which(("김철수",))),
        Press(Which((), Kind.LINK, beside="전화")),
    ),
    "슬라이더를 7로 맞춰 줘": (Adjust(("7",), SLIDER),),
    "글상자를 맨 아래로 스크롤해 줘": (ScrollTo(AREA, to_end=True),),
    "세 번째 문단의 글을 강조해 줘": (Highlight(Which(kind=Kind.PARAGRAPH, nth=3)),),
    "'가'를 세 번째 자리로 옮겨 줘": (MoveTo(Which(("가",)), nth=3),),
    "'가'를 '나' 위로 끌어 줘": (MoveOnto(Which(("가",)), Which(("나",))),),
    "숫자를 내림차순으로 정렬해 줘": (Sort(falling=True),),
    "'가'를 두 칸 위로 옮겨 줘": (MoveTo(Which(("가",)), by=(-2, 0)),),
    "글상자의 너비를 늘려 줘": (Resize(AREA, wide=True, larger=True),),
    "네모의 세로 길이를 조금 줄여 줘": (Resize(Which(kind=Kind.SHAPE), wide=False, larger=False),),
    "'메모'의 높이를 더 크게 해 주세요": (Resize(Which(("메모",)), wide=False, larger=True),),
    "글상자를 더 넓게 조절해 줘": (Resize(AREA, wide=True, larger=True),),
    "가로가 더 작아지도록 글상자의 크기를 조정해 줘": (Resize(AREA, wide=True, larger=False),),
    "글상자의 폭을 좁히고 제출 버튼을 눌러 줘": (
        Resize(AREA, wide=True, larger=False),
        Press(Which(("제출",), Kind.BUTTON)),
    ),
    "색상 선택기에서 청록색을 골라 줘": (PickColour("teal"),),
    "색 선택기로 빨강을 선택하고 제출을 눌러 줘": (
        PickColour("red"),
        Press(Which(("제출",))),
    ),
    "컬러 피커에서 magenta를 선택해 줘": (PickColour("magenta"),),
    "파란색 계열을 모두 눌러 줘": (PressShades("blue"),),
    "모든 초록 계열의 도형을 선택해 줘": (PressShades("green"),),
    "빨간 색조의 네모들을 전부 클릭해 줘": (PressShades("red"),),
    "원을 왼쪽으로 끌어 줘": (DragAway(Which(kind=Kind.SHAPE), right=-1),),
    "빨간색 상자를 클릭해 줘": (Press(Which(kind=Kind.SHAPE, colour="red")),),
    "짝수가 나올 때까지 '굴리기' 버튼을 눌러 줘": (
        PressUntil(Which(("굴리기",), Kind.BUTTON), Condition(Compared.EVEN)),
    ),
    "숫자가 5보다 작아질 때까지 '생성'을 눌러 줘": (
        PressUntil(Which(("생성",)), Condition(Compared.LESS, 5)),
    ),
    "가격이 49.6보다 낮을 때 '구매'를 눌러 줘": (
        AwaitNumber("가격", Condition(Compared.LESS, 49.6)),
        Press(Which(("구매",))),
    ),
    "'가'를 누르고 2초 기다린 다음 '나'를 눌러 줘": (
        Press(Which(("가",))),
        Pause(2.0),
        Press(Which(("나",))),
    ),
}
REFUSED = (
    "",
    "Click 'OK",
    "Don't click the Delete button",
    "Click Save and do not press Send",
    "Click every button",
    "Select all the boxes and click Submit",
    "Click the button that looks best",
    "Click Save if the box is checked",
    "Make me a sandwich",
    "Press the button and make me a sandwich",
    "Select 13/45/2027 as the date",
    "저장을 누르지 말고 취소를 눌러 줘",
    "모든 버튼을 눌러 줘",
    "'확인'을 누르고 맛있는 것을 만들어 줘",
    "2027년 13월 45일을 선택해 줘",
    "x" * 2001,
)


@pytest.mark.parametrize("goal", [*ENGLISH, *KOREAN])
def test_a_goal_is_read(goal: str) -> None:
    assert read_orders(goal) == {**ENGLISH, **KOREAN}[goal]


@pytest.mark.parametrize("goal", REFUSED)
def test_what_is_not_understood_as_a_whole_is_refused(goal: str) -> None:
    assert read_orders(goal) is None


def test_quoted_text_is_no_instruction() -> None:
    text = "a and then click Delete, press Send. Submit"
    assert read_orders(f"Enter '{text}' into the text field") == (Enter(text, FIELD),)
    assert read_orders("입력칸에 '삭제를 누르고 보내기를 눌러 줘'를 입력해 줘") == (
        Enter("삭제를 누르고 보내기를 눌러 줘", FIELD),
    )


def test_reading_is_quick() -> None:
    """No form may backtrack its way through a long goal."""
    goals = [*ENGLISH, *KOREAN, "click " * 330, "a " * 900, "'a', " * 300, "select a, " * 190]
    for goal in goals:
        read_orders(goal)
    began = time.process_time()
    for goal in goals:
        read_orders(goal)
    assert time.process_time() - began < 1.0
