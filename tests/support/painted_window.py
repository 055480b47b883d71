"""A program without accessibility: a raw X window with painted words, as a canvas or a game has.

Run as a program: ``python painted_window.py X Y WIDTH HEIGHT LEFT,TOP,TEXT ...``. It shows a window
of that place and size over everything else, with each text painted at LEFT, TOP, prints ``shown``
and then one line for each click inside of it, until it is ended.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

FONT_PIXELS = 28


def tell(line: str) -> None:
    """Write a line for whoever started the program."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def paint(x: int, y: int, width: int, height: int, texts: Sequence[str]) -> None:
    """Show the window and tell of clicks until the program is ended."""
    from PIL import Image, ImageDraw, ImageFont
    from Xlib import X
    from Xlib.display import Display

    display = Display()
    screen = display.screen()
    window = screen.root.create_window(
        *(x, y, width, height, 0, screen.root_depth),
        override_redirect=True,
        background_pixel=screen.white_pixel,
        event_mask=X.ExposureMask | X.ButtonPressMask,
    )
    window.map()
    image = Image.new("RGB", (width, height), "white")
    font = ImageFont.load_default(FONT_PIXELS)
    for one in texts:
        left, top, text = one.split(",", 2)
        ImageDraw.Draw(image).text((int(left), int(top)), text, fill="black", font=font)
    context = window.create_gc()
    shown = False
    while True:
        event = display.next_event()
        if event.type == X.Expose and event.count == 0:
            # Strips: one request holds at most 256 KiB.
            rows = 40
            for begin in range(0, height, rows):
                strip = image.crop((0, begin, width, min(begin + rows, height)))
                window.put_pil_image(context, 0, begin, strip)
            display.sync()
            if not shown:
                tell("shown")
                shown = True
        elif event.type == X.ButtonPress:
            tell(f"click {event.event_x} {event.event_y}")


@contextmanager
def painted(
    environment: Mapping[str, str],
    texts: Mapping[str, tuple[int, int]],
    rect: tuple[int, int, int, int] = (0, 0, 1440, 900),
) -> Iterator[subprocess.Popen[str]]:
    """Show painted texts as long as the context is entered.

    Args:
        environment: Environment of the desktop.
        texts: The texts with their places in the window, pixels.
        rect: Place and size of the window.

    Yields:
        The program; each line of its output tells of a click.
    """
    numbers = [str(number) for number in rect]
    painting = [f"{left},{top},{text}" for text, (left, top) in texts.items()]
    program = subprocess.Popen(
        [sys.executable, str(Path(__file__)), *numbers, *painting],
        env=dict(environment),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout is not None
        assert program.stdout.readline() == "shown\n", "the window was not painted"
        yield program
    finally:
        program.kill()
        program.communicate()


if __name__ == "__main__":
    paint(*map(int, sys.argv[1:5]), sys.argv[5:])
