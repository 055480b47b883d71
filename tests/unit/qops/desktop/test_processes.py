"""The virtual desktop as data, and what is said when it cannot be had."""

from pathlib import Path

import pytest

from qops.desktop import (
    DesktopError,
    MissingProgramsError,
    desktop_environment,
    desktop_specs,
    processes,
)


@pytest.fixture
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(processes, "_launcher", lambda: "/usr/libexec/at-spi-bus-launcher")


def test_missing_programs_are_named_as_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes.shutil, "which", lambda name: None)
    monkeypatch.setattr(processes, "_launcher", lambda: None)
    with pytest.raises(MissingProgramsError) as caught:
        desktop_specs(Path("/d"), 99)
    for package in ("xvfb", "openbox", "dbus", "at-spi2-core", "x11-utils"):
        assert package in caught.value.next_step
    assert caught.value.next_step.startswith("Install them: sudo apt-get install")


@pytest.mark.usefixtures("_installed")
def test_the_processes_wait_for_what_they_need() -> None:
    specs = {spec.name: spec for spec in desktop_specs(Path("/d"), 99)}
    assert list(specs) == ["xvfb", "dbus", "openbox", "accessibility"]
    assert specs["openbox"].after == ("xvfb",)
    assert set(specs["accessibility"].after) == {"xvfb", "dbus"}
    assert all(spec.ready is not None for spec in specs.values())
    assert ":99" in specs["xvfb"].argv
    # A probe that is the only client must not make the server start over.
    assert "-noreset" in specs["xvfb"].argv


@pytest.mark.usefixtures("_installed")
def test_nothing_of_the_callers_environment_leaks_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("PATH", "/usr/bin")
    for spec in desktop_specs(Path("/d"), 99):
        assert "AWS_SECRET_ACCESS_KEY" not in spec.env
        assert spec.env["PATH"] == "/usr/bin"
        assert spec.env["HOME"] == "/d/home"


def test_a_path_too_long_for_sockets_says_so() -> None:
    with pytest.raises(DesktopError, match="shorter path"):
        desktop_environment(Path("/" + "x" * 100), 99)


def test_two_folders_search_for_displays_at_different_places() -> None:
    found = {processes.free_display(Path(f"/somewhere/{number}")) for number in range(20)}
    assert len(found) > 5
