"""Figures of repeated demos."""

from collections.abc import Iterable, Sequence
from statistics import median

from qops.demo.answers import Figures, Round


def figures_of(rounds: Sequence[Round]) -> dict[str, Figures]:
    """Minimum, median and maximum of every stage, of whole rounds and of runs.

    Args:
        rounds: Passes of the demo.

    Returns:
        Figures by name: the demo's stages, ``total``, and ``run`` (accepted request to end).
    """
    names = list(dict.fromkeys(name for item in rounds for name in item.stages))
    series: dict[str, list[float]] = {
        name: [item.stages[name] for item in rounds if name in item.stages] for name in names
    }
    series["total"] = [item.seconds for item in rounds]
    series["run"] = [run.seconds for item in rounds for run in item.runs]
    return {name: _figures(values) for name, values in series.items() if values}


def _figures(values: Iterable[float]) -> Figures:
    ordered = sorted(values)
    return Figures(
        minimum=ordered[0], median=median(ordered), maximum=ordered[-1], count=len(ordered)
    )
