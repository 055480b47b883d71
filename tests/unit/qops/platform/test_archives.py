"""Building for an environment: what the build is given, and what the person is told."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import qops.build
from qops.platform.archives import build_archives
from qops.settings import Settings, load_settings


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The authorities that each build was given; nothing is built."""
    asked: list[Any] = []

    made = SimpleNamespace(manifest=Path("nowhere"), openapi=Path("nowhere"), archives={})

    def build(*_: Any, authorities: Path | None, **__: Any) -> SimpleNamespace:
        asked.append(authorities)
        return made

    monkeypatch.setattr(qops.build, "build", build)
    return asked


def settings_in(folder: Path, environment: str) -> Settings:
    values = folder / "terraform" / "platform" / "environments"
    values.mkdir(parents=True, exist_ok=True)
    return replace(load_settings(environment, environ={}), repository=folder)


def test_the_bundle_beside_the_values_goes_into_the_build(tmp_path: Path, given: list[Any]) -> None:
    settings = settings_in(tmp_path, "prod")
    bundle = settings.variables_file.with_name("prod.rds-ca.pem")
    bundle.write_text("certificates", encoding="ascii")
    told: list[str] = []
    build_archives(settings, notice=told.append)
    # That of another environment is not taken.
    build_archives(settings_in(tmp_path, "dev"), notice=told.append)
    assert given == [bundle, None]
    (line,) = told
    assert "no certificates of RDS beside dev.tfvars" in line


def test_the_laptop_needs_none(tmp_path: Path, given: list[Any]) -> None:
    told: list[str] = []
    build_archives(settings_in(tmp_path, "local"), notice=told.append)
    assert (given, told) == ([None], [])
