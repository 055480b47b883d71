from pathlib import Path

import pytest

from qops.errors import NotAvailableError, PrerequisiteError, RefusedError
from qops.prerequisites import system_packages as subject
from qops.prerequisites.system_packages import (
    PACKAGES,
    Purpose,
    desktop_purposes,
    install_packages,
    missing_packages,
)

ROOT = Path(__file__).resolve().parents[4]


class Machine:
    """A machine with apt-get (and sudo), on which nothing is really run."""

    def __init__(self, folder: Path, *programs: str, codes: tuple[int, ...] = ()) -> None:
        folder.mkdir(parents=True)
        for name in programs:
            (folder / name).touch(mode=0o755)
        self.path = str(folder)
        self.ran: list[list[str]] = []
        self.said: list[str] = []
        self._codes = list(codes)

    def install(self, *, root: bool = False, answer: bool = False, **options) -> None:
        settings = {"yes": False, "ci": False, "interactive": True, **options}
        install_packages(
            PACKAGES[:2],
            ask=lambda question: self.said.append(question) or answer,
            notice=self.said.append,
            run=lambda command: self.ran.append(list(command)) or self._next(),
            is_root=root,
            search_path=self.path,
            **settings,
        )

    def _next(self) -> int:
        return self._codes.pop(0) if self._codes else 0


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "bin", "apt-get", "sudo")


INSTALL = ["apt-get", "install", "-y", "--no-install-recommends", "xvfb", "xauth"]


def test_says_which_and_why_and_asks_before_sudo(machine: Machine) -> None:
    machine.install(answer=True)
    assert "  xvfb - the virtual display" in machine.said
    assert machine.said[-1] == f"Run 'sudo {' '.join(INSTALL)}'?"
    assert machine.ran == [["sudo", *INSTALL]]


def test_no_means_no(machine: Machine) -> None:
    with pytest.raises(RefusedError) as caught:
        machine.install(answer=False)
    assert machine.ran == []
    assert f"sudo {' '.join(INSTALL)}" in caught.value.next_step


def test_nobody_to_ask_is_refused_with_the_command(machine: Machine) -> None:
    with pytest.raises(RefusedError) as caught:
        machine.install(interactive=False)
    assert machine.ran == []
    assert f"sudo {' '.join(INSTALL)}" in caught.value.next_step
    assert "--yes" in caught.value.next_step


@pytest.mark.parametrize("option", ["yes", "ci"])
def test_ci_and_yes_do_not_ask(machine: Machine, option: str) -> None:
    machine.install(interactive=False, **{option: True})
    assert machine.ran == [["sudo", *INSTALL]]


def test_root_needs_no_sudo_and_no_question(machine: Machine) -> None:
    machine.install(root=True, interactive=False)
    assert machine.ran == [INSTALL]


def test_stale_package_lists_are_refreshed_once(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "bin", "apt-get", codes=(100, 0, 0))
    machine.install(root=True)
    assert machine.ran == [INSTALL, ["apt-get", "update"], INSTALL]


def test_a_failed_installation_is_an_error(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "bin", "apt-get", codes=(100, 0, 100))
    with pytest.raises(PrerequisiteError, match="could not be installed"):
        machine.install(root=True)


def test_a_system_without_apt_is_told_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError) as caught:
        Machine(tmp_path / "bin").install()
    assert "xvfb: the virtual display" in caught.value.why


def test_only_what_is_needed_and_absent_is_missing(tmp_path: Path) -> None:
    (tmp_path / "Xvfb").touch(mode=0o755)
    missing = missing_packages([Purpose.DISPLAY], search_path=str(tmp_path), exists=lambda _: True)
    names = [package.name for package in missing]
    assert "xvfb" not in names
    assert "mousepad" not in names
    assert "openbox" in names
    assert "fonts-nanum" not in names


def test_a_display_needs_the_editor_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject.sys, "platform", "linux")
    monkeypatch.setattr(subject, "usable_display", lambda environ: environ.get("DISPLAY"))
    assert desktop_purposes({"DISPLAY": ":0"}) == (Purpose.EDITOR,)
    assert set(desktop_purposes({})) == {Purpose.DISPLAY, Purpose.EDITOR}


def test_macos_is_told_that_its_backend_is_another_issue(monkeypatch) -> None:
    monkeypatch.setattr(subject.sys, "platform", "darwin")
    with pytest.raises(NotAvailableError) as caught:
        desktop_purposes({})
    assert "qops up" in caught.value.next_step


def test_ci_installs_the_same_packages() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert [p.name for p in PACKAGES if f" {p.name}" not in script.replace("\n", " ")] == []
