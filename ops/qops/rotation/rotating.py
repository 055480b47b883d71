"""One rotation, from the call that begins it to the end of the former credential."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from qops.errors import QopsError
from qops.health.answers import CheckAnswer
from qops.platform.aws import Aws
from qops.rotation.answers import ConsumerAnswer, Former, Outcome, RotatedSecret, is_worse
from qops.rotation.consumers import Consumer, check_consumers
from qops.rotation.credentials import PROVE, RETIRE, Credentials, ask
from qops.rotation.errors import CredentialsUnknownError, calling, under_way
from qops.rotation.secrets import CURRENT, PENDING, PREVIOUS, Secret, look_again
from qops.rotation.watching import Ending, Watched, Watcher
from qops.settings import Settings

RETIRED_WITHIN_SECONDS = 60.0
"""A password that ElastiCache takes from a user is refused by its nodes a little later."""

_POLL_SECONDS = 2.0
_TRIED = {True: "still valid", False: "refused", None: "never written"}
_SKEW = timedelta(minutes=2)
_WHICH: dict[bool, Literal["new", "former"]] = {True: "new", False: "former"}


@dataclass(slots=True)
class Rotating:
    """The rotation of one secret.

    Attributes:
        settings: Which environment.
        aws: Its clients.
        secret: The secret as it is before.
        reason: Why it was chosen.
        consumers: Who uses it.
        told: Called with a line for each thing that happens.
        keep_former: Whether the former credential stays valid until the next rotation.
        limit_seconds: Longest time for the four steps, seconds.
        now: Monotonic clock, seconds.
        sleep: Waits, seconds.
    """

    settings: Settings
    aws: Aws
    secret: Secret
    reason: str
    consumers: tuple[Consumer, ...]
    told: Callable[[str], None]
    keep_former: bool = False
    limit_seconds: float = 300.0
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    _before: list[CheckAnswer] = field(default_factory=list)
    _token: str | None = None
    _previous: str | None = None
    _began: float = 0.0

    def __post_init__(self) -> None:
        """Remember when it began."""
        self._began = self.now()

    @property
    def outside(self) -> bool:
        """Whether somebody outside the platform uses it, who must be told first."""
        return any(one.kind == "outside" for one in self.consumers)

    def rotate(self) -> RotatedSecret:
        """Begin a rotation and see it through.

        Raises:
            RotationUnderWayError: Another one has not ended.
            RotationRefusedError: AWS refuses.
        """
        if self.secret.under_way:
            raise under_way(self.secret.short, self.secret.under_way)
        self._before = check_consumers(self.settings, self.aws, self.secret)
        self._token, self._previous = str(uuid.uuid4()), self.secret.current
        with calling(self.secret.name, "rotate the secret"):
            self.aws.client("secretsmanager").rotate_secret(
                SecretId=self.secret.arn, ClientRequestToken=self._token
            )
        return self._see_through(datetime.now(UTC) - _SKEW)

    def follow(self) -> RotatedSecret:
        """See a rotation through that has begun already, or prove the present credential."""
        self._before = check_consumers(self.settings, self.aws, self.secret)
        if self.secret.under_way is None:
            self.told("  no rotation is under way: proving the present version")
            self._token, self._previous = self.secret.current, self.secret.version(PREVIOUS)
            return self._prove(Watched(Ending.FINISHED))
        self._token, self._previous = self.secret.under_way, self.secret.current
        return self._see_through((self.secret.changed or self.secret.created) - _SKEW)

    def abandon(self) -> RotatedSecret:
        """Give up a rotation that is under way; the present credential stays as it is."""
        if self.secret.under_way is None:
            return self._answer(
                Outcome.ABANDONED,
                Watched(),
                message="No rotation is under way; nothing was changed.",
                present_works=None,
            )
        self._token, self._previous = self.secret.under_way, self.secret.current
        return self._give_up(Watched(Ending.FAILED), wanted=True)

    def refused(self, error: QopsError) -> RotatedSecret:
        """The answer for a rotation that an error ended, where others wait for their turn.

        Args:
            error: The error.
        """
        return self._answer(
            Outcome.FAILED,
            Watched(),
            message=f"{error.what} {error.why}".strip(),
            next_step=error.next_step,
        )

    def where_it_stands(self) -> str:
        """What an interruption left behind, and how to go on."""
        name, seen = self.secret.short, look_again(self.aws, self.secret)
        if self._token is None or self._token not in seen.stages:
            return f"{name}: nothing was changed."
        if CURRENT in seen.stages[self._token]:
            return (
                f"{name}: the new version is the present one; it was not proven, and the former "
                f"credential was not ended. Go on: qops rotate {name} --follow"
            )
        return (
            f"{name}: the rotation goes on in AWS; the present credential stays valid until it "
            f"has ended. Go on: qops rotate {name} --follow, or give it up: "
            f"qops rotate {name} --abandon"
        )

    def _see_through(self, since: datetime) -> RotatedSecret:
        assert self._token is not None
        watcher = Watcher(
            self.aws, self.secret, self._token, since, self.told, self.now, self.sleep
        )
        watched = watcher.follow(self.limit_seconds)
        if watched.ending is Ending.FINISHED:
            return self._prove(watched)
        return self._give_up(watched)

    def _prove(self, watched: Watched) -> RotatedSecret:
        try:
            found = ask(self.aws, self.secret, PROVE)
        except CredentialsUnknownError as error:
            return self._answer(
                Outcome.UNPROVEN,
                watched,
                message="The new version is the present one and passed the function's own test; "
                f"it could not be proven afterwards. {error.why}",
                next_step=f"Both credentials are valid. {error.next_step} --follow",
            )
        after = check_consumers(self.settings, self.aws, self.secret)
        worse = is_worse(self._before, after)
        if not found.current_works or worse:
            why = "The new credential does not open the door."
            if worse:
                why = "; ".join(
                    f"{one.title}: {one.findings[0].detail if one.findings else one.state}"
                    for one in worse
                )
            return self._roll_back(watched, why)
        self.told("  the new credential opens the door")
        return self._end_former(watched, found, after)

    def _end_former(
        self, watched: Watched, found: Credentials, checks: list[CheckAnswer]
    ) -> RotatedSecret:
        former = found.opens.get(self._previous) if self._previous else None
        if former is None:
            return self._answer(Outcome.ROTATED, watched, found, checks, former=Former.NONE)
        if self.outside or self.keep_former:
            kept = "The former credential was kept: it is valid until the next rotation."
            if self.outside:
                kept = "The former key stays valid for its overlap: give the partner the new one."
            return self._answer(
                Outcome.ROTATED,
                watched,
                found,
                checks,
                former=Former.VALID if former else Former.REFUSED,
                message=kept,
            )
        try:
            found = self._retire()
        except CredentialsUnknownError as error:
            return self._answer(
                Outcome.ROTATED,
                watched,
                found,
                checks,
                former=Former.VALID if former else Former.REFUSED,
                message=f"{error.what} {error.why}",
                next_step=f"Try again: qops rotate {self.secret.short} --follow",
            )
        if found.opens.get(self._previous or "") is True:
            return self._answer(
                Outcome.ROTATED,
                watched,
                found,
                checks,
                former=Former.VALID,
                message=f"The former credential was still let in after "
                f"{RETIRED_WITHIN_SECONDS:.0f} s.",
                next_step=f"Look again: qops rotate {self.secret.short} --follow",
            )
        self.told("  the former credential is refused")
        return self._answer(
            Outcome.ROTATED,
            watched,
            found,
            # Whoever used the former one would show now.
            check_consumers(self.settings, self.aws, self.secret),
            former=Former.REFUSED,
        )

    def _retire(self, *versions: str) -> Credentials:
        found, waited = ask(self.aws, self.secret, RETIRE, versions), 0.0
        while any(opens for one, opens in found.opens.items() if one != found.current):
            if waited >= RETIRED_WITHIN_SECONDS:
                break
            self.sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS
            found = ask(self.aws, self.secret, PROVE, versions)
        return found

    def _roll_back(self, watched: Watched, why: str) -> RotatedSecret:
        if self._previous is None or self._token is None:
            return self._answer(
                Outcome.UNPROVEN,
                watched,
                message=f"{why} There is no version before it to go back to.",
                next_step=f"Mend the cause, then: qops rotate {self.secret.short}",
            )
        self.told(f"  {why} Going back to version {self._previous[-8:]}")
        with calling(self.secret.name, "put the label back"):
            self.aws.client("secretsmanager").update_secret_version_stage(
                SecretId=self.secret.arn,
                VersionStage=CURRENT,
                MoveToVersionId=self._previous,
                RemoveFromVersionId=self._token,
            )
        return self._back_in_use(Outcome.ROLLED_BACK, watched, f"{why} Rolled back.")

    def _give_up(self, watched: Watched, *, wanted: bool = False) -> RotatedSecret:
        assert self._token is not None
        seen = look_again(self.aws, self.secret)
        if PENDING in seen.stages.get(self._token, ()) and seen.current != self._token:
            with calling(self.secret.name, "give the rotation up"):
                self.aws.client("secretsmanager").update_secret_version_stage(
                    SecretId=self.secret.arn, VersionStage=PENDING, RemoveFromVersionId=self._token
                )
            seen = look_again(self.aws, self.secret)
        if seen.current == self._token:
            self.told("  it came to its end meanwhile")
            return self._prove(watched)
        why = {
            Ending.LOST: "Somebody else gave the rotation up: its label AWSPENDING is gone.",
            Ending.TIMED_OUT: f"The rotation did not end within {self.limit_seconds:.0f} s.",
        }.get(watched.ending, "The rotation failed.")
        message = "The rotation was given up." if wanted else f"{why} It was given up."
        outcome = Outcome.ABANDONED if wanted else Outcome.FAILED
        return self._back_in_use(outcome, watched, message)

    def _back_in_use(self, outcome: Outcome, watched: Watched, message: str) -> RotatedSecret:
        """Say whether the credential of before works, and end the one that was given up."""
        token, previous = self._token or "", self._previous or ""
        try:
            found = ask(self.aws, self.secret, PROVE, (token,))
            # One that is refused now may be let in once the cause is mended.
            if found.opens.get(previous) and found.opens.get(token) is not None:
                found = found if self.outside else self._retire(token)
        except CredentialsUnknownError as error:
            return self._answer(
                outcome,
                watched,
                message=f"{message} The version of before is the present one; whether it works "
                f"could not be tried. {error.why}",
                next_step="Look with qops health --deep --only data; " + error.next_step,
            )
        works = found.opens.get(previous)
        given_up = _TRIED[found.opens.get(token)]
        self.told(f"  the credential of before {'works' if works else 'DOES NOT WORK'}")
        log = f"/aws/lambda/{self.secret.function_name}"
        again = f"Mend the cause (log group {log}), then: qops rotate {self.secret.short}"
        return self._answer(
            outcome,
            watched,
            found,
            check_consumers(self.settings, self.aws, self.secret),
            present_works=works,
            message=f"{message} The credential of before "
            f"{'works and stays in use' if works else 'does not work either'}; the one that was "
            f"given up is {given_up}.",
            next_step="" if outcome is Outcome.ABANDONED and works else again,
        )

    def _answer(
        self,
        outcome: Outcome,
        watched: Watched,
        found: Credentials | None = None,
        checks: list[CheckAnswer] | None = None,
        *,
        former: Former = Former.UNKNOWN,
        present_works: bool | None = None,
        message: str = "",
        next_step: str = "",
    ) -> RotatedSecret:
        age = self.secret.age(datetime.now(UTC))
        return RotatedSecret(
            secret=self.secret.name,
            outcome=outcome,
            reason=self.reason,
            age_days=None if age is None else round(age.total_seconds() / 86400, 2),
            version=self._token,
            previous=self._previous,
            steps=watched.steps,
            failures=watched.failures,
            present_works=found.current_works if found and present_works is None else present_works,
            former=former,
            consumers=self._seen(found),
            checks=checks or [],
            seconds=round(self.now() - self._began, 1),
            message=message,
            next_step=next_step,
        )

    def _seen(self, found: Credentials | None) -> list[ConsumerAnswer]:
        told = found.sessions if found else {}
        came_in = found.came_in if found else {}
        return [
            ConsumerAnswer(
                kind=one.kind,
                name=one.name,
                sessions_new=told.get((one.name, True), 0) if told else None,
                sessions_former=told.get((one.name, False), 0) if told else None,
                came_in=_WHICH[came_in[one.name]] if one.name in came_in else None,
            )
            for one in self.consumers
        ]
