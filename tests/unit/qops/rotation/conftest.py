"""Fixtures of the rotation's unit tests: a world without sockets and without waiting."""

from functools import partial
from typing import Any

import pytest
from rotation_world import Clock, Health, World

from qops.rotation import choosing, rotating
from qops.rotation.rotating import Rotating
from qops.settings import Settings, load_settings


@pytest.fixture
def health(monkeypatch: pytest.MonkeyPatch) -> Health:
    checks = Health()
    monkeypatch.setattr(rotating, "check_consumers", checks)
    return checks


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, health: Health) -> World:
    del health
    clock = Clock()
    patient = partial(Rotating, now=lambda: clock.time, sleep=clock.sleep)
    monkeypatch.setattr(choosing, "Rotating", patient)
    return World()


@pytest.fixture
def settings() -> Settings:
    return load_settings("local")


@pytest.fixture
def trail(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    rows: list[tuple[str, dict[str, Any]]] = []

    class Operation:
        def __init__(self, *_: Any, **__: Any) -> None:
            pass

        def begin(self, subject: str, **detail: Any) -> None:
            rows.append(("start", {"subject": subject, **detail}))

        def end(self, result: str, error: BaseException | None = None, **detail: Any) -> None:
            rows.append(("end", {"result": result, "error": error, **detail}))

    monkeypatch.setattr("qops.rotation.choosing.Operation", Operation)
    return rows
