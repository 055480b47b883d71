"""A dry run: what a workflow would do on this screen, and nothing of it done."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from qagent.act.context import RefusedError
from qagent.act.resolve import describe
from qagent.apps import find_program
from qagent.consent import Source
from qagent.desktop import open_backend
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, DesktopError, Tree
from qagent.home import AgentHome
from qagent.journal import PassingJournal
from qagent.messages import text
from qagent.observe import look, without_apps
from qagent.oversight import oversee
from qagent.policy import Policy, load_policy
from qagent.stop import StopSignal
from qagent.words import all_said
from qagent.work import Worker
from qagent.workflows.finding import seek, target_in
from qagent.workflows.lint import risks_of
from qagent.workflows.tasks import Task
from qscreen.redaction import redact
from qscreen.wire import OpenApp, UndoWay


class Readiness(StrEnum):
    """Whether a step could be done now."""

    READY = "ready"
    LATER = "later"
    DENIED = "denied"
    AMBIGUOUS = "ambiguous"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a step would do.

    Attributes:
        step: Its id in the file.
        row: Number of its row, from 1; 0 outside of the repeat.
        kind: Kind of its action.
        because: What it is, in words.
        readiness: Whether it could be done now.
        element: The element that it would go to, in words; empty where there is none.
        note: Why it could not be done, or what would be asked and that it cannot be undone; empty
            where there is nothing to say.
        by_surroundings: Whether only what was around the element tells it apart.
    """

    step: str
    row: int
    kind: str
    because: str
    readiness: Readiness
    element: str
    note: str
    by_surroundings: bool = False


def rehearse(home: AgentHome, tasks: list[Task], stop: StopSignal) -> list[Rehearsed]:
    """Say what each step would do on the screen as it is; nothing is done.

    An element that is not there counts as one that an earlier step brings (`later`) once a step
    was met that opens or presses something.

    Args:
        home: The agent's folder.
        tasks: The steps.
        stop: Tells the work to stop.

    Raises:
        DesktopError: There is no usable desktop, or the policy lets nobody look.
    """
    home.create()
    oversight = oversee(home, Source.LOCAL, "qagent workflow dry-run")
    worker = Worker(PassingJournal(), open_backend, lambda: load_policy(home.policy), oversight)

    def work(backend: DesktopBackend, policy: Policy) -> list[Rehearsed]:
        tree = without_apps(look(backend, budget=Budget()), policy.hides)
        found: list[Rehearsed] = []
        moved = False
        for task in tasks:
            found.append(_judge(tree, policy, task, moved=moved))
            moved = moved or task.action.kind in _MOVING
        return found

    try:
        return worker.looked(stop, work)
    except RefusedError as error:
        raise DesktopError(error.message, text("rehearse.look.repair")) from error
    finally:
        worker.close()


_MOVING = frozenset({"open_app", "click", "press_keys", "choose_menu"})
"""Actions that may bring what is not there yet."""


def _judge(tree: Tree, policy: Policy, task: Task, *, moved: bool) -> Rehearsed:
    """What one step would do."""
    step = task.step
    told = partial(Rehearsed, step.id, task.row, str(step.action.kind), step.because)
    risks = step.consent or all_said("risk", sorted(risks_of(task.action)))
    asks = text("rehearse.asks", why=risks) if risks else ""
    if task.as_step().undo is UndoWay.CANNOT:
        asks = " · ".join(one for one in (asks, text("undo.cannot")) if one)
    denial = policy.denies_step(task.as_step())
    if denial is not None:
        return told(Readiness.DENIED, "", denial.message)
    if isinstance(task.action, OpenApp):
        program = find_program(task.action.app)
        if program is None:
            return told(Readiness.MISSING, "", text("rehearse.no_program", app=task.action.app))
        denial = policy.denies_app(program.name, step.risk)
        if denial is not None:
            return told(Readiness.DENIED, "", denial.message)
        return told(Readiness.READY, program.name, asks)
    target = target_in(task.action)
    if target is None:
        return told(Readiness.LATER if moved else Readiness.READY, "", asks)
    found = seek(tree, step, target)
    if found.node is not None:
        denial = policy.denies_app(found.node.app, step.risk)
        if denial is not None:
            return told(Readiness.DENIED, "", denial.message)
        return told(Readiness.READY, redact(describe(found.node)), asks, found.by_surroundings)
    if found.ambiguous:
        return told(Readiness.AMBIGUOUS, "", found.message)
    if moved:
        later = text("rehearse.later")
        return told(Readiness.LATER, "", f"{later} · {asks}" if asks else later)
    return told(Readiness.MISSING, "", found.message)
