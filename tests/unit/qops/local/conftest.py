"""Calls of our own operations without a router and without sockets."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from qops.local import services
from qops.local.engines.pool import EnginePool
from qops.local.router import owners
from qops.local.router.config import RouterConfig
from qops.local.router.context import Context
from qops.local.router.registry import REGISTRY, Answer, Call
from qops.local.router.store import Store

Backend = Callable[[str, dict[str, Any]], Answer]


class RecordedBackends:
    """Stands where MiniStack and moto are; answers by a table and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer | Backend] = {}
        self.calls: list[tuple[str, str, dict[str, Any]]] = []

    async def call(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        region: str,
        backend: owners.Backend | None = None,
    ) -> Answer:
        self.calls.append((service, operation, dict(params)))
        answer = self.answers.get((service, operation), {})
        return answer(operation, dict(params)) if callable(answer) else dict(answer)


class Desk:
    """Runs registered operations and hooks as the router does."""

    def __init__(self, folder: Path) -> None:
        self.backends = RecordedBackends()
        config = RouterConfig(
            port=4566,
            ministack_port=1,
            moto_port=2,
            region="ap-northeast-2",
            account="000000000000",
            folder=str(folder),
            generation="g",
        )
        self.context = Context(config, Store(), self.backends, EnginePool(folder))  # type: ignore[arg-type]

    def operate(self, service: str, name: str, /, **params: Any) -> Answer:
        """The answer of an operation of ours."""
        hooks = REGISTRY.hooks(service, name)
        assert hooks is not None
        assert hooks.operation is not None
        return asyncio.run(hooks.operation(self.call(service, name, **params)))  # type: ignore[arg-type]

    def mend(self, service: str, name: str, params: dict[str, Any], answer: Answer) -> Answer:
        """An answer of a backend after our corrections."""
        hooks = REGISTRY.hooks(service, name)
        assert hooks is not None

        async def run() -> None:
            call = self.call(service, name, **params)
            for hook in hooks.before:
                await hook(call)
            for after in hooks.after:
                await after(call, answer)

        asyncio.run(run())
        return answer

    def call(self, service: str, name: str, /, **params: Any) -> Call:
        """A call as it reaches operations and hooks."""
        return Call(service, name, params, "ap-northeast-2", "test", self.context)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    for module in pkgutil.iter_modules(services.__path__):
        importlib.import_module(f"{services.__name__}.{module.name}")
    return Desk(tmp_path)
