"""What leaves the device: covered pictures and snapshots without secrets."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qagent.desktop.base import Node, Picture, Surface, Tree
from qagent.policy import Policy, load_policy
from qagent.privacy import areas, areas_of_surfaces, cover, private_snapshot
from qscreen.wire import Element, Rect, Role, Screen, Snapshot, State

Make = Callable[..., Node]
WHITE = Picture(100, 50, b"\xff" * (4 * 100 * 50))


def load(tmp_path: Path, extra: str = "") -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(f"version: 1\nscreenshots: true\n{extra}", encoding="utf-8")
    return load_policy(path)


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return load(tmp_path)


def rect(x: int, y: int) -> Rect:
    return Rect(x=x, y=y, width=10, height=5)


def dark(picture: Picture, x: int, y: int) -> bool:
    start = 4 * (y * picture.width + x)
    return picture.bgra[start : start + 3] == b"\0\0\0"


def test_a_box_is_solid_and_stays_in_the_picture() -> None:
    boxed = cover(WHITE, [rect(20, 10), Rect(x=95, y=45, width=50, height=50), rect(-50, -50)])
    inside = [(x, y) for x in range(20, 30) for y in range(10, 15)]
    assert all(dark(boxed, x, y) for x, y in inside)
    assert dark(boxed, 99, 49)
    assert not dark(boxed, 50, 10)
    assert not dark(boxed, 0, 0)
    assert len(boxed.bgra) == len(WHITE.bgra)
    assert cover(WHITE, []) is WHITE


def test_secrets_personal_data_and_hidden_windows_are_covered(
    tmp_path: Path, make_node: Make, make_tree: Callable[..., Tree]
) -> None:
    policy = load(
        tmp_path,
        "deny: {apps: [vault], windows: ['*급여*']}\nredact: {plan: '오로라-[0-9]+'}\n",
    )
    window = make_node("w", Role.WINDOW, "App", window="w", rect=rect(0, 0))
    secret = make_node("s", Role.PASSWORD_FIELD, "", window="w", secure=True, rect=rect(0, 10))
    shown = make_node("t", Role.TEXT_FIELD, "Password", window="w", rect=rect(0, 20))
    card = make_node("c", Role.LABEL, "4111 1111 1111 1111", window="w", rect=rect(0, 30))
    mail = make_node("m", Role.TEXT_FIELD, "To", window="w", value="a@b.kr", rect=rect(20, 0))
    own = make_node("o", Role.CELL, "오로라-7", window="w", rect=rect(20, 10))
    plain = make_node("p", Role.LABEL, "회의 3시", window="w", rect=rect(20, 20))
    vault = make_node("v", Role.WINDOW, "Keys", window="v", app="vault", rect=rect(40, 0))
    pay = make_node("y", Role.WINDOW, "11월 급여", window="y", rect=rect(40, 10))
    ours = make_node("d", Role.DIALOG, "x", window="d", app="qagent-consent-1", rect=rect(40, 20))
    tree = make_tree(window, secret, shown, card, mail, own, plain, vault, pay, ours)
    covered = set(areas(tree, policy))
    assert covered == {one.rect for one in (secret, shown, card, mail, own, vault, pay, ours)}


def test_what_the_window_server_shows_is_covered_without_any_elements(tmp_path: Path) -> None:
    policy = load(tmp_path, "deny: {apps: ['keepass*'], windows: ['*급여*']}\n")
    bar = Rect(x=0, y=0, width=10, height=2)
    denied = Surface(("mono", "KeePass.exe"), "Database", rect(0, 10), bar)
    pay = Surface(("scalc",), "11월 급여", rect(0, 20), bar)
    ours = Surface(("qagent-consent-1",), "x", rect(0, 30))
    mail = Surface(("mail",), "Inbox of a@b.kr", rect(0, 40), bar)
    plain = Surface(("mail",), "Inbox", rect(20, 0), bar)
    bare = Surface((), "", rect(20, 10))
    found = areas_of_surfaces((denied, pay, ours, mail, plain, bare), policy)
    assert found == (denied.rect, pay.rect, ours.rect, mail.bar)


def test_a_menu_of_a_hidden_window_is_covered_beyond_the_window(
    tmp_path: Path, make_node: Make, make_tree: Callable[..., Tree]
) -> None:
    policy = load(tmp_path, "deny: {apps: [vault]}\n")
    window = make_node("w", Role.WINDOW, "Keys", window="w", app="vault", rect=rect(0, 0))
    within = make_node(
        "i", Role.LABEL, "x", window="w", app="vault", rect=Rect(x=1, y=1, width=2, height=2)
    )
    beyond = make_node("m", Role.MENU_ITEM, "x", window="w", app="vault", rect=rect(0, 20))
    nowhere = make_node("n", Role.WINDOW, "Keys", window="n", app="vault", rect=None)
    child = make_node("c", Role.LABEL, "x", window="n", app="vault", rect=rect(40, 0))
    found = areas(make_tree(window, within, beyond, nowhere, child), policy)
    assert found == (window.rect, beyond.rect, child.rect)


def test_what_could_not_be_read_is_covered_unless_the_policy_shows_it(
    tmp_path: Path, make_node: Make, make_tree: Callable[..., Tree]
) -> None:
    window = make_node("w", Role.WINDOW, "App", window="w", rect=rect(0, 0))
    sheet = make_node("t", Role.TABLE, "", window="w", parent="w", rect=rect(0, 10))
    tree = make_tree(window, sheet, truncated=True)
    assert areas(tree, load(tmp_path)) == (sheet.rect,)
    assert areas(tree, load(tmp_path, "data: {unread_pictures: true}\n")) == ()
    assert areas(make_tree(window, sheet), load(tmp_path)) == ()


def snapshot(*elements: Element) -> Snapshot:
    return Snapshot(
        id="snap-1",
        device_id="device-1",
        taken_at=datetime.now(UTC),
        screen=Screen(width=1, height=1),
        active_window="메일",
        elements=elements,
        duration_ms=1,
    )


def test_a_password_that_is_shown_is_still_one(policy: Policy) -> None:
    states = (State.EDITABLE,)
    shown = Element(id="e1", role=Role.TEXT_FIELD, name="Password", value="hunter2", states=states)
    plain = Element(id="e2", role=Role.TEXT_FIELD, name="Name", value="Kim", states=states)
    found = private_snapshot(snapshot(shown, plain), policy).elements
    assert (found[0].secure, found[0].value) == (True, None)
    assert found[1] == plain


@pytest.mark.parametrize(
    ("extra", "name", "value", "window"),
    [
        ("data: {leave: [labels]}\n", "Name", None, "메일"),
        ("data: {leave: [values]}\n", "", "Kim", None),
        ("deny: {data: [labels, values]}\n", "", None, None),
    ],
)
def test_what_may_not_leave_is_taken_out_of_a_snapshot(
    tmp_path: Path, extra: str, name: str, value: str | None, window: str | None
) -> None:
    element = Element(id="e1", role=Role.TEXT_FIELD, name="Name", value="Kim")
    found = private_snapshot(snapshot(element), load(tmp_path, extra))
    assert (found.elements[0].name, found.elements[0].value) == (name, value)
    assert found.active_window == window
