"""The operator's command line, run as a person runs it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
from e2e_waiting import PATIENCE, until

BIN = Path(sys.executable).parent


def home() -> Path:
    """Folder in which qops keeps what it writes.

    Returns:
        QOPS_HOME, or `.qscreen` of this checkout.
    """
    return Path(os.environ.get("QOPS_HOME") or Path(__file__).resolve().parents[2] / ".qscreen")


def qops(*arguments: str, timeout: float = 900) -> tuple[int, dict[str, Any]]:
    """Run qops with ``--json``.

    Args:
        *arguments: Command and options.
        timeout: Seconds after which the call is a failure.

    Returns:
        The exit code and what it printed.
    """
    done = subprocess.run(
        [BIN / "qops", *arguments, "--json"],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env=_environment(),
    )
    try:
        return done.returncode, json.loads(done.stdout)
    except ValueError as error:
        raise AssertionError(
            f"qops {' '.join(arguments)} ended with {done.returncode} and printed no JSON:\n"
            f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        ) from error


def begin(*arguments: str) -> subprocess.Popen[str]:
    """Start qops and leave it running, as a person who may interrupt it.

    Args:
        *arguments: Command and options.

    Returns:
        The process; both of its outputs are pipes.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A suite that a shell started in the background ignores Ctrl-C, and so does what it starts.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return subprocess.Popen(
        [BIN / "qops", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}


def agent_process() -> psutil.Process:
    """The process of the demo's agent in this home.

    Returns:
        The one running `qagent serve` whose QAGENT_HOME lies in this home; one that was killed is
        waited for until it is started again.
    """
    found: psutil.Process = until(_agent_process, PATIENCE, f"no agent of {home()} is running")
    return found


def demo_agent() -> psutil.Process:
    """The process of the demo's agent in this home; the demo is run where it never was.

    Returns:
        The agent.
    """
    if _agent_process() is None:
        code, answer = qops("demo", "--yes")
        assert code == 0, answer
    return agent_process()


def _agent_process() -> psutil.Process | None:
    ours = str(home())
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if words[-1:] == ["serve"] and any(word.endswith("qagent") for word in words[:2]):
            try:
                if process.environ().get("QAGENT_HOME", "").startswith(ours):
                    return process
            except psutil.Error:
                continue
    return None
