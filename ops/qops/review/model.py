"""The review of a plan: one result type for the terminal, JSON and Markdown.

Every text in it is masked already: what a writer can reach may be shown to anybody.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field

from qops.answer import Answer
from qops.cost.answers import CostChange

Action = Literal["no-op", "read", "create", "update", "replace", "delete", "forget"]
"""Terraform's names; ``replace`` is its delete with create, in either order."""


class Grade(StrEnum):
    """How risky a change is, from the least."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Place in the order, from 0."""
        return list(Grade).index(self)


class Risk(Answer):
    """A grade, and what it was made of."""

    grade: Grade
    points: int
    reasons: list[str] = Field(description="What counted, e.g. `replace of a stateful type: 6`.")


class AttributeChange(Answer):
    """One changed value of a resource or an output."""

    path: str = Field(description='E.g. `policy.Statement["Read"].Action`.')
    before: str | None = Field(description="JSON text; null: there was none.")
    after: str | None = Field(description="JSON text; null: there is none, or see `unknown`.")
    unknown: bool = Field(default=False, description="Known after apply only.")
    masked: bool = Field(default=False, description="The values are secret and stand nowhere here.")
    forces_replacement: bool = False
    cut: bool = Field(default=False, description="A value was longer than what is shown.")


class ResourceChange(Answer):
    """What happens to one resource, and why."""

    address: str
    type: str
    action: Action
    create_first: bool = Field(
        default=False, description="A replacement that makes the new one before it destroys."
    )
    reason: str | None = Field(description="Terraform's `action_reason`.")
    why: str = Field(description="The reason in words; empty when the attributes say it.")
    replace_paths: list[str] = Field(description="Attributes that force the replacement.")
    previous_address: str | None = Field(default=None, description="Set: it is moved.")
    import_id: str | None = Field(default=None, description="Set: it is imported.")
    deposed: str | None = Field(default=None, description="Set: a leftover of a replacement.")
    stateful: str | None = Field(description="What it holds that cannot be made again.")
    risk: Risk
    attributes: list[AttributeChange] = Field(description="Empty for what is created.")

    @property
    def destroys(self) -> bool:
        """Whether the resource that is there now goes."""
        return self.action in {"delete", "replace"}


class Counters(Answer):
    """Numbers of resources by what happens to them."""

    create: int = 0
    update: int = 0
    replace: int = 0
    delete: int = 0
    forget: int = 0
    read: int = 0
    moved: int = 0
    imported: int = 0
    unchanged: int = 0

    @property
    def changes(self) -> int:
        """Everything that an apply would do, apart from reading."""
        return self.create + self.update + self.replace + self.delete + self.forget


class LayerReview(Answer):
    """The changes of one layer, the riskiest first."""

    name: str
    worst: Grade | None = Field(description="Null: nothing changes.")
    counters: Counters
    changes: list[ResourceChange]


class Drift(Answer):
    """A resource that is not as the last apply left it."""

    address: str
    deleted: bool = Field(description="It is gone.")
    relevant: bool = Field(description="A planned change depends on what has drifted.")
    attributes: list[AttributeChange]


class Finding(Answer):
    """Something against a policy that the plan introduces."""

    id: str = Field(description="Id of the policy, e.g. `public-bucket`.")
    title: str
    severity: Grade
    address: str = Field(description="`platform` where something is missing altogether.")
    attribute: str
    value: str = Field(description="What it becomes; empty where it is long or not known.")
    repair: str
    convention: str = Field(description="E.g. `QS-TF-008`; may be empty.")


class CostLayer(Answer):
    """What the plan changes of a layer's cost."""

    name: str
    usd: Decimal = Field(description="Difference of the priced lines, USD a month.")
    unpriced: int = Field(description="Changes that are missing in the difference.")


class CostReview(Answer):
    """What the plan changes of a month's cost."""

    usd_before: Decimal | None = Field(description="USD a month; null: no estimate, see `why`.")
    usd: Decimal | None = Field(description="Difference of the priced lines; null: no estimate.")
    unpriced: int = Field(description="Changes that are missing in the difference.")
    region: str
    prices_date: str
    layers: list[CostLayer] = Field(description="Layers whose cost changes.")
    changes: list[CostChange] = Field(description="The lines that change.")
    why: str = Field(description="Why there is no estimate; empty with one.")


class Review(Answer):
    """What a saved plan would do."""

    environment: str
    terraform_version: str
    made_at: str = Field(description="When Terraform made the plan, RFC 3339.")
    complete: bool = Field(description="False: Terraform deferred some of the changes.")
    errored: bool = Field(description="True: planning failed half-way; it cannot be applied.")
    worst: Grade | None
    counters: Counters
    layers: list[LayerReview] = Field(description="Layers with changes only.")
    drift: list[Drift]
    outputs: list[AttributeChange]
    failed_checks: list[str] = Field(description="Checks and conditions that do not hold.")
    findings: list[Finding] = Field(description="What it introduces against a policy.")
    findings_before: int = Field(description="What stood against a policy before, and stays.")
    cost: CostReview

    @property
    def empty(self) -> bool:
        """Whether an apply would change nothing, the outputs and the state's addresses included."""
        of = self.counters
        return not (of.changes or of.moved or of.imported or self.outputs)

    @property
    def changes(self) -> list[ResourceChange]:
        """All changes, layer by layer."""
        return [change for layer in self.layers for change in layer.changes]

    @property
    def destroyed(self) -> list[ResourceChange]:
        """What is destroyed or replaced, the riskiest first."""
        found = [change for change in self.changes if change.destroys]
        return sorted(found, key=lambda one: (-one.risk.points, one.address))
