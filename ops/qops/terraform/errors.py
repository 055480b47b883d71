"""Errors of Terraform runs."""

import re
from collections.abc import Iterable, Sequence

from qops.errors import QopsError
from qops.terraform.events import Diagnostic


class TerraformError(QopsError):
    """Terraform ended with an error.

    Attributes:
        diagnostics: What it reported.
        killed: Whether a signal ended it, so that it could not record what it had done.
    """

    code = "terraform"
    killed: bool = False

    def __init__(
        self,
        what: str,
        *,
        diagnostics: Sequence[Diagnostic] = (),
        output: Sequence[str] = (),
        next_step: str = "",
    ) -> None:
        """Make the error from what Terraform said.

        Args:
            what: What was tried.
            diagnostics: Its errors, most telling first.
            output: The end of its plain output, shown when there is no diagnostic.
            next_step: What the person can do.
        """
        errors = [d for d in diagnostics if d.severity == "error"]
        why = errors[0].summary if errors else _telling(output)
        # A provider's summary may be many lines long, and then repeats its detail.
        why = why.strip().split("\n", 1)[0]
        super().__init__(
            what,
            why=why,
            next_step=next_step,
            details=_without(why, map(str, errors)) or _without(why, output),
        )
        self.diagnostics = tuple(diagnostics)


def _telling(output: Sequence[str]) -> str:
    """The line of plain output that says most: the error's first, else the last one."""
    said = (line for line in output if line.startswith("Error: "))
    return next(said, output[-1] if output else "")


def _without(why: str, texts: Iterable[str]) -> list[str]:
    """The texts without what ``why`` has said already."""
    rest = (text.removeprefix(why).lstrip(": \n") for text in texts)
    return [text for text in rest if text]


class KilledInInterruptError(KeyboardInterrupt):
    """Ctrl-C came again while Terraform wrote its state, or that took too long: it was killed."""


class ProviderUnavailableError(TerraformError):
    """The provider can be had neither from a mirror nor from the registry."""

    code = "provider_unavailable"


class StateLockedError(TerraformError):
    """Another run holds the state."""

    code = "state_locked"


class LockLostError(TerraformError):
    """The lock could not be given back at the end: somebody took it away, or S3 was not reached.

    What Terraform did before is done, and in the state.
    """

    code = "lock_lost"


def error_of(
    what: str,
    diagnostics: Sequence[Diagnostic],
    output: Sequence[str],
    *,
    next_step: str = "",
    killed: bool = False,
) -> TerraformError:
    """The error that a failed run of Terraform deserves.

    Args:
        what: What was tried.
        diagnostics: What it reported.
        output: The end of its plain output.
        next_step: What the person can do, unless the kind of error says it.
        killed: Whether a signal ended it.
    """
    errors = [d for d in diagnostics if d.severity == "error"]
    about = [d for d in errors if "state lock" in d.summary.lower()]
    # Where the state could not be written either, that is told, not the lock.
    if not about or ("releasing" in about[0].summary.lower() and len(about) < len(errors)):
        error = TerraformError(what, diagnostics=diagnostics, output=output, next_step=next_step)
        error.killed = killed
        return error
    lock = about[0]
    if "releasing" in lock.summary.lower():
        gone = "NoSuchKey" in lock.detail
        return LockLostError(
            "Terraform could not give its lock back.",
            output=[
                "Somebody has taken it away meanwhile."
                if gone
                else lock.detail.partition("\n\n")[0] or lock.summary
            ],
            next_step="What it did is in the state. Look whether somebody else has written it "
            "meanwhile (qops state versions) or a lock is left (qops state locks), then: qops plan",
        )
    told = dict(_LOCK_INFO.findall(lock.detail))
    if not told.get("Who"):
        return StateLockedError(what, diagnostics=diagnostics, output=output, next_step=_WAIT)
    return StateLockedError(
        what,
        output=[
            f"lock {told.get('ID', 'unknown')}",
            f"{told['Who']} holds the state since {told.get('Created', 'unknown')} "
            f"for {told.get('Operation', 'unknown')}.",
        ],
        next_step=_WAIT,
    )


_LOCK_INFO = re.compile(r"^\s*(ID|Operation|Who|Created):[ \t]*(\S.*?)\s*$", re.MULTILINE)
_WAIT = (
    "Wait until they have ended. Whether they still live tells: qops state locks; a lock that "
    "nobody holds any more is taken away by: qops state unlock"
)
