"""``qops capacity``."""

from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.cost import Declared, PlanFile, UsageFile
from qops.commands.execution import EnvOption, JsonOption, execute

if TYPE_CHECKING:
    from decimal import Decimal

    from rich.console import Console
    from rich.table import Table

    from qops.capacity.answers import CapacityAnswer, CapacityCheck
    from qops.settings import Settings
    from qops.terminal import Terminal

_MARKS = {
    "passes": "[green]✓[/]",
    "breaks": "[red]✗[/]",
    "alarms": "[yellow]![/]",
    "unknown": "[dim]?[/]",
}


def capacity(
    env: EnvOption = "local",
    as_json: JsonOption = False,
    plan_file: PlanFile = None,
    declared: Declared = False,
    usage_file: UsageFile = None,
    users: Annotated[int | None, typer.Option("--users", help="People who use it.")] = None,
    runs: Annotated[float | None, typer.Option("--runs", help="Runs of a day.")] = None,
    requests: Annotated[
        float | None, typer.Option("--requests", help="Requests of a day; runs follow from it.")
    ] = None,
    peak: Annotated[
        float | None, typer.Option("--peak", help="Busiest second, in multiples of the mean.")
    ] = None,
    details: Annotated[
        bool, typer.Option("--details", help="Show how each figure was computed.")
    ] = False,
) -> None:
    """Tell what load the platform carries, and what breaks first.

    Exit code 2 when a limit is passed at the peak. What depends on a quota that differs by account
    is unknown until the usage file says it.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "CapacityAnswer":
        from decimal import Decimal

        from qops.capacity.assess import assess
        from qops.cost.prices import load_prices, refreshed_file
        from qops.sizing.inventory import read_inventory
        from qops.sizing.usage import read_usage

        def exact(number: float | None) -> Decimal | None:
            return None if number is None else Decimal(str(number))

        usage = read_usage(
            usage_file,
            users=users,
            runs_per_day=exact(runs),
            requests_per_day=exact(requests),
            peak_factor=exact(peak),
        )
        inventory = read_inventory(settings, plan_file, declared=declared, notice=terminal.notice)
        prices = load_prices(inventory.region, file=refreshed_file(settings.home), own=usage.prices)
        return assess(inventory, usage, prices)

    execute(
        "capacity",
        use_case,
        lambda answer, console: _show(answer, console, details=details),
        env=env,
        as_json=as_json,
    )


def _show(answer: "CapacityAnswer", console: "Console", *, details: bool) -> None:
    of = f" of {answer.of}" if answer.of else ""
    peak = f"{answer.peak_factor.normalize():f}x"
    console.print(
        f"{answer.users:,} users, {answer.requests_a_day:,} requests and {answer.runs_a_day:,} "
        f"runs a day, peak {peak}: {answer.peak_requests:,} requests and "
        f"{answer.peak_runs:,} runs a second{of}.",
    )
    broken = [check for check in answer.checks if check.verdict == "breaks"]
    unknown = [check for check in answer.checks if check.verdict == "unknown"]
    if broken:
        console.print(f"[red]✗[/] Limits that break: {len(broken)}.", style="bold")
    else:
        console.print("[green]✓[/] No known limit breaks.", style="bold")
    first = next((check for check in answer.checks if check.id == answer.first), None)
    if first is not None:
        console.print(
            f"First to refuse is {first.what} ({_amount(first.limit)} {first.unit}, "
            f"{first.limit_from}), at {first.factor}x this load: {answer.first_at_users:,} users "
            f"and {answer.first_at_requests:,} requests a day.",
            markup=False,
        )
    if unknown:
        console.print(f"[yellow]?[/] Limits not known, at the end: {len(unknown)}.")
    console.print(
        f"{answer.source}, {answer.region}; about ${answer.usd_a_month:,} a month and "
        f"{answer.unpriced} unpriced lines.",
        style="dim",
        markup=False,
    )
    console.print()
    console.print(_table(answer))
    for check in answer.checks:
        if check.verdict != "passes" or details:
            _explain(check, console, details=details)


def _amount(number: "Decimal | None") -> str:
    if number is None:
        return "?"
    return (
        f"{number:,.0f}"
        if number == number.to_integral_value() or number >= 1000
        else f"{number:,}"
    )


def _table(answer: "CapacityAnswer") -> "Table":
    from rich.table import Table

    table = Table(box=None, header_style="bold")
    table.add_column("")
    table.add_column("limit", overflow="fold")
    for name in ("load", "limit", "factor"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("unit", overflow="fold")
    for check in answer.checks:
        limit = _amount(check.limit)
        factor = "" if check.factor is None else f"{check.factor:,}x"
        table.add_row(
            _MARKS[check.verdict], check.what, _amount(check.load), limit, factor, check.unit
        )
    return table


def _explain(check: "CapacityCheck", console: "Console", *, details: bool) -> None:
    from rich.markup import escape

    console.print(f"{_MARKS[check.verdict]} [bold]{escape(check.what)}[/]: {check.verdict}")
    if details:
        console.print(f"    load:  {check.arithmetic}", markup=False)
    console.print(f"    limit: {check.limit_from}", markup=False)
    console.print(f"    next:  {check.repair}", markup=False)
