"""``qops promote``."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import JsonOption, execute
from qops.commands.plan import FullOption, MarkdownFile, SarifFile, show_plan, write_files

if TYPE_CHECKING:
    from rich.console import Console

    from qops.releases.answers import PromoteAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal


def promote(
    source: Annotated[str, typer.Argument(help="Environment in which the commit runs.")],
    target: Annotated[str, typer.Argument(help="Environment that is to get it.")],
    as_json: JsonOption = False,
    markdown: MarkdownFile = None,
    sarif: SarifFile = None,
    full: FullOption = False,
    from_local: Annotated[
        bool, typer.Option("--from-local", help="Take the local cloud for the source.")
    ] = False,
    allow_unknown: Annotated[
        bool,
        typer.Option("--allow-unknown", help="Go on where a check of health could not be told."),
    ] = False,
) -> None:
    """Plan for an environment exactly the commit that runs, healthy, in another.

    Saves and seals the plan; applies nothing. Exit code 2 when it would change something.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "PromoteAnswer":
        from qops.releases.promoting import promote as plan_promotion
        from qops.settings import load_settings

        answer, review = plan_promotion(
            load_settings(source),
            settings,
            from_local=from_local,
            allow_unknown=allow_unknown,
            notice=terminal.notice,
        )
        write_files(review, terminal, markdown=markdown, sarif=sarif)
        return answer

    show = partial(show_promotion, full=full)
    execute("promote", use_case, show, env=target, as_json=as_json)


def show_promotion(answer: "PromoteAnswer", console: "Console", *, full: bool) -> None:
    """Show a plan from another commit, and what it comes with.

    Args:
        answer: The answer.
        console: Where.
        full: Whether every resource, attribute and drift is shown.
    """
    from qops.terminal import write_line

    console.print(f"[bold]{answer.source} → {answer.target}[/]: commit {answer.commit[:12]}")
    if answer.health:
        told = ", ".join(f"{count} {state}" for state, count in answer.health.items())
        write_line(console, "  ", f"release {answer.release} runs; checks: {told}", style="dim")
    runs = answer.runs[:12] if answer.runs.strip("0") else "nothing that is recorded"
    write_line(console, "  ", f"{answer.target} runs: {runs}", style="dim")
    for line in answer.commits:
        write_line(console, "  commit ", line, style="dim", label_style="dim")
    if answer.values:
        console.print(f"Values that {answer.source} and {answer.target} set differently")
        for one in answer.values:
            before = "(default)" if one.source is None else one.source
            after = "(default)" if one.target is None else one.target
            write_line(console, "  ", f"{one.name}: {before} | {after}")
    show_plan(answer.plan, console, full=full)
    if not answer.plan.empty:
        command = f"qops apply --env {answer.target} --plan {answer.plan.plan_file}"
        console.print(f"  this plan: {command}", style="dim", soft_wrap=True)
