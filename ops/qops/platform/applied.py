"""How a person is asked before an apply, and what applies, approvals and removals give back."""

from collections.abc import Callable
from dataclasses import dataclass

from qops.applying.seal import Seal
from qops.platform.deployment import Deployment
from qops.platform.migrations import MigrationResult
from qops.terraform.events import Changes
from qops.terraform.progress import LayerTime
from qscreen.audit import AuditRow


@dataclass(frozen=True, slots=True)
class Asking:
    """How a person is asked before anything changes; each raises to refuse.

    Attributes:
        apply: Called with the counts.
        stateful: Called with the address of a resource with data, and the consequence.
        allow_destroy: How many resources may be destroyed or replaced.
        destroys: Addresses of resources with data that were named on the command line.
    """

    apply: Callable[[str], None]
    stateful: Callable[[str, str], None]
    allow_destroy: int = 0
    destroys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did.

    Attributes:
        changes: What it changed.
        migration: What the migrations did.
        layers: When each layer was worked on.
        seal: The seal of the plan.
        row: The row of the trail that records its end.
        release: The row that records the release; None when it could not be recorded.
    """

    changes: Changes
    migration: MigrationResult
    layers: tuple[LayerTime, ...]
    seal: Seal
    row: AuditRow
    release: AuditRow | None


@dataclass(frozen=True, slots=True)
class Removed:
    """What the removal of everything did.

    Attributes:
        changes: What Terraform removed.
        layers: When each layer was worked on.
        seal: The seal of the plan.
        row: The row of the trail that records its end.
        deployment: Terraform, to look what is left.
    """

    changes: Changes
    layers: tuple[LayerTime, ...]
    seal: Seal
    row: AuditRow
    deployment: Deployment


@dataclass(frozen=True, slots=True)
class Approved:
    """An approval.

    Attributes:
        seal: The seal of the plan.
        row: The row of the trail.
        own: Whether the plan was approved by who made it.
    """

    seal: Seal
    row: AuditRow
    own: bool
