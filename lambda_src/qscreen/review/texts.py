"""What stands on a screen, as text to compare with. Pure."""

import re

from qscreen.review.words import normal
from qscreen.wire import Snapshot

_ADDRESSED = re.compile(
    r"(ignore|disregard|forget|override).{0,40}(instruction|prompt|rule|above|previous|goal)"
    r"|(ai|llm|automation|language model)\s?(assistant|agent|model|bot)s?\b"
    r"|\b(assistant|agent|chatbot|claude|gpt|copilot)\b.{0,40}\b(must|should|please|now|need|will)\b"
    r"|system\s?(prompt|message|override|instruction)|new instructions?\b|</?(goal|screen|system)"
    r"|(이전|위|기존|앞).{0,12}(지시|명령|목표|프롬프트|규칙).{0,12}(무시|잊|취소|대신)"
    r"|(ai|인공지능|자동화|에이전트|어시스턴트|비서|모델).{0,20}(에게|는|은|께서|라면|이라면|시스템|지시)"
    r"|(시스템|새로운)\s?(지시|명령|메시지|프롬프트)",
    re.IGNORECASE | re.DOTALL,
)


def texts_of(snapshot: Snapshot | None) -> str:
    """Gather what stands on a screen, to be compared with.

    Args:
        snapshot: The snapshot; None for no screen.

    Returns:
        Names and values, normalised, one a line.
    """
    if snapshot is None:
        return ""
    found = [snapshot.active_window or ""]
    for one in snapshot.elements:
        found += [one.name, one.value or ""]
    return "\n".join(text for text in map(normal, found) if text)


def addresses_the_planner(snapshot: Snapshot | None) -> bool:
    """Tell whether a screen speaks to whoever automates it.

    Args:
        snapshot: The snapshot; None for no screen.

    Returns:
        Whether a text on it looks like an instruction to a program. No more than a hint: what
        keeps injected steps out is the review of each step against the goal.
    """
    return _ADDRESSED.search(texts_of(snapshot)) is not None
