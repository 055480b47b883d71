"""Words of a program's text area or sheet by accessibility; runs in the system's Python.

usage: desktop_words.py PROGRAM ROLE [ROWS COLUMNS]

Waits until the node is there and holds text; writes ``[[text, left, top, right, bottom], ...]``.
"""

# ruff: noqa: E402
import json
import re
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib

SCREEN = Atspi.CoordType.SCREEN
MOST_CHILDREN = 60
SECONDS = 150.0
EDGE = 2
"""Pixels at the edges of a cell that hold its lines."""


def found(node, role):
    if node is None:
        return None
    if node.get_role_name() == role:
        return node
    for index in range(min(node.get_child_count(), MOST_CHILDREN)):
        inner = found(node.get_child_at_index(index), role)
        if inner is not None:
            return inner
    return None


def program(name):
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        child = desktop.get_child_at_index(index)
        if child is not None and name in (child.get_name() or ""):
            return child
    return None


def words(node, down=0):
    text = Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))
    for match in re.finditer(r"\S+", text):
        first = Atspi.Text.get_character_extents(node, match.start(), SCREEN)
        last = Atspi.Text.get_character_extents(node, match.end() - 1, SCREEN)
        if first.y != last.y:
            # a Korean word may go on in the next line
            continue
        top = first.y + down
        yield match[0], first.x, top, last.x + last.width, top + first.height


def read(name, role, size):
    running = program(name)
    node = found(running, role)
    if node is None:
        return []
    if not size:
        pane = node.get_parent().get_extents(SCREEN)
        # what is scrolled away has places too
        return [word for word in words(node) if word[4] <= pane.y + pane.height]
    # Calc measures cells from below its menu bar
    down = found(running, "menu bar").get_extents(SCREEN).height
    seen = node.get_extents(SCREEN)
    rows, columns = size
    said = []
    for row in range(rows):
        for column in range(columns):
            cell = Atspi.Table.get_accessible_at(node, row, column)
            place = cell.get_extents(SCREEN)
            right, bottom = place.x + place.width - EDGE, place.y + down + place.height - EDGE
            # a cell that is cut off ends where the sheet does
            if right + EDGE >= seen.x + seen.width or bottom + EDGE >= seen.y + down + seen.height:
                continue
            said += [
                (text, max(x, place.x + EDGE), y, min(x_end, right), min(y_end, bottom))
                for text, x, y, x_end, y_end in words(cell, down)
                if place.x <= x and x_end <= right + EDGE
            ]
    return said


def main():
    name, role, *size = sys.argv[1:]
    deadline = time.monotonic() + SECONDS
    before = []
    while time.monotonic() < deadline:
        try:
            now = read(name, role, [int(one) for one in size])
        except GLib.Error:
            now = []
        # places move until the window manager has placed the window
        if now and now == before:
            break
        before = now
        time.sleep(1.0)
    sys.stdout.write(json.dumps(before))


main()
