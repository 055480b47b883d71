"""``qops drift``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, execute
from qops.commands.showing import shown_by

if TYPE_CHECKING:
    from qops.drift.answers import DriftAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal


def drift(
    env: EnvOption = "local",
    as_json: JsonOption = False,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Also write a report as Markdown.")
    ] = None,
) -> None:
    """Tell what has changed behind Terraform's back. Nothing is changed.

    Exit code: 0 none but what environments/<env>.drift.yaml knows, 2 drift, 1 it could not be told.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "DriftAnswer":
        from qops.drift.detecting import detect_drift

        answer = detect_drift(settings, notice=terminal.notice)
        if markdown is not None:
            from qops.drift.markdown import markdown as as_markdown

            markdown.write_text(as_markdown(answer), encoding="utf-8")
            terminal.notice(f"  Markdown: {markdown}")
        return answer

    show = shown_by("qops.drift.showing", "show_drift")
    execute("drift", use_case, show, env=env, as_json=as_json)
