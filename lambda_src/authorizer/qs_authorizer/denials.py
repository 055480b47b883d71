"""What the audit hears of requests that never reach a function."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from qs_cloud.audit_facts import subject_of
from qs_cloud.audit_trail import Act, AuditTrail
from qs_cloud.clock import utc_now
from qscreen.api.routes import Route

SOURCE = "qscreen.authorizer"


@dataclass(frozen=True, slots=True)
class Denials:
    """Tells the audit of denials.

    Attributes:
        trail: Tells the audit.
    """

    trail: AuditTrail

    @classmethod
    def from_environment(cls) -> "Denials":
        """Make what the function's environment describes.

        Returns:
            The denials.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        return cls(AuditTrail.from_environment())

    def tell(self, route: Route, sub: str, event: Mapping[str, Any]) -> None:
        """Tell of one denial.

        Args:
            route: The route that was asked for; the audit has a name for it.
            sub: Who asked.
            event: The authorizer's request.
        """
        name = str(route.audit)
        act = Act(
            source=SOURCE,
            name=name,
            operation=route.operation_id,
            actor=sub,
            request_id=str(event.get("requestContext", {}).get("requestId", "")),
            at=utc_now(),
            subject=subject_of(name, sub, event.get("pathParameters") or {}),
        )
        self.trail.tell(act.refusal({"http_status": HTTPStatus.FORBIDDEN.value}))
