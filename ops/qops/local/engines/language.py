"""The language engine behind Comprehend: ``qops.language`` as a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp

from qops.local.engines.on_demand import Kind, OnDemand
from qops.local.engines.pool import HOST, EngineError, EnginePool

if TYPE_CHECKING:
    from qops.local.router.config import RouterConfig

_SECONDS = 300.0
"""The first question of a kind loads its model, which takes a busy machine most of a minute."""
_DONE = 200
_ENGINE = Kind(
    kind="nlp",
    name="language",
    prepare="qops.local.engines.prepare_language",
    environment="language-venv",
    command=lambda port, parts: [parts["python"], "-m", "qops.language", str(port)],
)


class Linguist:
    """Analyses texts with the one engine of the cloud, which it starts when it is needed."""

    def __init__(self, config: RouterConfig, engines: EnginePool) -> None:
        self._on_demand = OnDemand(_ENGINE, config, engines)

    async def find(self, task: str, text: str, language: str = "") -> Any:
        """Does a task of ``qops.language`` on a text.

        Raises:
            NotReadyError: The engine is being prepared.
            EngineError: It could not be prepared or started, or it failed.
        """
        engine = await self._on_demand.engine()
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        url = f"http://{HOST}:{engine.port}/{task}"
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(url, json={"text": text, "language": language}) as answer,
            ):
                status, body = answer.status, await answer.json()
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            raise EngineError(f"the language engine did not answer: {error!r}") from error
        if status != _DONE:
            raise EngineError(f"the language engine answered {status}: {body}")
        return body["found"]
