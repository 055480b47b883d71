"""``qops adopt``, and what it shares with ``qops state forget``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, execute

if TYPE_CHECKING:
    from rich.console import Console

    from qops.platform.answers import PlanAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal

OutFile = Annotated[
    Path | None,
    typer.Option("--out", help="Plan file to write; one of its own beside the environment's."),
]


def adopt(
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="Where it stands in the configuration.")
    ],
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="The id by which the provider imports it.")
    ],
    env: EnvOption = "local",
    as_json: JsonOption = False,
    out: OutFile = None,
) -> None:
    """Save a plan that takes an existing resource under Terraform's care. Exit code 2.

    The configuration must have its block. The plan is limited to it and to what it depends on, and
    is applied like any other: qops apply --plan.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "PlanAnswer":
        from qops.adoption.adopting import plan_adoption
        from qops.platform.answers import PlanAnswer

        plan, review = plan_adoption(settings, address, identity, notice=terminal.notice, file=out)
        return PlanAnswer.of(plan.file, review, plan.warnings)

    execute("adopt", use_case, show_single, env=env, as_json=as_json)


def show_single(answer: "PlanAnswer", console: "Console") -> None:
    """Show a plan for one resource.

    Args:
        answer: The answer.
        console: Where.
    """
    from qops.review.terminal import write_review

    write_review(answer.review, console, full=True)
    console.print(f"  saved: {answer.plan_file}", style="dim", soft_wrap=True)
    environment = answer.review.environment
    commands = ("approve", "apply") if environment == "prod" else ("apply",)
    told = ", ".join(f"qops {one} --env {environment} --plan FILE" for one in commands)
    console.print(f"  next: {told}", style="dim")
