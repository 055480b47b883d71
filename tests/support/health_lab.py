"""Checks of health on things of a running local cloud, made for one test alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from qops.health.checks import CHECKS
from qops.health.model import State
from qops.health.running import Result, run_checks
from qops.health.surroundings import Surroundings
from qops.inventory.model import Inventory, Resource
from qops.local.ports import free_ports
from qops.platform.aws import Aws
from qops.settings import load_settings


@dataclasses.dataclass
class Lab:
    """Things made for these tests alone, as a state would name them."""

    client: Callable[..., Any]
    port: int
    resources: list[Resource] = dataclasses.field(default_factory=list)
    outputs: dict[str, Any] = dataclasses.field(default_factory=dict)

    def add(self, kind: str, label: str = "this", **attributes: Any) -> None:
        self.resources = [Resource(f"module.data.{kind}.{label}", kind, attributes)]

    def also(self, kind: str, label: str = "this", **attributes: Any) -> None:
        self.resources.append(Resource(f"module.data.{kind}.{label}", kind, attributes))

    def look(self, name: str, *, port: int | None = None) -> Result:
        settings = dataclasses.replace(load_settings("local", environ={}), port=port or self.port)
        inventory = Inventory(tuple(self.resources), "state", self.outputs)
        found = next(one for one in CHECKS if one.id == name)
        # How busy this machine is decides nothing here.
        check = dataclasses.replace(found, timeout_seconds=8 * found.timeout_seconds)
        (result,) = run_checks([check], Surroundings(settings, Aws(settings), inventory))
        return result

    def breaks(self, name: str, damage: Callable[[], object], why: str) -> None:
        """The check is healthy, unknown where nobody answers, and unhealthy once damaged."""
        before = self.look(name)
        assert before.state is State.HEALTHY, before.findings
        away = self.look(name, port=free_ports(1)[0])
        assert away.state is State.UNKNOWN, away.findings
        damage()
        after = self.look(name)
        assert after.state is State.UNHEALTHY, after.findings
        assert why in after.findings[0].detail, after.findings
