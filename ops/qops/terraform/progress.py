"""Counts and times the events of a plan or an apply by layer; knows nothing of terminals."""

from dataclasses import dataclass, field

from qops.terraform.events import Event

LAYERS = (
    "client",
    "network",
    "ai",
    "compute",
    "data",
    "security",
    "observability",
    "devops",
)
"""The eight layers in the order in which they are shown."""

ROOT = "root"
"""Name under which resources outside all modules are counted."""


@dataclass(frozen=True, slots=True)
class LayerTime:
    """When a layer was worked on in an apply.

    Attributes:
        name: The layer.
        changes: Changes made, failed ones included.
        begins: Seconds from the apply's first change to the layer's first.
        seconds: From the layer's first event to its last.
        slowest: Address of the change that took longest, without the layer.
        slowest_seconds: How long it took.
    """

    name: str
    changes: int
    begins: float
    seconds: float
    slowest: str
    slowest_seconds: float


@dataclass(slots=True)
class LayerCount:
    """State of one layer.

    Attributes:
        name: The layer.
        total: Changes planned.
        done: Changes made.
        failed: Changes that failed.
        busy: Addresses being worked on, oldest first, with the time at which each began.
        first: Time of the first change's start, epoch seconds.
        last: Time of the last change's end.
        slowest: Address of the change that took longest.
        slowest_seconds: How long it took.
    """

    name: str
    total: int = 0
    done: int = 0
    failed: int = 0
    busy: dict[str, float | None] = field(default_factory=dict)
    first: float | None = None
    last: float | None = None
    slowest: str = ""
    slowest_seconds: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether everything planned was made; a layer without changes is complete."""
        return self.done >= self.total

    def begin(self, address: str, at: float | None) -> None:
        """Note that a change begins."""
        self.busy[address] = at
        if at is not None and self.first is None:
            self.first = at

    def settle(self, address: str, at: float | None) -> None:
        """Note that a change came to its end."""
        began = self.busy.pop(address, None)
        if at is None:
            return
        self.last = at
        if began is not None and at - began >= self.slowest_seconds:
            self.slowest, self.slowest_seconds = address, at - began


@dataclass(slots=True)
class LayerProgress:
    """Feeds on events and answers how far each layer is.

    Attributes:
        layers: Counts by layer; the eight layers first, others as they are met.
        reading: Resources read while planning.
    """

    layers: dict[str, LayerCount] = field(
        default_factory=lambda: {name: LayerCount(name) for name in LAYERS}
    )
    reading: int = 0

    @property
    def total(self) -> int:
        """Changes planned in all layers."""
        return sum(layer.total for layer in self.layers.values())

    @property
    def done(self) -> int:
        """Changes made in all layers."""
        return sum(layer.done for layer in self.layers.values())

    def feed(self, event: Event) -> LayerCount | None:
        """Take an event into account.

        Args:
            event: The event.

        Returns:
            The layer whose figures changed, or None.
        """
        if event.type == "refresh_start":
            self.reading += 1
            return None
        if event.address is None or event.action in {None, "no-op", "read"}:
            return None
        layer = self.layers.setdefault(event.layer or ROOT, LayerCount(event.layer or ROOT))
        match event.type:
            case "planned_change":
                # A replacement is carried out as two operations, and reported as two.
                layer.total += 2 if event.action == "replace" else 1
            case "apply_start":
                layer.begin(event.address, event.at)
            case "apply_complete":
                layer.done += 1
                layer.settle(event.address, event.at)
            case "apply_errored":
                layer.failed += 1
                layer.settle(event.address, event.at)
            case _:
                return None
        return layer

    def complete(self, *names: str) -> bool:
        """Whether everything planned in these layers was made."""
        return all(self.layers[name].complete for name in names)

    def times(self) -> tuple[LayerTime, ...]:
        """The layers that were changed, in the order in which they were begun."""
        worked = [one for one in self.layers.values() if one.first is not None and one.last]
        origin = min((one.first for one in worked if one.first is not None), default=0.0)
        found = [
            LayerTime(
                name=one.name,
                changes=one.done + one.failed,
                begins=first - origin,
                seconds=last - first,
                slowest=one.slowest.removeprefix(f"module.{one.name}."),
                slowest_seconds=one.slowest_seconds,
            )
            for one in worked
            if (first := one.first) is not None and (last := one.last) is not None
        ]
        return tuple(sorted(found, key=lambda one: one.begins))
