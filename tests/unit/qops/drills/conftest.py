"""What tests of every drill need."""

from typing import Any

import pytest


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Results that would stand in the trail."""
    found: list[str] = []

    class Operation:
        def __init__(self, *_: Any, **__: Any) -> None:
            pass

        def begin(self, *_: Any, **__: Any) -> None:
            found.append("begun")

        def end(self, result: str, *_: Any, **__: Any) -> None:
            found.append(result)

    monkeypatch.setattr("qops.drills.running.Operation", Operation)
    return found


@pytest.fixture
def said() -> list[str]:
    """Notices for the person."""
    return []
