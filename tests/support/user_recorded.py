"""Somebody is recorded while writing a text in the editor and saving it, on the display named.

Run as a program, with the environment of the agent whose desktop it is.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from desktop_programs import START_SECONDS, end_editors, programs
from user_at_desk import User

from qagent.desktop import open_backend
from qscreen.wire import Role


def main(workflow: str, text: str, file: Path) -> int:
    """Write, save, and end the recording; gives its exit code."""
    backend = open_backend()
    user = User(backend)
    end_editors(os.environ.get("DISPLAY"))
    with programs(backend) as desk:
        desk.start(("mousepad",), lambda one: one.app == "mousepad")
        recorder = subprocess.Popen(
            [sys.executable, "-m", "qagent", "record", workflow, "--overwrite", "--plain"],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert recorder.stderr is not None
        recorder.stderr.readline()
        user.pause(2)
        user.type(text)
        user.until(lambda: user.reads(text))
        user.keys("ctrl", "shift", "s")
        user.find("Save", Role.BUTTON)
        user.pause(2)
        user.keys("ctrl", "a")
        user.type(str(file))
        user.until(lambda: user.reads(str(file)))
        user.rest()
        user.keys("enter")
        user.until(file.exists)
        user.pause(2)
        recorder.send_signal(signal.SIGINT)
        sys.stderr.write(recorder.communicate(timeout=START_SECONDS)[1])
        end_editors(os.environ.get("DISPLAY"))
    return recorder.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
