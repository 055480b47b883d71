"""What can go wrong around an apply, with real Terraform and a state in S3: nothing is lost."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
import requests
from small_deployment import SmallDeployment

from qops.applying.seal import seal_file
from qops.errors import PrerequisiteError, QopsError, RefusedError
from qops.failures import CloudError, as_qops_error
from qops.platform.workspace import errored_state
from qops.state.listing import list_versions
from qops.state.restoring import restore
from qops.state.unlocking import list_locks, unlock
from qops.terraform.errors import LockLostError, StateLockedError, TerraformError

ENTRIES = ['module.data.terraform_data.queue["jobs"]', 'module.data.terraform_data.queue["runs"]']
FUNCTION = "module.compute.terraform_data.function"


def results(deployment: SmallDeployment) -> list[object]:
    """How each apply ended, as the trail has it; None for one that did not."""
    details = [row.entry.detail for row in deployment.rows("apply.end")]
    ends = {detail["started"]: detail["result"] for detail in details}
    return [ends.get(row.entry.sequence) for row in deployment.rows("apply.start")]


def until(reached: object, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not reached():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def half_applied(deployment: SmallDeployment, gate: Path) -> Iterator["object"]:
    """An apply in a thread that has made layer data and waits in layer compute for the gate."""
    deployment.configure({"jobs": "one", "runs": "two"}, gate)
    deployment.plan()
    with ThreadPoolExecutor(1) as pool:
        try:
            future = pool.submit(deployment.apply)
            until(lambda: Path(f"{gate}.reached").exists() or future.done())
            assert not future.done(), future.exception()
            yield future
        finally:
            gate.touch()


def terraform_of(pid: int) -> psutil.Process:
    """The one Terraform below the process; what else ends there meanwhile is not it."""
    found = []
    for one in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if one.name() == "terraform":
                found.append(one)
    assert len(found) == 1
    return found[0]


def everything_goes_on(deployment: SmallDeployment) -> None:
    """The oracle of all: a plan and an apply later everything is there, and the next is empty."""
    deployment.plan()
    deployment.apply(allow=1)  # a resource whose creation was cut short is made anew
    assert deployment.addresses() == [FUNCTION, *ENTRIES]
    assert deployment.plan()[0].empty
    assert list_locks(deployment.settings).lock is None


def test_a_stale_plan_is_refused_and_the_state_stays(deployment: SmallDeployment) -> None:
    deployment.plan()
    older = deployment.settings.terraform_home / "older.tfplan"
    plan = deployment.settings.terraform_home / "platform.tfplan"
    for file, copy in ((plan, older), (seal_file(plan), seal_file(older))):
        shutil.copy(file, copy)
    deployment.apply()
    before = deployment.state()
    with pytest.raises(RefusedError, match="The plan is stale") as caught:
        deployment.apply(file=older)
    assert "no state yet" in caught.value.why
    assert "qops plan --env dev" in caught.value.next_step
    assert deployment.state() == before
    assert older.is_file()


def test_a_tampered_plan_is_refused_and_nothing_is_made(deployment: SmallDeployment) -> None:
    deployment.plan()
    plan = deployment.settings.terraform_home / "platform.tfplan"
    content = bytearray(plan.read_bytes())
    content[len(content) // 2] ^= 1
    plan.write_bytes(content)
    with pytest.raises(RefusedError, match="was changed after it was made"):
        deployment.apply()
    assert results(deployment) == []
    with pytest.raises(deployment.s3.exceptions.NoSuchKey):
        deployment.state()
    everything_goes_on(deployment)


def test_of_two_applies_at_once_one_waits_and_keeps_its_plan(
    deployment: SmallDeployment, tmp_path: Path
) -> None:
    with half_applied(deployment, tmp_path / "gate") as first:
        lock = list_locks(deployment.settings).lock
        assert lock is not None
        assert (lock.operation, lock.holder) == ("OperationTypeApply", "perhaps alive")
        assert terraform_of(os.getpid()).pid in lock.processes
        plan = deployment.settings.terraform_home / "platform.tfplan"
        assert plan.is_file()
        with pytest.raises(StateLockedError) as caught:
            deployment.apply()
        told = str(caught.value)
        assert lock.who in caught.value.why
        assert told.count(caught.value.why) == 1
        assert caught.value.why not in caught.value.details
        assert "qops state locks" in caught.value.next_step
        assert plan.is_file()
        with pytest.raises(StateLockedError):
            deployment.plan()
        with pytest.raises(RefusedError, match="may be at work on this machine"):
            unlock(deployment.settings, named=None, least_seconds=0, confirm=lambda lock: None)
        (tmp_path / "gate").touch()
        first.result(300)
    assert results(deployment) == ["done", "failed"]
    everything_goes_on(deployment)


def test_a_lock_that_is_lost_in_the_middle_loses_no_state(
    deployment: SmallDeployment, tmp_path: Path
) -> None:
    with half_applied(deployment, tmp_path / "gate") as first:
        place = deployment.place
        deployment.s3.delete_object(Bucket=place["Bucket"], Key=f"{place['Key']}.tflock")
        (tmp_path / "gate").touch()
        with pytest.raises(LockLostError, match="could not give its lock back") as caught:
            first.result(300)
    assert caught.value.why == "Somebody has taken it away meanwhile."
    assert caught.value.details[0] == "3 of 3 changes were made."
    assert deployment.addresses() == [FUNCTION, *ENTRIES]
    assert results(deployment) == ["failed"]
    everything_goes_on(deployment)


def test_a_terraform_killed_in_the_middle_leaves_a_lock_that_tells_so(
    deployment: SmallDeployment, tmp_path: Path
) -> None:
    with half_applied(deployment, tmp_path / "gate") as first:
        terraform_of(os.getpid()).kill()
        with pytest.raises(TerraformError) as caught:
            first.result(300)
    assert caught.value.killed
    assert caught.value.details[0] == "2 of 3 changes were made."
    lock = list_locks(deployment.settings).lock
    assert lock is not None
    assert lock.holder == "gone"
    with pytest.raises(StateLockedError):
        deployment.plan()
    with pytest.raises(RefusedError, match="minutes old") as young:
        unlock(deployment.settings, named=None, least_seconds=60, confirm=lambda lock: None)
    assert lock.id in young.value.next_step
    done = unlock(deployment.settings, named=lock.id, least_seconds=60, confirm=lambda lock: None)
    assert done.removed is not None
    assert done.removed.id == lock.id
    everything_goes_on(deployment)
    (row,) = deployment.rows("state.unlock")
    assert row.entry.detail["lock"] == lock.id


_CHILD = """
import sys
sys.path[:0] = {paths!r}
import pytest
from pathlib import Path
from types import SimpleNamespace
from small_deployment import SmallDeployment, point_at
from qops.settings import Settings
point_at({url!r}, pytest.MonkeyPatch(), Path({root!r}))
settings = Settings(repository=Path({root!r}), home=Path({root!r}) / "home", environment="dev")
SmallDeployment(settings, {url!r}, []).apply()
"""


def test_a_killed_qops_ends_its_terraform_which_writes_the_state(
    deployment: SmallDeployment, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    deployment.configure({"jobs": "one", "runs": "two"}, gate)
    deployment.plan()
    code = _CHILD.format(paths=sys.path, url=deployment.url, root=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", code]) as child:
        until(lambda: Path(f"{gate}.reached").exists() or child.poll() is not None)
        assert child.poll() is None
        terraform = terraform_of(child.pid)
        child.send_signal(signal.SIGKILL)
        child.wait(60)
    until(lambda: not terraform.is_running())
    assert set(deployment.addresses()) >= set(ENTRIES)
    assert results(deployment) == [None]
    assert list_locks(deployment.settings).lock is None
    gate.touch()
    everything_goes_on(deployment)


def test_wrong_credentials_are_called_so_and_the_plan_stays(
    deployment: SmallDeployment, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.plan()
    requests.post(f"{server}/moto-api/reset-auth", data="0", timeout=60)
    try:
        for act in (deployment.plan, deployment.apply):
            with pytest.raises(Exception) as caught:  # noqa: PT011 - judged as it is shown
                act()
            shown = as_qops_error(caught.value)
            assert isinstance(shown, CloudError)
            assert shown.what == (
                "The cloud does not accept the credentials: InvalidClientTokenId."
            )
            assert "aws sso login" in shown.next_step
    finally:
        requests.post(f"{server}/moto-api/reset-auth", data="Infinity", timeout=60)
    assert (deployment.settings.terraform_home / "platform.tfplan").is_file()
    everything_goes_on(deployment)


def test_without_a_network_nothing_is_begun_and_the_plan_stays(
    deployment: SmallDeployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.plan()
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        for act in (deployment.plan, deployment.apply):
            with pytest.raises(Exception) as caught:  # noqa: PT011 - judged as it is shown
                act()
            shown = as_qops_error(caught.value)
            assert shown.what == "The cloud does not answer."
            assert "Check the network" in shown.next_step
    assert (deployment.settings.terraform_home / "platform.tfplan").is_file()
    everything_goes_on(deployment)


class Wire:
    """A port before the server that can be cut: what runs through it breaks off."""

    def __init__(self, url: str) -> None:
        self._target = int(url.rpartition(":")[2])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self.cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.cut:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._target))
            self._open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(one, other), daemon=True).start()

    @staticmethod
    def _copy(one: socket.socket, other: socket.socket) -> None:
        try:
            while content := one.recv(65536):
                other.sendall(content)
        except OSError:
            pass
        finally:
            one.close()
            other.close()

    def break_off(self) -> None:
        self.cut = True
        for one in self._open:
            one.close()

    def close(self) -> None:
        self.break_off()
        self._listener.close()


def test_a_network_lost_in_the_middle_leaves_the_state_in_a_file_that_is_restored(
    deployment: SmallDeployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = Wire(deployment.url)
    settings = deployment.settings
    try:
        with monkeypatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", wire.url)
            with half_applied(deployment, tmp_path / "gate") as first:
                wire.break_off()
                (tmp_path / "gate").touch()
                with pytest.raises(TerraformError) as caught:
                    first.result(300)
    finally:
        wire.close()
    left = errored_state(settings)
    assert f"qops state restore --file {left}" in caught.value.next_step
    known = json.loads(left.read_text())
    assert len(known["resources"]) == 2

    lock = list_locks(settings).lock
    assert lock is not None
    unlock(settings, named=lock.id, least_seconds=60, confirm=lambda lock: None)
    with pytest.raises(PrerequisiteError, match="could not write its state") as refused:
        deployment.plan()
    assert str(left) in refused.value.next_step
    done = restore(settings, "", file=left, confirm=lambda found: None)
    assert {one.address for one in done.changes} == {FUNCTION, *ENTRIES}
    assert not left.exists()
    assert deployment.addresses() == [FUNCTION, *ENTRIES]
    assert deployment.plan()[0].empty


def test_each_version_names_who_wrote_it(deployment: SmallDeployment) -> None:
    deployment.plan()
    deployment.apply()
    (only,) = list_versions(deployment.settings, limit=10).versions
    (started,) = deployment.rows("apply.start")
    assert (only.serial, only.resources, only.latest) == (1, 3, True)
    assert (only.row, only.actor) == (started.entry.sequence, started.entry.actor)


def test_an_interrupted_apply_keeps_what_was_made(
    deployment: SmallDeployment, tmp_path: Path
) -> None:
    deployment.configure({"jobs": "one", "runs": "two"}, tmp_path / "gate")
    deployment.plan()

    @contextmanager
    def view() -> Iterator[object]:
        def interrupt(event: object) -> None:
            if Path(f"{tmp_path / 'gate'}.reached").exists():
                raise KeyboardInterrupt

        yield interrupt

    with pytest.raises((KeyboardInterrupt, QopsError)):
        deployment.apply(show=view)
    assert set(deployment.addresses()) >= set(ENTRIES)
    assert results(deployment) == ["interrupted"]
    (tmp_path / "gate").touch()
    everything_goes_on(deployment)
