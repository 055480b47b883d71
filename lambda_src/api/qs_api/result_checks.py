"""Whether a result fits its command: the schema alone cannot know."""

import re
from collections.abc import Iterator
from http import HTTPStatus

from qs_api.problems import ProblemAnswer
from qs_cloud.command_record import CommandRecord
from qscreen.wire import CommandKind, CommandResult, CommandStatus, ProblemError

_PICTURE = re.compile(r"[A-Za-z0-9_-]{1,100}\.png")


def check_result(record: CommandRecord, result: CommandResult) -> None:
    """Refuse a result that does not fit its command.

    Args:
        record: The command.
        result: What the device sent.

    Raises:
        ProblemAnswer: 400 with the places that do not fit.
    """
    faults = tuple(_faults(record, result))
    if faults:
        places = ", ".join(fault.path for fault in faults[:5])
        raise ProblemAnswer(
            HTTPStatus.BAD_REQUEST,
            f"The result does not fit the command {record.command.id} at {places}.",
            "Send the snapshot or the effects of this very command, with keys below its prefix.",
            faults,
        )


def _faults(record: CommandRecord, result: CommandResult) -> Iterator[ProblemError]:
    command = record.command
    observe = command.kind is CommandKind.OBSERVE
    if result.picture_key is not None:
        if not observe:
            yield ProblemError(
                path="/picture_key", detail="The pictures of a perform command go by its effects."
            )
        elif not _is_own_picture(record, result.picture_key):
            yield ProblemError(
                path="/picture_key",
                detail=f"The key must be {record.key_prefix} and the plain name of a PNG.",
            )
    if observe and result.effects:
        yield ProblemError(path="/effects", detail="An observe command has no effects.")
    if observe and result.status is CommandStatus.DONE and result.snapshot is None:
        yield ProblemError(path="/snapshot", detail="An observe command needs its snapshot.")
    if result.snapshot is not None:
        if not observe:
            yield ProblemError(path="/snapshot", detail="A perform command has no snapshot.")
        if result.snapshot.device_id != command.device_id:
            yield ProblemError(
                path="/snapshot/device_id", detail="The snapshot is of another device."
            )
    known = {step.id for step in command.steps}
    seen: set[str] = set()
    for place, effect in enumerate(result.effects):
        if not observe and effect.step_id not in known:
            yield ProblemError(
                path=f"/effects/{place}/step_id", detail="The command has no such step."
            )
        if effect.step_id in seen:
            yield ProblemError(
                path=f"/effects/{place}/step_id", detail="Another effect is of the same step."
            )
        seen.add(effect.step_id)
        for name, key in (("before_key", effect.before_key), ("after_key", effect.after_key)):
            if key is not None and not _is_own_picture(record, key):
                yield ProblemError(
                    path=f"/effects/{place}/{name}",
                    detail=f"The key must be {record.key_prefix} and the plain name of a PNG.",
                )


def _is_own_picture(record: CommandRecord, key: str) -> bool:
    name = key.removeprefix(record.key_prefix)
    return name != key and _PICTURE.fullmatch(name) is not None
