"""A rotation as it goes: labels of its versions, and what its function writes to its log."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from qops.platform.aws import Aws
from qops.rotation.errors import calling
from qops.rotation.secrets import CURRENT, PENDING, Secret, look_again

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
ATTEMPTS = 3
"""A step that failed so often is not waited for: Secrets Manager goes on trying for a while."""

_PAUSES = (0.2, 3.0)
_LOG_EVERY = 1.0
_DONE, _FAILED = "Rotation step done", "Rotation step failed"


class Ending(StrEnum):
    """How a rotation ended, or that it did not."""

    FINISHED = "finished"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    LOST = "lost"


@dataclass(slots=True)
class Watched:
    """What was seen of a rotation.

    Attributes:
        ending: How it ended.
        steps: Steps that were done.
        failures: What the function logged when a step failed, in order.
        log_readable: Whether its log could be read.
    """

    ending: Ending = Ending.TIMED_OUT
    steps: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    log_readable: bool = True


@dataclass(slots=True)
class Watcher:
    """Follows one rotation.

    Attributes:
        aws: The environment's clients.
        secret: The secret.
        token: The version that is being made.
        since: From when the log is read.
        told: Called with a line for each thing that happens.
        now: Monotonic clock, seconds.
        sleep: Waits, seconds.
    """

    aws: Aws
    secret: Secret
    token: str
    since: datetime
    told: Callable[[str], None]
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    _seen: set[str] = field(default_factory=set)
    _labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _was_pending: bool = False

    def follow(self, limit_seconds: float) -> Watched:
        """Watch until the version is the present one, or it is clear that it will not be.

        Args:
            limit_seconds: Longest time, seconds.
        """
        found, deadline, pause, read_at = Watched(), self.now() + limit_seconds, _PAUSES[0], 0.0
        while True:
            with calling(self.secret.name, "look at the secret"):
                seen = look_again(self.aws, self.secret)
            self._tell_labels(seen)
            ended = self._ending(seen)
            if ended is not None or self.now() - read_at >= _LOG_EVERY:
                self._read_log(found)
                read_at = self.now()
            if ended is None and len(found.failures) >= ATTEMPTS:
                ended = Ending.FAILED
            if ended is None and self.now() >= deadline:
                ended = Ending.FAILED if found.failures else Ending.TIMED_OUT
            if ended is not None:
                found.ending = ended
                return found
            self.sleep(pause)
            pause = min(pause * 1.3, _PAUSES[1])

    def _ending(self, seen: Secret) -> Ending | None:
        labels = seen.stages.get(self.token, ())
        if CURRENT in labels:
            # The very first version is present from the moment it is written.
            first = len([one for one in seen.stages.values() if one]) == 1
            return None if first and PENDING in labels else Ending.FINISHED
        # Its label may show a moment after the call that began it.
        if self._was_pending and PENDING not in labels:
            return Ending.LOST
        self._was_pending = PENDING in labels
        return None

    def _tell_labels(self, seen: Secret) -> None:
        for version, labels in seen.stages.items():
            if self._labels.get(version) != labels:
                self._labels[version] = labels
                mine = " (the new one)" if version == self.token else ""
                self.told(f"  version {version[-8:]}{mine}: {', '.join(sorted(labels))}")

    def _read_log(self, found: Watched) -> None:
        from botocore.exceptions import ClientError

        if not found.log_readable:
            return
        try:
            for document in self._lines():
                self._take(document, found)
        except ClientError as error:
            found.log_readable = False
            code = error.response.get("Error", {}).get("Code", "")
            self.told(f"  its log cannot be read ({code}): steps and causes are not shown")

    def _lines(self) -> Iterator[dict[str, object]]:
        pages = (
            self.aws.client("logs")
            .get_paginator("filter_log_events")
            .paginate(
                logGroupName=f"/aws/lambda/{self.secret.function_name}",
                startTime=int(self.since.timestamp() * 1000),
                filterPattern=f'"{self.token}"',
            )
        )
        for page in pages:
            for event in page["events"]:
                # Not every endpoint filters, so the token is looked for here too.
                if self.token in event["message"] and event["message"] not in self._seen:
                    self._seen.add(event["message"])
                    try:
                        document = json.loads(event["message"])
                    except ValueError:
                        continue
                    if isinstance(document, dict) and document.get("token") == self.token:
                        yield document

    def _take(self, document: dict[str, object], found: Watched) -> None:
        step = str(document.get("step"))
        if document.get("message") == _DONE:
            found.steps.append(step)
            self.told(f"  {step}: done")
        elif document.get("message") == _FAILED:
            why = str(document.get("why"))
            found.failures.append(f"{step}: {why}")
            self.told(f"  {step}: failed. {why}")
