"""A console on which no text that others wrote can move the cursor, rename the window or lie.

Goals, names of devices, titles of windows and log lines come from anywhere. Escape sequences in
them would be obeyed by the terminal of whoever looks at them; directional marks would turn a line
around. For programs that have Rich: qops and the agent, not the functions.
"""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from qscreen.harmless import CONTROL, harmless


class SafeConsole(Console):
    """Rich's console, whose own escape codes are the only ones."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Render what is printed.

        Args:
            renderable: What is printed.
            options: Rich's options.

        Returns:
            Its segments, harmless ones.
        """
        for segment in super().render(renderable, options):
            if segment.control is None and CONTROL.search(segment.text):
                yield Segment(harmless(segment.text), segment.style)
            else:
                yield segment
