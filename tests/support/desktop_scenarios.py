"""Work from beginning to end on real programs; what counts is what the programs have afterwards."""

from collections.abc import Callable
from pathlib import Path

from desktop_programs import CSV, FORM, PATIENCE_SECONDS, ROWS, Programs, table_page

from qagent.stop import StopSignal
from qscreen.wire import (
    Action,
    Click,
    Effect,
    Focus,
    OpenApp,
    Outcome,
    PressKeys,
    Read,
    ReadTable,
    Role,
    SaveAs,
    Select,
    SetValue,
    Target,
    TypeText,
    WaitFor,
    WriteTable,
)

Perform = Callable[[Action], Effect]


class ScenarioError(Exception):
    """A step was not confirmed, or the program has something else than it should."""


def table_to_csv(do: Perform, programs: Programs, documents: Path) -> None:
    """The order table of a page goes into a sheet, and from it into a CSV file, byte for byte."""
    programs.page(table_page(), "Order table")
    told = _done(do, ReadTable(target=Target(name="Orders", role=Role.TABLE)))
    rows = tuple(tuple(line.split("\t")) for line in told.evidence.splitlines())
    _equal(rows, ROWS, "the table that was read")
    programs.calc()
    _done(do, WaitFor(target=Target(role=Role.TABLE), timeout_ms=60000))
    _done(do, WriteTable(start="A1", rows=rows))
    path = documents / "orders.csv"
    documents.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    _done(do, PressKeys(keys=("ctrl", "shift", "s")))
    _done(do, WaitFor(target=Target(name="Save", role=Role.DIALOG), timeout_ms=60000))
    _done(do, SetValue(target=Target(name="Name", role=Role.TEXT_FIELD), value=str(path)))
    _done(do, Click(target=Target(name="Save", role=Role.BUTTON)))
    keep = Target(name="Use Text CSV Format", role=Role.BUTTON)
    _done(do, WaitFor(target=keep, timeout_ms=60000))
    _done(do, Click(target=keep))
    options = Target(name="Export Text File", role=Role.DIALOG)
    _done(do, WaitFor(target=options, timeout_ms=60000))
    _done(do, Click(target=Target(name="OK", role=Role.BUTTON)))
    # The program writes it after it has closed its question.
    StopSignal().wait_until(lambda: _content(path) == CSV, PATIENCE_SECONDS)
    _equal(_content(path), CSV, "the CSV file")


def gtk_form(do: Perform, programs: Programs, documents: Path) -> None:
    """A GTK form is filled and sent; it prints what it got."""
    form = programs.zenity(
        "Contact",
        *("--forms", "--add-entry=Name", "--add-entry=E-mail", "--separator=|"),
        *("--add-combo=Size", "--combo-values=S|M|L"),
    )
    _done(do, TypeText(text="김철수 Kim", target=Target(name="Name", role=Role.TEXT_FIELD)))
    _done(do, SetValue(target=Target(name="E-mail"), value="kim at example"))
    _done(do, Select(option="M", target=Target(name="Size", role=Role.COMBO_BOX)))
    _done(do, Click(target=Target(name="OK", role=Role.BUTTON)))
    _equal(form.line(), "김철수 Kim|kim at example|M", "what the form printed")


def file_dialog(do: Perform, programs: Programs, documents: Path) -> None:
    """A file is chosen in GTK's own file dialog; the program prints which."""
    documents.mkdir(parents=True, exist_ok=True)
    wanted = documents / "보고서 2026.txt"
    wanted.write_text("x", encoding="utf-8")
    dialog = programs.zenity("Choose", "--file-selection", f"--filename={documents}/")
    # Typing a path into the list of files opens the field for it.
    _done(do, PressKeys(keys=("ctrl", "l")))
    field = Target(role=Role.TEXT_FIELD)
    _done(do, SetValue(target=field, value=str(wanted)))
    _done(do, Click(target=Target(name="OK", role=Role.BUTTON)))
    _equal(dialog.line(), str(wanted), "the chosen file")


def qt_dialog(do: Perform, programs: Programs, documents: Path) -> None:
    """A Qt form is filled and sent; it prints what it got."""
    form = programs.qt_form()
    _done(do, TypeText(text="이름 Name", target=Target(name="Name", role=Role.TEXT_FIELD)))
    _done(do, SetValue(target=Target(name="Quantity"), value="7"))
    _done(do, SetValue(target=Target(name="Notes"), value="여러\n줄"))
    _done(do, SetValue(target=Target(name="Country"), value="Japan"))
    _done(do, SetValue(target=Target(name="I agree"), value="on"))
    _done(do, SetValue(target=Target(name="Level"), value="42"))
    _done(do, Select(option="Pear", target=Target(name="Fruits", role=Role.LIST)))
    _done(do, Click(target=Target(name="Send", role=Role.BUTTON)))
    wanted = {
        "name": "이름 Name",
        "qty": 7,
        "notes": "여러\n줄",
        "country": "Japan",
        "agree": True,
        "level": 42,
        "fruit": "Pear",
    }
    _equal(form.told(), wanted, "what the form printed")


def several_windows(do: Perform, programs: Programs, documents: Path) -> None:
    """What a page shows is written in an editor beside it, and each window gets its own text."""
    programs.page(FORM, "Order form")
    page = Target(name="Order form", role=Role.WINDOW)
    _done(do, OpenApp(app="mousepad", new_document=True))
    _done(do, Focus(target=page))
    _done(do, TypeText(text="첫째 창", target=Target(name="Name", role=Role.TEXT_FIELD)))
    read = _done(do, Read(target=Target(name="Name", role=Role.TEXT_FIELD)))
    _done(do, OpenApp(app="mousepad"))
    _done(do, TypeText(text=f"{read.evidence}: 둘째 창", target=Target(role=Role.TEXT_AREA)))
    name = "windows.txt"
    (documents / name).unlink(missing_ok=True)
    _done(do, SaveAs(filename=name))
    _equal((documents / name).read_bytes(), "첫째 창: 둘째 창".encode(), "the saved file")
    _done(do, Focus(target=page))
    _done(do, Click(target=Target(name="Send", role=Role.BUTTON)))
    _done(do, WaitFor(condition="text", text='Sent {"name":"첫째 창"', timeout_ms=60000))


SCENARIOS: dict[str, Callable[[Perform, Programs, Path], None]] = {
    "table to CSV": table_to_csv,
    "GTK form": gtk_form,
    "file dialog": file_dialog,
    "Qt dialog": qt_dialog,
    "several windows": several_windows,
}


def _done(do: Perform, action: Action) -> Effect:
    effect = do(action)
    if effect.outcome is not Outcome.CONFIRMED:
        shown = action.model_dump_json(exclude_defaults=True)
        raise ScenarioError(
            f"{action.kind} {shown}: {effect.outcome} ({effect.error}): {effect.evidence} "
            f"{effect.candidates}"
        )
    return effect


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _equal(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        raise ScenarioError(f"{what} is {found!r} instead of {wanted!r}")
