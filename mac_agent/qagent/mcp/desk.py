"""The desk that the tools work at: one worker, the last looks, the pictures, one thread.

Every look and every step goes through `qagent.work.Worker`. What the desk adds is the ids: a model
points at an element of a look, and the step that comes of it must find that very element.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from qagent.act.context import RefusedError
from qagent.consent import Dialog, Guard, Origin, Source
from qagent.covering import covered_picture
from qagent.desktop import open_backend
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, Node, Picture
from qagent.home import AgentHome
from qagent.journal import PassingJournal
from qagent.local import LOCAL_DEVICE
from qagent.locks import held
from qagent.mcp.faults import ToolError
from qagent.mcp.pictures import Shelf
from qagent.mcp.telling import Telling
from qagent.messages import text
from qagent.observation import Observation, Observer
from qagent.oversight import oversee
from qagent.policy import DataClass, Policy, load_policy
from qagent.privacy import private_snapshot
from qagent.status import Doing, Status
from qagent.stop import StopSignal
from qagent.stop_key import watched
from qagent.stopping import stop_by
from qagent.work import Worker
from qscreen.wire import (
    Action,
    Command,
    CommandKind,
    Effect,
    EffectError,
    Element,
    RiskCategory,
    Snapshot,
    Step,
    Target,
)

T = TypeVar("T")

KEPT_LOOKS = 8
"""How many looks' ids can be pointed at; each is found again by its own handle, never by place."""

_ID = re.compile(r"^(s[1-9][0-9]{0,8})(e[1-9][0-9]{0,8})$")
_SHOWN_SECONDS = 2.0
_HOUR = timedelta(hours=1)
_DENIED = EffectError.DENIED_BY_POLICY


@dataclass(frozen=True, slots=True)
class Sight:
    """One look, as a client gets to see it.

    Attributes:
        label: Its name, which begins the ids of its elements, e.g. ``s3``.
        snapshot: What may leave the device, with the ids that clients use.
        added: Elements that were not in the look before.
        changed: Elements that are different from the look before.
        removed: Elements of the look before, with its ids, that are gone.
        since: Name of the look before; None for the first.
    """

    label: str
    snapshot: Snapshot
    added: tuple[Element, ...] = ()
    changed: tuple[Element, ...] = ()
    removed: tuple[Element, ...] = ()
    since: str | None = None
    _observation: Observation | None = field(default=None, repr=False)

    def node(self, element: str) -> Node | None:
        """The element behind the second half of an id, e.g. ``e17``."""
        seen = self._observation
        if seen is None or all(one.id != element for one in seen.snapshot.elements):
            return None
        return seen.node(element, seen.snapshot.id)


class Desk:
    """Where the tools of one server process work; used by one thread.

    Args:
        home: The agent's folder.
        open_desktop: Opens the desktop when it is first needed.
        dialog: Asks the person; the native dialog when absent.

    Attributes:
        stop: Ends the call in hand; a new one for each.
        pictures: The pictures that clients can still get.
    """

    def __init__(
        self,
        home: AgentHome,
        open_desktop: Callable[[], DesktopBackend] = open_backend,
        dialog: Dialog | None = None,
    ) -> None:
        home.create()
        self.home = home
        self.stop = StopSignal(home.stop_file)
        self.pictures = Shelf(home.root / "pictures")
        self._oversight = oversee(home, Source.MCP, "MCP", dialog)
        self._worker = Worker(
            PassingJournal(), open_desktop, lambda: load_policy(home.policy), self._oversight
        )
        self._telling = Telling(home)
        self._run = f"mcp-{uuid4().hex}"
        self._sights: OrderedDict[str, Sight] = OrderedDict()
        self._count = 0
        self._observer: tuple[Guard, Policy, Observer] | None = None
        self._open = ExitStack()
        self._hears_stop_key = False
        self._shown_at = float("-inf")
        self._noting = ThreadPoolExecutor(1, thread_name_prefix="audit")

    def begin(self, stop: StopSignal, client: str) -> None:
        """Begin a call.

        Args:
            stop: Ends it.
            client: Name of the client, as it calls itself: shown to the person who is asked.
        """
        self.stop = stop
        who = f"MCP: {client or '?'}"
        self._oversight.origin = Origin(Source.MCP, who)
        self._telling.begin(who)

    def close(self) -> None:
        """Give back the desktop and delete the pictures."""
        self._telling.end()
        self._worker.close()
        self._open.close()
        self._noting.shutdown()
        self.pictures.close()

    # Looking

    def look(self, budget: Budget | None = None) -> Sight:
        """Look at the screen; its ids can be pointed at from now on."""
        return self.looked(lambda guard, policy: self._sight(guard, policy, budget))

    def looked(self, look: Callable[[Guard, Policy], T], *, noted: bool = True) -> T:
        """Look in a way of one's own, under the policy in force, noted in the audit log.

        Args:
            look: Looks, and may be called twice when the desktop was lost.
            noted: Whether it is noted; only what tells nothing of what the screen shows is not.

        Raises:
            HomeError: It could not be noted; then nothing that was seen is handed out.
        """
        command = self._command(CommandKind.OBSERVE)
        status, who = self._oversight.status, self._oversight.origin.who
        # Replacing a file costs as much as a look; of many looks in a row the first is shown.
        shows = time.monotonic() - self._shown_at > _SHOWN_SECONDS
        if shows:
            self._shown_at = time.monotonic()
            status.write(Status(Doing.LOOKING, who, self._run))
        # The disk takes as long as a small look: the one is written while the other is made.
        note = self._noting.submit(self._note, command) if noted else None
        try:
            found = self._worker.looked(self.stop, look)
        finally:
            if note is not None:
                note.result()
            if shows:
                status.write(Status(Doing.IDLE, who, self._run))
        return found

    def _note(self, command: Command) -> None:
        self._oversight.record_observation(command, "asked")

    def picture(self, *, observe: bool = False) -> tuple[Picture, Sight | None]:
        """Take a picture of the screen with everything covered that must not leave.

        Args:
            observe: Look at the elements too.

        Raises:
            RefusedError: The policy lets no picture leave.
            ToolError: What would have to be covered is not known.
        """

        def take(guard: Guard, policy: Policy) -> tuple[Picture | None, Sight | None]:
            if not policy.may_leave(DataClass.PICTURES):
                raise denied_by(policy, DataClass.PICTURES)
            picture = covered_picture(guard, policy)
            return picture, self._sight(guard, policy, None) if observe else None

        picture, sight = self.looked(take)
        return _known(picture), sight

    def readable_picture(self) -> Picture:
        """A covered picture to read text from; the picture itself stays on the device.

        Raises:
            RefusedError: The policy lets no pictures be read, or no text of the screen leave.
            ToolError: What would have to be covered is not known.
        """

        def take(guard: Guard, policy: Policy) -> Picture | None:
            if not policy.may_read(DataClass.PICTURES):
                message = policy.denies_data(DataClass.PICTURES).message
                raise RefusedError(_DENIED, message)
            for data in (DataClass.LABELS, DataClass.VALUES):
                if not policy.may_leave(data):
                    raise denied_by(policy, data)
            return covered_picture(guard, policy)

        return _known(self.looked(take))

    def node(self, element_id: str) -> Node:
        """The element behind an id.

        Raises:
            ToolError: It is no id, or of a look that is not kept any more.
        """
        parts = _ID.match(element_id)
        if parts is None:
            raise ToolError("stale_id", text("mcp.bad_id", id=repr(element_id[:40])))
        sight = self._sights.get(parts[1])
        node = None if sight is None else sight.node(parts[2])
        if node is None:
            raise ToolError("stale_id", text("mcp.stale_id", id=element_id))
        return node

    def sight_of(self, element_id: str) -> Sight:
        """The look that an id is of; errors as in `node`."""
        self.node(element_id)
        return self._sights[element_id.partition("e")[0]]

    # Acting

    def act(self, action: Action, chosen: Mapping[Target, Node]) -> Effect:
        """Carry out an action as a step of its own.

        Args:
            action: The action.
            chosen: Elements that were pointed at, by the targets that stand for them.

        Raises:
            HomeError: Another process acts on this screen, or nothing can be recorded.
            DesktopError: There is no usable desktop, so nothing was done.
        """
        step = Step(id="s1", action=action, because="")
        command = self._command(CommandKind.PERFORM, step)
        with ExitStack() as holding:
            if step.risk is not RiskCategory.LOOK:
                self._hear_stop_key()
                lock = self.home.root / "screen.lock"
                holding.enter_context(held(lock, what=text("lock.acting")))
            self._worker.chosen.update(chosen)
            try:
                effect = self._worker.carry_out(command, self.stop).effects[0]
            finally:
                self._worker.chosen.clear()
        self._telling.add(step, effect)
        if self._worker.lost is not None:
            # An effect tells only that the desktop failed; its kind says what can be done.
            raise self._worker.lost
        return effect

    def _hear_stop_key(self) -> None:
        """The stop key counts from the first step on, for as long as the server runs."""
        if self._hears_stop_key:
            return
        self._hears_stop_key = True
        keys = load_policy(self.home.policy).stop_key
        self._open.enter_context(watched(keys, lambda: stop_by(self.home, "stop key")))

    def _command(self, kind: CommandKind, *steps: Step) -> Command:
        now = datetime.now(UTC)
        return Command(
            id=f"mcp-{uuid4().hex}",
            run_id=self._run,
            device_id=LOCAL_DEVICE,
            kind=kind,
            issued_at=now,
            expires_at=now + _HOUR,
            heartbeat_seconds=10,
            steps=steps,
        )

    def _sight(self, guard: Guard, policy: Policy, budget: Budget | None) -> Sight:
        if self._observer is None or self._observer[:2] != (guard, policy):
            self._observer = guard, policy, Observer(guard, LOCAL_DEVICE, policy.hides)
        seen = self._observer[2].observe(budget)
        self._count += 1
        label = f"s{self._count}"
        snapshot = private_snapshot(seen.snapshot, policy)
        elements = tuple(_named(one, label) for one in snapshot.elements)
        by_id = {f"{one.id}": one for one in elements}
        snapshot = snapshot.model_copy(update={"id": label, "elements": elements})
        last = next(reversed(self._sights), None)
        sight = Sight(label, snapshot, _observation=seen)
        if seen.changes is not None and last is not None:
            gone = {one.id: one for one in self._sights[last].snapshot.elements}
            sight = Sight(
                label,
                snapshot,
                tuple(by_id[label + one.id] for one in seen.changes.added),
                tuple(by_id[label + one.id] for one in seen.changes.changed),
                tuple(gone[last + one.id] for one in seen.changes.removed if last + one.id in gone),
                last,
                seen,
            )
        self._sights[label] = sight
        while len(self._sights) > KEPT_LOOKS:
            self._sights.popitem(last=False)
        return sight


def _named(element: Element, label: str) -> Element:
    parent = None if element.parent is None else label + element.parent
    return element.model_copy(update={"id": label + element.id, "parent": parent})


def _known(picture: Picture | None) -> Picture:
    if picture is None:
        raise ToolError("picture_not_covered", text("mcp.picture_not_covered"))
    return picture


def denied_by(policy: Policy, data: DataClass) -> RefusedError:
    """The refusal to let a class of data leave the device."""
    return RefusedError(_DENIED, policy.denies_leaving(data).message)
