"""The order of ``up`` and what it does when something went wrong, at its seams."""

from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from qops.local import LocalCloudState
from qops.platform import bring_up as subject
from qops.platform.archives import Archives
from qops.platform.bring_up import bring_up
from qops.platform.migrations import MigrationResult
from qops.platform.recovery import StateRecord
from qops.platform.workspace import Workspace
from qops.settings import Settings
from qops.terraform.errors import ProviderUnavailableError, TerraformError
from qops.terraform.events import Changes, Diagnostic, Event
from qops.terraform.progress import LayerTime


class World:
    """The local cloud, Terraform, the build and the migrations, as ``up`` sees them."""

    def __init__(self, folder: Path) -> None:
        self.log: list[str] = []
        self.said: list[str] = []
        self.prepared: list[bool] = []
        self.generation = 1
        self.running = False
        self.failures: list[TerraformError] = []
        self.provider_missing = False
        self.sources = "one"
        self.workspace = Workspace(
            root=folder / "root",
            data=folder / "data",
            values=folder / "values",
            plan=folder / "plan",
            var_files=(),
        )
        self.settings = Settings(repository=folder, home=folder)

    def up(self):
        self.log.clear()
        return bring_up(self.settings, notice=self.said.append, show=self._show)

    @contextmanager
    def _show(self):
        yield lambda event: None

    def start(self, progress) -> LocalCloudState:
        reused, self.running = self.running, True
        self.log.append("reuse" if reused else "start")
        return LocalCloudState(
            f"g{self.generation}", 1, "http://127.0.0.1:1", "r", "0", 1, 0.0, reused=reused
        )

    def stop(self) -> None:
        self.log.append("stop")
        self.running = False
        self.generation += 1

    def kill_cloud(self) -> None:
        self.running = False
        self.generation += 1

    def install(self) -> None:
        if self.provider_missing:
            raise ProviderUnavailableError("no init")

    def init(self) -> None:
        assert self.running, "the state is in the local cloud"

    def plan(self):
        self.log.append("plan")
        return SimpleNamespace(empty=False, changes=Changes(add=3))

    def apply(self, plan, on_event):
        self.log.append("apply")
        if self.failures:
            raise self.failures.pop(0)
        for type_, at in (("planned_change", 0.0), ("apply_start", 1.0), ("apply_complete", 3.5)):
            on_event(
                Event(type_, "", address="module.data.a.b", layer="data", action="create", at=at)
            )
        return SimpleNamespace(changes=Changes(add=3))


def failure(*, killed: bool = False) -> TerraformError:
    error = TerraformError("stopped", diagnostics=[Diagnostic("error", "a race")])
    error.killed = killed
    return error


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path)
    archives = Archives(manifest=tmp_path / "m", openapi=tmp_path / "o", digests={})
    monkeypatch.setattr(subject, "local_cloud", lambda settings: made)
    monkeypatch.setattr(subject, "find_tools", lambda *a, **k: None)
    monkeypatch.setattr(subject, "Deployment", lambda *a, **k: made)
    monkeypatch.setattr(subject, "build_archives", lambda *a, **k: archives)
    monkeypatch.setattr(subject, "sources_digest", lambda *a: made.sources)
    monkeypatch.setattr(
        subject, "prepare_environment", lambda *a: made.prepared.append(made.running)
    )
    monkeypatch.setattr(
        subject,
        "ensure_application_secret",
        lambda *a, notice: made.log.append("secret"),
    )
    monkeypatch.setattr(
        subject, "migrate", lambda *a: made.log.append("migrate") or MigrationResult("1", ())
    )
    return made


ALL = ["start", "plan", "apply", "migrate", "secret"]


def test_first_everything_then_nothing_until_the_sources_change(world: World) -> None:
    assert world.up().changes == Changes(add=3)
    assert world.log == ALL
    again = world.up()
    assert (world.log, again.changes, again.migration) == (["reuse"], None, None)
    assert again.layers == ()
    world.sources = "two"
    world.up()
    assert world.log == ["reuse", "plan", "apply", "migrate", "secret"]


def test_the_emulators_are_installed_before_the_cloud_starts(world: World) -> None:
    world.up()
    assert world.prepared == [False]


def test_the_time_of_each_layer_is_told(world: World) -> None:
    assert world.up().layers == (LayerTime("data", 1, 0.0, 2.5, "a.b", 2.5),)


def test_a_secret_without_a_value_is_seen_to_again_by_the_next_up(
    world: World, monkeypatch
) -> None:
    def refuse(*_: object, notice: object) -> bool:
        raise RuntimeError("no rotation")

    with monkeypatch.context() as patched:
        patched.setattr(subject, "ensure_application_secret", refuse)
        with pytest.raises(RuntimeError):
            world.up()
    world.up()
    assert world.log == ["reuse", "plan", "apply", "migrate", "secret"]


def test_a_cloud_that_is_gone_takes_its_state_along(world: World) -> None:
    world.up()
    world.kill_cloud()
    world.up()
    assert world.log == ALL
    assert any("cloud that is gone" in line for line in world.said)


def test_a_failed_apply_is_tried_once_more(world: World) -> None:
    world.failures = [failure()]
    world.up()
    assert world.log == ["start", "plan", "apply", "plan", "apply", "migrate", "secret"]
    assert any("tried once more: a race" in line for line in world.said)


def test_a_second_failure_starts_afresh_in_a_cloud_that_was_empty(world: World) -> None:
    world.failures = [failure(), failure()]
    world.up()
    assert world.log == [
        "start", "plan", "apply", "plan", "apply", "stop", "start", "plan", "apply",
        "migrate", "secret",
    ]  # fmt: skip


def test_a_cloud_that_held_something_is_not_emptied_by_itself(world: World) -> None:
    world.up()
    world.sources = "broken"
    world.failures = [failure(), failure()]
    with pytest.raises(TerraformError) as caught:
        world.up()
    assert "stop" not in world.log
    assert "qops reset" in caught.value.next_step
    world.up()
    assert world.log == ["reuse", "plan", "apply", "migrate", "secret"]


def test_a_killed_terraform_starts_afresh_at_once(world: World) -> None:
    world.up()
    world.sources = "two"
    world.failures = [failure(killed=True)]
    world.up()
    assert world.log == [
        "reuse",
        "plan",
        "apply",
        "stop",
        "start",
        "plan",
        "apply",
        "migrate",
        "secret",
    ]


def test_an_up_that_was_killed_in_its_apply_is_noticed_by_the_next(world: World) -> None:
    record = StateRecord(world.workspace)
    world.up()
    kept = record.read()
    kept.applying_pid, kept.applying_created = 2**22 + 1, 0.0
    record._write(kept)
    world.up()
    assert world.log == ["reuse", "stop", "start", "plan", "apply", "migrate", "secret"]
    assert any("was killed before Terraform could record it" in line for line in world.said)


def test_nothing_is_started_for_a_provider_that_cannot_be_had(world: World) -> None:
    world.provider_missing = True
    with pytest.raises(ProviderUnavailableError):
        world.up()
    assert world.log == []


def test_a_provider_that_is_gone_is_no_reason_to_try_again_or_to_empty_the_cloud(
    world: World,
) -> None:
    world.up()
    world.sources = "two"
    world.provider_missing = True
    world.said.clear()
    with pytest.raises(ProviderUnavailableError):
        world.up()
    assert world.log == []
    assert world.said == []


def test_a_failed_migration_is_repeated_by_the_next_up(world: World, monkeypatch) -> None:
    def refuse(*_: object) -> MigrationResult:
        raise RuntimeError("no database")

    with monkeypatch.context() as patched:
        patched.setattr(subject, "migrate", refuse)
        with pytest.raises(RuntimeError):
            world.up()
    world.up()
    assert world.log == ["reuse", "plan", "apply", "migrate", "secret"]
