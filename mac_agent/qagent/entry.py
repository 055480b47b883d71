"""The console script. `qagent stop` sets the latch before anything heavy is imported.

Importing the command line takes a good part of a second, and a stop must not wait for that. So
this module imports nothing but what every Python has in memory when it starts.
"""

import os
import sys

_OWNER_ONLY = 0o600


def main() -> None:
    """Entry point of the console script."""
    if sys.argv[1:] == ["stop"]:
        set_latch()
    from qagent.__main__ import main as command_line

    command_line()


def set_latch() -> None:
    """Set the user's latch; what `qagent.home.StopFile` does, without importing it."""
    home = os.environ.get("QAGENT_HOME", "").strip() or "~/.qagent"
    folder = os.path.expanduser(home)  # noqa: PTH111 - pathlib takes longer to import
    os.makedirs(folder, 0o700, exist_ok=True)  # noqa: PTH103
    os.close(os.open(f"{folder}/stop", os.O_WRONLY | os.O_CREAT, _OWNER_ONLY))


if __name__ == "__main__":
    main()
