"""Words and signs that the writers share; the signs are those of Terraform's own output."""

from decimal import Decimal

from qops.cost.markdown import signed
from qops.review.model import (
    AttributeChange,
    CostReview,
    Counters,
    Finding,
    ResourceChange,
    Review,
)

SIGNS = {
    "create": "+",
    "update": "~",
    "replace": "-/+",
    "delete": "-",
    "forget": ".",
    "read": "<=",
    "no-op": ">",
}
NOTHING = "(none)"
LATER = "(known after apply)"


def sign(change: ResourceChange) -> str:
    """Terraform's sign of an action."""
    return "+/-" if change.create_first else SIGNS[change.action]


def counts(counters: Counters) -> str:
    """The numbers that are not 0, in the order of their weight."""
    numbers = (
        (counters.replace, "to replace"),
        (counters.delete, "to delete"),
        (counters.forget, "to forget"),
        (counters.update, "to update"),
        (counters.create, "to create"),
        (counters.imported, "to import"),
        (counters.moved, "to move"),
        (counters.read, "to read"),
    )
    return ", ".join(f"{number} {what}" for number, what in numbers if number) or "no changes"


def reasons(change: ResourceChange) -> list[str]:
    """Why it happens and what is at stake, one line each."""
    lines = []
    if change.stateful and change.action in {"delete", "replace", "forget"}:
        verb = "stays, out of Terraform's sight:" if change.action == "forget" else "is lost:"
        lines.append(f"{verb} {change.stateful}")
    if change.why:
        lines.append(f"why: {change.why}")
    if change.replace_paths:
        lines.append(f"forced by: {', '.join(change.replace_paths)}")
    if change.previous_address:
        lines.append(f"moved from: {change.previous_address}")
    if change.import_id:
        lines.append(f"imported: {change.import_id}")
    if change.deposed:
        lines.append(f"deposed object {change.deposed}: left over by an earlier replacement")
    return lines


def values(attribute: AttributeChange) -> tuple[str, str]:
    """Before and after, as they are shown."""
    before = NOTHING if attribute.before is None else attribute.before
    after = NOTHING if attribute.after is None else attribute.after
    return before, LATER if attribute.unknown else after


def warnings(review: Review) -> list[str]:
    """What a reader must know before anything else."""
    lines = []
    if review.errored:
        lines.append("Planning failed half-way: this is not all, and it cannot be applied.")
    if not review.complete:
        lines.append("Terraform deferred some changes: another plan is needed after the apply.")
    lines += [f"Does not hold: {text}" for text in review.failed_checks]
    return lines


def cost_line(cost: CostReview) -> str:
    """What the plan changes of a month's cost, in one line."""
    if cost.usd is None or cost.usd_before is None:
        return f"not estimated: {cost.why}"
    if not cost.changes:
        return f"no difference, ${cost.usd_before:,} a month"
    line = (
        f"{signed(cost.usd)} a month, from ${cost.usd_before:,} to ${cost.usd_before + cost.usd:,}"
    )
    return line + unpriced(cost.unpriced)


def layer_costs(cost: CostReview) -> list[tuple[str, Decimal, str]]:
    """Layer, difference and what is missing in it, for layers whose cost changes."""
    return [
        (layer.name, layer.usd, f"{layer.unpriced} unpriced" if layer.unpriced else "")
        for layer in cost.layers
    ]


def unpriced(number: int) -> str:
    """What a sum lacks; empty when nothing."""
    return f"; {number} unpriced" if number else ""


def seen(finding: Finding) -> str:
    """Where it is and what it is, in one line."""
    where = " ".join(text for text in (finding.address, finding.attribute) if text)
    return f"{where} = {finding.value}" if finding.value else where


COST_COMMAND = "qops cost --change"
"""Shows the difference line by line."""
