"""Drift as Markdown: for the summary of a scheduled job, and as its report."""

from collections.abc import Iterator

from qops.drift.answers import DriftAnswer, DriftedAttribute, DriftedResource
from qops.drift.showing import summary, told_of
from qops.review.markdown import LIMIT, code, inline
from qops.review.words import values

_LONGEST_VALUE = 200
_ROOM = 300


def markdown(answer: DriftAnswer, *, limit: int = LIMIT) -> str:
    """Write the drift of an environment as Markdown.

    Args:
        answer: The answer.
        limit: Characters that the text may have.

    Returns:
        The text; where the limit cuts, the first lines say so.
    """
    head = _head(answer)
    room = limit - sum(map(len, head)) - _ROOM
    body: list[str] = []
    left = 0
    for part in (*map(_resource, answer.resources), *_entries(answer)):
        if left or len(part) > room:
            left += 1
            continue
        room -= len(part)
        body.append(part)
    if left:
        head.append(
            f"> [!CAUTION]\n> **This text is cut: {left} entries are not in it.** All of them: "
            f"`qops drift --env {answer.environment}`.\n\n"
        )
    return "".join([*head, *body])


def _head(answer: DriftAnswer) -> list[str]:
    sign = "🔴" if answer.drifted else "🟢"
    return [
        f"<!-- qops drift {answer.environment} -->\n",
        f"## Drift in `{answer.environment}`\n\n",
        f"{sign} **{summary(answer)}**, compared with serial {answer.serial} of the state.\n\n",
    ]


def _resource(one: DriftedResource) -> str:
    sign = "🔴" if one.counts else "⚪"
    if one.deleted:
        lost = f", and with it {one.stateful}" if one.stateful else ""
        return f"- {sign} {code(one.address)} is gone{lost}{_note(one)}\n"
    lines = [f"- {sign} {code(one.address)}\n"]
    for attribute in one.attributes:
        before, after = (_short(text) for text in values(attribute.change))
        lines.append(
            f"  - {code(attribute.change.path)}: {code(before)} → {code(after)}{_note(attribute)}\n"
        )
    return "".join(lines)


def _note(one: DriftedResource | DriftedAttribute) -> str:
    if one.known is not None:
        return f" (known: {inline(one.known)})"
    return f" (was known until {one.expired})" if one.expired else ""


def _entries(answer: DriftAnswer) -> Iterator[str]:
    for title, entries in (
        ("Known until a day that is past", answer.expired),
        ("Known, but met nothing", answer.unmatched),
    ):
        if entries:
            yield f"\n> [!WARNING]\n> {title} ({code(answer.known_file)}):\n"
            yield from (f"> - {inline(told_of(entry))}\n" for entry in entries)


def _short(text: str) -> str:
    text = text.replace("\r", "").replace("\n", "\\n")
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
