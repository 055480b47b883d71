"""Writes a review for a terminal: what is destroyed first, then layer by layer."""

from collections import Counter
from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from qops.cost.markdown import signed
from qops.review.model import AttributeChange, Drift, Grade, LayerReview, ResourceChange, Review
from qops.review.words import (
    COST_COMMAND,
    LATER,
    cost_line,
    counts,
    layer_costs,
    reasons,
    seen,
    sign,
    values,
    warnings,
)

_STYLES = {
    Grade.LOW: "dim",
    Grade.MEDIUM: "yellow",
    Grade.HIGH: "red",
    Grade.CRITICAL: "bold white on red",
}
_COLOURS = {"create": "green", "update": "yellow", "replace": "red", "delete": "red"}

ATTRIBUTES = 6
"""Changed attributes that are shown of a resource, unless all are asked for."""

DRIFTS = 5
"""Drifted resources that are shown, unless all are asked for."""

_NARROWEST = 40
_PIPED = 160


class _Writer:
    """Prints one review; counts what it leaves out."""

    def __init__(self, console: Console, full: bool) -> None:
        self._console = console
        self._full = full
        # Where lines are not wrapped (a pipe, a file), they may be of a good length.
        self._width = _PIPED if console.soft_wrap else max(console.width, _NARROWEST)
        self._left_out: Counter[str] = Counter()

    def write(self, review: Review) -> None:
        for warning in warnings(review):
            self._line(f"! {warning}", style="bold yellow")
        head = Text(f"Plan for {review.environment}: {counts(review.counters)}", style="bold")
        if review.worst is not None:
            head.append("  risk: ", style="not bold")
            head.append(f" {review.worst} ", style=_STYLES[review.worst])
        self._print(head)
        self._cost(review)
        self._findings(review)
        if review.destroyed:
            self._line("")
            self._line("Destroyed or replaced", style="bold red")
            for change in review.destroyed:
                self._change(change, risk=True)
        for layer in review.layers:
            self._layer(layer)
        self._outputs(review.outputs)
        self._drift(review.drift, DRIFTS if review.counters.changes else 0)
        if self._left_out:
            left = ", ".join(f"{what}: {number}" for what, number in self._left_out.items())
            self._line("")
            self._line(f"! Not all is shown. Left out, {left}.", style="bold yellow")
            self._line("  all of it: qops show --full", style="yellow")

    def _cost(self, review: Review) -> None:
        if not review.counters.changes:
            return
        self._line(f"cost  {cost_line(review.cost)}", indent=6)
        for name, usd, missing in layer_costs(review.cost):
            told = ", ".join(text for text in (signed(usd) if usd else "", missing) if text)
            self._line(f"      {name}: {told or 'the same sum'}", style="dim", indent=8)
        if review.cost.changes:
            self._line(f"      line by line: {COST_COMMAND}", style="dim", indent=8)

    def _findings(self, review: Review) -> None:
        if not review.findings:
            return
        self._line("")
        self._line("Introduced against a policy", style="bold red")
        for finding in review.findings:
            head = Text("  ✗ ", style="red")
            head.append(f"{finding.severity}", style=_STYLES[finding.severity])
            head.append(f"  {finding.id}: {finding.title}")
            if finding.convention:
                head.append(f" ({finding.convention})", style="dim")
            self._print(head, indent=6)
            self._line(f"      {seen(finding)}", indent=8)
            self._line(f"      repair: {finding.repair}", style="dim", indent=8)

    def _layer(self, layer: LayerReview) -> None:
        self._line("")
        head = Text(layer.name, style="bold")
        head.append(f"  {counts(layer.counters)}", style="not bold")
        head.append(f", {layer.counters.unchanged} unchanged", style="not bold dim")
        if layer.worst is not None and layer.worst is not Grade.LOW:
            head.append(f"  {layer.worst}", style=_STYLES[layer.worst])
        self._print(head)
        for change in layer.changes:
            if change.destroys:
                continue  # stands at the top
            if change.action in {"create", "read"} and not self._full and self._plain(change):
                continue
            self._change(change, risk=change.risk.grade.rank >= Grade.MEDIUM.rank)
        if not self._full:
            for action, verb in (("create", "created"), ("read", "read")):
                self._together(action, verb, filter(self._plain, layer.changes))

    @staticmethod
    def _plain(change: ResourceChange) -> bool:
        """Whether a creation or a reading may be told as a number."""
        return not reasons(change) or change.action == "read"

    def _together(self, action: str, verb: str, changes: Iterable[ResourceChange]) -> None:
        types = Counter(change.type for change in changes if change.action == action)
        if not types:
            return
        listed = ", ".join(f"{name} ×{number}" for name, number in sorted(types.items()))
        text = Text(f"  {'+' if action == 'create' else '<='} ", style=_COLOURS.get(action, "cyan"))
        text.append(f"{sum(types.values())} {verb}: ")
        text.append(listed, style="dim")
        self._print(text, indent=4)

    def _change(self, change: ResourceChange, *, risk: bool) -> None:
        colour = _COLOURS.get(change.action, "cyan")
        head = Text(f"  {sign(change)} ", style=colour)
        head.append(change.address, style="bold" if change.destroys else "")
        if risk:
            head.append("  ")
            head.append(f"{change.risk.grade}", style=_STYLES[change.risk.grade])
        self._print(head, indent=6)
        for line in reasons(change):
            self._line(f"      {line}", indent=8)
        if risk and change.risk.grade.rank >= Grade.HIGH.rank:
            self._line(f"      risk: {'; '.join(change.risk.reasons)}", style="dim", indent=8)
        self._attributes(change.attributes)

    def _attributes(self, attributes: list[AttributeChange]) -> None:
        known = [one for one in attributes if not one.unknown or one.forces_replacement]
        later = [one.path for one in attributes if one.unknown and not one.forces_replacement]
        shown = known if self._full else known[:ATTRIBUTES]
        for attribute in shown:
            self._attribute(attribute)
        if len(shown) < len(known):
            number = len(known) - len(shown)
            self._left_out["attributes"] += number
            self._line(f"      … and {number} more attributes", style="dim")
        if later:
            self._line(f"      known after apply: {', '.join(later)}", style="dim", indent=8)

    def _attribute(self, attribute: AttributeChange) -> None:
        before, after = values(attribute)
        mark = "  # forces replacement" if attribute.forces_replacement else ""
        together = f"      {attribute.path}: {before} → {after}{mark}"
        if len(together) <= self._width:
            text = Text(f"      {attribute.path}: ")
            text.append(before, style="red")
            text.append(" → ")
            text.append(after, style="dim" if after == LATER else "green")
            text.append(mark, style="bold red")
            self._print(text)
            return
        self._line(f"      {attribute.path}:{mark}", indent=8)
        room = self._width - 10
        if not self._full and max(len(before), len(after)) > room:
            self._left_out["ends of long values"] += 1
            before, after = _fitting(before, after, room)
        self._line(f"        - {before}", style="red", indent=10)
        self._line(f"        + {after}", style="green", indent=10)

    def _outputs(self, outputs: list[AttributeChange]) -> None:
        if not outputs:
            return
        self._line("")
        self._line("outputs", style="bold")
        self._attributes(outputs)

    def _drift(self, drift: list[Drift], most: int) -> None:
        if not drift:
            return
        weighty = [one for one in drift if one.relevant]
        self._line("")
        self._line(
            f"drift  {len(drift)} resources are not as the last apply left them; "
            f"planned changes depend on {len(weighty)}",
            style="bold",
        )
        shown = drift if self._full else weighty[:most]
        for one in shown:
            self._line(
                f"  {'- gone: ' if one.deleted else '~ '}{one.address}", style="magenta", indent=6
            )
            self._attributes(one.attributes)
        if len(shown) < len(drift):
            self._left_out["drifted resources"] += len(drift) - len(shown)

    def _line(self, text: str, style: str = "", indent: int = 0) -> None:
        self._print(Text(text, style=style), indent=indent)

    def _print(self, text: Text, indent: int = 0) -> None:
        """Print a line; what does not fit goes on below, further in, so that signs stand alone."""
        if self._console.soft_wrap or text.cell_len <= self._width:
            self._console.print(text, soft_wrap=True)
            return
        first, rest = _parted(text, self._width)
        self._console.print(first, soft_wrap=True)
        while rest.plain:
            line, rest = _parted(rest, self._width - indent)
            self._console.print(Text(" " * indent) + line, soft_wrap=True)


def write_review(review: Review, console: Console, *, full: bool = False) -> None:
    """Print a review.

    Args:
        review: The review.
        console: Where to print.
        full: Whether every resource, attribute and drift is shown, and no value is cut.
    """
    _Writer(console, full).write(review)


def _fitting(before: str, after: str, room: int) -> tuple[str, str]:
    """Both values cut to the room, from a little before the place where they differ."""
    same = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        same += 1
    start = max(0, same - 10) if same > room // 2 else 0
    return _cut(before, start, room), _cut(after, start, room)


def _cut(text: str, start: int, room: int) -> str:
    text = f"…{text[start:]}" if start and len(text) > start else text
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _parted(text: Text, room: int) -> tuple[Text, Text]:
    """A line of at most so many cells, parted at a blank near its end if there is one."""
    end, cells = 0, 0
    for sign_ in text.plain:
        cells += cell_len(sign_)
        if cells > room:
            break
        end += 1
    if end >= len(text.plain):
        return text, Text()
    blank = text.plain.rfind(" ", 0, end + 1)
    at = blank if blank > end * 2 // 3 else end
    first, rest = text.divide([at])
    first.rstrip()
    skipped = len(rest.plain) - len(rest.plain.lstrip())
    return first, rest[skipped:] if skipped < len(rest.plain) else Text()
