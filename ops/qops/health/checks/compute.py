"""Checks of the layer compute: functions, state machines, what calls them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from qops.health.model import Check, Finding, Layer, Severity
from qops.health.surroundings import (
    Surroundings,
    healthy,
    judged,
    not_applicable,
    unhealthy,
)

ERROR_SHARE = 0.05
"""More failed invocations of a function than this share are no accident."""

FAILED_SHARE = 0.5
"""More failed executions than this share: the state machine fails, not single devices."""

MINUTES = 15
"""How far back errors count, minutes."""

EACH_SECONDS = 45.0
"""Time for a check that asks about each of two dozen functions, one after the other."""


def _functions(at: Surroundings) -> Iterator[Finding]:
    aliases = {one.text("function_name"): one for one in at.inventory.of("aws_lambda_alias")}

    def look(function: Any) -> Finding:
        name = function.text("function_name")
        alias = aliases.get(name)
        qualifier = {"Qualifier": alias.text("name")} if alias else {}
        found = at.client("lambda").get_function_configuration(FunctionName=name, **qualifier)
        state, update = found.get("State", "Active"), found.get("LastUpdateStatus", "Successful")
        reason = found.get("StateReason") or found.get("LastUpdateStatusReason") or ""
        # Inactive: nobody called for weeks; the next call wakes it.
        # While an update is in progress the former code serves.
        good = state in {"Active", "Inactive"} and update != "Failed"
        detail = f"{state}, last update {update}" + (f": {reason}" if reason and not good else "")
        return judged(name, good, detail)

    yield from at.each(at.inventory.of("aws_lambda_function"), "function_name", look)


def _errors(at: Surroundings) -> Iterator[Finding]:
    def look(function: Any) -> Finding:
        name = function.text("function_name")
        about = {"FunctionName": name}
        calls = at.metric("AWS/Lambda", "Invocations", about, minutes=MINUTES)
        if not calls:
            return not_applicable(name, f"not invoked in the last {MINUTES} minutes")
        errors = at.metric("AWS/Lambda", "Errors", about, minutes=MINUTES) or 0
        return judged(
            name, errors / calls <= ERROR_SHARE, f"{errors:.0f} of {calls:.0f} invocations failed"
        )

    yield from at.each(at.inventory.of("aws_lambda_function"), "function_name", look)


def _throttles(at: Surroundings) -> Iterator[Finding]:
    def look(function: Any) -> Finding:
        name = function.text("function_name")
        throttled = at.metric("AWS/Lambda", "Throttles", {"FunctionName": name}, minutes=MINUTES)
        return judged(name, not throttled, f"{throttled or 0:.0f} invocations throttled")

    yield from at.each(at.inventory.of("aws_lambda_function"), "function_name", look)


def _state_machines(at: Surroundings) -> Iterator[Finding]:
    def look(machine: Any) -> Finding:
        found = at.client("stepfunctions").describe_state_machine(
            stateMachineArn=machine.text("arn")
        )
        return judged(
            str(found["name"]), found["status"] == "ACTIVE", f"its status is {found['status']}"
        )

    yield from at.each(at.inventory.of("aws_sfn_state_machine"), "name", look)


def _executions(at: Surroundings) -> Iterator[Finding]:
    since = at.now() - timedelta(hours=1)

    def look(machine: Any) -> Finding:
        name = machine.text("name")
        if machine.text("type") == "EXPRESS":
            return not_applicable(name, "express executions are not listed; see its log")
        found = at.client("stepfunctions").list_executions(
            stateMachineArn=machine.text("arn"), maxResults=100
        )["executions"]
        ended = [
            one["status"]
            for one in found
            if one["status"] != "RUNNING" and one["startDate"] >= since
        ]
        failed = sum(status in {"FAILED", "TIMED_OUT"} for status in ended)
        if not ended:
            return not_applicable(name, "no execution ended in the last hour")
        return judged(
            name,
            failed / len(ended) <= FAILED_SHARE,
            f"{failed} of {len(ended)} executions of the last hour failed",
        )

    yield from at.each(at.inventory.of("aws_sfn_state_machine"), "name", look)


def _event_sources(at: Surroundings) -> Iterator[Finding]:
    def look(mapping: Any) -> Finding:
        found = at.client("lambda").get_event_source_mapping(UUID=mapping.text("uuid"))
        source = str(found["EventSourceArn"]).rpartition(":")[2]
        return judged(source, found["State"] == "Enabled", f"its state is {found['State']}")

    yield from at.each(at.inventory.of("aws_lambda_event_source_mapping"), "uuid", look)


def _schedules(at: Surroundings) -> Iterator[Finding]:
    def look(schedule: Any) -> Finding:
        found = at.client("scheduler").get_schedule(
            Name=schedule.text("name"), GroupName=schedule.text("group_name")
        )
        if schedule.text("state") == "DISABLED":
            return healthy(str(found["Name"]), "off, as configured")
        if found["State"] != "ENABLED":
            return unhealthy(str(found["Name"]), f"its state is {found['State']}")
        return healthy(str(found["Name"]), "enabled")

    yield from at.each(at.inventory.of("aws_scheduler_schedule"), "name", look)


CHECKS = (
    Check(
        id="compute.functions",
        layer=Layer.COMPUTE,
        severity=Severity.CRITICAL,
        title="Functions exist and are active",
        meaning="A function, or the version that its alias names, is gone or cannot start.",
        repair="Plan and apply, or roll the alias back to the last good version.",
        runbook="functions.md#not-active",
        look=_functions,
        timeout_seconds=EACH_SECONDS,
    ),
    Check(
        id="compute.function-errors",
        layer=Layer.COMPUTE,
        severity=Severity.HIGH,
        title="Errors of functions",
        meaning="More than one invocation in twenty failed in the last 15 minutes.",
        repair="Read the function's log for the error; roll back if it came with a release.",
        runbook="functions.md#errors",
        look=_errors,
        timeout_seconds=EACH_SECONDS,
    ),
    Check(
        id="compute.function-throttles",
        layer=Layer.COMPUTE,
        severity=Severity.HIGH,
        title="Throttled functions",
        meaning="Lambda refused invocations for want of concurrency: callers wait or fail.",
        repair="Look at devops.lambda-concurrency; raise the function's reservation or the quota.",
        runbook="functions.md#throttles",
        look=_throttles,
        timeout_seconds=EACH_SECONDS,
    ),
    Check(
        id="compute.state-machines",
        layer=Layer.COMPUTE,
        severity=Severity.CRITICAL,
        title="State machines",
        meaning="Runs cannot start: a state machine is gone or being deleted.",
        repair="Plan and apply.",
        runbook="runs.md#state-machines",
        look=_state_machines,
    ),
    Check(
        id="compute.executions",
        layer=Layer.COMPUTE,
        severity=Severity.HIGH,
        title="Executions of the last hour",
        meaning="More than half of the executions ended in an error that nothing handled.",
        repair="Open one failed execution: its last event names the state and the error.",
        runbook="runs.md#failed-executions",
        look=_executions,
    ),
    Check(
        id="compute.event-sources",
        layer=Layer.COMPUTE,
        severity=Severity.HIGH,
        title="Queues are worked off",
        meaning="A queue's messages go to nobody: the mapping to its function is off or gone.",
        repair="Enable the mapping again, unless a runbook of yours has just turned it off.",
        runbook="queues.md#not-worked-off",
        look=_event_sources,
    ),
    Check(
        id="compute.schedules",
        layer=Layer.COMPUTE,
        severity=Severity.MEDIUM,
        title="Schedules",
        meaning="Work by the clock (reaping, retention, the walk of the audit) does not happen.",
        repair="Enable the schedule, unless the halt runbook turned it off; then run resume.",
        runbook="functions.md#schedules",
        look=_schedules,
    ),
)
"""The checks of this layer."""
