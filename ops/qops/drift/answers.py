"""Answer of ``qops drift``."""

from datetime import date

from pydantic import Field

from qops.answer import Answer
from qops.errors import ExitCode
from qops.review.model import AttributeChange


class DriftedAttribute(Answer):
    """An attribute that is not as Terraform left it; masked like those of a review."""

    change: AttributeChange
    known: str | None = Field(description="The reason why it is expected; null: it is not.")
    expired: date | None = Field(description="It was expected until this day.")


class DriftedResource(Answer):
    """A resource that is not as Terraform left it."""

    address: str
    type: str
    layer: str
    deleted: bool = Field(description="It is gone.")
    stateful: str | None = Field(description="What it held that cannot be made again.")
    known: str | None = Field(description="Why it is expected to be gone; null: it is not.")
    expired: date | None = Field(description="It was expected to be gone until this day.")
    attributes: list[DriftedAttribute]

    @property
    def counts(self) -> bool:
        """Whether anything of it is drift that nobody expects."""
        if self.deleted:
            return self.known is None
        return any(one.known is None for one in self.attributes)


class KnownDrift(Answer):
    """An entry of the file of known drift."""

    address: str = Field(description="Address, `*` for anything.")
    attribute: str = Field(description="Path of an attribute, `*` for anything.")
    reason: str
    expires: date


class DriftAnswer(Answer):
    """Answer of ``qops drift``; exit code 2 when something drifted that is not known."""

    environment: str
    checked: int = Field(description="Resources in the state.")
    serial: int = Field(description="Serial of the state that it was compared with.")
    resources: list[DriftedResource] = Field(description="Drift that is not known first.")
    outputs: list[AttributeChange] = Field(description="Outputs that would be others.")
    known_file: str = Field(description="File of known drift, whether it is there or not.")
    expired: list[KnownDrift] = Field(description="Entries whose day is past: drift again.")
    unmatched: list[KnownDrift] = Field(description="Entries that met nothing: to be removed.")

    @property
    def drifted(self) -> list[DriftedResource]:
        """Resources with drift that nobody expects."""
        return [one for one in self.resources if one.counts]

    @property
    def exit_code(self) -> int:
        """Findings when something drifted that is not known."""
        return int(ExitCode.FINDINGS if self.drifted else ExitCode.DONE)

    @property
    def essentials(self) -> list[str]:
        """Addresses of what drifted."""
        return [one.address for one in self.drifted]
