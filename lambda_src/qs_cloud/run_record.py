"""A run as its item holds it: what the API shows, and what only the functions need."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qs_cloud.clock import stamp
from qs_cloud.items import Value
from qs_cloud.marks import ended, stages, started
from qscreen.wire import (
    Analysis,
    DeviceRun,
    Effect,
    NotUnderstood,
    Outcome,
    Plan,
    Run,
    RunMode,
    RunOrigin,
    RunReason,
    RunRequest,
    RunStatus,
    StageName,
    Step,
)

FINAL_STATUSES = tuple(status.value for status in RunStatus if status.final)
"""Statuses after which nothing about a run changes any more."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One item of the runs table.

    Attributes:
        run: The run as the API shows it.
        cancel_requested: Whether somebody asked to cancel it.
        open_command_id: The command that the device works on; None between commands.
        pending: Ids of the plan's steps that are still to be done.
        confirm_token: The state machine's token of an open confirmation; never leaves the cloud.
        request_digest: Digest of the request; None for a run of an older release.
        model_uses: What each call of a model used, as JSON texts.
        situation: Digest of the screen and of the steps that were left when a repair was planned
            last; None before the first.
        explanation: Why the run cannot go on, where that quotes its goal or the device; it goes
            this way, and not through the state machine, whose histories nobody can erase from.
        audit_sequence: Place in the audit chain; None until it is recorded.
        audit_hash: Hash of that entry.
    """

    run: Run
    cancel_requested: bool = False
    open_command_id: str | None = None
    pending: tuple[str, ...] = ()
    confirm_token: str | None = None
    request_digest: str | None = None
    model_uses: tuple[str, ...] = ()
    situation: str | None = None
    explanation: str | None = None
    audit_sequence: int | None = None
    audit_hash: str | None = None

    @property
    def pending_steps(self) -> tuple[Step, ...]:
        """Steps of the plan that are still to be done, in the plan's order."""
        if self.run.plan is None:
            return ()
        return tuple(step for step in self.run.plan.steps if step.id in self.pending)

    @property
    def last_effects(self) -> dict[str, Effect]:
        """The latest effect of each step that was tried, by step id."""
        return {effect.step_id: effect for effect in self.run.effects}

    @property
    def confirmed(self) -> bool:
        """Whether there is a plan and the latest effect of each of its steps is confirmed."""
        if self.run.plan is None:
            return False
        effects = self.last_effects
        return all(
            step.id in effects and effects[step.id].outcome is Outcome.CONFIRMED
            for step in self.run.plan.steps
        )


def new_run_values(
    run_id: str,
    owner: str,
    request: RunRequest,
    goal: str,
    template_version: int | None,
    at: datetime,
) -> dict[str, Value | None]:
    """Make the item of a run that has just been asked for.

    Args:
        run_id: Id of the run.
        owner: Cognito ``sub`` of the user who asks.
        request: What was asked for.
        goal: What to do: the request's own goal, or its template's with the inputs in it.
        template_version: Version of the template; None without one.
        at: When it was asked for.

    Returns:
        Plain values by attribute name.
    """
    return {
        "run_id": run_id,
        "owner": owner,
        "device_id": request.device_id,
        "goal": goal,
        "template_id": request.template_id,
        "template_version": template_version,
        "request_digest": digest_of(request),
        "mode": request.mode.value,
        "status": RunStatus.QUEUED.value,
        "attempts": 0,
        "cancel_requested": False,
        "effects": [],
        "marks": [started(StageName.INTAKE, at)],
        "created_at": stamp(at),
        "updated_at": stamp(at),
    }


def reported_run_values(
    run_id: str, owner: str, device_id: str, report: DeviceRun
) -> dict[str, Value | None]:
    """Make the item of a run that a device has done by itself; only its end is still to be kept.

    Args:
        run_id: Id of the run.
        owner: Cognito ``sub`` of the device's owner.
        device_id: The device.
        report: What it planned and did.

    Returns:
        Plain values by attribute name.
    """
    return {
        "run_id": run_id,
        "owner": owner,
        "device_id": device_id,
        "goal": report.plan.goal,
        "request_digest": digest_of(report),
        "origin": RunOrigin.DEVICE.value,
        "mode": RunMode.AUTO.value,
        "status": RunStatus.ACTING.value,
        "attempts": 1,
        "cancel_requested": False,
        "plan": report.plan.model_dump_json(),
        "effects": [effect.model_dump_json() for effect in report.effects],
        "marks": [
            started(StageName.ACT, report.started_at),
            ended(StageName.ACT, report.finished_at),
        ],
        "created_at": stamp(report.started_at),
        "updated_at": stamp(report.finished_at),
    }


def digest_of(request: RunRequest | DeviceRun) -> str:
    """Tell one request from another.

    Args:
        request: What was asked for, or what was reported.

    Returns:
        SHA-256 of the request, hexadecimal.
    """
    # Sorted, because the inputs of a template come in any order.
    text = json.dumps(request.model_dump(mode="json", exclude_defaults=True), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def run_record(values: Mapping[str, Any]) -> RunRecord:
    """Read an item of the runs table.

    Args:
        values: Plain values by attribute name.

    Returns:
        The typed record.

    Raises:
        pydantic.ValidationError: If the item is not what the functions write.
    """
    plan, not_understood = values.get("plan"), values.get("not_understood")
    reason, confirmed_at = values.get("reason"), values.get("confirmed_at")
    run = Run(
        run_id=values["run_id"],
        owner=values["owner"],
        device_id=values["device_id"],
        goal=values["goal"],
        template_id=values.get("template_id"),
        template_version=values.get("template_version"),
        origin=RunOrigin(values.get("origin", RunOrigin.PLATFORM)),
        mode=RunMode(values["mode"]),
        status=RunStatus(values["status"]),
        reason=RunReason(reason) if reason else None,
        message=values.get("message"),
        plan=Plan.model_validate_json(plan) if plan else None,
        not_understood=NotUnderstood.model_validate_json(not_understood)
        if not_understood
        else None,
        effects=tuple(Effect.model_validate_json(text) for text in values.get("effects", ())),
        stages=stages(values.get("marks", ())),
        analyses=tuple(Analysis.model_validate_json(text) for text in values.get("analyses", ())),
        attempts=values.get("attempts", 0),
        confirmed_at=datetime.fromisoformat(confirmed_at) if confirmed_at else None,
        created_at=datetime.fromisoformat(values["created_at"]),
        updated_at=datetime.fromisoformat(values["updated_at"]),
    )
    return RunRecord(
        run=run,
        cancel_requested=values.get("cancel_requested", False),
        open_command_id=values.get("open_command_id"),
        pending=tuple(values.get("pending", ())),
        confirm_token=values.get("confirm_token"),
        request_digest=values.get("request_digest"),
        model_uses=tuple(values.get("model_uses", ())),
        situation=values.get("situation"),
        explanation=values.get("explanation"),
        audit_sequence=values.get("audit_sequence"),
        audit_hash=values.get("audit_hash"),
    )
