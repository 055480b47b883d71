"""Measures the agent on the current display: ``python -m qagent.figures``.

Opens the text editor, types and saves in a temporary folder, and prints milliseconds. It needs
no policy and no cloud; it leaves the editor's windows open and removes its files.
"""

import argparse
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from qagent.act import Executor
from qagent.cloud.pictures import encode_png
from qagent.desktop import open_backend
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import DesktopError
from qagent.observe import take_snapshot
from qagent.policy import Policy, TypingRoute, load_policy
from qagent.stop import StopSignal
from qscreen.wire import Action, OpenApp, Outcome, SaveAs, Step, TypeText

_TEXT = "회의 3시, 2층 Room 204, 값 ₩12,000"


class MeasuringError(Exception):
    """A step that is measured was not confirmed: its time means nothing."""


def measure(backend: DesktopBackend, folder: Path, rounds: int) -> dict[str, list[float]]:
    """Measure on a desktop.

    Args:
        backend: The desktop.
        folder: Folder for saved documents.
        rounds: How often the whole of open, type and save is measured.

    Returns:
        Milliseconds by name.

    Raises:
        MeasuringError: A step was not confirmed.
    """
    figures: dict[str, list[float]] = {}
    for number in range(rounds):
        for route in TypingRoute:
            executor = Executor(backend, _policy(folder, route), StopSignal())
            started = time.perf_counter()
            steps: tuple[tuple[str, Action], ...] = (
                ("open", OpenApp(app="text editor", new_document=True)),
                (f"type by {route}", TypeText(text=_TEXT)),
                ("save", SaveAs(filename=f"figures-{number}-{route}.txt")),
            )
            for name, action in steps:
                effect = executor.perform(Step(id="s1", action=action, because="figures"))
                if effect.outcome is not Outcome.CONFIRMED:
                    raise MeasuringError(f"{name}: {effect.outcome}: {effect.evidence}")
                figures.setdefault(name, []).append(effect.duration_ms)
            whole = (time.perf_counter() - started) * 1000
            figures.setdefault(f"open, type by {route}, save", []).append(whole)
            saved = (folder / f"figures-{number}-{route}.txt").read_bytes()
            if saved != _TEXT.encode():
                raise MeasuringError(f"the file differs from the text: {saved!r}")
    _repeat(figures, "snapshot", lambda: take_snapshot(backend, "local-device"))
    _repeat(figures, "list windows", backend.windows)
    _repeat(figures, "capture", backend.capture)
    picture = backend.capture()
    _repeat(figures, "encode PNG", lambda: encode_png(picture))
    return figures


def main() -> int:
    """Measure and print; 1 when something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m qagent.figures", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of open, type, save")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    try:
        backend = open_backend()
    except DesktopError as error:
        Console(stderr=True).print(f"{error.what}\n→ {error.repair}", highlight=False)
        return 1
    try:
        with tempfile.TemporaryDirectory(prefix="qagent-figures-") as folder:
            figures = measure(backend, Path(folder), options.rounds)
    except MeasuringError as error:
        Console(stderr=True).print(f"not measured: {error}", highlight=False)
        return 1
    finally:
        backend.close()
    _print(figures, as_json=options.json)
    return 0


def _repeat(figures: dict[str, list[float]], name: str, work: Callable[[], object]) -> None:
    for _ in range(30):
        started = time.perf_counter()
        work()
        figures.setdefault(name, []).append((time.perf_counter() - started) * 1000)


def _policy(folder: Path, route: TypingRoute) -> Policy:
    path = folder / "policy.yaml"
    path.write_text(
        f"version: 1\ndocuments: {json.dumps(str(folder))}\n"
        "allow: {risks: [look, navigate, edit, write_file], apps: ['*']}\n"
        f"typing_routes: [{route}]\n",
        encoding="utf-8",
    )
    return load_policy(path)


def _print(figures: dict[str, list[float]], *, as_json: bool) -> None:
    rows = {
        name: {
            "count": len(values),
            "p50_ms": round(statistics.median(values), 1),
            "p95_ms": round(_p95(values), 1),
        }
        for name, values in figures.items()
    }
    if as_json:
        sys.stdout.write(json.dumps({"machine": platform.machine(), "figures": rows}) + "\n")
        return
    table = Table("what", "n", "p50 ms", "p95 ms")
    for name, row in rows.items():
        table.add_row(name, *(str(row[key]) for key in ("count", "p50_ms", "p95_ms")))
    Console().print(table)


def _p95(values: list[float]) -> float:
    """The 95th percentile, nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, -(-len(ordered) * 95 // 100) - 1)]


if __name__ == "__main__":
    sys.exit(main())
