"""``postCommandResult``: what a device saw or did, exactly once.

The order of writes makes a crash harmless. The snapshot goes to its key in S3 (a repeat
overwrites it with the same). One transaction then closes the command, keeps the answer for the
state machine with it, and adds the effects to the run. Only after that is the state machine
told, and ``answered_at`` written when it has taken the answer. The agent repeats a result that
got no receipt: a closed command without ``answered_at`` is then told once more.
"""

from collections.abc import Sequence

from qs_api.answers import answer_of, explanation_of
from qs_api.call import Call
from qs_api.lookup import find_command, find_device, refuse_revoked
from qs_api.problems import conflict
from qs_api.result_checks import check_result
from qs_api.services import Services
from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.change import Change
from qs_cloud.clock import stamp, utc_now
from qs_cloud.command_record import CommandRecord, CommandState, TaskAnswer
from qs_cloud.items import Value
from qs_cloud.machine import TaskGoneError, tell
from qs_cloud.marks import ended
from qs_cloud.table import change_together
from qs_cloud.telemetry import count, logger
from qscreen.wire import (
    CommandAck,
    CommandKind,
    CommandResult,
    CommandStatus,
    Snapshot,
    StageName,
)


def post_command_result(call: Call, services: Services) -> CommandAck:
    """Take the result of a command.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The receipt; ``duplicate`` if the result was known already.

    Raises:
        ProblemAnswer: 400 if the result does not fit the command, 404 if the command is not
            of the caller's device, 409 if it was cancelled, is expired, or its task has ended.
        CloudCallError: If a service cannot be reached; repeating the result is safe.
    """
    result = call.body_as(CommandResult)
    record = find_command(services, call.path["command_id"], call.user)
    refuse_revoked(find_device(services, record.command.device_id, call.user))
    if record.state is CommandState.ANSWERED:
        return _again(record, services)
    if record.state is CommandState.CANCELLED:
        check_result(record, result)
        _keep_what_was_done(record, result, services)
    _refuse_late(call, record, result)
    check_result(record, result)
    answer = _keep(call, services, record, result)
    if answer is None:
        return _lost_race(call, services, result)
    try:
        tell(record.task_token, answer)
    except TaskGoneError as error:
        _acknowledge(record, services)
        raise _task_gone(record) from error
    _acknowledge(record, services)
    _note(record, result)
    return CommandAck(command_id=record.command.id)


def _refuse_late(call: Call, record: CommandRecord, result: CommandResult) -> None:
    if record.state is CommandState.CANCELLED:
        raise conflict(
            f"The run of the command {record.command.id} was cancelled.",
            "Drop the command; its result is not needed any more.",
        )
    # "It came too late" is itself a result that may arrive after the expiry.
    if call.now > record.alive_until and result.status is not CommandStatus.EXPIRED:
        raise conflict(
            f"The command {record.command.id} expired before a sign of life came from the device.",
            "Drop the command; the run goes on or ends without it.",
        )


def _keep_what_was_done(record: CommandRecord, result: CommandResult, services: Services) -> None:
    # Nobody waits for the result of a cancelled command, but its user wants to know what was
    # done before the device heard of it.
    if not result.effects:
        return
    change_together(
        "keep the effects of the cancelled command",
        (
            services.commands,
            record.command.id,
            Change(
                set={"answered_at": stamp(utc_now())},
                equals={"state": CommandState.CANCELLED.value},
                missing=("answered_at",),
            ),
        ),
        (
            services.runs,
            record.command.run_id,
            Change(append={"effects": tuple(e.model_dump_json() for e in result.effects)}),
        ),
    )


def _keep(
    call: Call, services: Services, record: CommandRecord, result: CommandResult
) -> TaskAnswer | None:
    snapshot_key = None
    if result.snapshot is not None:
        snapshot_key = _store_snapshot(services, record, result.snapshot)
    answer = answer_of(record, result, snapshot_key)
    kept: dict[str, Value] = {"state": CommandState.ANSWERED.value}
    for name, value in (
        ("output", answer.output),
        ("error", answer.error),
        ("cause", answer.cause),
    ):
        if value is not None:
            kept[name] = value
    stage = StageName.OBSERVE if record.command.kind is CommandKind.OBSERVE else StageName.ACT
    of_run: dict[str, Value] = {"updated_at": stamp(call.now)}
    explanation = explanation_of(result)
    if explanation is not None:
        of_run["explanation"] = explanation
    appended: dict[str, Sequence[str]] = {"marks": (ended(stage, call.now),)}
    if result.effects:
        appended["effects"] = tuple(effect.model_dump_json() for effect in result.effects)
    closed = change_together(
        "keep the result of the command",
        (
            services.commands,
            record.command.id,
            Change(set=kept, equals={"state": CommandState.OPEN.value}),
        ),
        (
            services.runs,
            record.command.run_id,
            Change(
                set=of_run,
                append=appended,
                remove=("open_command_id",),
            ),
        ),
    )
    return answer if closed else None


def _store_snapshot(services: Services, record: CommandRecord, snapshot: Snapshot) -> str:
    key = f"{record.key_prefix}snapshot.json"
    with calling("store the snapshot"):
        clients.s3().put_object(
            Bucket=services.bucket,
            Key=key,
            Body=snapshot.model_dump_json().encode(),
            ContentType="application/json",
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=services.screenshots_key_arn,
        )
    return key


def _again(record: CommandRecord, services: Services) -> CommandAck:
    if record.answered_at is None and record.answer is not None:
        try:
            tell(record.task_token, record.answer)
        except TaskGoneError:
            # Told before the crash, or timed out since: either way nothing is waiting for it.
            logger().info("Task had ended already", extra={"command_id": record.command.id})
        _acknowledge(record, services)
    count("DuplicateResults")
    return CommandAck(command_id=record.command.id, duplicate=True)


def _lost_race(call: Call, services: Services, result: CommandResult) -> CommandAck:
    record = find_command(services, call.path["command_id"], call.user)
    if record.state is CommandState.ANSWERED:
        return _again(record, services)
    if record.state is CommandState.CANCELLED:
        _keep_what_was_done(record, result, services)
        raise conflict(
            f"The run of the command {record.command.id} was cancelled at this moment.",
            "Drop the command; its result is not needed any more.",
        )
    raise conflict(
        f"The run of the command {record.command.id} does not exist any more.",
        "Drop the command; nothing is waiting for its result.",
    )


def _acknowledge(record: CommandRecord, services: Services) -> None:
    services.commands.change(
        record.command.id, Change(set={"answered_at": stamp(utc_now())}, missing=("answered_at",))
    )


def _task_gone(record: CommandRecord) -> Exception:
    return conflict(
        f"The run no longer waits for the command {record.command.id}: it timed out or ended.",
        "Drop the command. What was done is kept with the run; look at the run for how it ended.",
    )


def _note(record: CommandRecord, result: CommandResult) -> None:
    logger().info(
        "Result taken",
        extra={
            "command_id": record.command.id,
            "run_id": record.command.run_id,
            "device_id": record.command.device_id,
            "kind": record.command.kind.value,
            "status": result.status.value,
            "effects": len(result.effects),
        },
    )
    count(
        "CommandResults",
        dimensions={"kind": record.command.kind.value, "status": result.status.value},
    )
