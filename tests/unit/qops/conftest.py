"""Fixtures of all tests of qops."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from golden_files import Golden

from qops import __main__ as entry


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


@pytest.fixture
def asked(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Runs a command line with ``--json``: its exit code and its document."""

    def ask(*words: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = entry.run([*words, "--json"])
        document = json.loads(capsys.readouterr().out)
        assert document["exit_code"] == code
        return code, document

    return ask
