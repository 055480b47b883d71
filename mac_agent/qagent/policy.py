"""The device's own policy: what may be done here, decided on the device. Deny wins.

Without a policy, or with one that cannot be read, the agent only looks.
"""

import fnmatch
import os
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qagent.desktop.base import DesktopError
from qagent.messages import text
from qscreen.wire import ActionKind, RiskCategory, Step


class PolicyState(StrEnum):
    """Where the policy in force comes from."""

    FILE = "file"
    ABSENT = "absent"
    BROKEN = "broken"


class TypingRoute(StrEnum):
    """Ways to enter text, narrowest first."""

    ACCESSIBILITY = "accessibility"
    KEYBOARD = "keyboard"


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    risks: frozenset[RiskCategory] = frozenset()
    actions: frozenset[ActionKind] = frozenset()
    apps: tuple[str, ...] = ()


class _Allow(_Rules):
    secure_fields: bool = False


class _PolicyFile(BaseModel):
    """The policy file.

    A step is allowed when its risk or its action is under `allow`, its program matches a pattern
    of `allow.apps`, and nothing under `deny` matches.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    documents: str = "~/Documents"
    screenshots: bool = False
    allow: _Allow = Field(default_factory=_Allow)
    deny: _Rules = Field(default_factory=_Rules)
    typing_routes: tuple[TypingRoute, ...] = Field(default=tuple(TypingRoute), min_length=1)


@dataclass(frozen=True, slots=True)
class Denial:
    """Why a step is denied, and how the user can allow it."""

    message: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy in force.

    Attributes:
        path: The policy file.
        state: Where the policy comes from.
        documents: Folder for saved documents.
        screenshots: Whether pictures may leave the device.
        secure_fields: Whether text may be typed into password fields.
        typing_routes: Ways to enter text, in the order in which they are tried.
        fault: What is wrong with the file, if it is broken.
    """

    path: Path
    state: PolicyState
    documents: Path
    screenshots: bool = False
    secure_fields: bool = False
    typing_routes: tuple[TypingRoute, ...] = tuple(TypingRoute)
    fault: str = ""
    _allow: _Rules = field(default_factory=lambda: _Rules(risks=frozenset({RiskCategory.LOOK})))
    _deny: _Rules = field(default_factory=_Rules)

    def denies_step(self, step: Step) -> Denial | None:
        """Judge a step by its action and risk."""
        kind, risk = step.action.kind, step.risk
        if kind in self._deny.actions or risk in self._deny.risks:
            return self._denial("policy.step_denied", kind=kind, risk=risk)
        if kind in self._allow.actions or risk in self._allow.risks:
            return None
        key = {
            PolicyState.FILE: "policy.step_not_allowed",
            PolicyState.ABSENT: "policy.absent",
            PolicyState.BROKEN: "policy.broken",
        }[self.state]
        return self._denial(key, kind=kind, risk=risk, fault=self.fault)

    def denies_observing(self) -> Denial | None:
        """Say why the screen may not be observed as a whole, or None."""
        if RiskCategory.LOOK in self._deny.risks:
            return self._denial("policy.step_denied", kind="observe", risk=RiskCategory.LOOK)
        return None

    def hides(self, app: str) -> bool:
        """Whether nothing of a program may be told: it is denied by name."""
        name = app.casefold()
        return any(fnmatch.fnmatchcase(name, pattern.casefold()) for pattern in self._deny.apps)

    def denies_app(self, app: str, risk: RiskCategory) -> Denial | None:
        """Judge the program that a step would act on; looking is not bound to programs."""
        name = app.casefold()
        if self.hides(app):
            return self._denial("policy.app_denied", app=app)
        if risk is RiskCategory.LOOK:
            return None
        if any(fnmatch.fnmatchcase(name, pattern.casefold()) for pattern in self._allow.apps):
            return None
        return self._denial("policy.app_not_allowed", app=app)

    def _denial(self, key: str, **values: str) -> Denial:
        return Denial(text(key, path=str(self.path), **values))


def load_policy(path: Path) -> Policy:
    """Load the policy; without a usable file it allows looking only.

    Args:
        path: The policy file (YAML).
    """
    documents = Path.home() / "Documents"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        parsed = _PolicyFile.model_validate(raw)
    except FileNotFoundError:
        return Policy(path, PolicyState.ABSENT, documents)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        return Policy(path, PolicyState.BROKEN, documents, fault=f"{place}: {first['msg']}")
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        fault = " ".join(str(error).split())[:300]
        return Policy(path, PolicyState.BROKEN, documents, fault=fault)
    return Policy(
        path,
        PolicyState.FILE,
        Path(os.path.expandvars(parsed.documents)).expanduser(),
        screenshots=parsed.screenshots,
        secure_fields=parsed.allow.secure_fields,
        typing_routes=parsed.typing_routes,
        _allow=parsed.allow,
        _deny=parsed.deny,
    )


class DocumentsFolderError(DesktopError):
    """The folder for documents cannot be used."""


def ready_documents(policy: Policy) -> Path:
    """The folder for documents, made if it is not there.

    Raises:
        DocumentsFolderError: It cannot be made or is not writable.
    """
    folder = policy.documents
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DocumentsFolderError(
            f"The documents folder {folder} cannot be made ({error.strerror}).",
            f"Set `documents` in {policy.path} to a folder you can write to.",
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DocumentsFolderError(
            f"The documents folder {folder} is not writable.",
            f"Set `documents` in {policy.path} to a folder you can write to.",
        )
    return folder
