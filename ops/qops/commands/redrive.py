"""``qops queues`` and ``qops redrive``."""

from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute
from qops.commands.showing import shown_by

if TYPE_CHECKING:
    from qops.queues.answers import QueuesAnswer, RedriveAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal


def queues(env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Show what waits in all queues and dead letters. Exit code 2 when there are dead letters."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "QueuesAnswer":  # noqa: ARG001
        from qops.platform.aws import Aws
        from qops.queues.overview import overview

        return overview(settings, Aws(settings))

    execute(
        "queues", use_case, shown_by("qops.queues.showing", "show_queues"), env=env, as_json=as_json
    )


def redrive(
    queue: Annotated[str, typer.Argument(help="The dead letters, or the queue that they are of.")],
    most: Annotated[
        int | None,
        typer.Option("--max", min=1, help="How many; all by default."),
    ] = None,
    wait: Annotated[
        float,
        typer.Option(min=0, help="Longest wait for what comes back, seconds."),
    ] = 60.0,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Move dead letters back to where they came from, and see which come back.

    Shows first how many there are and what some of them hold, without quoting it. Exit code:
    0 all moved and none came back, 1 some were not moved, 2 some came back or are not worked off.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "RedriveAnswer":
        from qops.platform.aws import Aws
        from qops.queues.answers import RedriveAnswer
        from qops.queues.redriving import redrive as redriven
        from qops.queues.showing import RedriveView

        done = redriven(
            settings,
            Aws(settings),
            queue,
            most=most,
            wait_seconds=wait,
            watching=RedriveView(terminal),
        )
        return RedriveAnswer.of(done)

    execute(
        "redrive",
        use_case,
        shown_by("qops.queues.showing", "show_redrive"),
        env=env,
        as_json=as_json,
        yes=yes,
    )
