"""Why a model made no plan, in the words of the user's language."""

from dataclasses import dataclass
from enum import StrEnum

from qscreen.redaction import redact
from qscreen.wire import Language


class Why(StrEnum):
    """Reasons."""

    UNAVAILABLE = "unavailable"
    BLOCKED = "blocked"
    MALFORMED = "malformed"
    TOO_LONG = "too_long"
    DECLINED = "declined"
    REFUSED = "refused"
    TAGS = "tags"


SENTENCES: dict[Language, dict[Why, str]] = {
    Language.EN: {
        Why.UNAVAILABLE: "No model could be asked right now; try again later, or say it in one of "
        "the forms that need no model.",
        Why.BLOCKED: "The guardrail stopped the request: the goal or the screen holds content "
        "that is not processed.",
        Why.MALFORMED: "The model's answer was no usable plan, even after corrections.",
        Why.TOO_LONG: "The goal with its screen is longer than the model takes; close windows "
        "that are not needed, or split the goal.",
        Why.DECLINED: "The model found no plan.",
        Why.REFUSED: "A plan was thrown away because it would have done what the screen says and "
        "your goal does not. Look at the screen, and name in the goal what is meant.",
        Why.TAGS: "The goal holds a tag such as <goal>, which is not taken; leave it out.",
    },
    Language.KO: {
        Why.UNAVAILABLE: "지금은 모델에 물어볼 수 없습니다. 나중에 다시 하거나 모델 없이 되는 "
        "표현으로 말해 주세요.",
        Why.BLOCKED: "가드레일이 요청을 막았습니다. 목표나 화면에 처리하지 않는 내용이 있습니다.",
        Why.MALFORMED: "모델의 답을 여러 번 바로잡아도 쓸 수 있는 계획이 되지 않았습니다.",
        Why.TOO_LONG: "목표와 화면이 모델이 받을 수 있는 길이를 넘습니다. 필요 없는 창을 닫거나 "
        "목표를 나누어 주세요.",
        Why.DECLINED: "모델이 계획을 찾지 못했습니다.",
        Why.REFUSED: "목표에 없고 화면에만 있는 일을 하려는 계획이어서 버렸습니다. 화면을 확인하고 "
        "무엇을 뜻하는지 목표에 적어 주세요.",
        Why.TAGS: "목표에 <goal> 같은 태그가 있어 받지 않습니다. 태그를 빼 주세요.",
    },
}
"""One sentence for each reason in each language."""


@dataclass(frozen=True, slots=True)
class NoPlan:
    """Why there is no plan.

    Attributes:
        why: The reason.
        message: For the user.
    """

    why: Why
    message: str


def no_plan(why: Why, language: Language, said: str = "") -> NoPlan:
    """Put a reason into words.

    Args:
        why: The reason.
        language: Language of the goal.
        said: What the model said; shown redacted and as a quotation.

    Returns:
        The reason with its message.
    """
    message = SENTENCES[language][why]
    quoted = " ".join(redact(said).split())[:400]
    return NoPlan(why, f"{message} “{quoted}”" if quoted else message)
