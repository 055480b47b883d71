"""What people read for the words of the wire types; in Korean, then in English.

In English they are the types' own words, but for roles. Of roles those are here that the command
grammar has no Korean word for; `qscreen.grammar.lexicon_ko` has the others.
"""

import errno

_WORDS: dict[str, dict[str, str]] = {
    "outcome": {
        "confirmed": "확인됨",
        "unverifiable": "확인할 수 없음",
        "suspected_noop": "효과 없어 보임",
        "refused": "거절함",
        "failed": "실패",
    },
    "error": {
        "ambiguous_target": "대상이 여럿임",
        "target_not_found": "대상 없음",
        "denied_by_policy": "정책이 금지함",
        "would_overwrite": "파일을 덮어쓰게 됨",
        "app_not_found": "프로그램 없음",
        "not_editable": "입력할 수 없는 칸",
        "secure_field": "암호 칸",
        "bad_value": "알맞지 않은 값",
        "nothing_to_undo": "되돌릴 것 없음",
        "timed_out": "시간 초과",
        "interrupted": "중단됨",
        "stopped": "멈춤",
        "not_agreed": "허용하지 않음",
        "user_active": "사용자가 쓰는 중",
        "backend_error": "데스크톱 오류",
    },
    "kind": {
        "open_app": "프로그램 열기",
        "focus": "초점 맞추기",
        "click": "누르기",
        "type_text": "글 입력",
        "press_keys": "키 누르기",
        "select": "고르기",
        "save_as": "파일로 저장",
        "wait_for": "기다리기",
        "read": "읽기",
        "scroll": "스크롤",
        "set_value": "값 설정",
        "drag": "끌기",
        "choose_menu": "메뉴 선택",
        "read_clipboard": "클립보드 읽기",
        "write_clipboard": "클립보드에 넣기",
        "read_table": "표 읽기",
        "write_table": "표에 쓰기",
        "undo": "되돌리기",
        "observe": "화면 보기",
    },
    "risk": {
        "send": "보내기",
        "delete": "지우기",
        "pay": "결제",
        "overwrite": "덮어쓰기",
        "install": "설치",
        "settings": "설정 변경",
        "credentials": "암호와 로그인",
        "command": "명령어 실행",
        "unexplained": "목표에 없는 일",
    },
    "data": {
        "labels": "이름표",
        "values": "칸의 값",
        "pictures": "화면 그림",
        "clipboard": "클립보드",
        "private_key": "비밀 키",
        "token": "토큰",
        "aws_key": "AWS 키",
        "email": "전자우편 주소",
        "resident_number": "주민등록번호",
        "card": "카드 번호",
        "phone": "전화번호",
    },
    "consent": {
        "once": "한 번 허용",
        "run": "이 실행 동안 허용",
        "denied": "거부함",
        "timed_out": "답 없음",
        "unavailable": "물을 수 없음",
        "not_needed": "묻지 않음",
    },
    "severity": {"error": "오류", "warning": "경고", "note": "알림"},
    "variable": {
        "text": "글",
        "integer": "정수",
        "number": "수",
        "date": "날짜",
        "choice": "선택",
        "file": "파일",
        "secret": "비밀",
    },
    "button": {"primary": "왼쪽", "secondary": "오른쪽"},
}

OTHER_ROLES: dict[str, str] = {
    "application": "프로그램",
    "tab_list": "탭 목록",
    "row": "행",
    "tree_item": "트리 항목",
    "spin_button": "숫자 입력란",
    "scroll_bar": "스크롤 막대",
    "document": "문서",
    "group": "묶음",
    "separator": "구분선",
    "other": "요소",
}
"""Roles that the command grammar has no Korean word for."""

SYSTEM: dict[int, str] = {
    errno.EACCES: "권한이 없음",
    errno.EPERM: "허용되지 않은 일",
    errno.ENOENT: "그런 파일이나 폴더가 없음",
    errno.EEXIST: "이미 있음",
    errno.EISDIR: "파일이 아니라 폴더임",
    errno.ENOTDIR: "경로의 일부가 폴더가 아님",
    errno.ENOTEMPTY: "폴더가 비어 있지 않음",
    errno.ENAMETOOLONG: "이름이 너무 긺",
    errno.ELOOP: "링크가 끝없이 이어짐",
    errno.EROFS: "읽기 전용 파일 시스템임",
    errno.ENOSPC: "디스크에 남은 공간이 없음",
    errno.EDQUOT: "디스크 할당량을 넘음",
    errno.EFBIG: "파일이 너무 큼",
    errno.EIO: "입출력 오류",
    errno.EBUSY: "다른 곳에서 쓰는 중",
    errno.ETXTBSY: "실행 중인 파일임",
    errno.ENOEXEC: "실행할 수 있는 형식이 아님",
    errno.EMFILE: "열린 파일이 너무 많음",
    errno.ENFILE: "시스템에 열린 파일이 너무 많음",
    errno.ENOMEM: "메모리가 모자람",
    errno.ENODEV: "그런 장치가 없음",
    errno.EADDRINUSE: "주소를 이미 쓰고 있음",
    errno.EADDRNOTAVAIL: "쓸 수 없는 주소임",
    errno.ECONNREFUSED: "연결이 거부됨",
    errno.ECONNRESET: "연결이 끊김",
    errno.ETIMEDOUT: "시간 안에 답이 없음",
    errno.EHOSTUNREACH: "호스트에 닿을 수 없음",
    errno.ENETUNREACH: "네트워크에 닿을 수 없음",
}
"""What the system says of files and connections, in Korean."""

TEXTS: dict[str, tuple[str, str]] = {
    f"word.{group}.{word}": (korean, word)
    for group, words in _WORDS.items()
    for word, korean in words.items()
} | {
    "element.at": ("{what}({x},{y} 위치)", "{what} at {x},{y}"),
}
