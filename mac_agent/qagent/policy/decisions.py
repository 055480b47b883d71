"""Judging by the policy in force. Deny wins; what is not allowed is denied."""

import fnmatch
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from qagent.messages import text
from qagent.policy.kinds import DATA_OF_ACTION, PARTS, DataClass, RiskKind, personal
from qagent.policy.model import (
    Allow,
    Consent,
    Data,
    Deny,
    Limits,
    PhysicalInput,
    PolicyFile,
    TypingRoute,
)
from qagent.policy.reading import read
from qagent.words import named
from qagent.yaml_files import Fault, Reading
from qscreen.redaction import Kind, Redactor
from qscreen.wire import RiskCategory, Step


class PolicyState(StrEnum):
    """Where the policy in force comes from."""

    FILE = "file"
    ABSENT = "absent"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Denial:
    """Why a step is denied, and how the user can allow it."""

    message: str


def _only_looking() -> Allow:
    return Allow(risks=frozenset({RiskCategory.LOOK}))


_DEFAULTS = PolicyFile(version=1)


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy in force.

    Attributes:
        path: The policy file.
        state: Where the policy comes from.
        documents: Folder for saved documents.
        screenshots: Whether pictures may leave the device.
        report_local_runs: Whether the platform is told what was done here without it.
        secure_fields: Whether text may be typed into password fields.
        typing_routes: Ways to enter text, in the order in which they are tried.
        consent: How a person is asked.
        limits: How fast the agent may be.
        physical_input: What happens while somebody uses the device.
        stop_key: Keys that stop the agent.
        faults: What is wrong with the file, if it is broken.
    """

    path: Path
    state: PolicyState
    documents: Path
    screenshots: bool = False
    report_local_runs: bool = False
    secure_fields: bool = False
    typing_routes: tuple[TypingRoute, ...] = tuple(TypingRoute)
    consent: Consent = _DEFAULTS.consent
    limits: Limits = _DEFAULTS.limits
    physical_input: PhysicalInput = _DEFAULTS.physical_input
    stop_key: tuple[str, ...] = _DEFAULTS.stop_key
    faults: tuple[Fault, ...] = ()
    _allow: Allow = field(default_factory=_only_looking)
    _deny: Deny = field(default_factory=Deny)
    _data: Data = field(default_factory=Data)
    _redact: tuple[tuple[str, str], ...] = ()

    @property
    def fault(self) -> str:
        """What is wrong with the file, in short."""
        return "; ".join(str(one) for one in self.faults[:3])

    @property
    def redactor(self) -> Redactor:
        """What has to be redacted before it leaves the device."""
        leaves = personal(self._data.leave - self._deny.data)
        own = {name: re.compile(pattern) for name, pattern in self._redact}
        return Redactor(frozenset(Kind) - leaves, own)

    @property
    def risks(self) -> frozenset[RiskCategory]:
        """The categories of steps that are allowed."""
        return self._allow.risks - self._deny.risks

    @property
    def unread_pictures(self) -> bool:
        """Whether pictures show what could not be read."""
        return self._data.unread_pictures

    def denies_step(self, step: Step, now: datetime | None = None) -> Denial | None:
        """Judge a step by its action, its risk and the hour.

        Args:
            step: The step.
            now: The moment; the present one when absent.
        """
        kind, risk = step.action.kind, step.risk
        if kind in self._deny.actions or risk in self._deny.risks:
            return self._denial("policy.step_denied", kind=named("kind", (kind,)), risk=risk)
        if kind not in self._allow.actions and risk not in self._allow.risks:
            key = {
                PolicyState.FILE: "policy.step_not_allowed",
                PolicyState.ABSENT: "policy.absent",
                PolicyState.BROKEN: "policy.broken",
            }[self.state]
            said = named("kind", (kind,))
            return self._denial(key, kind=said, risk=risk, fault=self.fault)
        data = DATA_OF_ACTION.get(kind)
        if data is not None and not self.may_read(data):
            return self.denies_data(data)
        if risk is RiskCategory.LOOK:
            return None
        return self.denies_time(now)

    def denies_time(self, now: datetime | None = None) -> Denial | None:
        """Judge the hour; looking is not bound to hours."""
        moment = now or datetime.now().astimezone()
        if any(one.holds(moment) for one in self._deny.times):
            return self._denial("policy.time_denied", place="deny.times")
        if self._allow.times and not any(one.holds(moment) for one in self._allow.times):
            return self._denial("policy.time_denied", place="allow.times")
        return None

    def denies_observing(self) -> Denial | None:
        """Say why the screen may not be observed as a whole, or None."""
        if RiskCategory.LOOK in self._deny.risks:
            look = RiskCategory.LOOK
            return self._denial("policy.step_denied", kind=named("kind", ("observe",)), risk=look)
        return None

    def hides(self, app: str) -> bool:
        """Whether nothing of a program may be told: it is denied by name."""
        return _fits(app, self._deny.apps)

    def hides_window(self, title: str) -> bool:
        """Whether nothing of a window may be told: its title is denied."""
        return _fits(title, self._deny.windows)

    def denies_app(self, app: str, risk: RiskCategory) -> Denial | None:
        """Judge the program that a step would act on; looking is not bound to programs."""
        if self.hides(app):
            return self._denial("policy.app_denied", app=app)
        if risk is RiskCategory.LOOK or _fits(app, self._allow.apps):
            return None
        return self._denial("policy.app_not_allowed", app=app)

    def denies_window(self, title: str) -> Denial | None:
        """Judge the window that a step would act on."""
        if self.hides_window(title):
            return self._denial("policy.window_denied", place="deny.windows")
        if self._allow.windows and not _fits(title, self._allow.windows):
            return self._denial("policy.window_denied", place="allow.windows")
        return None

    def denies_kinds(self, kinds: Iterable[RiskKind]) -> Denial | None:
        """Judge the risky kinds of a step: what is denied is not even asked about."""
        denied = sorted(self._deny.kinds.intersection(kinds))
        if not denied:
            return None
        return self._denial("policy.kind_denied", kind=named("risk", denied))

    def asks_about(self, kinds: Iterable[RiskKind]) -> frozenset[RiskKind]:
        """Which of the risky kinds a person must be asked about."""
        return frozenset(kinds) - self.consent.without_asking

    def may_read(self, data: DataClass) -> bool:
        """Whether a plan may read a class of data."""
        return data in self._data.read and data not in self._deny.data

    def denies_data(self, data: DataClass) -> Denial:
        """Say how to let a plan read a class of data that it may not read."""
        return self._denial("policy.read_denied", data=named("data", (data,)))

    def denies_leaving(self, data: DataClass) -> Denial:
        """Say how to let a class of data leave the device that may not."""
        return self._denial("policy.leave_denied", data=named("data", (data,)))

    def may_leave(self, data: DataClass) -> bool:
        """Whether a class of data may leave the device."""
        if data is DataClass.PICTURES:
            return self.screenshots
        left = data in self._data.leave and data not in self._deny.data
        return left and (data not in PARTS or self.may_read(data))

    def _denial(self, key: str, **values: str) -> Denial:
        return Denial(text(key, path=str(self.path), **values))


def _fits(name: str, patterns: Iterable[str]) -> bool:
    folded = name.casefold()
    return any(fnmatch.fnmatchcase(folded, pattern.casefold()) for pattern in patterns)


def load_policy(path: Path) -> Policy:
    """Load the policy; without a usable file it allows looking only.

    Args:
        path: The policy file (YAML).
    """
    documents = Path.home() / "Documents"
    try:
        found = _read_once(path)
    except FileNotFoundError:
        return Policy(path, PolicyState.ABSENT, documents)
    if found.content is None:
        return Policy(path, PolicyState.BROKEN, documents, faults=found.faults)
    return policy_of(found.content, path)


_readings: dict[Path, tuple[tuple[int, int, int], Reading[PolicyFile]]] = {}


def _read_once(path: Path) -> Reading[PolicyFile]:
    """Read a file again only when it is another one: the policy is asked for with each step."""
    try:
        found = path.stat()
    except FileNotFoundError:
        raise
    except OSError:
        return read(path)
    stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
    known = _readings.get(path)
    if known is None or known[0] != stamp:
        known = _readings[path] = (stamp, read(path))
    return known[1]


def policy_of(file: PolicyFile, path: Path) -> Policy:
    """The policy that a file's fields make.

    Args:
        file: The fields.
        path: Where they stand.
    """
    pictures = file.screenshots or DataClass.PICTURES in file.data.leave
    return Policy(
        path,
        PolicyState.FILE,
        Path(os.path.expandvars(file.documents)).expanduser(),
        screenshots=pictures
        # A picture shows whatever labels and values show.
        and {DataClass.LABELS, DataClass.VALUES} <= file.data.leave - file.deny.data
        and DataClass.PICTURES in file.data.read
        and DataClass.PICTURES not in file.deny.data,
        report_local_runs=file.report_local_runs,
        secure_fields=file.allow.secure_fields,
        typing_routes=file.typing_routes,
        consent=file.consent,
        limits=file.limits,
        physical_input=file.physical_input,
        stop_key=file.stop_key,
        _allow=file.allow,
        _deny=file.deny,
        _data=file.data,
        _redact=tuple(sorted(file.redact.items())),
    )
