"""Renders the report."""

from collections.abc import Sequence
from pathlib import Path

from qops.report.model import ShownRun

_TEMPLATE = "report.html.j2"


def render_report(runs: Sequence[ShownRun], *, title: str, environment: str) -> str:
    """Render runs as one HTML page.

    Args:
        runs: The runs, in the order in which they are shown.
        title: Title of the page.
        environment: Name of the environment; the local one is called emulated.

    Returns:
        The page.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template(_TEMPLATE).render(runs=runs, title=title, environment=environment)


def write_report(file: Path, runs: Sequence[ShownRun], *, title: str, environment: str) -> Path:
    """Render runs into a file; its folder is made.

    Args:
        file: The file to write.
        runs: The runs.
        title: Title of the page.
        environment: Name of the environment.

    Returns:
        The file.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    page = render_report(runs, title=title, environment=environment)
    temporary = file.with_name(file.name + ".new")
    temporary.write_text(page, encoding="utf-8")
    temporary.replace(file)
    return file
