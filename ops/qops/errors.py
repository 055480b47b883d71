"""The errors that qops shows to a person: what happened, why, what to do next."""

from collections.abc import Mapping, Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every qops command."""

    DONE = 0
    FAILED = 1
    FINDINGS = 2
    REFUSED = 3
    USAGE = 64


class QopsError(Exception):
    """An expected failure; rendered in one place, without a traceback.

    Attributes:
        what: What happened, one sentence.
        why: The cause as far as it is known.
        next_step: What the person can do about it.
        details: Lines that help to find the cause (diagnostics, a log's end).
        exit_code: Exit code of the process.
        code: Stable word for scripts that read ``--json``.
    """

    exit_code: ExitCode = ExitCode.FAILED
    code: str = "failed"

    def __init__(
        self,
        what: str,
        *,
        why: str = "",
        next_step: str = "",
        details: Sequence[str] = (),
    ) -> None:
        """Keep the parts of the message.

        Args:
            what: What happened, one sentence.
            why: The cause as far as it is known.
            next_step: What the person can do about it.
            details: Lines that help to find the cause.
        """
        super().__init__(what)
        self.what = what
        self.why = why
        self.next_step = next_step
        self.details = tuple(details)

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.why, self.next_step) if part)

    def as_json(self) -> Mapping[str, object]:
        """The error as the ``error`` object of a command's ``--json`` answer."""
        return {
            "code": self.code,
            "what": self.what,
            "why": self.why,
            "next_step": self.next_step,
            "details": list(self.details),
        }


class UsageError(QopsError):
    """The command line or a setting makes no sense."""

    exit_code = ExitCode.USAGE
    code = "usage"


class RefusedError(QopsError):
    """A policy or the person said no."""

    exit_code = ExitCode.REFUSED
    code = "refused"


class PrerequisiteError(QopsError):
    """The machine lacks something that the command needs."""

    code = "prerequisite"


class NotAvailableError(QopsError):
    """Something that this platform or environment does not offer yet."""

    code = "not_available"
