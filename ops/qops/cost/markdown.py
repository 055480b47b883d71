"""The estimate as Markdown, for a pull request."""

from collections.abc import Iterator
from decimal import Decimal

from qops.cost.answers import CostAnswer, CostDifference


def markdown(answer: CostAnswer) -> str:
    """Render an estimate.

    Args:
        answer: The estimate.

    Returns:
        Markdown, ending in a newline.
    """
    return "\n".join(_lines(answer)) + "\n"


def _lines(answer: CostAnswer) -> Iterator[str]:
    yield f"## Monthly cost: ${answer.usd:,}{_unpriced(answer.unpriced)}"
    yield ""
    yield (
        f"{answer.source}; {answer.region}, list prices of {answer.prices_date}; "
        f"{answer.runs_a_month:,} runs and {answer.requests_a_month:,} requests a month."
    )
    if answer.krw is not None:
        yield ""
        yield f"₩{answer.krw:,} at the rate of the usage file."
    if answer.difference is not None:
        yield from _difference(answer.difference)
    yield from ("", "| layer | USD | unpriced |", "|---|---:|---:|")
    for group in answer.by_layer:
        yield f"| {group.name} | {_cell(group.usd)} | {group.unpriced or ''} |"
    yield from ("", "<details><summary>All lines</summary>", "")
    yield "| layer | service | item | units | unit | USD |"
    yield "|---|---|---|---:|---|---:|"
    for line in answer.lines:
        usd = "unpriced" if line.usd is None else f"{line.usd:,}"
        units = "" if line.units is None else f"{line.units:,f}"
        yield (f"| {line.layer} | {line.service} | {line.item} | {units} | {line.unit} | {usd} |")
    yield from ("", "</details>")


def _difference(difference: CostDifference) -> Iterator[str]:
    yield from ("", _change(difference), "")
    if not difference.changes:
        return
    yield from ("| layer | service | item | before | after |", "|---|---|---|---:|---:|")
    for change in difference.changes:
        before, after = _cell(change.before), _cell(change.after)
        if change.kind == "added":
            before = ""
        if change.kind == "removed":
            after = ""
        yield f"| {change.layer} | {change.service} | {change.item} | {before} | {after} |"


def _change(difference: CostDifference) -> str:
    unpriced = _unpriced(difference.unpriced)
    return f"**{signed(difference.usd)}**{unpriced} a month against {difference.against}."


def _cell(usd: Decimal | None) -> str:
    return "unpriced" if usd is None else f"{usd:,}"


def _unpriced(count: int) -> str:
    return f" and {count} unpriced lines" if count else ""


def signed(usd: Decimal) -> str:
    """An amount with its sign.

    Args:
        usd: A difference.

    Returns:
        E.g. ``+$1,234.50``.
    """
    return f"{'-' if usd < 0 else '+'}${abs(usd):,}"
