"""The forms of words the grammar knows: what it suggests, and what the tests hold it to."""

from dataclasses import dataclass

from qscreen.wire.action import ActionKind
from qscreen.wire.base import Language
from qscreen.wire.plan import Suggestion


@dataclass(frozen=True, slots=True)
class Form:
    """One form.

    Attributes:
        kind: The action it asks for.
        suggestion: Its pattern with an example that the grammar understands.
    """

    kind: ActionKind
    suggestion: Suggestion


def _form(kind: ActionKind, pattern: str, example: str) -> Form:
    return Form(kind, Suggestion(pattern=pattern, example=example))


FORMS: dict[Language, tuple[Form, ...]] = {
    Language.EN: (
        _form(ActionKind.OPEN_APP, "open <app>", "Open the text editor"),
        _form(ActionKind.TYPE_TEXT, "write '<text>' in <app>", "Write 'Hello' in the text editor"),
        _form(ActionKind.TYPE_TEXT, "type '<text>'", "Type 'Hello'"),
        _form(
            ActionKind.TYPE_TEXT,
            "type '<text>' in the <name> field",
            "Type 'Kim' in the name field",
        ),
        _form(ActionKind.SAVE_AS, "save as <file>", "Save it as memo.txt"),
        _form(ActionKind.PRESS_KEYS, "press <keys>", "Press ctrl+s"),
        _form(ActionKind.CLICK, "click the <name> button", "Click the OK button"),
        _form(ActionKind.CLICK, "click '<name>' in <app>", "Click 'Save' in mousepad"),
        _form(ActionKind.FOCUS, "focus the <name> field", "Focus the name field"),
        _form(
            ActionKind.SELECT,
            "select '<option>' from the <name> list",
            "Select 'Korea' from the country list",
        ),
        _form(ActionKind.WAIT_FOR, "wait for the '<name>' dialog", "Wait for the 'Done' dialog"),
        _form(
            ActionKind.WAIT_FOR, "wait until '<name>' disappears", "Wait until 'Loading' disappears"
        ),
        _form(ActionKind.READ, "read the <name> field", "Read the total field"),
        _form(ActionKind.SCROLL, "scroll <up|down|left|right> <n> times", "Scroll down 3 times"),
        _form(
            ActionKind.SET_VALUE, "set the <name> field to '<value>'", "Set the volume slider to 70"
        ),
        _form(ActionKind.SET_VALUE, "check the '<name>' checkbox", "Check the 'I agree' checkbox"),
        _form(ActionKind.DRAG, "drag '<name>' to '<name>'", "Drag 'memo.txt' to 'Trash'"),
        _form(
            ActionKind.CHOOSE_MENU,
            "choose <menu> > <item> in <app>",
            "Choose File > New in mousepad",
        ),
        _form(ActionKind.READ_CLIPBOARD, "read the clipboard", "Read the clipboard"),
        _form(
            ActionKind.WRITE_CLIPBOARD,
            "copy '<text>' to the clipboard",
            "Copy 'Hello' to the clipboard",
        ),
        _form(ActionKind.READ_TABLE, "read the <name> table", "Read the orders table"),
        _form(ActionKind.READ_TABLE, "read cells <cell>:<cell>", "Read cells A1:C3"),
        _form(ActionKind.WRITE_TABLE, "write '<text>' in cell <cell>", "Write '12' in cell B2"),
        _form(
            ActionKind.WAIT_FOR,
            "wait until the <name> field shows '<text>'",
            "Wait until the status field shows 'Done'",
        ),
        _form(ActionKind.WAIT_FOR, "wait until nothing changes", "Wait until nothing changes"),
        _form(ActionKind.UNDO, "undo the last step", "Undo the last step"),
    ),
    Language.KO: (
        _form(ActionKind.OPEN_APP, "<앱>을 열어 줘", "텍스트 편집기를 열어 줘"),
        _form(ActionKind.TYPE_TEXT, "<앱>에 '<글>'이라고 써 줘", "메모장에 '안녕'이라고 써 줘"),
        _form(ActionKind.TYPE_TEXT, "'<글>'이라고 입력해 줘", "'안녕'이라고 입력해 줘"),
        _form(ActionKind.TYPE_TEXT, "<이름> 칸에 '<글>'을 입력해 줘", "이름 칸에 '김'을 입력해 줘"),
        _form(ActionKind.SAVE_AS, "<파일>로 저장해 줘", "memo.txt로 저장해 줘"),
        _form(ActionKind.PRESS_KEYS, "<키>를 눌러 줘", "ctrl+s를 눌러 줘"),
        _form(ActionKind.CLICK, "<이름> 버튼을 눌러 줘", "확인 버튼을 눌러 줘"),
        _form(ActionKind.CLICK, "<앱>에서 '<이름>' 클릭해 줘", "메모장에서 '저장' 클릭해 줘"),
        _form(ActionKind.FOCUS, "<이름> 칸을 포커스해 줘", "이름 칸을 포커스해 줘"),
        _form(
            ActionKind.SELECT,
            "<이름> 목록에서 '<항목>' 선택해 줘",
            "국가 목록에서 '대한민국' 선택해 줘",
        ),
        _form(
            ActionKind.WAIT_FOR,
            "'<이름>' 창이 뜰 때까지 기다려 줘",
            "'완료' 창이 뜰 때까지 기다려 줘",
        ),
        _form(
            ActionKind.WAIT_FOR,
            "'<이름>'이 사라질 때까지 기다려 줘",
            "'로딩'이 사라질 때까지 기다려 줘",
        ),
        _form(ActionKind.READ, "<이름> 칸을 읽어 줘", "합계 칸을 읽어 줘"),
        _form(
            ActionKind.SCROLL, "<아래|위|왼쪽|오른쪽>로 <n>번 스크롤해 줘", "아래로 3번 스크롤해 줘"
        ),
        _form(
            ActionKind.SET_VALUE,
            "<이름> 칸을 '<값>'으로 설정해 줘",
            "음량 슬라이더를 70으로 설정해 줘",
        ),
        _form(ActionKind.SET_VALUE, "'<이름>' 확인란을 체크해 줘", "'동의' 확인란을 체크해 줘"),
        _form(
            ActionKind.DRAG,
            "'<이름>'을 '<이름>'으로 드래그해 줘",
            "'메모'를 '휴지통'으로 드래그해 줘",
        ),
        _form(
            ActionKind.CHOOSE_MENU,
            "<앱>에서 <메뉴> > <항목> 선택해 줘",
            "메모장에서 파일 > 새로 만들기 선택해 줘",
        ),
        _form(ActionKind.READ_CLIPBOARD, "클립보드를 읽어 줘", "클립보드를 읽어 줘"),
        _form(
            ActionKind.WRITE_CLIPBOARD,
            "'<글>'을 클립보드에 복사해 줘",
            "'안녕'을 클립보드에 복사해 줘",
        ),
        _form(ActionKind.READ_TABLE, "<이름> 표를 읽어 줘", "주문 표를 읽어 줘"),
        _form(ActionKind.READ_TABLE, "<칸>:<칸> 셀을 읽어 줘", "A1:C3 셀을 읽어 줘"),
        _form(ActionKind.WRITE_TABLE, "<칸> 셀에 '<글>'을 써 줘", "B2 셀에 '12'를 써 줘"),
        _form(
            ActionKind.WAIT_FOR,
            "<이름> 칸에 '<글>'이 나올 때까지 기다려 줘",
            "상태 칸에 '완료'가 나올 때까지 기다려 줘",
        ),
        _form(ActionKind.WAIT_FOR, "화면이 멈출 때까지 기다려 줘", "화면이 멈출 때까지 기다려 줘"),
        _form(ActionKind.UNDO, "되돌려 줘", "되돌려 줘"),
    ),
}
"""All forms of each language; every kind of action has at least one."""
