"""From what was recorded to a workflow."""

from datetime import UTC, datetime

from qagent.home import HomeError
from qagent.messages import text
from qagent.workflows.diary import Recorded
from qagent.workflows.model import Workflow
from qagent.workflows.repeats import with_rounds
from qagent.workflows.variables import with_repeated_texts


def compile_workflow(recorded: Recorded, title: str, *, plain: bool = False) -> Workflow:
    """Make a workflow of a recording.

    Args:
        recorded: What was recorded.
        title: The workflow's title.
        plain: Leave every text as it was written, without variables.

    Raises:
        HomeError: Nothing was recorded.
    """
    if not recorded.steps:
        raise HomeError(text("record.nothing"), text("record.nothing.repair"))
    workflow = Workflow(
        version=1,
        title=title[:100],
        recorded_at=datetime.now(UTC).replace(microsecond=0),
        inputs=tuple(recorded.inputs[:20]),
        steps=tuple(recorded.steps),
        gaps=tuple(recorded.gaps),
    )
    return workflow if plain else with_variables(workflow)


def with_variables(workflow: Workflow) -> Workflow:
    """Put variables in the place of what comes again."""
    return with_repeated_texts(with_rounds(workflow))
