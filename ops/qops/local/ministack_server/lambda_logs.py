"""Lambda: what a function has written is in the log of its invocation, as on AWS.

MiniStack looks for a function's lines for 0.05 s after its answer. On a busy machine they come
later: then they are in the log of the next invocation, and in none where there is no next one. And
each invocation of a function that writes nothing costs these 0.05 s. Here the process itself says
where the lines of an invocation end.
"""

from __future__ import annotations

import functools
import queue
import time
from collections.abc import Callable
from typing import Any

from ministack.core import lambda_runtime

END = "qops.end-of-log"
"""What the process writes behind the last line of an invocation."""

_MINISTACK = "        _real_stdout.flush()\n\nrun()\n"
_LONGEST_SECONDS = 30.0
"""Against a process that ends without its mark while a child of it keeps its log open."""
_LOOK_EVERY_SECONDS = 0.05


def install() -> None:
    """Changes the program of the processes, and what waits for their lines.

    Raises:
        RuntimeError: The program is not the one of the pinned release.
    """
    lambda_runtime._PYTHON_WORKER_SCRIPT = that_marks(lambda_runtime._PYTHON_WORKER_SCRIPT)
    worker = lambda_runtime.Worker
    drain = worker._drain_stderr_bounded

    @functools.wraps(drain)
    def drained(self: Any, *limits: float, **more: float) -> str:
        # Programs of other languages, and those that a user provides, set no mark.
        if type(self) is not worker or not str(self.config.get("Runtime", "")).startswith("python"):
            return str(drain(self, *limits, **more))
        return until_end(self._stderr_queue, self._stderr_thread.is_alive)

    worker._drain_stderr_bounded = drained


def that_marks(program: str) -> str:
    """The program of a function's process that says where its lines end.

    Args:
        program: MiniStack's.

    Raises:
        RuntimeError: It is another than that of the pinned release.
    """
    if program.count(_MINISTACK) != 1:
        raise RuntimeError(
            "The program of MiniStack's Lambda processes does not hand over its answer as the "
            "pinned release does. Compare qops.local.ministack_server.lambda_logs with it."
        )
    mark = f"        sys.__stderr__.flush()\n        os.write(2, {END.encode()!r} + b'\\n')\n"
    return program.replace(_MINISTACK, mark + _MINISTACK)


def until_end(
    lines: queue.Queue[str], open_: Callable[[], bool], longest: float = _LONGEST_SECONDS
) -> str:
    """The lines of an invocation, however late they come.

    Args:
        lines: What the process has written, line by line.
        open_: Whether there may be more.
        longest: Seconds to wait at most.
    """
    found: list[str] = []
    limit = time.monotonic() + longest
    while time.monotonic() < limit:
        more = open_()
        try:
            line = lines.get(timeout=_LOOK_EVERY_SECONDS if more else 0)
        except queue.Empty:
            if not more:
                break
            continue
        if line.endswith(END):
            # Behind a line that the function did not end.
            found += filter(None, [line.removesuffix(END)])
            break
        found.append(line)
    return "\n".join(found)
