"""Looking at and acting on programs of each toolkit; the oracle is what the program has."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer

import psutil
import pytest
from desktop_programs import (
    FORM,
    PATIENCE_SECONDS,
    PATIENT,
    ROWS,
    Programs,
    Running,
    programs,
    table_page,
)

from qagent.act import Executor
from qagent.act.memory import UndoMemory
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, Node
from qagent.observe import take_snapshot
from qagent.policy import load_policy
from qagent.stop import StopSignal
from qscreen.wire import (
    Action,
    ChooseMenu,
    Click,
    Drag,
    Effect,
    EffectError,
    Focus,
    Outcome,
    PressKeys,
    Read,
    ReadTable,
    Role,
    Route,
    Select,
    SetValue,
    State,
    Step,
    Target,
    TypeText,
    Undo,
    WaitFor,
    WriteTable,
)

Perform = Callable[[Action], Effect]


@pytest.fixture
def running(backend: DesktopBackend) -> Iterator[Programs]:
    with programs(backend) as started:
        yield started


@pytest.fixture
def do(backend: DesktopBackend, tmp_path: Path, home: Path) -> Perform:
    path = tmp_path / "policy.yaml"
    path.write_text(
        f"version: 1\ndocuments: {tmp_path}\n"
        "allow: {risks: [look, navigate, edit, write_file], apps: ['*']}\n",
        encoding="utf-8",
    )
    executor = Executor(backend, load_policy(path), StopSignal(), memory=UndoMemory())
    return lambda action: executor.perform(Step(id="s1", action=action, because="test"))


def confirmed(effect: Effect) -> Effect:
    assert effect.outcome is Outcome.CONFIRMED, (effect.error, effect.evidence, effect.candidates)
    return effect


def on_page(name: str, role: Role | None = None) -> Target:
    return Target(name=name, role=role, app="Chromium")


def said(do: Perform, text: str) -> None:
    confirmed(do(WaitFor(condition="text", text=text, timeout_ms=60000)))


def sent(backend: DesktopBackend, window: Node) -> dict[str, str]:
    """What the page says that its form sent."""
    names = [one.name for one in backend.look(PATIENT, window=window).nodes]
    return dict(json.loads(next(name for name in names if name.startswith("Sent"))[5:]))


@pytest.fixture
def page(running: Programs) -> Running:
    return running.page(FORM, "Order form")


def test_a_page_is_seen_after_each_navigation(
    page: Running, backend: DesktopBackend, do: Perform
) -> None:
    first = backend.look(PATIENT, window=page.window)
    assert first.active_window() is not None
    names = {node.name for node in first.nodes}
    assert {"Name", "Quantity", "I agree", "Send", "Country"} <= names
    confirmed(do(Click(target=on_page("More", Role.LINK))))
    confirmed(do(WaitFor(target=on_page("Send", Role.BUTTON), timeout_ms=60000)))
    again = {node.name for node in backend.look(PATIENT, window=page.window).nodes}
    assert {"Name", "Quantity", "I agree", "Send", "Country"} <= again


def test_a_form_of_a_page_is_filled_by_values(
    page: Running, backend: DesktopBackend, do: Perform
) -> None:
    for name, value in (
        ("Name", "김철수 Kim"), ("Quantity", "7"), ("Notes", "여러\n줄"), ("Country", "Japan"),
        ("I agree", "on"), ("Large", "on"), ("Level", "8"),
    ):  # fmt: skip
        confirmed(do(SetValue(target=on_page(name), value=value)))
    confirmed(do(Click(target=on_page("Send", Role.BUTTON))))
    said(do, "Sent")
    assert sent(backend, page.window) == {
        "name": "김철수 Kim", "qty": "7", "notes": "여러\n줄", "country": "Japan",
        "agree": "on", "size": "l", "level": "8",
    }  # fmt: skip


def test_what_was_set_is_undone_step_by_step(
    page: Running, backend: DesktopBackend, do: Perform
) -> None:
    assert confirmed(do(TypeText(text="falsch", target=on_page("Name")))).undoable
    assert confirmed(do(SetValue(target=on_page("Country"), value="France"))).undoable
    assert confirmed(do(SetValue(target=on_page("I agree"), value="on"))).undoable
    for _ in range(3):
        confirmed(do(Undo()))
    nothing = do(Undo())
    assert nothing.error is EffectError.NOTHING_TO_UNDO
    confirmed(do(Click(target=on_page("Send", Role.BUTTON))))
    said(do, "Sent")
    assert sent(backend, page.window) == {
        "name": "", "qty": "1", "notes": "", "country": "Korea", "level": "5"
    }  # fmt: skip


def test_an_undo_that_came_too_late_undoes_nothing(page: Running, do: Perform) -> None:
    confirmed(do(SetValue(target=on_page("Level"), value="8")))
    confirmed(do(Focus(target=on_page("Level"))))
    confirmed(do(PressKeys(keys=("right",))))
    late = do(Undo())
    assert late.outcome is Outcome.REFUSED
    assert "changed" in late.evidence


def test_values_that_do_not_fit_are_refused_before_anything_happens(
    page: Running, do: Perform
) -> None:
    for name, value in (("Level", "99"), ("Level", "much"), ("I agree", "maybe")):
        effect = do(SetValue(target=on_page(name), value=value))
        assert (effect.outcome, effect.error) == (Outcome.REFUSED, EffectError.BAD_VALUE)
    assert do(Select(option="Spain", target=on_page("Country"))).error is (
        EffectError.TARGET_NOT_FOUND
    )


def test_double_and_secondary_clicks_and_options_of_a_page(page: Running, do: Perform) -> None:
    double = confirmed(do(Click(target=on_page("Plain box"), count=2)))
    assert double.route is Route.POINTER
    said(do, "double")
    do(Click(target=on_page("Plain box"), button="secondary"))
    said(do, "context")
    do(PressKeys(keys=("escape",)))
    confirmed(do(Select(option="Pear", target=on_page("Fruits"))))


def test_a_drag_ends_on_its_target(page: Running, do: Perform) -> None:
    confirmed(do(Drag(target=on_page("Parcel"), onto=on_page("Depot", Role.GROUP))))
    said(do, "dropped Parcel")


def test_what_is_scrolled_out_of_sight_is_brought_in(page: Running, do: Perform) -> None:
    confirmed(do(Click(target=on_page("Far below", Role.BUTTON))))
    confirmed(do(WaitFor(target=on_page("Pressed", Role.BUTTON), timeout_ms=60000)))


def test_a_table_of_a_page_is_read_and_not_written(
    running: Programs, backend: DesktopBackend, do: Perform
) -> None:
    running.page(table_page(), "Order table")
    told = confirmed(do(ReadTable(target=Target(name="Orders"))))
    assert [tuple(line.split("\t")) for line in told.evidence.splitlines()] == list(ROWS)
    block = confirmed(do(ReadTable(start="B2", end="C3")))
    assert block.evidence == "12\t2500\n3\t1200"
    assert do(ReadTable(start="Z99")).error is EffectError.BAD_VALUE
    assert do(WriteTable(rows=(("x",),))).error is EffectError.NOT_EDITABLE


def test_waiting_for_rest_ends_when_nothing_moves(page: Running, do: Perform) -> None:
    confirmed(do(Focus(target=on_page("Name"))))
    began = time.monotonic()
    confirmed(do(WaitFor(condition="idle", idle_ms=700, timeout_ms=60000)))
    assert time.monotonic() - began >= 0.7


def type_while_it_lags(
    backend: DesktopBackend, field: Node, text: str, browser: psutil.Process
) -> None:
    """Type into a program that stands still from before the keys change until after them."""
    family = [browser, *browser.children(recursive=True)]

    def all_of_them(do: Callable[[psutil.Process], None]) -> None:
        for one in family:
            # A browser starts and ends processes of its own as it likes.
            with suppress(psutil.NoSuchProcess):
                do(one)

    goes_on = Timer(0.4, all_of_them, [psutil.Process.resume])

    def between(_: int) -> None:
        backend.has_keys(field)
        if not goes_on.ident:
            goes_on.start()
            all_of_them(psutil.Process.suspend)

    backend.type_text(text, between)
    goes_on.join()


def test_a_program_that_lags_reads_no_key_by_its_old_keymap(
    page: Running, backend: DesktopBackend
) -> None:
    """It gets the news of the keys only together with the keys, and takes the first one wrongly."""
    nodes = backend.look(PATIENT, window=page.window).nodes
    field = next(one for one in nodes if (one.name, one.role) == ("Name", Role.TEXT_FIELD))
    backend.focus(field)
    assert StopSignal().wait_until(lambda: backend.has_keys(field), PATIENCE_SECONDS)
    expected = ""
    for number in range(5):
        new = "".join(chr(0xAC00 + 100 * number + 7 * place) for place in range(3))
        type_while_it_lags(backend, field, new, psutil.Process(page.process.pid))
        expected += new
        StopSignal().wait_until(
            lambda wanted=expected: backend.text_state(field).text == wanted,
            *(PATIENCE_SECONDS, 0.05),
        )
        assert backend.text_state(field).text == expected


def test_menus_of_qt_are_chosen_by_their_path(running: Programs, do: Perform) -> None:
    running.qt_form()
    name = Target(name="Name", role=Role.TEXT_FIELD)
    confirmed(do(TypeText(text="weg 지움", target=name)))
    confirmed(do(ChooseMenu(path=("File", "Clear"))))
    assert confirmed(do(Read(target=name))).evidence == ""
    confirmed(do(ChooseMenu(path=("File", "More", "About"))))
    said(do, "About")
    missing = do(ChooseMenu(path=("File", "Nope")))
    assert missing.error is EffectError.TARGET_NOT_FOUND
    assert any("Clear" in one for one in missing.candidates)
    assert do(ChooseMenu(path=("Nope", "Clear"))).error is EffectError.TARGET_NOT_FOUND
    confirmed(do(Click(target=Target(name="I agree"))))


def test_tables_of_qt_are_read_with_their_headers(running: Programs, do: Perform) -> None:
    running.qt_form()
    told = confirmed(do(ReadTable(target=Target(name="Orders", role=Role.TABLE))))
    assert told.evidence.splitlines() == ["Item\tQty\tPrice", "사과\t3\t1200", "배\t2\t2500"]


def test_text_reaches_qt_without_a_zero_at_its_end(running: Programs, do: Perform) -> None:
    form = running.qt_form()
    confirmed(do(TypeText(text="이름 😀", target=Target(name="Name", role=Role.TEXT_FIELD))))
    confirmed(do(Click(target=Target(name="Send", role=Role.BUTTON))))
    told = form.told()
    assert isinstance(told, dict)
    assert told["name"] == "이름 😀"


def test_a_sheet_is_written_undone_and_never_listed_whole(
    running: Programs, backend: DesktopBackend, do: Perform
) -> None:
    calc = running.calc()
    confirmed(do(WaitFor(target=Target(role=Role.TABLE), timeout_ms=60000)))
    confirmed(do(WriteTable(start="B2", rows=(("품목", "수량"), ("사과", "3")))))
    told = confirmed(do(ReadTable())).evidence
    assert told.splitlines() == ["\t\t", "\t품목\t수량", "\t사과\t3"]
    tree = backend.look(Budget(seconds=30), window=calc.window)
    assert not tree.truncated
    cells = {node.name: node.value for node in tree.nodes if node.role is Role.CELL}
    assert {"B2": "품목", "C2": "수량", "B3": "사과", "C3": "3"}.items() <= cells.items()
    assert len(cells) < 20
    formula = do(WriteTable(start="D3", rows=(("=C3*2",),)))
    assert (formula.outcome, formula.undoable) == (Outcome.UNVERIFIABLE, True)
    assert "'6'" in formula.evidence
    confirmed(do(Undo()))
    confirmed(do(Undo()))
    assert confirmed(do(ReadTable(start="B2", end="D3"))).evidence.strip() == ""


def test_what_a_sheet_corrects_by_itself_is_taken_back(running: Programs, do: Perform) -> None:
    running.calc()
    confirmed(do(WaitFor(target=Target(role=Role.TABLE), timeout_ms=60000)))
    # Calc begins a text with a capital and curves its quotation marks.
    confirmed(do(TypeText(text="e-mail it's 주소")))
    confirmed(do(PressKeys(keys=("escape",))))
    confirmed(do(WriteTable(start="A1", rows=(("e-mail 주소", "it's late"), ("사과", "3")))))
    told = confirmed(do(ReadTable(start="A1", end="B2"))).evidence
    assert told.splitlines() == ["e-mail 주소\tit's late", "사과\t3"]


def test_gtk4_is_clicked_where_it_is(running: Programs, backend: DesktopBackend) -> None:
    calculator = running.start(("gnome-calculator",), lambda one: one.app == "gnome-calculator")

    def shows(text: str) -> bool:
        nodes = backend.look(PATIENT, window=calculator.window).nodes
        return any(node.value == text for node in nodes)

    assert StopSignal().wait_until(lambda: shows(""), PATIENCE_SECONDS)
    for name, shown in (("7", "7"), ("×", "7×"), ("6", "7×6"), ("=", "42")):
        nodes = backend.look(PATIENT, window=calculator.window).nodes
        button = next(n for n in nodes if n.name == name and n.role is Role.BUTTON)
        assert button.rect is not None
        assert button.has(State.SHOWING)
        x, y = button.rect.x + button.rect.width // 2, button.rect.y + button.rect.height // 2
        backend.click(x, y, meant=button, button="primary", count=1)
        assert StopSignal().wait_until(lambda shown=shown: shows(shown), PATIENCE_SECONDS), name


def test_of_many_programs_only_one_window_is_active(
    page: Running, running: Programs, backend: DesktopBackend
) -> None:
    running.qt_form()
    assert sum(window.has(State.ACTIVE) for window in backend.windows()) == 1
    backend.focus(page.window)

    def page_is_active() -> bool:
        active = [window for window in backend.windows() if window.has(State.ACTIVE)]
        return [window.ref for window in active] == [page.window.ref]

    assert StopSignal().wait_until(page_is_active, PATIENCE_SECONDS)
    snapshot = take_snapshot(backend, "device-1")
    assert snapshot.active_window is not None
    assert "Order form" in snapshot.active_window
