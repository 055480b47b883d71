"""What a tool answers when it cannot do its work: typed, with the reason and the repair."""

import logging
from dataclasses import dataclass

from qagent.act.context import RefusedError
from qagent.desktop.base import (
    DesktopError,
    GoneError,
    MissingProgramError,
    NoAccessibilityError,
    NoDisplayError,
    UnsupportedError,
    UnsupportedPlatformError,
)
from qagent.fault_place import place_of
from qagent.home import HomeError
from qagent.locks import LockedError
from qagent.messages import text
from qagent.stop import StoppedError, StopReason
from qscreen.redaction import redact

_log = logging.getLogger(__name__)

_DESKTOP: dict[type[DesktopError], str] = {
    NoDisplayError: "no_display",
    NoAccessibilityError: "no_accessibility",
    MissingProgramError: "missing_program",
    UnsupportedPlatformError: "unsupported_platform",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a call was not done.

    Attributes:
        code: Stable name; those of effects are `qscreen.wire.EffectError`.
        message: What happened and why, in the user's language, redacted.
        repair: What to do next.
        candidates: What an ambiguous or unknown target could have meant.
    """

    code: str
    message: str
    repair: str
    candidates: tuple[str, ...] = ()


class ToolError(Exception):
    """Ends a call with a result that is marked as an error.

    Attributes:
        fault: What is answered.
    """

    def __init__(
        self,
        code: str,
        message: str,
        repair: str | None = None,
        candidates: tuple[str, ...] = (),
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.fault = Fault(code, message, repair or repair_of(code), candidates)


def repair_of(code: str) -> str:
    """What to do next, by the code of the error.

    Args:
        code: The code; one without a text raises `KeyError`.
    """
    return text(f"mcp.repair.{code}")


def stop_code(reason: StopReason | None) -> str:
    """Code of the error of what was stopped: by the user for good, or only this call."""
    return "stopped" if reason is StopReason.USER else "cancelled"


def fault_of(error: Exception) -> Fault:
    """What is answered for an error; of an unforeseen one only its kind is told.

    Args:
        error: What was raised.
    """
    match error:
        case ToolError(fault=fault):
            return fault
        case RefusedError(error=code, message=message, candidates=candidates):
            shown = tuple(redact(one)[:300] for one in candidates[:10])
            return Fault(str(code), message, repair_of(str(code)), shown)
        case StoppedError(reason=reason):
            stopped = stop_code(reason)
            return Fault(stopped, text(f"stopped.{reason}"), repair_of(stopped))
        case LockedError(what=what):
            return Fault("busy", what, repair_of("busy"))
        case HomeError(what=what, repair=repair):
            return Fault("agent_folder", what, repair)
        case DesktopError(what=what, repair=repair):
            return Fault(_DESKTOP.get(type(error), "backend_error"), redact(what), repair)
        case GoneError():
            gone = "target_not_found"
            return Fault(gone, text("element.gone"), repair_of(gone))
        case UnsupportedError():
            return Fault("unsupported", redact(str(error)), repair_of("unsupported"))
        case _:
            kind = type(error).__name__
            _log.error("a tool failed: %s at %s", kind, place_of(error))
            return Fault("internal", text("mcp.internal", kind=kind), repair_of("internal"))
