"""The agent's folder and its locks."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qagent.cloud.config import Enrolment, load_enrolment, store_enrolment
from qagent.home import AgentHome, HomeError, write_private_json
from qagent.locks import held

ENROLMENT = {
    "client": {
        "environment": "test",
        "region": "ap-northeast-2",
        "api_url": "http://127.0.0.1:1",
        "user_pool_id": "pool",
        "client_id": "client",
        "issuer": "issuer",
    },
    "device": {
        "device_id": "device-1",
        "owner": "sub",
        "name": "laptop",
        "platform": "linux",
        "agent_version": "0.1.0",
        "screenshots_allowed": True,
        "status": "active",
        "queue_url": "http://127.0.0.1:1/queue",
        "region": "ap-northeast-2",
        "enrolled_at": "2026-11-23T12:00:00Z",
    },
    "username": "kim",
    "refresh_token": "secret",
}


def test_an_enrolment_is_kept_for_the_owner_only(tmp_path: Path) -> None:
    home = AgentHome(tmp_path / "agent")
    home.create()
    enrolment = Enrolment.model_validate(ENROLMENT)
    store_enrolment(home.device, enrolment)
    assert load_enrolment(home.device) == enrolment
    assert home.device.stat().st_mode & 0o777 == 0o600
    assert home.root.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in home.root.iterdir()] == ["device.json"]


def test_a_latch_that_cannot_be_written_stops_this_process_all_the_same(tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_text("", encoding="utf-8")
    latch = AgentHome(no_folder).stop_file
    with pytest.raises(HomeError, match="service uninstall"):
        latch.set()
    assert AgentHome(no_folder).stop_file.is_set()
    assert not AgentHome(tmp_path).stop_file.is_set()
    no_folder.unlink()
    latch.set()
    latch.clear()
    assert not latch.is_set()


def test_a_damaged_enrolment_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "device.json"
    path.write_text('{"client": {}}', encoding="utf-8")
    with pytest.raises(HomeError, match="enrol"):
        load_enrolment(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(HomeError, match="enrol"):
        load_enrolment(path)


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "device.json"
    write_private_json(path, {"a": 1})
    with pytest.raises(TypeError):
        write_private_json(path, {"a": object()})
    assert path.read_text(encoding="utf-8") == '{\n  "a": 1\n}'
    assert [one.name for one in tmp_path.iterdir()] == ["device.json"]


def test_a_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    path = tmp_path / "serve.lock"
    script = (
        "import sys; from pathlib import Path; from qagent.locks import held\n"
        f"with held(Path({str(path)!r}), what='x'):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(HomeError, match=str(holder.pid)), held(path, what="the queue"):
        pass
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate(timeout=60)
    with held(path, what="the queue"):
        assert path.read_text(encoding="utf-8") == str(os.getpid())
