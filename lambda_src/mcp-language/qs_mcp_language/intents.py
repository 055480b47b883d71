"""What the writer of a text wants: by a trained classifier where there is one, else by rules."""

from qs_mcp_language.classifier import by_classifier
from qs_mcp_language.keywords import classify, keywords
from qs_mcp_language.models import Classified, Source

ENDPOINT = "QS_INTENT_CLASSIFIER_ARN"
COMMAND = "command"
UNCLEAR = "unclear"

_GRAMMAR_READS = 2_000
"""Characters that the command grammar takes."""
_QUESTION_MARKS = ("?", "?")

_CLASSES = {
    "cancel": keywords(
        "취소해, 취소 부탁, 취소하고, 그만해, 중단해, cancel, call off, stop the",
        "취소, 중단, 철회, withdraw, abort",
    ),
    "schedule": keywords(
        "일정 잡, 예약해, 예약하고, 날짜를 바꿔, 일정을 변경, set up a meeting, schedule a, "
        "reschedule, book a",
        "일정, 예약, 언제, schedule, appointment, calendar, book",
    ),
    "complaint": keywords(
        "불만, 항의, 환불해, complaint, unacceptable, i want a refund",
        "환불, 고장, 안 돼, 안돼요, 실망, refund, broken, does not work, doesn't work",
    ),
    "question": keywords(
        "알려 줘, 알려줘, 궁금, 무엇인가요, 어떻게 하, 왜 그런, how do i, what is, why does, "
        "could you tell me, can you explain",
        "뭐, 무엇, 어떻게, 왜, 어디, 누가, 얼마, how, what, why, where, who, when, which",
    ),
    "request": keywords(
        "부탁드립니다, 요청드립니다, 보내 주세요, 해 주시기 바랍니다, please send, "
        "could you please, would you please, i would like you to",
        "부탁, 요청, 주세요, 바랍니다, please, request, need you to",
    ),
    "confirm": keywords(
        "확인했습니다, 동의합니다, 승인합니다, 그렇게 하시죠, i confirm, i agree, approved, "
        "sounds good",
        "확인, 동의, 좋습니다, 네, agree, ok, okay, yes",
    ),
    "decline": keywords(
        "거절합니다, 참석이 어렵, 불가능합니다, 사양, i decline, cannot attend, unable to",
        "어렵습니다, 거절, 힘들, decline, unfortunately, regret",
    ),
    "thanks": keywords(
        "감사합니다, 고맙습니다, thank you, many thanks", "감사, 고마워, thanks, grateful"
    ),
    "greeting": keywords(
        "안녕하세요, 처음 뵙겠습니다, good morning, good afternoon", "안녕, 반갑, hello, hi, dear"
    ),
}
LABELS = (COMMAND, *_CLASSES, UNCLEAR)
"""What rules can answer."""


def find_intent(text: str) -> Classified:
    """Find what the writer of a text wants.

    Args:
        text: The text.

    Returns:
        The intent, and who judged.

    Raises:
        ToolFault: If there is a classifier and it does not answer.
    """
    return by_classifier(ENDPOINT, text) or _by_grammar(text) or _by_keywords(text)


def _by_grammar(text: str) -> Classified | None:
    """Recognise what the platform itself could carry out; the grammar guesses nothing."""
    # The grammar and its wire types are loaded with the first question of this kind.
    from qscreen.grammar.understanding import understand
    from qscreen.wire import Plan

    if len(text) > _GRAMMAR_READS:
        return None
    found = understand(text)
    if not isinstance(found, Plan):
        return None
    actions = list(dict.fromkeys(step.action.kind.value for step in found.steps))
    return Classified(
        label=COMMAND, score=1, alternatives=[], evidence=actions, source=Source.RULES
    )


def _by_keywords(text: str) -> Classified:
    found = classify(_CLASSES, text, UNCLEAR)
    if found.label == UNCLEAR and text.rstrip().endswith(_QUESTION_MARKS):
        return found.model_copy(update={"label": "question", "score": 1.0, "evidence": ["?"]})
    return found
