"""Steps that send off what stands on a screen, and whether a person should look at them first."""

from collections.abc import Collection, Sequence

from qscreen.review.words import is_hangul, words_of
from qscreen.wire import Action, ChooseMenu, Click, Language, PressKeys, Step

_VERBS = frozenset(
    {"send", "submit", "post", "publish", "share", "upload", "forward", "reply"}
    | {"sending", "submission", "sharing", "resend"}
)
_STEMS = ("보내", "전송", "제출", "게시", "공유", "업로드", "발송", "전달", "회신", "답장", "올리")
_SENDING_KEYS = frozenset({frozenset({"ctrl", "enter"}), frozenset({"super", "enter"})})
"""What sends a mail or a message in the common programs."""
_ORDINARY = frozenset({"email", "EMAIL", "NAME", "USERNAME", "DATE_TIME", "AGE", "URL"})
"""Kinds of personal data that every mail shows of its writer; they alone hold nobody up."""
_REASONS = {
    Language.EN: "Personal data stands on the screen ({kinds}), and this step sends something off.",
    Language.KO: "화면에 개인정보({kinds})가 있고, 이 단계는 내용을 밖으로 보냅니다.",
}


def sends_off(action: Action) -> bool:
    """Tell whether an action hands over what was written: a mail, a form, a post.

    Args:
        action: The action.

    Returns:
        Whether its target is named so, or it is a combination of keys that sends.
    """
    match action:
        case Click():
            return _names_sending(action.target.name or "")
        case ChooseMenu():
            return _names_sending(action.path[-1])
        case PressKeys():
            return frozenset(action.keys) in _SENDING_KEYS
        case _:
            return False


def telling(kinds: Collection[str]) -> tuple[str, ...]:
    """Leave out the kinds of personal data that every mail shows.

    Args:
        kinds: Kinds that were found.

    Returns:
        Those that a person should know of before something is sent.
    """
    return tuple(kind for kind in kinds if kind not in _ORDINARY)


def guarded(steps: Sequence[Step], kinds: Collection[str], language: Language) -> tuple[Step, ...]:
    """Let a person agree to the steps that send something off, where personal data is shown.

    Args:
        steps: The steps.
        kinds: Kinds of personal data on the screen.
        language: Language of the reason.

    Returns:
        The steps; what they need a consent for already stays.
    """
    found = telling(kinds)
    if not found:
        return tuple(steps)
    names = ", ".join(kind.lower().replace("_", " ") for kind in found)
    reason = _REASONS[language].format(kinds=names)
    return tuple(
        step.model_copy(update={"consent": _with(step.consent, reason)})
        if sends_off(step.action)
        else step
        for step in steps
    )


def _with(consent: str | None, reason: str) -> str:
    if consent is None or reason in consent:
        return consent or reason
    return f"{consent} {reason}"[:1000]


def _names_sending(name: str) -> bool:
    return any(
        word in _VERBS or (is_hangul(word) and word.startswith(_STEMS)) for word in words_of(name)
    )
