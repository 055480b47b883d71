"""Rotation of secrets: runs the rotation function of each secret that is due, step by step.

A rotation that fails leaves the current version as it was and is tried again later, at most
:data:`MOST_ATTEMPTS` times; after that the next one begins at its date. What failed, and when it
will be tried again, is in the router's log.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
import uuid
from dataclasses import dataclass
from typing import Any

from qops.local.router.backends import Backends
from qops.local.router.registry import Fault
from qops.local.router.store import Store

INTERVAL_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 30.0
MOST_ATTEMPTS = 24
LOGGER = logging.getLogger("qops.local.rotation")
_SERVICE = "secretsmanager"
_KIND = "rotations"
_STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
_RATE = re.compile(r"rate\((\d+) (hour|day)s?\)")
_SECONDS = {"hour": 3600, "day": 86400}


@dataclass
class Rotation:
    """The rotation of one secret.

    Attributes:
        function: ARN of the rotation function.
        rules: ``RotationRules`` as they were set.
        region: Region of the secret.
        due: When to begin or to try again.
        token: The version that is being made, ``None`` when no rotation is under way.
        only_test: Only the test step runs, as when a rotation was set up without rotating.
        enabled: Whether rotation is switched on.
        running: Whether a step runs at this moment.
        attempts: Attempts of the rotation under way.
        last: When the last rotation succeeded.
        next: When the next one begins; ``None`` when its rules do not tell it here.
    """

    function: str
    rules: dict[str, Any]
    region: str
    due: float
    token: str | None
    only_test: bool
    last: float | None
    next: float | None
    enabled: bool = True
    running: bool = False
    attempts: int = 0


def rotations(store: Store, region: str) -> dict[str, Rotation]:
    """The rotations of a region by the ARN of their secret."""
    return store.records(region, _SERVICE, _KIND)


def after_rules(rules: dict[str, Any], since: float) -> float | None:
    """When rules ask for the next rotation; ``None`` for ``cron`` expressions."""
    days = rules.get("AutomaticallyAfterDays")
    if days:
        return since + int(days) * _SECONDS["day"]
    found = _RATE.fullmatch(str(rules.get("ScheduleExpression") or "").strip())
    return since + int(found.group(1)) * _SECONDS[found.group(2)] if found else None


def pause(attempts: int) -> float:
    """Seconds until a rotation that failed so many times is tried again."""
    return float(min(2 ** (attempts - 1), LONGEST_PAUSE_SECONDS))


class StepFailedError(Exception):
    """A step of the rotation function failed; the message says which and why."""


class RotationFollower:
    """Rotates the secrets that are due."""

    def __init__(self, backends: Backends, store: Store) -> None:
        self._backends = backends
        self._store = store
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Follows until cancelled."""
        try:
            while True:
                await asyncio.sleep(INTERVAL_SECONDS)
                self.begin_due()
        finally:
            for task in self._tasks:
                task.cancel()

    def begin_due(self) -> None:
        """Begins what is due, each secret in a task of its own."""
        now = time.time()
        for records in self._store.every(_SERVICE, _KIND):
            for arn, rotation in records.items():
                if not rotation.enabled or rotation.running:
                    continue
                if rotation.token is None and (rotation.next is None or rotation.next > now):
                    continue
                if rotation.token is not None and rotation.due > now:
                    continue
                rotation.running = True
                task = asyncio.create_task(self.rotate(arn, rotation))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def rotate(self, arn: str, rotation: Rotation) -> None:
        """One attempt; its outcome is kept in the rotation."""
        rotation.running = True
        try:
            if rotation.token is None:
                await self._begin(arn, rotation)
            rotation.attempts += 1
            token = str(rotation.token)
            if rotation.only_test:
                await self._test(arn, rotation, token)
                return
            for step in _STEPS:
                await self._step(arn, rotation, token, step)
            await self._finish(arn, rotation, token)
        except (StepFailedError, Fault, OSError, TimeoutError) as error:
            self._failed(arn, rotation, error)
        finally:
            rotation.running = False

    async def _begin(self, arn: str, rotation: Rotation) -> None:
        token = str(uuid.uuid4())
        await self._aws(
            rotation,
            "RotateSecret",
            SecretId=arn,
            ClientRequestToken=token,
            RotationLambdaARN=rotation.function,
            RotationRules=rotation.rules,
        )
        rotation.token, rotation.attempts = token, 0

    async def _test(self, arn: str, rotation: Rotation, token: str) -> None:
        """Tests the function with a pending version, and removes that version again."""
        try:
            await self._step(arn, rotation, token, "testSecret")
        except StepFailedError as error:
            LOGGER.warning("rotation of %s was set up, but its test failed: %s", arn, error)
        rotation.token, rotation.only_test = None, False
        await self._aws(
            rotation,
            "UpdateSecretVersionStage",
            SecretId=arn,
            VersionStage="AWSPENDING",
            RemoveFromVersionId=token,
        )

    async def _step(self, arn: str, rotation: Rotation, token: str, step: str) -> None:
        event = {"SecretId": arn, "ClientRequestToken": token, "Step": step}
        answer = await self._backends.call(
            "lambda",
            "Invoke",
            {"FunctionName": rotation.function, "Payload": json.dumps(event).encode()},
            rotation.region,
        )
        if answer.get("FunctionError"):
            raise StepFailedError(f"step {step}: {_reason(answer.get('Payload'))}")

    async def _finish(self, arn: str, rotation: Rotation, token: str) -> None:
        described = await self._aws(rotation, "DescribeSecret", SecretId=arn)
        stages = described.get("VersionIdsToStages", {}).get(token, [])
        if "AWSCURRENT" not in stages:
            raise StepFailedError("step finishSecret: the new version did not become the current")
        if "AWSPENDING" in stages:
            await self._aws(
                rotation,
                "UpdateSecretVersionStage",
                SecretId=arn,
                VersionStage="AWSPENDING",
                RemoveFromVersionId=token,
            )
        now = time.time()
        rotation.last, rotation.next = now, after_rules(rotation.rules, now)
        rotation.token = None
        LOGGER.info("rotated %s, attempt %d", arn, rotation.attempts)

    def _failed(self, arn: str, rotation: Rotation, error: Exception) -> None:
        now = time.time()
        if rotation.attempts >= MOST_ATTEMPTS:
            LOGGER.error("rotation of %s given up: %s", arn, error)
            rotation.token, rotation.next = None, after_rules(rotation.rules, now)
            return
        seconds = pause(max(rotation.attempts, 1))
        rotation.due = now + seconds
        LOGGER.warning(
            "rotation of %s failed, attempt %d of %d, again in %d s: %s",
            *(arn, rotation.attempts, MOST_ATTEMPTS, seconds, error),
        )

    async def _aws(self, rotation: Rotation, operation: str, /, **params: Any) -> dict[str, Any]:
        return await self._backends.call(_SERVICE, operation, params, rotation.region)


def _reason(payload: Any) -> str:
    text = payload.read() if hasattr(payload, "read") else payload
    try:
        document = json.loads(text or b"{}")
        return f"{document.get('errorType')}: {document.get('errorMessage')}"
    except (ValueError, AttributeError):
        return str(text)
