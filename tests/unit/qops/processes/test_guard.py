"""The guard above a child, while the child runs."""

import os
import sys
import time
from pathlib import Path

import pytest

from qops.processes import GuardedChild


@pytest.mark.skipif(sys.platform != "linux", reason="needs the subreaper of Linux")
def test_what_a_child_has_left_behind_is_no_zombie_once_it_ends(tmp_path: Path) -> None:
    """A desktop's bus starts programs that outlive whoever asked, one after another for weeks."""
    moves = "(sleep 0.1 & echo $! > .left; mv .left left)"
    child = GuardedChild(
        ("sh", "-c", f"{moves}; exec sleep 1000"),
        env={"PATH": os.environ["PATH"]},
        log=tmp_path / "log",
        cwd=tmp_path,
    )
    try:
        limit = time.monotonic() + 60
        left = tmp_path / "left"
        while not left.exists() or Path(f"/proc/{left.read_text().strip()}").exists():
            assert time.monotonic() < limit, "it is still there"
            time.sleep(0.02)
        assert Path(f"/proc/{child.pid}").exists()
    finally:
        child.stop()
