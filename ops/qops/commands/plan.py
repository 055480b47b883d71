"""``qops plan`` and ``qops show``."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, execute

if TYPE_CHECKING:
    from rich.console import Console

    from qops.platform.answers import PlanAnswer
    from qops.review.model import Review
    from qops.settings import Settings
    from qops.terminal import Terminal

PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan", help="Plan file; the environment's own when absent.", envvar="QOPS_PLAN"
    ),
]
MarkdownFile = Annotated[
    Path | None,
    typer.Option("--markdown", help="Also write the review as Markdown for a pull request."),
]
SarifFile = Annotated[
    Path | None,
    typer.Option("--sarif", help="Also write what it introduces against a policy as SARIF 2.1.0."),
]
UsageFile = Annotated[
    Path | None, typer.Option("--usage", help="YAML of how the platform is used, for the cost.")
]
_WARNINGS, _LONGEST_WARNING = 10, 400
"""So many of Terraform's warnings are shown, each of so many characters: there is one for each
resource that it warns of."""

FullOption = Annotated[
    bool, typer.Option("--full", help="Show every resource, attribute and drift.")
]


def plan(
    env: EnvOption = "local",
    as_json: JsonOption = False,
    plan_file: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "--plan",
            help="Plan file to write; the environment's own when absent.",
            envvar="QOPS_PLAN",
        ),
    ] = None,
    markdown: MarkdownFile = None,
    sarif: SarifFile = None,
    usage_file: UsageFile = None,
    full: FullOption = False,
) -> None:
    """Save a plan and tell what it would change. Exit code 2 when it would change something."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "PlanAnswer":
        from qops.platform.answers import PlanAnswer
        from qops.platform.planning import make_plan
        from qops.sizing.usage import read_usage

        usage = read_usage(usage_file)
        result, review = make_plan(settings, plan_file, notice=terminal.notice, usage=usage)
        write_files(review, terminal, markdown=markdown, sarif=sarif)
        return PlanAnswer.of(result.file, review, result.warnings)

    execute("plan", use_case, partial(show_plan, full=full), env=env, as_json=as_json)


def show(
    env: EnvOption = "local",
    as_json: JsonOption = False,
    plan_file: PlanFile = None,
    markdown: MarkdownFile = None,
    sarif: SarifFile = None,
    usage_file: UsageFile = None,
    full: FullOption = False,
) -> None:
    """Tell what a saved plan would change, without planning again. Exit code 2 as of plan."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "PlanAnswer":
        from qops.platform.answers import PlanAnswer
        from qops.platform.planning import review_plan
        from qops.sizing.usage import read_usage

        usage = read_usage(usage_file)
        file, review = review_plan(settings, plan_file, notice=terminal.notice, usage=usage)
        write_files(review, terminal, markdown=markdown, sarif=sarif)
        return PlanAnswer.of(file, review)

    execute("show", use_case, partial(show_plan, full=full), env=env, as_json=as_json)


def write_files(
    review: "Review", terminal: "Terminal", *, markdown: Path | None, sarif: Path | None
) -> None:
    """Write the files that were asked for beside the answer.

    Args:
        review: The review.
        terminal: Where it is told.
        markdown: File for the Markdown.
        sarif: File for the findings.
    """
    if markdown is not None:
        from qops.review.markdown import markdown as as_markdown

        markdown.write_text(as_markdown(review), encoding="utf-8")
        terminal.notice(f"  Markdown: {markdown}")
    if sarif is not None:
        from qops.review.sarif import sarif as as_sarif

        sarif.write_text(as_sarif(review), encoding="utf-8")
        terminal.notice(f"  SARIF: {sarif}")


def _show_warnings(warnings: "list[str]", console: "Console", *, full: bool) -> None:
    shown = warnings if full else warnings[:_WARNINGS]
    for warning in shown:
        text = warning if full or len(warning) <= _LONGEST_WARNING else warning[:_LONGEST_WARNING]
        cut = "" if text == warning else "…"
        console.print(f"! {text}{cut}", style="yellow", markup=False)
    if len(shown) < len(warnings):
        left = f"! and {len(warnings) - len(shown)} more warnings: --full and --json show them"
        console.print(left, style="yellow", markup=False)


def show_plan(answer: "PlanAnswer", console: "Console", *, full: bool) -> None:
    """Show the review of a plan.

    Args:
        answer: The answer.
        console: Where.
        full: Whether every resource, attribute and drift is shown.
    """
    from qops.review.terminal import write_review

    _show_warnings(answer.warnings, console, full=full)
    if answer.empty:
        console.print("[green]✓[/] Nothing to do: the platform is what the checkout says.")
    if not answer.empty or answer.review.drift:
        write_review(answer.review, console, full=full)
    if not answer.empty:
        console.print(f"  saved: {answer.plan_file}", style="dim", soft_wrap=True)
        console.print("  next: qops apply (prod: qops approve first)", style="dim")
