"""Start, stop, and every way of ending too early: nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest
from local_cloud_support import ENVIRONMENT, eventually

from qops.local import LocalCloud, LocalCloudError, PortInUseError
from qops.local.ports import free_ports, require_free
from qops.processes import StartFailedError, group_status

STARTER = """
import signal
# A shell's background job is started deaf to Ctrl-C; this one must hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)
import sys
from pathlib import Path
from qops.local import LocalCloud
cloud = LocalCloud(Path(sys.argv[1]), int(sys.argv[2]), environment=Path(sys.argv[3]))
print("start", flush=True)
cloud.start(lambda line: print(line, flush=True))
print("done", flush=True)
"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[LocalCloud]:
    """A cloud of the test's own, stopped whatever happens."""
    cloud = LocalCloud(tmp_path / "home", free_ports(1)[0], environment=ENVIRONMENT)
    yield cloud
    cloud.stop()


def processes_of(cloud: LocalCloud) -> dict[str, list[str]]:
    """Every process whose command line or working folder is in the cloud's folder.

    Returns:
        Their command lines, by their names: a process may end as soon as it was seen.
    """
    folder = str(cloud.folders.local)
    found: dict[str, list[str]] = {}
    for process in psutil.process_iter():
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            name, line = process.name(), " ".join(process.cmdline())
            if folder in line or process.cwd().startswith(folder):
                found.setdefault(name, []).append(line)
        except psutil.Error:
            continue
    return found


def with_engines_and_functions(cloud: LocalCloud) -> None:
    """Gives the cloud a database, a cache and a running function."""
    state = cloud.start()
    options: dict[str, Any] = {
        "endpoint_url": state.url,
        "region_name": state.region,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }
    boto3.client("rds", **options).create_db_instance(
        DBInstanceIdentifier="db",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        MasterUsername="qscreen",
        MasterUserPassword="a-password",
    )
    boto3.client("elasticache", **options).create_replication_group(
        ReplicationGroupId="cache", ReplicationGroupDescription="cache"
    )
    from local_cloud_support import archive

    trust = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow",'
        '"Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
    )
    role = boto3.client("iam", **options).create_role(RoleName="r", AssumeRolePolicyDocument=trust)[
        "Role"
    ]["Arn"]
    functions = boto3.client("lambda", **options)
    functions.create_function(
        FunctionName="warm",
        Runtime="python3.11",
        Role=role,
        Handler="handler.handler",
        Code={"ZipFile": archive({"handler.py": "def handler(event, context): return 1"})},
    )
    functions.invoke(FunctionName="warm")
    assert {"redis-server", "postgres"} <= processes_of(cloud).keys()


def nothing_is_left(cloud: LocalCloud, seconds: float = 60.0) -> None:
    assert eventually(lambda: not processes_of(cloud), seconds), processes_of(cloud)
    require_free(cloud.port)


def test_start_use_stop(own: LocalCloud) -> None:
    state = own.start()
    again = own.start()
    assert (again.generation, again.reused) == (state.generation, True)
    status = own.status()
    assert status.running
    assert {process.name for process in status.processes} == {"moto", "ministack", "router"}
    kinds = {service.name: service.answered_by for service in status.services}
    assert kinds["sqs"] == "emulated by MiniStack"
    assert kinds["ec2"] == "emulated by moto"
    assert own.stop()
    nothing_is_left(own)
    assert not own.status().running
    assert not own.folders.data.exists()
    assert own.start().generation != state.generation


def test_stop_ends_engines_and_functions_too(own: LocalCloud) -> None:
    with_engines_and_functions(own)
    began = time.monotonic()
    own.stop()
    assert time.monotonic() - began < 30, "before its supervisor is killed"
    nothing_is_left(own, 0.0)


def test_a_killed_supervisor_leaves_nothing(own: LocalCloud) -> None:
    with_engines_and_functions(own)
    state = group_status(own.folders.local)
    assert state is not None
    os.kill(state.supervisor_pid, signal.SIGKILL)
    nothing_is_left(own)
    status = own.status()
    assert (status.running, status.phase) == (False, "failed")
    assert own.start().generation != state.details["generation"]


@pytest.mark.parametrize("name", ["router", "ministack", "moto"])
def test_a_killed_part_ends_the_whole_with_a_reason(own: LocalCloud, name: str) -> None:
    own.start()
    state = group_status(own.folders.local)
    assert state is not None
    pid = state.child(name).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    nothing_is_left(own)
    status = own.status()
    assert status.phase == "failed"
    assert name in (status.reason or "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("after", ["start", "moto: starting"])
def test_a_starter_that_ends_too_early_leaves_nothing(
    own: LocalCloud, number: signal.Signals, after: str
) -> None:
    home = own.folders.local.parent
    command = [sys.executable, "-c", STARTER, str(home), str(own.port), str(ENVIRONMENT)]
    starter = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    with starter:
        assert starter.stdout is not None
        for line in starter.stdout:
            if line.strip() == after:
                break
        starter.send_signal(number)
        starter.wait(60)
    assert starter.returncode != 0
    nothing_is_left(own)
    own.start()


def test_a_port_in_use_names_its_holder(own: LocalCloud) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", own.port))
        holder.listen()
        with pytest.raises(PortInUseError) as caught:
            own.start()
    assert caught.value.pid == os.getpid()
    assert str(own.port) in caught.value.what
    assert str(os.getpid()) in caught.value.why
    assert "QOPS_PORT" in caught.value.next_step
    nothing_is_left(own)


def test_another_port_than_the_running_one_is_refused(own: LocalCloud) -> None:
    own.start()
    other = LocalCloud(own.folders.local.parent, free_ports(1)[0], environment=ENVIRONMENT)
    with pytest.raises(LocalCloudError, match=str(own.port)):
        other.start()


def test_a_part_that_does_not_start_is_shown_with_its_log(own: LocalCloud, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    (broken / "bin").mkdir(parents=True)
    python = broken / "bin" / "python"
    python.write_text("#!/bin/sh\necho no emulator here >&2\nexit 3\n")
    python.chmod(0o755)
    from qops.local.environment import lock_digest, lock_file

    (broken / ".lock-digest").write_text(lock_digest(lock_file()))
    cloud = LocalCloud(tmp_path / "other", free_ports(1)[0], environment=broken)
    with pytest.raises(StartFailedError) as caught:
        cloud.start()
    assert "exit code 3" in caught.value.why
    assert "no emulator here" in caught.value.details
    nothing_is_left(cloud)


def test_reset_removes_everything(own: LocalCloud) -> None:
    own.start()
    own.reset()
    nothing_is_left(own)
    assert list(own.folders.local.iterdir()) == []
