import subprocess
import sys
from pathlib import Path

import pytest

from qops.platform.local_state import held
from qops.terraform.errors import StateLockedError


def test_two_do_not_hold_the_state(tmp_path: Path) -> None:
    lock = tmp_path / "terraform" / "lock"
    with (
        held(lock, "apply"),
        pytest.raises(StateLockedError, match="by another qops") as caught,
        held(lock, "apply"),
    ):
        pass
    assert str(lock) in str(caught.value.why)
    assert caught.value.next_step
    with held(lock, "apply"):
        pass


def test_whoever_is_killed_holds_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, os, signal; from pathlib import Path\n"
        "from qops.platform.local_state import held\n"
        "with held(Path(sys.argv[1]), 'apply'):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    lock = tmp_path / "lock"
    done = subprocess.run([sys.executable, "-c", code, str(lock)], check=False, timeout=120)
    assert done.returncode == -9
    with held(lock, "apply"):
        pass
