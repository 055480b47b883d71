"""Commands that work on this screen alone, cloud or no cloud: they read, call and print."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from qagent.console import FAILED, guarded, print_json, say, say_step, tell
from qagent.home import AgentHome, default_home
from qagent.messages import text

if TYPE_CHECKING:
    from qscreen.orders import Order
    from qscreen.wire import CommandResult, NotUnderstood, Plan, Step

REFUSED, NOT_UNDERSTOOD = 3, 4

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def run(
    goal: Annotated[str, typer.Argument(help="What to do, in Korean or English.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, do nothing.")] = False,
    as_json: _Json = False,
) -> None:
    """Do a simple goal on this screen, planned here without a model and without the cloud.

    Exit codes: 0 done, 1 a step failed, 3 policy, consent or the screen refused one, 4 the goal
    was not understood.
    """
    from qagent.local import LocalWork, orders_of
    from qagent.stop import StopSignal
    from qscreen.grammar import understand
    from qscreen.wire import CommandResult, NotUnderstood

    found = understand(goal)
    orders = orders_of(goal, found)
    if isinstance(found, NotUnderstood) and orders is None:
        _not_understood(found, as_json=as_json)
    if dry_run:
        _tell_plan(found, orders, as_json=as_json)
        return
    home = AgentHome(default_home())

    def work() -> CommandResult:
        with LocalWork(home, f"qagent run: {goal}") as work:
            result = work.run(goal, StopSignal(home.stop_file))
        assert not isinstance(result, NotUnderstood), "it was understood a moment ago"
        return result

    result: CommandResult = guarded(work)
    steps = len(result.effects) if isinstance(found, NotUnderstood) else len(found.steps)
    _finish(result, len(result.effects) if orders else steps, as_json=as_json)


def _tell_plan(
    found: "Plan | NotUnderstood", orders: "Sequence[Order] | None", *, as_json: bool
) -> None:
    """Print the plan, or the orders that become steps once the screen is seen."""
    from qagent.plan_words import order_words, step_words
    from qscreen.wire import Plan

    if as_json and isinstance(found, Plan):
        print_json(found.model_dump(mode="json"))
    elif as_json:
        print_json({"orders": [{"order": type(o).__name__, **asdict(o)} for o in orders or ()]})
    elif isinstance(found, Plan):
        for step in found.steps:
            say(step_words(step))
    else:
        for number, order in enumerate(orders or (), start=1):
            say(f"{number}. {order_words(order)}")


def do(
    file: Annotated[Path, typer.Argument(help="JSON: an object with `steps`.")],
    as_json: _Json = False,
) -> None:
    """Perform the steps of a file on this screen, without the cloud."""
    from qagent.local import load_steps

    _perform(guarded(lambda: load_steps(file)), "qagent do", as_json=as_json)


def _perform(steps: "Sequence[Step]", who: str, *, as_json: bool) -> None:
    from qagent.local import perform_file
    from qagent.stop import StopSignal
    from qscreen.wire import CommandResult

    home = AgentHome(default_home())
    stop_signal = StopSignal(home.stop_file)
    result: CommandResult = guarded(lambda: perform_file(home, tuple(steps), stop_signal, who))
    _finish(result, len(steps), as_json=as_json)


def _finish(result: "CommandResult", expected: int, *, as_json: bool) -> None:
    """Print what came of it; the exit code tells whether all of it is confirmed."""
    from qscreen.wire import Outcome

    if as_json:
        print_json(result.model_dump(mode="json"))
    else:
        _show(result)
    complete = len(result.effects) == expected
    if complete and all(one.outcome is Outcome.CONFIRMED for one in result.effects):
        return
    refused = any(one.outcome is Outcome.REFUSED for one in result.effects)
    raise typer.Exit(REFUSED if refused else FAILED)


def _show(result: "CommandResult") -> None:
    from qagent.words import came
    from qscreen.wire import Outcome

    if result.error:
        tell(f"✗ {result.error}")
    for effect in result.effects:
        what = came(effect.outcome, effect.error)
        words = f"{effect.step_id} {what} ({effect.duration_ms:.0f} ms)"
        say_step(words, effect.evidence, good=effect.outcome is Outcome.CONFIRMED)


def _not_understood(found: "NotUnderstood", *, as_json: bool) -> NoReturn:
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        what = text("run.not_understood", part=found.part, because=found.because)
        tell(f"✗ {what}")
        for one in found.suggestions:
            tell(f"  → {one.pattern}   {text('run.example', example=one.example)}")
        tell(f"  → {text('run.by_cloud')}")
    raise typer.Exit(NOT_UNDERSTOOD)
