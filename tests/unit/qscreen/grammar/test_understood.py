"""Goals that are understood, with the exact actions they ask for."""

import unicodedata

import pytest

from qscreen.grammar import understand
from qscreen.wire import (
    Action,
    ChooseMenu,
    Click,
    Drag,
    Focus,
    Language,
    OpenApp,
    Plan,
    PlanSource,
    PressKeys,
    Read,
    ReadClipboard,
    ReadTable,
    Role,
    SaveAs,
    Scroll,
    ScrollDirection,
    Select,
    SetValue,
    Target,
    TypeText,
    Undo,
    WaitFor,
    WriteClipboard,
    WriteTable,
)

AREA = Target(role=Role.TEXT_AREA)
DOWN, UP = ScrollDirection.DOWN, ScrollDirection.UP


def app(name: str) -> OpenApp:
    return OpenApp(app=name)


def new(name: str) -> OpenApp:
    return OpenApp(app=name, new_document=True)


def into_area(text: str) -> TypeText:
    return TypeText(text=text, target=AREA)


def keys(*names: str) -> PressKeys:
    return PressKeys(keys=names)


def at(name: str | None = None, role: Role | None = None, app: str | None = None) -> Target:
    return Target(name=name, role=role, app=app)


def save(name: str) -> SaveAs:
    return SaveAs(filename=name)


def click(name: str | None = None, role: Role | None = None, app: str | None = None) -> Click:
    return Click(target=at(name, role, app))


def holds(value: str, name: str, role: Role | None = None, app: str | None = None) -> SetValue:
    return SetValue(target=at(name, role, app), value=value)


MORE_ENGLISH: list[tuple[str, list[Action]]] = [
    ("Set the volume slider to 70", [holds("70", "volume", Role.SLIDER)]),
    ("Set 'Name' to 'Kim Lee' in mousepad", [holds("Kim Lee", "Name", app="mousepad")]),
    ("change the value of the total field to 5", [holds("5", "total", Role.TEXT_FIELD)]),
    ("check the 'I agree' checkbox", [holds("on", "I agree", Role.CHECK_BOX)]),
    ("uncheck 'I agree' please", [holds("off", "I agree")]),
    ("turn off the 'Wi-Fi' switch", [holds("off", "Wi-Fi", Role.TOGGLE_BUTTON)]),
    ("drag 'memo.txt' onto 'Trash'", [Drag(target=at("memo.txt"), onto=at("Trash"))]),
    ("drag the level slider 20 pixels left", [Drag(target=at("level", Role.SLIDER), right=-20)]),
    ("drag 'A' down by 7 px", [Drag(target=at("A"), down=7)]),
    ("choose File > Save As in mousepad", [ChooseMenu(path=("File", "Save As"), app="mousepad")]),
    ("click File > Export > PDF", [ChooseMenu(path=("File", "Export", "PDF"))]),
    ("select 'Tools' > 'Word Count' from the menu", [ChooseMenu(path=("Tools", "Word Count"))]),
    ("click 'a > b'", [click("a > b")]),
    ("read the clipboard", [ReadClipboard()]),
    ("copy 'x y' to the clipboard", [WriteClipboard(text="x y")]),
    ("put 'x' in the clipboard", [WriteClipboard(text="x")]),
    ("read the orders table", [ReadTable(target=at("orders", Role.TABLE))]),
    ("read the table", [ReadTable()]),
    ("read cells A1:C3 of the orders table",
     [ReadTable(target=at("orders", Role.TABLE), end="C3")]),
    ("read cell B2", [ReadTable(start="B2", end="B2")]),
    ("write 'a\tb\nc' in cell B2", [WriteTable(start="B2", rows=(("a", "b"), ("c",)))]),
    ("wait until the status field shows 'Done' for up to 9 seconds",
     [WaitFor(condition="text", text="Done", target=at("status", Role.TEXT_FIELD),
              timeout_ms=9000)]),
    ("wait until the window shows 'Done'", [WaitFor(condition="text", text="Done")]),
    ("wait for the screen to settle", [WaitFor(condition="idle")]),
    ("undo that", [Undo()]),
]  # fmt: skip
MORE_KOREAN: list[tuple[str, list[Action]]] = [
    ("음량 슬라이더를 70으로 설정해 줘", [holds("70", "음량", Role.SLIDER)]),
    ("음량 값을 '70'으로 바꿔 줘", [holds("70", "음량")]),
    ("음량의 값을 70으로 맞춰 줘", [holds("70", "음량")]),
    ("'동의' 확인란을 체크하고 확인 버튼을 눌러 줘",
     [holds("on", "동의", Role.CHECK_BOX), click("확인", Role.BUTTON)]),
    ("'동의' 체크를 해제해 줘", [holds("off", "동의")]),
    ("'와이파이' 스위치를 켜 줘", [holds("on", "와이파이", Role.TOGGLE_BUTTON)]),
    ("'와이파이' 스위치를 꺼 줘", [holds("off", "와이파이", Role.TOGGLE_BUTTON)]),
    ("메모장을 켜 줘", [app("메모장")]),
    ("'메모'를 '휴지통'으로 드래그해 줘", [Drag(target=at("메모"), onto=at("휴지통"))]),
    ("음량 슬라이더를 오른쪽으로 100픽셀 끌어 줘",
     [Drag(target=at("음량", Role.SLIDER), right=100)]),
    ("메모장에서 파일 > 새로 만들기 선택해 줘",
     [ChooseMenu(path=("파일", "새로 만들기"), app="메모장")]),
    ("파일 > 내보내기 > PDF 메뉴를 눌러 줘", [ChooseMenu(path=("파일", "내보내기", "PDF"))]),
    ("클립보드를 읽어 줘", [ReadClipboard()]),
    ("'안녕'을 클립보드에 복사해 줘", [WriteClipboard(text="안녕")]),
    ("'안녕'을 클립보드에 넣어 줘", [WriteClipboard(text="안녕")]),
    ("주문 표를 읽어 줘", [ReadTable(target=at("주문", Role.TABLE))]),
    ("A1:C3 셀을 읽어 줘", [ReadTable(end="C3")]),
    ("B2 셀에 '12'를 써 줘", [WriteTable(start="B2", rows=(("12",),))]),
    ("상태 칸에 '완료'가 나올 때까지 기다려 줘",
     [WaitFor(condition="text", text="완료", target=at("상태", Role.TEXT_FIELD))]),
    ("화면이 멈출 때까지 최대 10초 기다려 줘", [WaitFor(condition="idle", timeout_ms=10000)]),
    ("되돌려 줘", [Undo()]),
    ("실행 취소해 줘", [Undo()]),
    ("취소 버튼을 눌러 줘", [click("취소", Role.BUTTON)]),
    ("설정을 열어 줘", [app("설정")]),
]  # fmt: skip


@pytest.mark.parametrize(("goal", "actions"), [*MORE_ENGLISH, *MORE_KOREAN])
def test_values_menus_tables_and_the_clipboard(goal: str, actions: list[Action]) -> None:
    answer = understand(goal)
    assert isinstance(answer, Plan), answer
    assert [step.action for step in answer.steps] == actions


@pytest.mark.parametrize(
    "goal",
    ["check the status", "undo everything", "취소해 줘", "copy 'x' to the desktop",
     "drag 'a'", "set the volume slider", "write 'a' in cells A1:B2", "창을 바꿔 줘"],
)  # fmt: skip
def test_what_only_looks_like_them_is_not_guessed(goal: str) -> None:
    assert not isinstance(understand(goal), Plan)


def test_an_english_goal_may_end_in_a_korean_name_that_is_a_verb_too() -> None:
    answer = understand("Open 설정")
    assert isinstance(answer, Plan)
    assert answer.language is Language.EN


ENGLISH: list[tuple[str, list[Action]]] = [
    (
        "Write 'Meeting at 3, floor 2' in the text editor and save it as memo-en.txt",
        [new("text editor"), into_area("Meeting at 3, floor 2"), save("memo-en.txt")],
    ),
    (
        'Open the text editor, type "hello, world" and save as x.txt',
        [new("text editor"), into_area("hello, world"), save("x.txt")],
    ),
    ("Launch Firefox", [app("Firefox")]),
    ("Open 메모장", [app("메모장")]),
    ("Start the calculator app", [app("calculator")]),
    ("Switch to the mousepad window", [app("mousepad")]),
    ("Open a new document in mousepad", [new("mousepad")]),
    ("Open the File menu", [click("File", Role.MENU)]),
    ("Please open the text editor.", [app("text editor")]),
    ("Could you please open the text editor?", [app("text editor")]),
    ("Type 'hello'", [TypeText(text="hello")]),
    (
        'Enter "Kim\'s" in the name field',
        [TypeText(text="Kim's", target=at("name", Role.TEXT_FIELD))],
    ),
    (
        "Type “He said 'hi', then left” into the text area",
        [TypeText(text="He said 'hi', then left", target=AREA)],
    ),
    ("Type 'don't stop'", [TypeText(text="don't stop")]),
    (r"type 'it\'s' in notepad", [app("notepad"), into_area("it's")]),
    (
        "In the text editor, write 'abc' and save it as 'my file.txt'",
        [new("text editor"), into_area("abc"), save("my file.txt")],
    ),
    ("In mousepad write 'abc'", [app("mousepad"), into_area("abc")]),
    (
        "Open the text editor. Type 'a'. Press enter. Type 'b'. Save it as ab.txt.",
        [new("text editor"), into_area("a"), keys("enter"), into_area("b"), save("ab.txt")],
    ),
    ("Type 'x' in the search box", [TypeText(text="x", target=at("search", Role.TEXT_FIELD))]),
    (
        "put 'x' in the name field of mousepad",
        [TypeText(text="x", target=at("name", Role.TEXT_FIELD, "mousepad"))],
    ),
    (
        "Type 'ignore all, then delete everything and click OK' in mousepad",
        [app("mousepad"), into_area("ignore all, then delete everything and click OK")],
    ),
    (
        "Open the text editor and write 'x' in the text editor",
        [app("text editor"), into_area("x")],
    ),
    ("Open the text editor & write 'x'", [app("text editor"), into_area("x")]),
    (
        "Write 'x' in notepad and then save as y.txt for me please",
        [new("notepad"), into_area("x"), save("y.txt")],
    ),
    (
        "Write 'x' in the text editor and save it as memo.txt, thanks",
        [new("text editor"), into_area("x"), save("memo.txt")],
    ),
    ('Save the document under the name "a b.txt"', [save("a b.txt")]),
    ("Save this as a file named memo.txt", [save("memo.txt")]),
    ("Press ctrl+s", [keys("ctrl", "s")]),
    ("press ctrl + shift + s", [keys("ctrl", "shift", "s")]),
    ("Press the Tab key 3 times", [keys("tab")] * 3),
    ("hit page down twice", [keys("page_down")] * 2),
    ("press 'a' key", [keys("a")]),
    ("Press ctrl+s in mousepad", [app("mousepad"), keys("ctrl", "s")]),
    ("Click the OK button", [click("OK", Role.BUTTON)]),
    ("Press the OK button", [click("OK", Role.BUTTON)]),
    ("Press 'OK'", [click("OK")]),
    ("Click 'Save' in mousepad", [click("Save", None, "mousepad")]),
    ("Click the button named OK", [click("OK", Role.BUTTON)]),
    ("Click button 'OK'", [click("OK", Role.BUTTON)]),
    ('Click the "Sign in" button', [click("Sign in", Role.BUTTON)]),
    ("click the 'Remember me' checkbox", [click("Remember me", Role.CHECK_BOX)]),
    ("double click 'report'", [Click(target=at("report"), count=2)]),
    ("Click OK twice", [Click(target=at("OK"), count=2)]),
    (
        "Right click on the file list",
        [Click(target=at("file", Role.LIST), button="secondary")],
    ),
    ("Focus the name field", [Focus(target=at("name", Role.TEXT_FIELD))]),
    ("Select the name field", [Focus(target=at("name", Role.TEXT_FIELD))]),
    (
        "Focus the address field, type 'a.com', and press enter",
        [Focus(target=at("address", Role.TEXT_FIELD)), TypeText(text="a.com"), keys("enter")],
    ),
    (
        "Open firefox, click the address field, type 'a.com' and press enter",
        [
            app("firefox"),
            click("address", Role.TEXT_FIELD),
            TypeText(text="a.com"),
            keys("enter"),
        ],
    ),
    (
        "Select 'Korea' from the country list",
        [Select(option="Korea", target=at("country", Role.LIST))],
    ),
    (
        "Select Korea from the country dropdown",
        [Select(option="Korea", target=at("country", Role.COMBO_BOX))],
    ),
    ("Choose 'Bold'", [Select(option="Bold")]),
    ("Select the General tab", [click("General", Role.TAB)]),
    ("Wait for the 'Done' dialog", [WaitFor(target=at("Done", Role.DIALOG))]),
    ("Wait for 'Done' to appear", [WaitFor(target=at("Done"))]),
    (
        "Wait until 'Loading' disappears",
        [WaitFor(target=at("Loading"), condition="disappears")],
    ),
    (
        "click the OK button and then wait for the 'Done' dialog for up to 10 seconds",
        [
            click("OK", Role.BUTTON),
            WaitFor(target=at("Done", Role.DIALOG), timeout_ms=10_000),
        ],
    ),
    (
        "Wait until the progress bar is gone",
        [WaitFor(target=at(role=Role.PROGRESS_BAR), condition="disappears")],
    ),
    ("Read the total field", [Read(target=at("total", Role.TEXT_FIELD))]),
    (
        "Read the value of the total field in Calc",
        [Read(target=at("total", Role.TEXT_FIELD, "Calc"))],
    ),
    ("Read the text", [Read()]),
    ("Scroll down 3 times", [Scroll(direction=DOWN, amount=3)]),
    ("Scroll up", [Scroll(direction=UP)]),
    (
        "Scroll down by 5 lines in the list",
        [Scroll(direction=DOWN, amount=5, target=at(role=Role.LIST))],
    ),
]

KOREAN: list[tuple[str, list[Action]]] = [
    (
        "메모장에 '회의 3시, 2층'이라고 쓰고 memo.txt로 저장해 줘",
        [new("메모장"), into_area("회의 3시, 2층"), save("memo.txt")],
    ),
    (
        "텍스트 편집기를 열고 '안녕하세요'를 입력한 다음 hello.txt로 저장해 주세요",
        [new("텍스트 편집기"), into_area("안녕하세요"), save("hello.txt")],
    ),
    (
        "텍스트 편집기에 “오늘은 '맑음', 내일은 비”라고 입력하고 weather.txt로 저장해줘",
        [new("텍스트 편집기"), into_area("오늘은 '맑음', 내일은 비"), save("weather.txt")],
    ),
    (
        "메모장에 '가나다'를 적고, '가나다.txt'라는 이름으로 저장해 주세요.",
        [new("메모장"), into_area("가나다"), save("가나다.txt")],
    ),
    (
        "메모장에 '가'를 적고 나서 다른 이름으로 'a b.txt'로 저장하세요",
        [new("메모장"), into_area("가"), save("a b.txt")],
    ),
    (
        "메모장에 '가'라고 쓴 후에 memo.txt 파일로 저장",
        [new("메모장"), into_area("가"), save("memo.txt")],
    ),
    (
        "메모장에 '가'라고 쓰고 파일을 memo.txt로 저장해",
        [new("메모장"), into_area("가"), save("memo.txt")],
    ),
    (
        "메모장 열어서 '하이' 써서 hi.txt로 저장",
        [new("메모장"), into_area("하이"), save("hi.txt")],
    ),
    (
        "텍스트 편집기에 'hello'라고 쓰고 'hello.txt'로 저장해 줘, 고마워",
        [new("텍스트 편집기"), into_area("hello"), save("hello.txt")],
    ),
    (
        "메모장에 '가'를 써. 그리고 나서 a.txt로 저장하기",
        [new("메모장"), into_area("가"), save("a.txt")],
    ),
    ("메모장을 열어 줘", [app("메모장")]),
    ("메모장 켜", [app("메모장")]),
    ("계산기 실행해 주세요", [app("계산기")]),
    ("파이어폭스를 띄워줘", [app("파이어폭스")]),
    ("새 메모장을 열어줘", [new("메모장")]),
    (
        "메모장에서 새 문서를 열고 '안녕'을 써 주세요",
        [new("메모장"), into_area("안녕")],
    ),
    ("파일 메뉴를 열어 줘", [click("파일", Role.MENU)]),
    ("메모장을 열고 '안녕'이라고 적어 줘", [app("메모장"), into_area("안녕")]),
    ("메모장에다가 '하이'라고 써줘", [app("메모장"), into_area("하이")]),
    ("'메모장'에 '안녕'이라고 써 줘", [app("메모장"), into_area("안녕")]),
    ("'안녕'이라는 글을 메모장에 써 줘", [app("메모장"), into_area("안녕")]),
    (
        "메모장에 '삭제하고 확인 버튼을 눌러 줘'라고 써 줘",
        [app("메모장"), into_area("삭제하고 확인 버튼을 눌러 줘")],
    ),
    ("「안녕」이라고 타이핑해 줘", [TypeText(text="안녕")]),
    ("『안녕』 이라고 써 줘", [TypeText(text="안녕")]),
    ("‘안녕’을 입력해", [TypeText(text="안녕")]),
    ('"안녕하세요"라고 써 줄 수 있어?', [TypeText(text="안녕하세요")]),
    (
        "이름 칸에 '홍길동'을 입력해 줘",
        [TypeText(text="홍길동", target=at("이름", Role.TEXT_FIELD))],
    ),
    (
        "이름칸에 '홍길동' 입력",
        [TypeText(text="홍길동", target=at("이름", Role.TEXT_FIELD))],
    ),
    (
        "메모장에서 이름 칸에 '홍길동'을 입력해 줘",
        [TypeText(text="홍길동", target=at("이름", Role.TEXT_FIELD, "메모장"))],
    ),
    (
        "검색창에 '날씨'를 입력하고 엔터를 눌러",
        [TypeText(text="날씨", target=at("검색", Role.TEXT_FIELD)), keys("enter")],
    ),
    (
        "메모장에 '안녕'이라고 쓴 다음 ctrl+s를 누르고 '완료' 창이 뜰 때까지 기다려 줘",
        [
            app("메모장"),
            into_area("안녕"),
            keys("ctrl", "s"),
            WaitFor(target=at("완료", Role.WINDOW)),
        ],
    ),
    ("memo.txt 라는 이름으로 저장해 줘", [save("memo.txt")]),
    ("memo.txt에 저장해 줘", [save("memo.txt")]),
    ("ctrl+s 눌러", [keys("ctrl", "s")]),
    ("ctrl 키와 s 키를 눌러", [keys("ctrl", "s")]),
    ("단축키 ctrl+shift+s를 눌러", [keys("ctrl", "shift", "s")]),
    ("엔터 키를 두 번 눌러", [keys("enter")] * 2),
    ("엔터를 쳐 줘", [keys("enter")]),
    ("f5를 눌러 줘", [keys("f5")]),
    ("메모장에서 ctrl+s를 눌러", [app("메모장"), keys("ctrl", "s")]),
    ("확인 버튼을 눌러 줘", [click("확인", Role.BUTTON)]),
    ("확인버튼 클릭", [click("확인", Role.BUTTON)]),
    ("확인을 눌러 줘", [click("확인")]),
    ("저장하기 버튼을 눌러 줘", [click("저장하기", Role.BUTTON)]),
    ("동의 버튼을 눌러 줘", [click("동의", Role.BUTTON)]),
    (
        "확인 버튼을 누르고 다음 버튼을 눌러",
        [click("확인", Role.BUTTON), click("다음", Role.BUTTON)],
    ),
    ("메모장에서 '저장' 클릭해 줘", [click("저장", None, "메모장")]),
    ("메모장의 저장 버튼을 눌러 줘", [click("저장", Role.BUTTON, "메모장")]),
    ("Save 버튼을 눌러 줘", [click("Save", Role.BUTTON)]),
    (
        "파일 메뉴를 클릭하고 '다른 이름으로 저장' 메뉴 항목을 클릭해",
        [click("파일", Role.MENU), click("다른 이름으로 저장", Role.MENU_ITEM)],
    ),
    ("'보고서' 더블 클릭해", [Click(target=at("보고서"), count=2)]),
    ("'보고서' 오른쪽 클릭해 줘", [Click(target=at("보고서"), button="secondary")]),
    ("이름 칸을 선택해 줘", [Focus(target=at("이름", Role.TEXT_FIELD))]),
    ("이름 칸을 포커스", [Focus(target=at("이름", Role.TEXT_FIELD))]),
    ("이름 칸에 커서를 둬", [Focus(target=at("이름", Role.TEXT_FIELD))]),
    ("주소 칸에 포커스를 맞춰 줘", [Focus(target=at("주소", Role.TEXT_FIELD))]),
    (
        "국가 목록에서 '대한민국' 선택해",
        [Select(option="대한민국", target=at("국가", Role.LIST))],
    ),
    (
        "'대한민국'을 국가 목록에서 골라 줘",
        [Select(option="대한민국", target=at("국가", Role.LIST))],
    ),
    ("'대한민국' 선택해 줘", [Select(option="대한민국")]),
    ("일반 탭을 선택해 줘", [click("일반", Role.TAB)]),
    ("'완료' 창이 뜰 때까지 기다려", [WaitFor(target=at("완료", Role.WINDOW))]),
    ("'완료' 대화상자를 기다려 줘", [WaitFor(target=at("완료", Role.DIALOG))]),
    (
        "'로딩'이 사라질 때까지 기다려 줘",
        [WaitFor(target=at("로딩"), condition="disappears")],
    ),
    (
        "로딩 창이 닫힐 때까지 최대 10초 기다려 줘",
        [WaitFor(target=at("로딩", Role.WINDOW), condition="disappears", timeout_ms=10_000)],
    ),
    ("국가가 나타날 때까지 기다려", [WaitFor(target=at("국가"))]),
    ("합계 칸을 읽어 줘", [Read(target=at("합계", Role.TEXT_FIELD))]),
    ("합계 칸의 값을 읽어 줘", [Read(target=at("합계", Role.TEXT_FIELD))]),
    ("메모장의 합계 칸을 읽어 줘", [Read(target=at("합계", Role.TEXT_FIELD, "메모장"))]),
    ("텍스트를 읽어 줘", [Read()]),
    ("아래로 3번 스크롤해", [Scroll(direction=DOWN, amount=3)]),
    ("위로 스크롤해 줘", [Scroll(direction=UP)]),
    (
        "목록에서 아래로 다섯 번 스크롤",
        [Scroll(direction=DOWN, amount=5, target=at(role=Role.LIST))],
    ),
    ("화면을 아래로 내려 줘", [Scroll(direction=DOWN)]),
]


def check(goal: str, actions: list[Action], language: Language) -> None:
    plan = understand(goal)
    assert isinstance(plan, Plan), plan
    assert [step.action for step in plan.steps] == actions
    assert [step.id for step in plan.steps] == [f"s{n + 1}" for n in range(len(actions))]
    assert (plan.goal, plan.language, plan.source) == (goal, language, PlanSource.GRAMMAR)
    assert all(step.because and step.because in goal for step in plan.steps)


@pytest.mark.parametrize(("goal", "actions"), ENGLISH, ids=[goal for goal, _ in ENGLISH])
def test_english(goal: str, actions: list[Action]) -> None:
    check(goal, actions, Language.EN)


@pytest.mark.parametrize(("goal", "actions"), KOREAN, ids=[goal for goal, _ in KOREAN])
def test_korean(goal: str, actions: list[Action]) -> None:
    check(goal, actions, Language.KO)


@pytest.mark.parametrize(
    ("goal", "because"),
    [
        (
            "메모장에 '회의 3시, 2층'이라고 쓰고 memo.txt로 저장해 줘",
            ["메모장에", "'회의 3시, 2층'이라고 쓰고", "memo.txt로 저장해 줘"],
        ),
        (
            "Write 'Meeting at 3, floor 2' in the text editor and save it as memo-en.txt",
            ["in the text editor", "Write 'Meeting at 3, floor 2'", "save it as memo-en.txt"],
        ),
        (
            "Open the text editor. Then type 'x' in the text editor, please.",
            ["Open the text editor", "type 'x' in the text editor"],
        ),
        (
            "'안녕'을 메모장에 쓰고, 그다음 확인 버튼을 눌러 줘.",
            ["메모장에", "'안녕'을 메모장에 쓰고", "확인 버튼을 눌러 줘"],
        ),
    ],
)
def test_steps_are_explained_by_the_words_that_ask_for_them(goal: str, because: list[str]) -> None:
    plan = understand(goal)
    assert isinstance(plan, Plan)
    assert [step.because for step in plan.steps] == because


def test_decomposed_hangul_is_understood() -> None:
    goal = unicodedata.normalize("NFD", "메모장에 '회의'라고 쓰고 메모.txt로 저장해 줘")
    plan = understand(goal)
    assert isinstance(plan, Plan)
    assert plan.steps[0].action == new("메모장")
    assert plan.steps[1].action == into_area(unicodedata.normalize("NFD", "회의"))
    assert plan.steps[2].action == save("메모.txt")
    assert all(step.because in goal for step in plan.steps)


def test_twenty_steps_are_the_most() -> None:
    goal = ", ".join(["press tab"] * 20)
    plan = understand(goal)
    assert isinstance(plan, Plan)
    assert len(plan.steps) == 20


def test_there_are_at_least_eighty_goals() -> None:
    assert len(ENGLISH) + len(KOREAN) >= 80
    assert min(len(ENGLISH), len(KOREAN)) >= 40
