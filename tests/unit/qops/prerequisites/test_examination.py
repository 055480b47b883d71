from pathlib import Path
from types import SimpleNamespace

import pytest

from qops.local.model import PortInUseError
from qops.prerequisites import examination as subject
from qops.settings import Settings


@pytest.mark.parametrize(
    ("cloud_port", "ok", "found"),
    [(4611, True, "held by our local cloud"), (4612, False, "pid 7"), (None, False, "pid 7")],
)
def test_a_port_is_ours_only_if_our_cloud_is_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cloud_port, ok, found
) -> None:
    state = None if cloud_port is None else SimpleNamespace(port=cloud_port)
    cloud = SimpleNamespace(status=lambda: SimpleNamespace(state=state))
    monkeypatch.setattr(subject, "local_cloud", lambda settings: cloud)

    def taken(port: int) -> None:
        raise PortInUseError(port, 7, "python3 -m http.server")

    monkeypatch.setattr(subject, "require_free", taken)
    (finding,) = subject._port(Settings(repository=tmp_path, home=tmp_path, port=4611))
    assert finding.ok is ok
    assert found in finding.found


def test_the_files_of_settings_that_count_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QOPS_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    settings = Settings(repository=tmp_path, home=tmp_path)
    assert "no qops.toml" in subject._settings_files(settings)[0].found
    file = tmp_path / "qops.toml"
    file.write_text("")
    assert subject._settings_files(settings)[0].found == str(file)
