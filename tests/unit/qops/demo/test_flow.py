from pathlib import Path

import pytest

from qops.demo import flow as subject
from qops.settings import Settings


class Desktop:
    """The virtual desktop as the demo sees it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, running: bool) -> None:
        self.running = running
        monkeypatch.setattr(subject, "desktop_runs", lambda settings: self.running)
        monkeypatch.setattr(subject, "ensure_desktop", self._ensure)
        monkeypatch.setattr(subject, "stop_desktop", self._stop)

    def _ensure(self, settings: Settings, notice: object) -> dict[str, str]:
        self.running = True
        return {"DISPLAY": ":90"}

    def _stop(self, settings: Settings) -> None:
        self.running = False


def beside(tmp_path: Path):
    return subject._desktop_beside(Settings(repository=tmp_path, home=tmp_path), lambda text: None)


def test_the_desktop_is_there_when_the_platform_is(tmp_path: Path, monkeypatch) -> None:
    desktop = Desktop(monkeypatch, running=False)
    with beside(tmp_path) as started:
        assert started.result() == {"DISPLAY": ":90"}
    assert desktop.running


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("running", [False, True])
def test_a_demo_that_fails_leaves_the_desktop_as_it_found_it(
    tmp_path: Path, monkeypatch, error, running
) -> None:
    desktop = Desktop(monkeypatch, running=running)
    with pytest.raises(error), beside(tmp_path):
        raise error
    assert desktop.running is running
