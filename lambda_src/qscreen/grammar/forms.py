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
    ),
}
"""All forms of each language; every kind of action has at least one."""
