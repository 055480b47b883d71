"""The console script: `qagent stop` and `qagent mcp` before anything heavy is imported.

Importing the command line takes a good part of a second. A stop must not wait for that, nor a
client for its server. So this module imports nothing but what every Python has in memory when it
starts.
"""

import os
import sys

_OWNER_ONLY = 0o600
_SERVERS = ("all", "screen", "accessibility", "vision", "input")
"""What may follow `qagent mcp`; anything else is the command line's to explain."""


def main() -> None:
    """Entry point of the console script."""
    if sys.argv[1:] == ["stop"]:
        set_latch()
    if sys.argv[1:2] == ["mcp"] and (sys.argv[2:] or ["all"])[0] in _SERVERS and len(sys.argv) < 4:
        from qagent.mcp.start import start

        start(*sys.argv[2:])
        return
    from qagent.__main__ import main as command_line

    command_line()


def set_latch() -> None:
    """Set the user's latch; what `qagent.home.StopFile` does, without importing it.

    Where that fails the command line tries again, and says why it fails.
    """
    home = os.environ.get("QAGENT_HOME", "").strip() or "~/.qagent"
    folder = os.path.expanduser(home)  # noqa: PTH111 - pathlib takes longer to import
    try:
        os.makedirs(folder, 0o700, exist_ok=True)  # noqa: PTH103
        os.close(os.open(f"{folder}/stop", os.O_WRONLY | os.O_CREAT, _OWNER_ONLY))
    except OSError:
        return


if __name__ == "__main__":
    main()
