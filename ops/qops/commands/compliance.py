"""``qops compliance``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands import completing
from qops.commands.execution import EnvOption, JsonOption, execute

if TYPE_CHECKING:
    from rich.console import Console

    from qops.compliance.answers import ComplianceAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal


def compliance(
    env: EnvOption = "local",
    as_json: JsonOption = False,
    framework: Annotated[
        list[str] | None,
        typer.Option(
            help="cis, soc2, gdpr, hipaa or isms-p; may be repeated.",
            autocompletion=completing.frameworks,
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--plan",
            help="Saved plan, or terraform show -json of a plan or state; "
            "the applied platform when absent.",
        ),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page to this file, too.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="Print SARIF 2.1.0.")] = False,
) -> None:
    """Judge the platform by controls of five frameworks, with evidence.

    Exit code: 0 nothing is not met, 2 a control is not met. What cannot be seen from plan, state
    and calls is not checkable here, never met.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "ComplianceAnswer":
        from qops.compliance.assessing import assess
        from qops.compliance.showing import write_page
        from qops.errors import UsageError

        if as_json + markdown + sarif > 1:
            raise UsageError(
                "Only one of --json, --markdown and --sarif can be printed.",
                next_step="Leave the others away; --html can go with any.",
            )
        answer = assess(settings, frameworks=framework or (), file=file, notice=terminal.notice)
        if html is not None:
            write_page(html, answer)
        return answer

    def show(answer: "ComplianceAnswer", console: "Console") -> None:
        import sys

        from qops.compliance import showing

        if markdown:
            sys.stdout.write(showing.markdown(answer))
        elif sarif:
            sys.stdout.write(showing.sarif(answer))
        else:
            console.print(showing.compliance_view(answer), soft_wrap=False)
            if html is not None:
                console.print(f"page: {html}", markup=False, style="dim", soft_wrap=True)

    execute("compliance", use_case, show, env=env, as_json=as_json, document=markdown or sarif)
