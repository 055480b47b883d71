"""Performing steps from a file on this screen, without the cloud."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from qagent.consent import Dialog, Source
from qagent.desktop import open_backend
from qagent.home import AgentHome, HomeError
from qagent.journal import Journal
from qagent.locks import held
from qagent.oversight import oversee
from qagent.policy import load_policy
from qagent.stop import StopSignal
from qagent.stop_key import watched
from qagent.stopping import stop_by
from qagent.work import Worker
from qscreen.wire import Command, CommandKind, CommandResult, Step

LOCAL_DEVICE = "local-device"


class StepsFile(BaseModel):
    """A file of steps: an object with `steps`; a plan of the API fits too."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    steps: tuple[Step, ...] = Field(min_length=1, max_length=20)


def load_steps(path: Path) -> tuple[Step, ...]:
    """Read steps from a JSON file: an object with `steps`, or a list of steps.

    Raises:
        HomeError: It cannot be read or holds no steps.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise HomeError(
            f"{path} cannot be read ({error.strerror}).", "Name a readable JSON file."
        ) from error
    try:
        if raw.lstrip().startswith(b"["):
            found = TypeAdapter(tuple[Step, ...]).validate_json(raw)
            return StepsFile(steps=found).steps
        return StepsFile.model_validate_json(raw).steps
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = "/".join(str(part) for part in fault["loc"]) or "the file"
        raise HomeError(
            f"{path} holds no steps ({place}: {fault['msg']}).",
            "Write an object with `steps`, as in the API's plan.",
        ) from error


def perform_file(
    home: AgentHome,
    steps: tuple[Step, ...],
    stop: StopSignal,
    who: str = "qagent do",
    dialog: Dialog | None = None,
) -> CommandResult:
    """Perform steps with the journal; the same steps, interrupted before, are gone on with.

    Args:
        home: The agent's folder.
        steps: What to do.
        stop: Tells the work to stop.
        who: Who asks for it, in words for the person at the device.
        dialog: Asks that person; the native dialog when absent.
    """
    home.create()
    with (
        held(home.root / "screen.lock", what="acting on this screen"),
        watched(load_policy(home.policy).stop_key, lambda: stop_by(home, "stop key")),
    ):
        journal = Journal(home.root / "local-journal.jsonl")
        oversight = oversee(home, Source.LOCAL, who, dialog)
        worker = Worker(journal, open_backend, lambda: load_policy(home.policy), oversight)
        try:
            worker.open()
            return worker.carry_out(_command(journal, steps), stop)
        finally:
            worker.close()
            journal.close()


def _command(journal: Journal, steps: tuple[Step, ...]) -> Command:
    for record in journal.unfinished():
        if record.command.steps == steps:
            return record.command
    now = datetime.now(UTC)
    return Command(
        id=f"local-{uuid4().hex}",
        run_id="local-run",
        device_id=LOCAL_DEVICE,
        kind=CommandKind.PERFORM,
        issued_at=now,
        expires_at=now + timedelta(hours=1),
        heartbeat_seconds=10,
        steps=steps,
    )
