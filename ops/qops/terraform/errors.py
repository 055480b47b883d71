"""Errors of Terraform runs."""

from collections.abc import Sequence

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
        why = errors[0].summary if errors else (output[-1] if output else "")
        # A provider's summary may be many lines long, and then repeats its detail.
        why = why.strip().split("\n", 1)[0]
        super().__init__(
            what,
            why=why,
            next_step=next_step,
            details=[text for text in map(str, errors) if text != why] or list(output),
        )
        self.diagnostics = tuple(diagnostics)


class KilledInInterruptError(KeyboardInterrupt):
    """Ctrl-C came again while Terraform wrote its state, or that took too long: it was killed."""


class ProviderUnavailableError(TerraformError):
    """The provider can be had neither from a mirror nor from the registry."""

    code = "provider_unavailable"


class StateLockedError(TerraformError):
    """Another run holds the state."""

    code = "state_locked"
