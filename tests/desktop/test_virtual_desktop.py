"""The virtual desktop: started once, found again, gone without a trace."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from qops import desktop as virtual_desktop


@pytest.fixture(params=["qd-", "한글 폴더-"])
def root(request: pytest.FixtureRequest) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=request.param))
    yield folder
    virtual_desktop.stop(folder)
    shutil.rmtree(folder)


def _processes_of(environment: Mapping[str, str]) -> list[str]:
    found = []
    for process in psutil.process_iter(["name"]):
        try:
            if process.environ().get("XDG_RUNTIME_DIR") == environment["XDG_RUNTIME_DIR"]:
                found.append(process.info["name"])
        except psutil.Error:
            continue
    return found


def test_it_starts_is_found_again_and_leaves_nothing(root: Path) -> None:
    environment = virtual_desktop.start(root)
    assert virtual_desktop.ensure(root) == environment
    assert {"Xvfb", "openbox"} <= set(_processes_of(environment))
    doctor = subprocess.run(
        ["xprop", "-root", "AT_SPI_BUS"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"unix:path={environment['XDG_RUNTIME_DIR']}" in doctor.stdout
    assert virtual_desktop.stop(root)
    assert _processes_of(environment) == []
    number = environment["DISPLAY"].removeprefix(":")
    assert not Path(f"/tmp/.X11-unix/X{number}").exists()
    runtime = Path(environment["XDG_RUNTIME_DIR"])
    assert runtime.is_relative_to(root) or not runtime.exists()


def test_a_stranger_without_the_cookie_is_refused(root: Path) -> None:
    environment = dict(virtual_desktop.start(root))
    environment["XAUTHORITY"] = os.devnull
    done = subprocess.run(
        ["xdpyinfo"], env={**os.environ, **environment}, capture_output=True, check=False
    )
    assert done.returncode != 0


def test_it_starts_again_after_it_was_stopped(root: Path) -> None:
    for _ in range(3):
        virtual_desktop.start(root)
        assert virtual_desktop.stop(root)
