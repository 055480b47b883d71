from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from small_deployment import SmallDeployment, make_deployment, moto_server

from qops.platform import applying


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture(params=["dev"])
def deployment(
    request: pytest.FixtureRequest, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> SmallDeployment:
    """An environment with nothing applied; nothing of the platform's own is done after an apply."""
    requests.post(f"{server}/moto-api/reset", timeout=60)
    done = SimpleNamespace(version="7", applied=())
    monkeypatch.setattr(applying, "migrate", lambda *a: done)
    monkeypatch.setattr(applying, "ensure_application_secret", lambda *a, **k: False)
    return make_deployment(tmp_path, server, monkeypatch, request.param)
