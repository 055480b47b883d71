"""``qops cost`` and ``qops cost update-prices``."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, execute

if TYPE_CHECKING:
    from decimal import Decimal

    from rich.console import Console
    from rich.table import Table

    from qops.cost.answers import CostAnswer, PricesAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal

PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        help="Saved plan, or terraform show -json of a plan or state; "
        "the environment's saved plan or its state when absent.",
    ),
]
Declared = Annotated[
    bool,
    typer.Option("--declared", help="From the configuration alone: no AWS, no plan, a minute."),
]
UsageFile = Annotated[
    Path | None, typer.Option("--usage", help="YAML of how the platform is used.")
]


class Action(StrEnum):
    """What is to be done."""

    ESTIMATE = "estimate"
    UPDATE_PRICES = "update-prices"


def cost(
    action: Annotated[Action, typer.Argument(help="What to do.")] = Action.ESTIMATE,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    plan_file: PlanFile = None,
    declared: Declared = False,
    usage_file: UsageFile = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="Another plan or state, to compare with.")
    ] = None,
    change: Annotated[
        bool, typer.Option("--change", help="What the plan changes: against what is there now.")
    ] = False,
    region: Annotated[
        str, typer.Option("--region", help="Price as if in this region; else the plan's own.")
    ] = "",
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    every_line: Annotated[bool, typer.Option("--lines", help="Show every line.")] = False,
) -> None:
    """Estimate a month's cost of the platform, or refresh the prices.

    What has no price is shown as unpriced, never as 0. update-prices asks the AWS Price List API
    and needs credentials.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "CostAnswer":
        from qops.cost.estimate import estimate
        from qops.cost.prices import load_prices, refreshed_file
        from qops.errors import UsageError
        from qops.sizing.inventory import read_inventory
        from qops.sizing.usage import read_usage

        if as_markdown and as_json:
            raise UsageError(
                "--markdown and --json exclude each other.", next_step="Leave one of them out."
            )
        usage = read_usage(usage_file)
        inventory = read_inventory(settings, plan_file, declared=declared, notice=terminal.notice)
        other = read_inventory(settings, against, notice=terminal.notice) if against else None
        if change:
            other = inventory.before
            if other is None or against:
                raise UsageError(
                    "--change compares a plan with what it starts from.",
                    why="--against names something else."
                    if against
                    else f"{inventory.source} is no plan.",
                    next_step="Name a plan with --plan, without --against.",
                )
        prices = load_prices(
            region or inventory.region, file=refreshed_file(settings.home), own=usage.prices
        )
        if region and region not in prices.regions:
            raise UsageError(
                f"There are no prices of a region {region}.",
                why=f"The table has {', '.join(prices.regions)}.",
                next_step=f"Name one of them, or ask AWS: qops cost update-prices "
                f"--region {region} --env dev",
            )
        return estimate(inventory, usage, prices, against=other)

    def update(settings: "Settings", terminal: "Terminal") -> "PricesAnswer":  # noqa: ARG001
        from qops.cost.update import update_prices
        from qops.platform.aws import region_of

        return update_prices(settings, region or region_of(settings))

    def show(answer: "CostAnswer", console: "Console") -> None:
        if as_markdown:
            from qops.cost.markdown import markdown

            typer.echo(markdown(answer), nl=False)
        else:
            _show(answer, console, every_line=every_line)

    if action is Action.UPDATE_PRICES:
        execute("cost update-prices", update, _show_prices, env=env, as_json=as_json)
    execute("cost", use_case, show, env=env, as_json=as_json, document=as_markdown)


def _show(answer: "CostAnswer", console: "Console", *, every_line: bool) -> None:
    of = f" of {answer.of}" if answer.of else ""
    console.print(f"[bold]${answer.usd:,}[/] a month{of}, {answer.region}", end="")
    console.print(f"; {answer.unpriced} lines unpriced." if answer.unpriced else ".")
    if answer.krw is not None:
        console.print(f"₩{answer.krw:,} at the rate of the usage file.")
    console.print(
        f"{answer.source}; list prices of {answer.prices_date}; {answer.runs_a_month:,} runs, "
        f"{answer.requests_a_month:,} requests a month.",
        style="dim",
        markup=False,
    )
    _show_groups(answer, console)
    if every_line:
        _show_lines(answer, console)
    else:
        _show_unpriced(answer, console)
    _show_alternatives(answer, console)
    _show_difference(answer, console)
    for type_ in answer.unknown_types:
        console.print(f"! {type_}: not known whether it costs something", style="yellow")


def _table(
    console: "Console", title: str, left: tuple[str, ...], right: tuple[str, ...]
) -> "Table":
    from rich.table import Table

    console.print()
    table = Table(title=title, title_justify="left", box=None, header_style="bold")
    for name in left:
        table.add_column(name, overflow="fold")
    for name in right:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _usd(usd: "Decimal | None") -> str:
    return "unpriced" if usd is None else f"{usd:,}"


def _show_groups(answer: "CostAnswer", console: "Console") -> None:
    for title, groups in (("by layer", answer.by_layer), ("by service", answer.by_service)):
        table = _table(console, title, ("",), ("USD", "unpriced"))
        for group in groups:
            table.add_row(group.name, _usd(group.usd), str(group.unpriced or ""))
        console.print(table)


def _show_lines(answer: "CostAnswer", console: "Console") -> None:
    table = _table(console, "all lines", ("layer", "service", "item", "unit"), ("units", "USD"))
    for line in answer.lines:
        units = "" if line.units is None else f"{line.units:,f}"
        table.add_row(line.layer, line.service, line.item, line.unit, units, _usd(line.usd))
    console.print(table)


def _show_unpriced(answer: "CostAnswer", console: "Console") -> None:
    lines = [line for line in answer.lines if line.usd is None]
    if not lines:
        return
    table = _table(console, "unpriced, so missing above", ("service", "item", "because"), ())
    for line in lines:
        table.add_row(line.service, line.item, line.source)
    console.print(table)
    console.print(
        "  next: own prices in the usage file (prices:), or qops cost update-prices", style="dim"
    )


def _show_alternatives(answer: "CostAnswer", console: "Console") -> None:
    if not answer.alternatives:
        return
    table = _table(console, "the same paid otherwise", ("what", "as", "note"), ("USD",))
    for other in answer.alternatives:
        shown = _usd(other.usd)
        table.add_row(
            other.what, other.option, other.note, f"~{shown}" if other.indicative else shown
        )
    console.print(table)


def _show_difference(answer: "CostAnswer", console: "Console") -> None:
    difference = answer.difference
    if difference is None:
        return
    from qops.cost.markdown import signed

    table = _table(console, f"against {difference.against}", ("layer", "item"), ("before", "after"))
    for change in difference.changes:
        before = "" if change.kind == "added" else _usd(change.before)
        after = "" if change.kind == "removed" else _usd(change.after)
        table.add_row(change.layer, f"{change.service}: {change.item}", before, after)
    console.print(table)
    rest = f", {difference.unpriced} changes unpriced" if difference.unpriced else ""
    console.print(f"[bold]{signed(difference.usd)}[/] a month{rest}")


def _show_prices(answer: "PricesAnswer", console: "Console") -> None:
    table = _table(console, f"prices of {answer.region}", ("price", "outcome"), ("was", "is"))
    for price in answer.prices:
        was, is_ = (_usd(price.before), _usd(price.after))
        table.add_row(price.id, price.outcome, was, is_)
    console.print(table)
    console.print(f"{answer.updated} updated, in {answer.file}", soft_wrap=True)
