"""The virtual desktop as data, and what is said when it cannot be had."""

import re
from pathlib import Path

import pytest

from qops.desktop import (
    DesktopError,
    MissingProgramsError,
    desktop_environment,
    desktop_specs,
    processes,
    runtime,
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


@pytest.mark.parametrize("root", [Path("/" + "x" * 100), Path("/한글 폴더"), Path("/a~b")])
def test_sockets_lie_where_every_client_finds_them(root: Path) -> None:
    found = desktop_environment(root, 99)
    assert found["HOME"] == str(root / "home")
    assert re.fullmatch(r"/tmp/qscreen-desktop-\d+-[0-9a-f]{16}", found["XDG_RUNTIME_DIR"])
    assert found["DBUS_SESSION_BUS_ADDRESS"] == f"unix:path={found['XDG_RUNTIME_DIR']}/bus"
    other = desktop_environment(root / "other", 99)
    assert other["XDG_RUNTIME_DIR"] != found["XDG_RUNTIME_DIR"]


def test_a_folder_of_somebody_else_takes_no_sockets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "ours").symlink_to(tmp_path / "theirs")
    monkeypatch.setattr(runtime, "runtime_folder", lambda root: tmp_path / "ours")
    with pytest.raises(DesktopError, match="not a folder of this user"):
        runtime.make_runtime_folder(tmp_path)


def test_two_folders_search_for_displays_at_different_places() -> None:
    found = {processes.free_display(Path(f"/somewhere/{number}")) for number in range(20)}
    assert len(found) > 5
