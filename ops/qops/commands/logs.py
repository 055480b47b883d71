"""``qops logs``."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, execute
from qops.commands.showing import shown_by

if TYPE_CHECKING:
    from qops.logs.answers import LogsAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal


class LeastLevel(StrEnum):
    """How grave a line must be."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def logs(
    target: Annotated[
        str | None,
        typer.Argument(help="Function, layer or log group; with an id: all that runs pass."),
    ] = None,
    run: Annotated[str | None, typer.Option(help="Only of this run.")] = None,
    device: Annotated[str | None, typer.Option(help="Only of this device.")] = None,
    request: Annotated[str | None, typer.Option(help="Only of this request.")] = None,
    since: Annotated[
        str | None,
        typer.Option(help="Since: 30s, 15m, 2h, 3d or a time; 15m, with an id 1d."),
    ] = None,
    level: Annotated[LeastLevel, typer.Option(help="At least so grave.")] = LeastLevel.DEBUG,
    limit: Annotated[int, typer.Option(min=1, max=10000, help="The last so many.")] = 200,
    follow: Annotated[
        bool,
        typer.Option("--follow", "-f", help="Go on, until Ctrl-C."),
    ] = False,
    everything: Annotated[
        bool,
        typer.Option("--all", help="Also Lambda's own lines and metrics."),
    ] = False,
    env: EnvOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Show log lines, redacted. Times are UTC. Exit code 1 when a log group could not be read."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "LogsAnswer":
        from datetime import UTC, datetime

        from qops.errors import UsageError
        from qops.logs.answers import LineShown, LogsAnswer
        from qops.logs.groups import groups_of
        from qops.logs.lines import Level, LogLine
        from qops.logs.reading import Wanted, follow_lines, read_lines
        from qops.logs.showing import LineView
        from qops.moments import since as since_of
        from qops.platform.aws import Aws

        ids = tuple(one for one in (run, device, request) if one)
        if target is None and not ids:
            raise UsageError(
                "Whose lines?",
                next_step="Name a function or a layer (qops logs planner), or give --run ID.",
            )
        if follow and as_json:
            raise UsageError(
                "--follow never ends, --json prints one document.",
                next_step="Leave one of them away.",
            )
        begin = since_of(since or ("1d" if ids else "15m"), datetime.now(UTC))
        wanted = Wanted(begin, None, ids, Level[level.name], everything)
        wanted.check()
        aws = Aws(settings)
        groups = groups_of(settings, aws, target)
        names = [one.short for one in groups]
        if follow:
            view = LineView(terminal.out)
            try:
                for found in follow_lines(aws, groups, wanted):
                    if isinstance(found, LogLine):
                        view.show(LineShown.of(found))
                    else:
                        terminal.must.print(f"! {found}", markup=False)
            except KeyboardInterrupt:
                return LogsAnswer(groups=names, since=begin, lines=[], left_out=0, missing=[])
        read = read_lines(aws, groups, wanted)
        return LogsAnswer(
            groups=names,
            since=begin,
            lines=[LineShown.of(line) for line in read.lines[-limit:]],
            left_out=max(0, len(read.lines) - limit),
            missing=read.missing,
            failed=read.failed,
        )

    showing = "show_nothing" if follow else "show_logs"
    execute("logs", use_case, shown_by("qops.logs.showing", showing), env=env, as_json=as_json)
