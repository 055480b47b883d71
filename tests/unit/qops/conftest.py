"""Fixtures of all tests of qops."""

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
