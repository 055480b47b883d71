"""Fixtures of all tests of qops."""

import os
from pathlib import Path

import pytest
from golden_files import Golden


@pytest.fixture
def golden(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Golden:
    """Compares a command's output with files of the folder ``golden`` beside the test."""
    return Golden(Path(request.path).parent / "golden", monkeypatch, capsys)


@pytest.fixture(autouse=True)
def _no_settings_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have files of settings and variables of qops."""
    for name in [name for name in os.environ if name.startswith("QOPS_") and name != "QOPS_GOLDEN"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("QOPS_CONFIG", os.devnull)
