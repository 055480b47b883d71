"""``python -m qops.local.router CONFIG``: runs the router until it is asked to stop."""

from __future__ import annotations

import asyncio
import importlib
import logging
import pkgutil
import signal
import sys
from pathlib import Path

from qops.local import services
from qops.local.engines.pool import EnginePool
from qops.local.followers.emf import EmfFollower
from qops.local.followers.rotation import RotationFollower
from qops.local.router.app import serve
from qops.local.router.backends import Backends
from qops.local.router.config import RouterConfig
from qops.local.router.context import Context
from qops.local.router.store import Store


async def run(config: RouterConfig) -> None:
    """Serves until SIGTERM or SIGINT, then stops the engines."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    for module in pkgutil.iter_modules(services.__path__):
        importlib.import_module(f"{services.__name__}.{module.name}")
    backends = Backends(config)
    engines = EnginePool(Path(config.folder))
    context = Context(config, Store(), backends, engines)
    followers = [
        asyncio.create_task(EmfFollower(backends, config.region).run()),
        asyncio.create_task(RotationFollower(backends, context.store).run()),
    ]
    try:
        await serve(context, stopped)
    finally:
        for follower in followers:
            follower.cancel()
        await asyncio.to_thread(engines.stop_all)
        await backends.close()


def main() -> int:
    """Reads the settings and runs."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    asyncio.run(run(RouterConfig.load(Path(sys.argv[1]))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
