"""Writes a review as Markdown for a pull request, within GitHub's limit and loud when cut."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qops.cost.markdown import signed
from qops.review.model import AttributeChange, Drift, Grade, LayerReview, ResourceChange, Review
from qops.review.words import (
    COST_COMMAND,
    cost_line,
    counts,
    layer_costs,
    reasons,
    seen,
    sign,
    values,
    warnings,
)

LIMIT = 65_536
"""Characters that GitHub takes: "Body is too long (maximum is 65536 characters)", HTTP 422.

Source: https://docs.github.com/rest/issues/comments#create-an-issue-comment and its answer.
"""

_LONGEST_VALUE = 600
"""Characters of one value in a diff: a person reads no more of it in a comment."""

_FINDINGS = 25
"""So many are shown in a comment; their text must leave room for the changes."""

_ROOM_FOR_NOTICE = 600
_GRADES = {Grade.LOW: "⚪", Grade.MEDIUM: "🟡", Grade.HIGH: "🟠", Grade.CRITICAL: "🔴"}


@dataclass(frozen=True, slots=True)
class _Block:
    """A part of the text that is written whole or not at all.

    Attributes:
        text: The part.
        opens: Heading that must stand before it.
        resources: How many resources it tells of.
    """

    text: str
    opens: str
    resources: int


def markdown(review: Review, *, limit: int = LIMIT, note: str = "") -> str:
    """Write a review as Markdown.

    Args:
        review: The review.
        limit: Characters that the text may have.
        note: A line below the title, e.g. what made the plan.

    Returns:
        The text. What is destroyed comes first; where the limit cuts, the first lines say so.
    """
    blocks = list(_blocks(review))
    head = _head(review, note)
    room = limit - len(head) - _ROOM_FOR_NOTICE
    body, heading, told, left = [], "", 0, 0
    for block in blocks:
        opening = _open(heading, block.opens)
        closing = len("\n</details>\n")
        size = len(opening) + len(block.text) + closing
        if left or size > room:
            left += block.resources
            continue
        room -= size - closing
        body.append(opening + block.text)
        heading = block.opens
        told += block.resources
    text = "".join(body) + _open(heading, "")
    return head + (_cut_notice(told, left) if left else "") + text


def _head(review: Review, note: str) -> str:
    lines = [f"<!-- qops plan {review.environment} -->", f"## Plan for `{review.environment}`", ""]
    lines += [f"> [!WARNING]\n> {inline(text)}\n" for text in warnings(review)]
    worst = f" · risk {_GRADES[review.worst]} **{review.worst}**" if review.worst else ""
    lines += [f"**{counts(review.counters)}**{worst}", ""]
    if note:
        lines += [inline(note), ""]
    lines += [*_findings(review), *_cost(review)]
    if review.layers:
        lines += [
            "| layer | replace | delete | update | create | other | risk |",
            "|---|--:|--:|--:|--:|--:|---|",
            *(_row(layer) for layer in review.layers),
            "",
        ]
    return "\n".join(lines) + "\n"


def _findings(review: Review) -> list[str]:
    if not review.findings:
        return []
    lines = [f"### Introduced against a policy: {len(review.findings)}", ""]
    lines += ["| severity | policy | where | repair |", "|---|---|---|---|"]
    for one in review.findings[:_FINDINGS]:
        title = f"{one.title} ({one.convention})" if one.convention else one.title
        cells = (f"`{one.id}` {inline(title)}", code(seen(one)), inline(one.repair))
        told = " | ".join(_cell(text) for text in cells)
        lines.append(f"| {_GRADES[one.severity]} {one.severity} | {told} |")
    left = len(review.findings) - _FINDINGS
    if left > 0:
        lines += ["", f"**{left} more are not shown here**: `qops show`."]
    return [*lines, ""]


def _cost(review: Review) -> list[str]:
    if not review.counters.changes:
        return []
    lines = [f"**Cost:** {inline(cost_line(review.cost))}", ""]
    layers = layer_costs(review.cost)
    if layers:
        lines += [f"| layer | USD a month | | `{COST_COMMAND}` |", "|---|--:|---|---|"]
        lines += [
            f"| {name} | {signed(usd) if usd else ''} | {missing} | |"
            for name, usd, missing in layers
        ]
        lines.append("")
    return lines


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _row(layer: LayerReview) -> str:
    of = layer.counters
    other = of.forget + of.imported + of.moved + of.read
    numbers = " | ".join(
        str(number) if number else ""
        for number in (of.replace, of.delete, of.update, of.create, other)
    )
    risk = f"{_GRADES[layer.worst]} {layer.worst}" if layer.worst else ""
    return f"| {layer.name} | {numbers} | {risk} |"


def _cut_notice(told: int, left: int) -> str:
    return (
        "> [!CAUTION]\n"
        f"> **This text is cut: {left} of {told + left} resources are not in it**, because GitHub "
        "takes no more. Look at all of them before you approve: `qops show --full`.\n\n"
    )


def _blocks(review: Review) -> Iterator[_Block]:
    for change in review.destroyed:
        yield _Block(_change(change), "### Destroyed or replaced", 1)
    for wanted, title in ((True, ""), (False, ", created or read")):
        for layer in review.layers:
            rest = [
                change
                for change in layer.changes
                if not change.destroys and (change.action not in {"create", "read"}) is wanted
            ]
            state = " open" if wanted else ""
            opens = f"<details{state}><summary><b>{layer.name}</b>{title}: {len(rest)}</summary>"
            for change in rest:
                yield _Block(_change(change), opens, 1)
    if review.outputs:
        yield _Block(_diff(review.outputs), "<details><summary><b>outputs</b></summary>", 0)
    title = f"<details><summary><b>drift</b>: {len(review.drift)}</summary>"
    for one in review.drift:
        yield _Block(_drifted(one), title, 1)


def _open(now: str, wanted: str) -> str:
    if now == wanted:
        return ""
    closed = "\n</details>\n" if now.startswith("<details") else ""
    return f"{closed}\n{wanted}\n\n" if wanted else closed


def _change(change: ResourceChange) -> str:
    grade = change.risk.grade
    weight = f" {_GRADES[grade]} {grade}" if grade is not Grade.LOW else ""
    lines = [f"- `{sign(change)}` {code(change.address)}{weight}"]
    lines += [f"  - {inline(line)}" for line in reasons(change)]
    if grade.rank >= Grade.HIGH.rank:
        lines.append(f"  - risk: {inline('; '.join(change.risk.reasons))}")
    return "\n".join(lines) + "\n" + _diff(change.attributes)


def _drifted(drift: Drift) -> str:
    what = " is gone" if drift.deleted else ""
    weight = " (a planned change depends on it)" if drift.relevant and not drift.deleted else ""
    return f"- {code(drift.address)}{what}{weight}\n{_diff(drift.attributes)}"


def _diff(attributes: list[AttributeChange]) -> str:
    lines, later = [], []
    for one in attributes:
        if one.unknown and not one.forces_replacement:
            later.append(code(_short(one.path)))
            continue
        before, after = (_short(text) for text in values(one))
        mark = "  # forces replacement" if one.forces_replacement else ""
        lines += [f"@@ {_short(one.path)}{mark}", f"- {before}", f"+ {after}"]
    text = f"  - known after apply: {', '.join(later)}\n" if later else ""
    if lines:
        inside = "\n".join(f"  {line}" for line in lines)
        longest = max((len(run) for run in re.findall("`+", inside)), default=0)
        fence = "`" * max(3, longest + 1)
        text += f"\n  {fence}diff\n{inside}\n  {fence}\n\n"
    return text


def _short(text: str) -> str:
    text = text.replace("\r", "").replace("\n", "\\n")
    if len(text) <= _LONGEST_VALUE:
        return text
    return f"{text[:_LONGEST_VALUE]}… (+{len(text) - _LONGEST_VALUE} characters)"


def code(text: str) -> str:
    """Inline code that may hold backticks."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def inline(text: str) -> str:
    """Text in which nothing is markup, and nobody is mentioned."""
    text = re.sub(r"([\\`*_\[\]~|])", r"\\\1", " ".join(text.split()))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"@(?=\w)", "@\u200b", text)
