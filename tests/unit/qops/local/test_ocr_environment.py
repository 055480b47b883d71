"""Where the reading engine's parts come from."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from qops.local.engines import reading_environment
from qops.local.engines.reading_environment import LANGUAGES, package_settings, tessdata
from qops.local.model import LocalCloudError


def data(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in LANGUAGES:
        (folder / f"{name}.traineddata").touch()
    return folder


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TESSDATA_PREFIX", raising=False)


def test_the_systems_data_is_used(tmp_path: Path) -> None:
    system = data(tmp_path / "system")
    assert tessdata(tmp_path / "own", (str(tmp_path / "no"), str(system))) == system


def test_a_named_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = data(tmp_path / "named")
    monkeypatch.setenv("TESSDATA_PREFIX", str(named))
    assert tessdata(tmp_path / "own", (str(data(tmp_path / "system")),)) == named


def test_packages_are_unpacked_without_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    unpack = "for name in kor eng; do touch $3/usr/share/tesseract-ocr/5/tessdata/$name.traineddata"
    for name, script in (
        ("apt-get", 'echo "$@" > called; touch one.deb'),
        ("dpkg-deb", f"mkdir -p $3/usr/share/tesseract-ocr/5/tessdata; {unpack}; done"),
    ):
        (tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    found = tessdata(tmp_path / "own", ())
    assert found == tmp_path / "own/usr/share/tesseract-ocr/5/tessdata"
    assert tessdata(tmp_path / "own", ()) == found


def test_a_failed_download_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("apt-get", "dpkg-deb"):
        (tools / name).write_text("#!/bin/sh\necho no route >&2\nexit 100\n")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(LocalCloudError, match="no route") as caught:
        tessdata(tmp_path / "own", ())
    assert "apt-get install tesseract-ocr-kor" in caught.value.next_step


def test_without_apt_the_folder_can_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LocalCloudError) as caught:
        tessdata(tmp_path / "own", ())
    assert "TESSDATA_PREFIX" in caught.value.next_step


def test_settings_of_the_package_index_are_kept_and_credentials_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "index")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    kept = package_settings()
    assert kept["PIP_INDEX_URL"] == "index"
    assert "AWS_SECRET_ACCESS_KEY" not in kept
    assert kept["PATH"].startswith(str(Path(sys.executable).parent))
    assert reading_environment.lock_file().name == "local-engines.txt"
