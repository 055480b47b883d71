"""Counts a plan's or an apply's events by platform layer; knows nothing of terminals."""

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


@dataclass(slots=True)
class LayerCount:
    """State of one layer.

    Attributes:
        name: The layer.
        total: Changes planned.
        done: Changes made.
        failed: Changes that failed.
        busy: Addresses being worked on, oldest first.
    """

    name: str
    total: int = 0
    done: int = 0
    failed: int = 0
    busy: list[str] = field(default_factory=list)


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
                layer.busy.append(event.address)
            case "apply_complete":
                layer.done += 1
                self._settle(layer, event.address)
            case "apply_errored":
                layer.failed += 1
                self._settle(layer, event.address)
            case _:
                return None
        return layer

    @staticmethod
    def _settle(layer: LayerCount, address: str) -> None:
        if address in layer.busy:
            layer.busy.remove(address)
