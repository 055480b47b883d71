"""What an operator does to the running platform, recorded in the trail: its beginning, its end."""

from qops.applying.trail import TrailError
from qops.errors import QopsError
from qops.platform.aws import Aws
from qops.platform.backend import state_place, trail_at
from qops.platform.bring_up import local_cloud
from qops.platform.deployment import Notice
from qops.platform.provenance import person
from qops.review.masking import masked_text
from qops.settings import Settings
from qscreen.audit import AuditRow, Scalar

_LONGEST = 500
"""Characters of a text in the trail."""


class Operation:
    """One act, from its first row in the trail to its last.

    An act whose beginning cannot be recorded does not begin; one whose end cannot be recorded has
    ended all the same, and says so.
    """

    def __init__(self, settings: Settings, aws: Aws, *, kind: str, notice: Notice) -> None:
        """Find the trail; nothing is written yet.

        Args:
            settings: Which environment.
            aws: Its clients.
            kind: What is done; rows are ``<kind>.start`` and ``<kind>.end``.
            notice: Called with a line for the person.
        """
        generation = local_cloud(settings).wait_healthy().generation if settings.local else ""
        self._trail = trail_at(settings, aws, state_place(settings, aws), generation)
        self._actor = person(settings, aws)
        self._kind = kind
        self._notice = notice
        self._started: AuditRow | None = None

    def begin(self, subject: str, **detail: Scalar) -> AuditRow:
        """Record the beginning.

        Args:
            subject: What it is done to.
            **detail: What else is to be remembered; nothing secret.

        Raises:
            TrailError: It cannot be recorded.
        """
        self._started = self._trail.append(
            actor=self._actor, action=f"{self._kind}.start", subject=subject, detail=detail
        )
        return self._started

    def end(self, result: str, error: BaseException | None = None, **detail: Scalar) -> None:
        """Record the end of what has begun.

        Args:
            result: How it ended.
            error: What ended it early, if anything.
            **detail: What else is to be remembered; nothing secret.
        """
        if self._started is None:
            return
        told = error.what if isinstance(error, QopsError) else str(error) if error else None
        entry = self._started.entry
        try:
            self._trail.append(
                actor=self._actor,
                action=f"{self._kind}.end",
                subject=entry.subject,
                detail={
                    "started": entry.sequence,
                    "result": result,
                    **({"error": masked_text(told)[:_LONGEST]} if told else {}),
                    **detail,
                },
            )
        except Exception as problem:
            why = problem.what if isinstance(problem, TrailError) else type(problem).__name__
            self._notice(f"! The end of this could not be recorded (qops audit): {why}")
        self._started = None
