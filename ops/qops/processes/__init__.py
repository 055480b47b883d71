"""Processes that outlive the command that started them, and never outlive their purpose.

What lives here: a *group* is a named list of children (servers, a virtual display, an agent) run by
one detached supervisor. What does not: knowledge of any particular child.

How a group is used::

    group = GroupSpec(
        name="desktop",
        folder=root / ".qscreen" / "desktop",
        children=(
            ChildSpec(name="xvfb", argv=("Xvfb", ":77"), env=env, log=logs / "xvfb.log",
                      ready=FileReady("/tmp/.X11-unix/X77")),
            ChildSpec(name="openbox", argv=("openbox",), env=env, log=logs / "openbox.log",
                      after=("xvfb",)),
            ChildSpec(name="agent", argv=("qagent", "serve"), env=env, log=logs / "agent.log",
                      after=("openbox",), on_exit="restart"),
        ),
    )
    state = start_group(group, progress=print)   # returns when every child is ready
    status = group_status(group.folder)          # what runs, what ended and why
    stop_group(group.folder)                     # returns when nothing is left

Promises:

* ``start_group`` returns only when every child answered its readiness probe; otherwise it raises
  ``StartFailedError`` with the end of the child's log, and nothing is left running. Ctrl-C during
  the start, or a starter that is killed, leaves nothing running either.
* Every child runs in its own process group under a small guard that holds a pipe to the
  supervisor. When the supervisor ends in any way, SIGKILL included, the guard terminates the whole
  process group (on Linux every descendant, wherever it moved).
* The group's folder holds ``state.json`` (pids with their creation times, no environment) and
  ``lock``, which the supervisor holds as long as it lives: state left by a rebooted machine or a
  reused pid is recognised as stale.
* One group per folder. A second start gives ``AlreadyRunningError`` or ``StartInProgressError``.

Children start in the order given by ``after`` (independent ones side by side) and stop in the
reverse order. ``on_exit`` says what an unexpected end of a child means: ``"stop"`` (the default)
ends the whole group, ``"record"`` only notes it, ``"restart"`` starts the child again (with a pause
that doubles from 0.2 s to 5 s).
"""

from qops.processes.child import GuardedChild
from qops.processes.group import group_status, start_group, stop_group
from qops.processes.piped import PipedProgram
from qops.processes.spec import (
    ChildSpec,
    CommandReady,
    FileReady,
    GroupSpec,
    HttpReady,
    LogReady,
    ReadyProbe,
    TcpReady,
)
from qops.processes.state import (
    AlreadyRunningError,
    ChildState,
    GroupState,
    ProcessError,
    StartFailedError,
    StartInProgressError,
    StopFailedError,
)

__all__ = [
    "AlreadyRunningError",
    "ChildSpec",
    "ChildState",
    "CommandReady",
    "FileReady",
    "GroupSpec",
    "GroupState",
    "GuardedChild",
    "HttpReady",
    "LogReady",
    "PipedProgram",
    "ProcessError",
    "ReadyProbe",
    "StartFailedError",
    "StartInProgressError",
    "StopFailedError",
    "TcpReady",
    "group_status",
    "start_group",
    "stop_group",
]
