"""What is begun beside the apply, when, and what stays of it after a failure."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from qops.agent.lifecycle import AgentError, AgentState
from qops.demo import beside as subject
from qops.demo.beside import Beside
from qops.settings import Settings
from qops.terraform.events import Event


class Machine:
    """Desktop, user and agent as the demo sees them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.desktop = False
        self.agent = False
        self.log: list[str] = []
        self.said: list[str] = []
        self.agent_fault: Exception | None = None
        monkeypatch.setattr(subject, "desktop_runs", lambda settings: self.desktop)
        monkeypatch.setattr(
            subject, "agent_state", lambda settings: AgentState(self.agent, "ready", "")
        )
        monkeypatch.setattr(subject, "ensure_desktop", self._ensure_desktop)
        monkeypatch.setattr(subject, "stop_desktop", self._stop_desktop)
        monkeypatch.setattr(subject, "stop_agent_alone", self._stop_agent)
        monkeypatch.setattr(subject, "ensure_agent", self._ensure_agent)
        monkeypatch.setattr(subject, "Aws", lambda settings: None)
        monkeypatch.setattr(
            subject, "Identity", lambda *a: SimpleNamespace(ensure_user=lambda: "user")
        )
        cloud = SimpleNamespace(wait_healthy=lambda: SimpleNamespace(generation="g1"))
        monkeypatch.setattr(subject, "local_cloud", lambda settings: cloud)

    def beside(self, folder: Path) -> Beside:
        return Beside(Settings(repository=folder, home=folder), self.said.append)

    def _ensure_desktop(self, settings: Settings, notice: object) -> dict[str, str]:
        self.desktop = True
        return {"DISPLAY": ":90"}

    def _stop_desktop(self, settings: Settings) -> None:
        self.desktop = False

    def _stop_agent(self, settings: Settings) -> None:
        self.log.append("stop agent")
        self.agent = False

    def _ensure_agent(self, settings, identity, user, generation, desktop, notice) -> str:
        self.log.append(f"agent of {user} in {generation} on {desktop['DISPLAY']}")
        if self.agent_fault is not None:
            raise self.agent_fault
        self.agent = True
        return "device-1"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


@contextmanager
def _nothing() -> Iterator[object]:
    yield lambda event: None


def _events(type_: str, *layers: str) -> list[Event]:
    return [
        Event(type_, "", address=f"module.{layer}.a.b", layer=layer, action="create")
        for layer in layers
    ]


LAYERS = ("client", "network", "compute", "data")


def _apply(beside: Beside, *done: str) -> None:
    with beside.watching(_nothing)() as on_event:
        for event in (
            *_events("planned_change", *LAYERS),
            *_events("apply_start", *LAYERS),
            *_events("apply_complete", *done),
        ):
            on_event(event)


def test_the_desktop_is_there_when_the_platform_is(machine: Machine, tmp_path: Path) -> None:
    with machine.beside(tmp_path) as beside:
        assert beside.desktop() == {"DISPLAY": ":90"}
    assert machine.desktop


def test_the_agent_is_begun_as_soon_as_its_layers_are_there(
    machine: Machine, tmp_path: Path
) -> None:
    with machine.beside(tmp_path) as beside:
        _apply(beside, "client", "network", "compute")
        beside.wait()
        assert machine.log == ["agent of user in g1 on :90"]
        _apply(beside, *LAYERS)
        beside.wait()
    assert machine.log == ["agent of user in g1 on :90"]
    assert machine.agent


@pytest.mark.parametrize("missing", ["client", "network", "compute"])
def test_nothing_is_begun_while_one_of_them_is_missing(
    machine: Machine, tmp_path: Path, missing: str
) -> None:
    with machine.beside(tmp_path) as beside:
        _apply(beside, *(set(LAYERS) - {missing}))
        beside.wait()
    assert machine.log == []


def test_an_agent_that_could_not_be_begun_early_is_nobodys_error(
    machine: Machine, tmp_path: Path
) -> None:
    machine.agent_fault = AgentError("This machine could not be enrolled as a device.")
    with machine.beside(tmp_path) as beside:
        _apply(beside, *LAYERS)
        beside.wait()
    assert any("not ready early" in line for line in machine.said)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("running", [False, True])
def test_a_demo_that_fails_leaves_desktop_and_agent_as_it_found_them(
    machine: Machine, tmp_path: Path, error: type[BaseException], running: bool
) -> None:
    machine.desktop = machine.agent = running

    def demo() -> None:
        with machine.beside(tmp_path) as beside:
            _apply(beside, *LAYERS)
            beside.wait()
            raise error

    with pytest.raises(error):
        demo()
    assert (machine.desktop, machine.agent) == (running, running)
