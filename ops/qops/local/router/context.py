"""Everything the router owns, handed to each call."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from qops.local.engines.language import Linguist
from qops.local.engines.reading import Reader
from qops.local.router.config import RouterConfig
from qops.local.router.store import Store

if TYPE_CHECKING:
    from qops.local.engines.pool import EnginePool
    from qops.local.router.backends import Backends


@dataclass
class Context:
    """The parts behind the router.

    Attributes:
        config: Settings.
        store: Records of our own operations.
        backends: MiniStack and moto.
        engines: The real PostgreSQL and Redis servers.
    """

    config: RouterConfig
    store: Store
    backends: Backends
    engines: EnginePool

    @cached_property
    def reader(self) -> Reader:
        """Reads pictures and documents; its process starts with the first one."""
        return Reader(self.config, self.engines)

    @cached_property
    def linguist(self) -> Linguist:
        """Analyses texts; its process starts with the first one."""
        return Linguist(self.config, self.engines)
