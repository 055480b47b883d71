"""``qops trace``."""

from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, execute
from qops.commands.showing import shown_by

if TYPE_CHECKING:
    from qops.logs.answers import TraceAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal


def trace(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Id of the run.")],
    env: EnvOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Show one timeline of a run: API, state machine, functions' lines, queue, device, X-Ray.

    What could not be had is said.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "TraceAnswer":  # noqa: ARG001
        from qops.logs.answers import TraceAnswer
        from qops.logs.tracing import trace_run
        from qops.platform.aws import Aws
        from qops.runs.access import api_client
        from qops.runs.finding import find_run

        with api_client(settings) as api:
            found = find_run(api, run)
        return TraceAnswer.of(found, trace_run(settings, Aws(settings), found))

    execute("trace", use_case, shown_by("qops.logs.showing", "show_trace"), env=env,
            as_json=as_json)  # fmt: skip
