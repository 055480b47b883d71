"""Destroying the local platform, at its seams."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qops.errors import PrerequisiteError, RefusedError
from qops.platform.recovery import StateRecord
from qops.platform.workspace import Workspace
from qops.removal import destroying as subject
from qops.settings import Settings
from qops.terraform.events import Changes


class World:
    """The local cloud, Terraform and the agent, as a destroy sees them."""

    def __init__(self, folder: Path) -> None:
        self.log: list[str] = []
        self.removes = 3
        self.state: dict[str, Any] = {}
        self.workspace = Workspace(
            root=folder / "root",
            data=folder / "data",
            values=folder / "values",
            plan=folder / "platform.tfplan",
            var_files=(),
        )
        self.settings = Settings(repository=folder, home=folder)
        self.runner = SimpleNamespace(show=lambda: self.state)
        self.record = StateRecord(self.workspace)
        self.record.end("g1", digest="applied")

    def wait_healthy(self) -> Any:
        return SimpleNamespace(generation="g1")

    def client(self, service: str) -> Any:
        pages = [{"QueueUrls": ["q1", "q2"]}, {}]
        return SimpleNamespace(
            get_paginator=lambda name: SimpleNamespace(
                paginate=lambda QueueNamePrefix: pages  # noqa: N803
            ),
            delete_queue=lambda QueueUrl: self.log.append(f"delete {QueueUrl}"),  # noqa: N803
        )

    def plan(self, file: Path, *, mode: str) -> Any:
        assert mode == "destroy"
        file.touch()
        self.log.append(f"plan {file.name}")
        return SimpleNamespace(changes=Changes(remove=self.removes))

    def apply(self, file: Path, on_event: object) -> Any:
        assert file.exists()
        self.log.append(f"apply {file.name}")
        return SimpleNamespace(changes=Changes(remove=self.removes))

    def destroy(self, confirm=lambda text: None) -> subject.Destroyed:
        return subject.destroy(
            self.settings, notice=lambda text: None, confirm=confirm, show=self._show
        )

    @contextmanager
    def _show(self) -> Iterator[object]:
        yield lambda event: None


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path)
    monkeypatch.setattr(subject, "local_cloud", lambda settings: made)
    monkeypatch.setattr(subject, "find_tools", lambda *a, **k: None)
    monkeypatch.setattr(subject, "Deployment", lambda *a, **k: made)
    monkeypatch.setattr(subject, "build_archives", lambda *a, **k: made.log.append("build"))
    monkeypatch.setattr(subject, "stop_agent_alone", lambda settings: made.log.append("stop agent"))
    monkeypatch.setattr(subject, "Aws", lambda settings: made)
    return made


def test_everything_is_planned_confirmed_and_removed(world: World) -> None:
    asked: list[str] = []
    enrolment = world.settings.demo_home / "enrolment.json"
    enrolment.parent.mkdir()
    enrolment.touch()
    done = world.destroy(asked.append)
    assert not enrolment.exists(), "the device is unknown to the next platform"
    assert world.log == [
        "build", "plan destroy.tfplan", "stop agent", "apply destroy.tfplan",
        "delete q1", "delete q2",
    ]  # fmt: skip
    assert asked == ["3 resources are removed."]
    assert (done.changes, done.left) == (Changes(remove=3), ())
    assert world.record.read().applied_digest == "", "the next up has to apply"


def test_what_is_left_in_the_state_is_told_without_data_sources(world: World) -> None:
    world.state = {
        "values": {
            "root_module": {
                "resources": [{"address": "data.aws_region.current", "mode": "data"}],
                "child_modules": [
                    {
                        "resources": [{"address": "module.data.aws_x.y", "mode": "managed"}],
                        "child_modules": [
                            {"resources": [{"address": "module.a.module.b.c.d", "mode": "managed"}]}
                        ],
                    }
                ],
            }
        }
    }
    assert world.destroy().left == ("module.a.module.b.c.d", "module.data.aws_x.y")


def test_a_refusal_changes_nothing_and_leaves_no_plan_behind(world: World) -> None:
    def refuse(_: str) -> None:
        raise RefusedError("Nothing was done.")

    with pytest.raises(RefusedError):
        world.destroy(refuse)
    assert world.log == ["build", "plan destroy.tfplan"]
    assert not list(world.workspace.plan.parent.glob("*.tfplan"))
    assert world.record.read().applied_digest == "applied"


def test_nothing_to_destroy_asks_nothing(world: World) -> None:
    world.removes = 0
    asked: list[str] = []
    assert world.destroy(asked.append).changes == Changes()
    assert asked == []
    assert "stop agent" not in world.log


def test_a_state_of_another_cloud_is_forgotten(world: World) -> None:
    world.record.end("g0", digest="applied")
    world.removes = 0
    world.destroy()
    assert world.record.read().generation == ""


def test_a_state_that_a_kill_left_is_not_trusted(world: World) -> None:
    kept = world.record.read()
    kept.applying_pid, kept.applying_created = 2**22 + 1, 0.0
    world.record._write(kept)
    with pytest.raises(PrerequisiteError) as caught:
        world.destroy()
    assert "qops reset" in caught.value.next_step
    assert world.log == []
