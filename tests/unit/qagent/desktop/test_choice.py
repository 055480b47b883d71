"""The choice of a backend, without any desktop."""

import pytest

from qagent.desktop import backend_name, open_backend
from qagent.desktop.base import NoDisplayError, UnsupportedPlatformError


def test_macos_on_another_system_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAGENT_BACKEND", "macos")
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(UnsupportedPlatformError) as caught:
        open_backend()
    assert "macOS" in caught.value.what
    assert caught.value.repair


def test_an_unknown_backend_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAGENT_BACKEND", "beos")
    with pytest.raises(UnsupportedPlatformError, match="beos"):
        open_backend()


@pytest.mark.parametrize(("platform", "name"), [("darwin", "macos"), ("linux", "linux")])
def test_the_platform_decides(monkeypatch: pytest.MonkeyPatch, platform: str, name: str) -> None:
    monkeypatch.delenv("QAGENT_BACKEND", raising=False)
    monkeypatch.setattr("sys.platform", platform)
    assert backend_name() == name


def test_no_display_names_the_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAGENT_BACKEND", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(NoDisplayError) as caught:
        open_backend()
    assert "DISPLAY" in caught.value.what
    assert "xvfb" in caught.value.repair
