"""Korean words of the command grammar."""

from qscreen.grammar.intent import Verb
from qscreen.grammar.targets import Nouns
from qscreen.wire.snapshot import Role


def _phrases(*texts: str) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((tuple(text.split()) for text in texts), key=len, reverse=True))


HADA_NOUNS: dict[str, Verb] = {
    "실행": Verb.OPEN,
    "시작": Verb.OPEN,
    "입력": Verb.TYPE,
    "타이핑": Verb.TYPE,
    "작성": Verb.TYPE,
    "기록": Verb.TYPE,
    "기입": Verb.TYPE,
    "저장": Verb.SAVE,
    "클릭": Verb.CLICK,
    "더블클릭": Verb.DOUBLE_CLICK,
    "우클릭": Verb.RIGHT_CLICK,
    "선택": Verb.SELECT,
    "포커스": Verb.FOCUS,
    "대기": Verb.WAIT,
    "스크롤": Verb.SCROLL,
    "설정": Verb.SET,
    "변경": Verb.SET,
    "체크": Verb.CHECK,
    "해제": Verb.UNCHECK,
    "드래그": Verb.DRAG,
    "복사": Verb.COPY,
    "취소": Verb.UNDO,
}
"""Nouns that become verbs with 하다."""

NAMES_TOO = frozenset({"설정", "변경", "체크", "해제", "복사", "취소"})
"""Those of them that are names of programs and buttons at least as often."""

NATIVE_VERBS: tuple[tuple[Verb, str, str, str, str, str], ...] = (
    # meaning, -고, infinitive, adnominal, -기, stem of the polite endings
    (Verb.OPEN, "열고", "열어", "연", "열기", "여"),
    (Verb.OPEN, "켜고", "켜", "켠", "켜기", "켜"),
    (Verb.OPEN, "띄우고", "띄워", "띄운", "띄우기", "띄우"),
    (Verb.TYPE, "쓰고", "써", "쓴", "쓰기", "쓰"),
    (Verb.TYPE, "적고", "적어", "적은", "적기", "적으"),
    (Verb.TYPE, "넣고", "넣어", "넣은", "넣기", "넣으"),
    (Verb.STRIKE, "치고", "쳐", "친", "치기", "치"),
    (Verb.PRESS, "누르고", "눌러", "누른", "누르기", "누르"),
    (Verb.SELECT, "고르고", "골라", "고른", "고르기", "고르"),
    (Verb.WAIT, "기다리고", "기다려", "기다린", "기다리기", "기다리"),
    (Verb.READ, "읽고", "읽어", "읽은", "읽기", "읽으"),
    (Verb.SCROLL_DOWN, "내리고", "내려", "내린", "내리기", "내리"),
    (Verb.SCROLL_UP, "올리고", "올려", "올린", "올리기", "올리"),
    (Verb.SET, "바꾸고", "바꿔", "바꾼", "바꾸기", "바꾸"),
    (Verb.TURN_OFF, "끄고", "꺼", "끈", "끄기", "끄"),
    # Its adnominal form 끈 and its polite stem 끄 are those of 끄다, too.
    (Verb.DRAG, "끌고", "끌어", "끌던", "끌기", "끌"),
    (Verb.UNDO, "되돌리고", "되돌려", "되돌린", "되돌리기", "되돌리"),
    (Verb.PUT_FOCUS, "맞추고", "맞춰", "맞춘", "맞추기", "맞추"),
    (Verb.PUT_FOCUS, "두고", "둬", "둔", "두기", "두"),
    (Verb.PUT_FOCUS, "놓고", "놓아", "놓은", "놓기", "놓으"),
    (Verb.PUT_FOCUS, "옮기고", "옮겨", "옮긴", "옮기기", "옮기"),
)
HADA = ("하고", "해", "한", "하기", "하")
"""Forms of 하다 in the same order."""

INFINITIVE_ENDINGS = (
    "요", "라", "줘", "줘요", "줘라", "주세요", "주십시오", "주시겠어요", "주시겠습니까", "줄래",
    "줄래요", "주라", "주기",
)  # fmt: skip
"""What may follow an infinitive without a space and ends the sentence."""
INFINITIVE_LINKS = ("서", "주고", "놓고", "두고", "주고서", "주신")
"""What may follow an infinitive without a space and goes on."""
POLITE_ENDINGS = ("세요", "십시오", "시오", "시고")
AUXILIARIES = frozenset(INFINITIVE_ENDINGS) - {"요", "라"}
"""Words after an infinitive that end the sentence."""
AUXILIARY_LINKS = frozenset({"주고", "놓고", "두고", "주고서"})
AFTER_WORDS = frozenset({"다음", "다음에", "뒤", "뒤에", "후", "후에"})
"""Words after an adnominal form, *after doing*."""
NOUN_AFTER_WORDS = AFTER_WORDS - {"다음", "다음에"}
POSSIBLE = frozenset({"있어", "있어요", "있나요", "있니", "있을까", "있을까요", "있습니까"})
"""Ends of 줄 수 있어?"""

CONNECTORS = _phrases(
    "그리고", "그리고 나서", "그다음", "그다음에", "그 다음", "그 다음에", "그런 다음",
    "그런 다음에", "그 후", "그 후에", "그 뒤", "그 뒤에", "다음에", "다음으로", "이어서", "그러고",
    "그러고 나서", "마지막으로", "먼저", "우선", "이제", "제발", "부디", "고마워", "고마워요",
    "감사합니다", "지금", "부탁해", "부탁해요", "부탁합니다", "좀",
)  # fmt: skip
"""Words between clauses that ask for nothing themselves."""
FILLERS = frozenset({"좀", "제발", "부디", "이제", "지금"})
"""Words inside a clause that ask for nothing themselves."""

TEXT_PARTICLES = frozenset({"이라고", "라고", "이라는", "라는", "을", "를", ""})
OBJECT_PARTICLES = frozenset({"을", "를", ""})
PARTICLES = (
    "에다가", "이라고", "이라는", "에다", "에서", "라고", "라는", "으로", "로", "을", "를", "에",
    "의",
)  # fmt: skip
"""Particles that end a phrase, longest first."""
NOUNS_IN_UI = frozenset(
    {"회의", "주의", "강의", "동의", "정의", "문의", "편의", "합의", "논의", "협의", "결의", "유의",
     "임의", "명의", "의의", "창의", "거의", "모의", "심의", "호의"}
)  # fmt: skip
"""Nouns that end in 의 without it being the particle."""

TEXT_NOUNS = frozenset({"글", "문장", "텍스트", "내용", "문구", "메모", "말", "글자", "단어"})
"""Nouns after a quoted text that only say that it is one."""
VALUE_NOUNS = frozenset({"값", "내용", "텍스트", "글", "글자"})
"""Nouns after an element that mean what it shows."""
SAVE_OBJECTS = frozenset(
    {"파일", "문서", "내용", "이것", "그것", "이거", "그거", "그걸", "이걸", "글", "메모", "결과"}
)
NAME_NOUNS = frozenset({"이름", "파일", "파일명", "파일이름"})
NEW_DOCUMENTS = frozenset({("새", "문서"), ("새", "파일"), ("새", "창"), ("빈", "문서")})

NEGATIONS = frozenset(
    {"마", "마세요", "마라", "말고", "말아", "말아줘", "말자", "않고", "마십시오"}
)
"""Words that negate the word before them when it ends in -지."""
KEY_LINKS = frozenset({"와", "과", "랑", "하고", "키와", "키랑", "키하고"})
"""Words between two keys that are pressed together."""

DIRECTIONS: dict[str, str] = {
    "아래": "down",
    "아래쪽": "down",
    "밑": "down",
    "위": "up",
    "위쪽": "up",
    "왼쪽": "left",
    "오른쪽": "right",
}
SCROLLED = frozenset({("화면",), ("페이지",), ("스크롤",), ("창",), ("스크롤", "바")})
"""Objects of scrolling that mean the active window."""
SWITCHED = frozenset({"체크", "선택", "표시"})
"""Objects of switching off that mean the mark in a check box."""
PIXELS = ("픽셀", "px")
UNDONE = frozenset({("실행",), ("마지막", "단계"), ("방금", "것"), ("그것",), ("이전", "단계")})
"""Objects of undoing that mean the last step."""
FOCUS_NOUNS = frozenset({"포커스", "커서", "초점"})

APPEARING = frozenset({"뜰", "나올", "나타날", "보일", "열릴", "표시될", "생길"})
RESTING = frozenset({"멈출", "잠잠해질", "조용해질", "안정될"})
"""Verbs of a screen that comes to rest."""
DISAPPEARING = frozenset({"사라질", "없어질", "닫힐", "꺼질"})

NUMBERS: dict[str, int] = {
    "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
    "열": 10, "열한": 11, "열두": 12, "스무": 20,
}  # fmt: skip
COUNTERS = ("번", "회", "칸", "줄")
UNITS_MS: dict[str, int] = {"초": 1000, "분": 60000, "밀리초": 1}
DURATION_TAILS = frozenset({"", "동안", "간", "까지", "이내", "안에"})

_ROLES: dict[Role, tuple[str, ...]] = {
    Role.BUTTON: ("버튼", "단추"),
    Role.TOGGLE_BUTTON: ("토글 버튼", "스위치", "토글"),
    Role.CHECK_BOX: ("체크박스", "체크 박스", "확인란"),
    Role.RADIO_BUTTON: ("라디오 버튼", "라디오버튼", "라디오 단추"),
    Role.TEXT_FIELD: ("입력란", "칸", "필드", "입력 란", "입력칸", "입력 칸", "입력창", "입력 필드",
                      "텍스트 상자", "텍스트 필드", "입력 상자"),
    Role.TEXT_AREA: ("텍스트 영역", "편집 영역", "입력 영역", "본문 영역"),
    Role.PASSWORD_FIELD: ("암호 칸", "비밀번호 칸", "비밀번호 입력란"),
    Role.LABEL: ("레이블", "라벨"),
    Role.LINK: ("링크",),
    Role.COMBO_BOX: ("콤보박스", "콤보 박스", "드롭다운", "드롭다운 목록"),
    Role.LIST: ("목록", "리스트"),
    Role.LIST_ITEM: ("항목", "목록 항목"),
    Role.MENU_BAR: ("메뉴 바", "메뉴바", "메뉴 막대"),
    Role.MENU: ("메뉴",),
    Role.MENU_ITEM: ("메뉴 항목",),
    Role.TAB: ("탭",),
    Role.TABLE: ("표", "테이블"),
    Role.CELL: ("셀",),
    Role.TREE: ("트리",),
    Role.SLIDER: ("슬라이더",),
    Role.DIALOG: ("대화상자", "대화 상자", "대화창", "팝업"),
    Role.WINDOW: ("창", "윈도우"),
    Role.TOOLBAR: ("도구 모음", "툴바"),
    Role.STATUS_BAR: ("상태 표시줄", "상태표시줄"),
    Role.PROGRESS_BAR: ("진행률 표시줄", "진행 막대"),
    Role.IMAGE: ("이미지", "그림"),
}  # fmt: skip
ROLE_WORDS: dict[Role, str] = {role: texts[0] for role, texts in _ROLES.items()}
"""What people are told: the first of the words that they may say."""

NOUNS = Nouns(
    roles={phrase: role for role, texts in _ROLES.items() for phrase in _phrases(*texts)},
    articles=frozenset(),
    naming=frozenset(),
    app_words=frozenset({"앱", "프로그램", "애플리케이션", "창"}),
    not_apps=frozenset(
        {"파일", "문서", "시트", "폴더", "사이트", "웹사이트", "페이지", "화면", "바탕화면", "영역",
         "줄", "행", "열", "아이콘", "메일", "이메일", "클립보드"}
    ),
    ordinals=frozenset({"첫째", "둘째", "마지막", "첫", "새"}),
    reserved=frozenset(
        {
            "모두", "모든", "전부", "매번", "만약", "만일", "경우", "때", "때까지", "말고", "없이",
            "않고", "마", "말", "다시", "여러", "각각", "이거", "그거", "이것", "그것", "그걸",
            "이걸", "그", "이", "저", "그리고", "또는", "혹은", "및", "하고", "해", "줘", "후",
            "뒤", "동안", "빨리", "천천히", "바로", "즉시", "안", "못", "아니라", "대신",
            "제외하고", "까지", "부터", "전에", "후에", "뒤에", "때문에", "하지",
            "현재", "누르지", "쓰지", "저장하지", "을", "를", "에", "에서", "로", "으로", "라고",
            "이라고", "고", "더블", "나서",
        }
    ),
    reserved_endings=("면", "지만", "면서", "거나", "는데", "니까", "려고", "도록", "마다", "까지",
                      "번째"),
    allowed=frozenset(
        {"화면", "측면", "표면", "전면", "정면", "후면", "단면", "도면", "양면", "장면", "국면",
         "바탕화면", "시작화면", "첫화면", "면", "라면", "냉면"}
    ),
    suffixes=(
        ("라디오버튼", Role.RADIO_BUTTON), ("체크박스", Role.CHECK_BOX),
        ("콤보박스", Role.COMBO_BOX), ("대화상자", Role.DIALOG), ("입력란", Role.TEXT_FIELD),
        ("입력칸", Role.TEXT_FIELD),
        ("입력창", Role.TEXT_FIELD), ("버튼", Role.BUTTON), ("단추", Role.BUTTON),
        ("필드", Role.TEXT_FIELD), ("메뉴", Role.MENU), ("목록", Role.LIST), ("리스트", Role.LIST),
        ("링크", Role.LINK), ("칸", Role.TEXT_FIELD), ("탭", Role.TAB), ("창", Role.WINDOW),
    ),
    compounds={
        "검색창": ("검색", Role.TEXT_FIELD),
        "주소창": ("주소", Role.TEXT_FIELD),
        "채팅창": ("채팅", Role.TEXT_FIELD),
    },
)  # fmt: skip
"""What Korean noun phrases are made of."""
