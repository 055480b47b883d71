"""Words by which programs name what cannot be taken back, in Korean and English.

The lists are of what buttons, menus and dialogs say, not of attacks: whoever words a button so
that nobody recognises it has also hidden it from the person who reads the screen.
"""

import re

from qagent.policy.kinds import RiskKind
from qscreen.review.words import normal

_ENGLISH: dict[RiskKind, str] = {
    RiskKind.SEND: r"send|submit|post|publish|tweet|share|forward|broadcast|e-?mail (?:it|this|to)",
    RiskKind.DELETE: (
        r"delete|remove|erase|discard|trash|destroy|wipe|purge|shred|"
        r"format (?:the )?(?:disk|drive|volume|card)|clear (?:all|history|data|everything)|reset|"
        r"empty (?:trash|bin|recycle bin|folder)|(?:don['’]?t|do not|without) sav(?:e|ing)|"
        r"close account|deactivate|revert|roll ?back"
    ),
    RiskKind.PAY: (
        r"pay|buy|purchase|check ?out|place (?:the |your |my )?order|order now|order and pay|"
        r"subscribe|donate|transfer|wire|withdraw|bid|(?:confirm|make|submit|complete|approve) "
        r"(?:the |your )?(?:payment|order|purchase|transfer)|book now|top up"
    ),
    RiskKind.OVERWRITE: r"overwrite|replace|replace all|save over|merge and replace",
    RiskKind.INSTALL: (
        r"install|uninstall|upgrade|update (?:now|all|and restart|software|system)|"
        r"install (?:now|update|updates)|add (?:extension|to chrome|to firefox|plugin|add-?on)|"
        r"enable (?:extension|macros|content|editing)|run anyway|keep anyway|open anyway|sideload"
    ),
    RiskKind.SETTINGS: (
        r"settings?|preferences|control panel|allow(?: access| always| once)?|always allow|grant|"
        r"permit|trust|make (?:admin|owner|public)|full control|give access|add (?:user|member|"
        r"collaborator)|disable|turn off|turn on|factory reset|proceed anyway|accept the risk"
    ),
    RiskKind.CREDENTIALS: (
        r"sign ?in|log ?in|sign ?up|passwords?|passcode|passphrase|one[- ]time code|otp|pin|"
        r"2fa|two[- ]factor|api keys?|access keys?|secret keys?|tokens?|credentials?|cvc|cvv|"
        r"security code|recovery (?:code|key|phrase)|private key|certificate"
    ),
    RiskKind.COMMAND: r"run command|execute|run script|command line|command prompt",
}
_KOREAN: dict[RiskKind, str] = {
    RiskKind.SEND: (
        r"(?<!내)보내|전송|발송|송신|제출|게시|공유|전달하|^전달$|상신|발행|^등록|등록하"
    ),
    RiskKind.DELETE: (
        r"삭제(?!된|한)|지우|지워|제거|비우|버리|폐기|초기화|포맷|파기|탈퇴|저장 ?안|저장하지|"
        r"되돌리|영구"
    ),
    RiskKind.PAY: (
        r"결제|구매|구입|주문하|^주문$|바로 ?주문|송금|이체|납부|출금|입찰|후원하|구독|지불|충전하|"
        r"예매"
    ),
    RiskKind.OVERWRITE: r"덮어|바꾸기|모두 ?바꾸|대체|교체",
    RiskKind.INSTALL: (
        r"설치|업데이트|업그레이드|확장 ?프로그램 ?추가|매크로 ?(?:사용|포함)|콘텐츠 ?사용"
    ),
    RiskKind.SETTINGS: (
        r"설정|제어판|허용|권한|승인|신뢰|사용 ?안 ?함|끄기|켜기|구성원 ?추가|사용자 ?추가|"
        r"모든 ?권한|공개로|관리자"
    ),
    RiskKind.CREDENTIALS: (
        r"로그인|암호|비밀 ?번호|인증|회원 ?가입|보안 ?코드|일회용|공동 ?인증서|접근 ?키|비밀 ?키|"
        r"복구 ?(?:키|코드)"
    ),
    RiskKind.COMMAND: r"명령 ?(?:실행|프롬프트|창)|스크립트 ?실행",
}
_RULES = {
    kind: (
        re.compile(rf"(?<![a-z0-9])(?:{_ENGLISH[kind]})(?![a-z0-9])"),
        re.compile(_KOREAN[kind]),
    )
    for kind in _ENGLISH
}
_ONLY_LOOKS = re.compile(
    r"^(?:view|show|preview|help|about|learn more|cancel|see)\b.*"
    r"|.*\b(?:history|list|status|details?|info|help|items|preview|settings help)$"
    r"|.*(?:내역|목록|조회|상태|미리 ?보기|도움말|자세히|보기|취소|안내)$"
)
_VERBS = re.compile(
    r"(?<![a-z])(?:delete|remove|erase|wipe|purge|send|submit|publish|post|pay|buy|purchase|install|"
    r"uninstall|overwrite|replace|transfer|clear|discard|empty)(?![a-z])"
)
_DECLINES = re.compile(
    r"(?:no|cancel|close|back|abort|later|not now|keep|decline|deny|dismiss|stay|return|never|skip|"
    r"아니요|아니오|취소|닫기|뒤로|나중에|유지|거부|거절|중단|돌아가기|건너뛰기)"
)


def kinds_of_name(name: str) -> frozenset[RiskKind]:
    """The risky kinds that the name of a control speaks of.

    Args:
        name: Name of a button, menu item, link or option.
    """
    text = normal(name)
    if not text or declines(name):
        return frozenset()
    # `Payment history` is only looked at; `Yes, delete history` is not.
    if _ONLY_LOOKS.fullmatch(text) and not _VERBS.search(text):
        return frozenset()
    return _speaks_of(text)


def kinds_of_text(text: str) -> frozenset[RiskKind]:
    """The risky kinds that a dialog's question speaks of.

    Args:
        text: Title and labels of the dialog.
    """
    return _speaks_of(normal(text))


def declines(name: str) -> bool:
    """Whether a button's name says no: nothing comes of pressing it."""
    return (
        _DECLINES.fullmatch(normal(name).removesuffix("…").removesuffix("...").strip()) is not None
    )


def _speaks_of(text: str) -> frozenset[RiskKind]:
    return frozenset(
        kind
        for kind, (english, korean) in _RULES.items()
        if english.search(text) or korean.search(text)
    )
