from pathlib import Path
from types import SimpleNamespace

import pytest

from qops.settings import Settings
from qops.status import overview as subject
from qscreen.api.transport import ApiUnreachable


def test_an_api_that_is_down_hides_nothing_of_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> None:
        raise ApiUnreachable("GET /v1/devices got no answer")

    settings = Settings(repository=tmp_path, home=tmp_path, environment="prod")
    settings.demo_home.mkdir(parents=True)
    (settings.demo_home / "user.json").write_text("{}", encoding="utf-8")
    applied = SimpleNamespace(api_url="https://api.example")
    monkeypatch.setattr(subject, "Aws", lambda settings: None)
    monkeypatch.setattr(subject, "Identity", lambda settings, aws: None)
    monkeypatch.setattr(subject, "read_client_settings", lambda settings, aws: applied)
    monkeypatch.setattr(subject, "api_client", unreachable)
    answer = subject.overview(settings)
    assert answer.platform.applied
    assert "GET /v1/devices got no answer" in answer.problem
    assert answer.essentials == ["platform applied", answer.problem]
