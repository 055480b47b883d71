"""A GTK 3 program that shows a screen; runs in the system's Python, which has GTK's bindings.

Reads ``{"layout", "font", "points", "dark", ...texts}`` as one line of JSON, shows it, writes the
words with their places as one line of JSON, and ends with its standard input.
"""

# ruff: noqa: E402
import json
import re
import sys

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Atk, GLib, Gtk, Pango

SIZE = (1440, 900)


def label(text, **properties):
    return Gtk.Label(label=text, xalign=0, **properties)


def menu(texts):
    bar = Gtk.MenuBar()
    for text in texts:
        bar.append(Gtk.MenuItem(label=text))
    return bar


def form(said):
    grid = Gtk.Grid(row_spacing=10, column_spacing=16, margin=24)
    for index, (name, value, kind) in enumerate(said["fields"]):
        row, column = divmod(index, 2)
        grid.attach(label(name), 2 * column, row, 1, 1)
        if kind == "entry":
            field = Gtk.Entry(text=value, hexpand=True)
        elif kind == "choice":
            field = Gtk.ComboBoxText(hexpand=True)
            field.append_text(value)
            field.set_active(0)
        else:
            field = Gtk.CheckButton(label=value)
            field.set_active(kind == "on")
        grid.attach(field, 2 * column + 1, row, 1, 1)
    buttons = Gtk.ButtonBox(layout_style=Gtk.ButtonBoxStyle.END, spacing=10, margin=20)
    for text in said["buttons"]:
        buttons.add(Gtk.Button(label=text))
    return menu(said["menu"]), grid, buttons


def listing(said):
    store = Gtk.ListStore(*[str] * len(said["columns"]))
    for row in said["rows"]:
        store.append(row)
    view = Gtk.TreeView(model=store, enable_grid_lines=Gtk.TreeViewGridLines.HORIZONTAL)
    for index, title in enumerate(said["columns"]):
        column = Gtk.TreeViewColumn(title, Gtk.CellRendererText(ypad=3), text=index)
        column.set_min_width(150)
        view.append_column(column)
    view.get_selection().select_path(2)
    return menu(said["menu"]), view


def settings(said):
    box = Gtk.ListBox(margin=24)
    for title, detail, on in said["rows"]:
        texts = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=3, margin=9)
        texts.add(label(title))
        small = label(detail)
        small.get_style_context().add_class("dim-label")
        texts.add(small)
        row = Gtk.Box(spacing=20)
        row.pack_start(texts, True, True, 0)
        row.add(Gtk.Switch(active=on, valign=Gtk.Align.CENTER, margin=12))
        box.add(row)
    tabs = Gtk.StackSwitcher(halign=Gtk.Align.CENTER, margin_top=12)
    stack = Gtk.Stack()
    for text in said["tabs"]:
        stack.add_titled(Gtk.Box(), text, text)
    tabs.set_stack(stack)
    stack.set_no_show_all(True)
    return tabs, box, stack


def mail(said):
    rows = Gtk.ListBox()
    for sender, subject, when in said["mails"]:
        texts = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, margin=7, spacing=2)
        name = label("")
        name.set_markup(f"<b>{GLib.markup_escape_text(sender)}</b>")
        line = Gtk.Box()
        line.pack_start(name, True, True, 0)
        line.add(label(when))
        texts.add(line)
        texts.add(label(subject))
        rows.add(texts)
    rows.select_row(rows.get_row_at_index(1))
    view = Gtk.TextView(wrap_mode=Gtk.WrapMode.WORD, left_margin=18, top_margin=14, editable=False)
    view.set_pixels_below_lines(6)
    view.set_cursor_visible(False)
    view.get_buffer().set_text(said["text"])
    pane = Gtk.Paned()
    pane.set_position(460)
    pane.add1(rows)
    pane.add2(view)
    tools = Gtk.Toolbar(toolbar_style=Gtk.ToolbarStyle.TEXT)
    for text in said["menu"]:
        tools.insert(Gtk.ToolButton(label=text), -1)
    return tools, pane


def words_of_layout(layout, x, y):
    if layout.is_ellipsized():
        return
    text = layout.get_text()
    for match in re.finditer(r"\S+", text):
        start = len(text[: match.start()].encode())
        end = len(text[: match.end() - 1].encode())
        first, last = layout.index_to_pos(start), layout.index_to_pos(end)
        yield (
            match[0],
            x + first.x / Pango.SCALE,
            y + first.y / Pango.SCALE,
            x + (last.x + last.width) / Pango.SCALE,
            y + (first.y + first.height) / Pango.SCALE,
        )


def words_of(widget, window):
    if not widget.get_mapped():
        return
    if isinstance(widget, Gtk.Label):
        # a label has no window of its own: it draws on its parent's
        _, left, top = widget.get_window().get_origin()
        x, y = widget.get_layout_offsets()
        yield from words_of_layout(widget.get_layout(), left + x, top + y)
    elif isinstance(widget, Gtk.Entry):
        x, y = widget.translate_coordinates(window, *widget.get_layout_offsets())
        yield from words_of_layout(widget.get_layout(), x, y)
    elif isinstance(widget, Gtk.TextView):
        buffer = widget.get_buffer()
        text = buffer.get_text(*buffer.get_bounds(), False)
        for match in re.finditer(r"\S+", text):
            first = widget.get_iter_location(buffer.get_iter_at_offset(match.start()))
            last = widget.get_iter_location(buffer.get_iter_at_offset(match.end() - 1))
            if last.y != first.y:
                # a Korean word may go on in the next line
                continue
            place = widget.buffer_to_window_coords(Gtk.TextWindowType.WIDGET, first.x, first.y)
            x, y = widget.translate_coordinates(window, *place)
            width = last.x + last.width - first.x
            yield match[0], x, y, x + width, y + first.height
    elif isinstance(widget, Gtk.TreeView):
        table = widget.get_accessible()
        for row in range(table.get_n_rows()):
            for column in range(table.get_n_columns()):
                cell = table.ref_at(row, column)
                text = cell.get_text(0, -1)
                for match in re.finditer(r"\S+", text):
                    at = cell.get_range_extents(match.start(), match.end(), Atk.CoordType.SCREEN)
                    yield match[0], at.x, at.y, at.x + at.width, at.y + at.height
    if isinstance(widget, Gtk.Container):
        children = []
        widget.forall(children.append)
        for child in children:
            yield from words_of(child, window)


def main():
    said = json.loads(sys.stdin.readline())
    look = Gtk.Settings.get_default()
    look.set_property("gtk-font-name", f"{said['font']} {said['points']}")
    look.set_property("gtk-application-prefer-dark-theme", said["dark"])
    look.set_property("gtk-xft-antialias", 1)
    look.set_property("gtk-xft-hinting", 1)
    look.set_property("gtk-xft-hintstyle", "hintslight")
    look.set_property("gtk-xft-rgba", "none")
    look.set_property("gtk-cursor-blink", False)
    window = Gtk.Window(decorated=False, default_width=SIZE[0], default_height=SIZE[1])
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
    window.add(box)
    layouts = {"form": form, "list": listing, "settings": settings, "mail": mail}
    for part in layouts[said["layout"]](said):
        grows = isinstance(part, (Gtk.Grid, Gtk.TreeView, Gtk.ListBox, Gtk.Paned))
        box.pack_start(part, grows, True, 0)
    window.show_all()
    window.move(0, 0)
    window.set_focus(None)

    def tell():
        found = [
            word
            for word in words_of(window, window)
            if word[3] <= SIZE[0] and word[4] <= SIZE[1] and word[1] >= 0 and word[2] >= 0
        ]
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()
        return False

    GLib.timeout_add(1200, tell)
    GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_HUP, lambda *_: Gtk.main_quit())
    Gtk.main()


main()
