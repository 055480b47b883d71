"""How functions start and what a call costs, measured on their archives in fresh processes."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qops.build.building import BuildManifest
from qops.build.errors import BuildError
from qops.build.samples import ENVIRONMENT, sample_event
from qops.build.units import CANARY, LAYER
from qops.build.verification import ImportReport, runtime_packages, unpack, verify

COLD_MS = 500.0
OWN_BYTES = 5 * 1024 * 1024
WARM_MS = 10.0

STARTS = 5
"""Fresh processes of a function. One more before them warms the disk."""
CALLS = 100

_TIMEOUT_SECONDS = 60

_PROGRAM = """
import json, sys, time
settings = json.loads(sys.argv[1])
sys.path[:0] = settings["paths"]
began = time.monotonic()
import handler
imported = time.monotonic()

class Context:
    function_name = "sample"
    memory_limit_in_mb = 256
    invoked_function_arn = "arn:aws:lambda:ap-northeast-2:123456789012:function:sample"
    aws_request_id = "sample"
    def get_remaining_time_in_millis(self):
        return 15000

def call():
    try:
        return handler.handler(settings["event"], Context())
    except Exception as error:
        if str(error) != "Unauthorized":
            raise

answer, calls = None, []
if settings["event"] is not None:
    answer = call()
ready = time.monotonic()
for _ in range(settings["calls"] if settings["event"] is not None else 0):
    at = time.perf_counter()
    call()
    calls.append((time.perf_counter() - at) * 1000)
with open(settings["report"], "w") as report:
    json.dump({
        "import_ms": (imported - began) * 1000,
        "ready_ms": (ready - settings["spawned"]) * 1000,
        "calls_ms": calls,
        "answer": answer,
    }, report)
"""


@dataclass(frozen=True, slots=True)
class StartReport:
    """How a function starts and what a call costs.

    Attributes:
        imports: What the check of its archive found.
        cold_ms: From the start of the process to its first answer, or to the imported handler where
            it answers nothing without AWS; median.
        import_ms: Import of the handler alone; median.
        answered: Whether the first answer is part of `cold_ms`.
        warm_ms: Median of a call that does no work of its own; None where it answers nothing.
        warm_p95_ms: 95th percentile of such calls.
    """

    imports: ImportReport
    cold_ms: float
    import_ms: float
    answered: bool
    warm_ms: float | None
    warm_p95_ms: float | None

    @property
    def misses(self) -> tuple[str, ...]:
        """The bars that it misses, in words."""
        found = []
        if self.cold_ms >= COLD_MS:
            found.append(f"cold start {self.cold_ms:.0f} ms, bar {COLD_MS:.0f} ms")
        if self.imports.own_bytes >= OWN_BYTES:
            found.append(f"own code {self.imports.own_bytes:,} bytes, bar {OWN_BYTES:,}")
        if self.warm_ms is not None and self.warm_ms >= WARM_MS:
            found.append(f"warm overhead {self.warm_ms:.1f} ms, bar {WARM_MS:.0f} ms")
        return tuple(found)


def measure(
    manifest: BuildManifest, only: Sequence[str] = (), *, starts: int = STARTS
) -> tuple[StartReport, ...]:
    """Measure the functions of a build for this machine.

    Args:
        manifest: What the build made.
        only: Names of functions; all of them by default.
        starts: Fresh processes of each; the median counts.

    Returns:
        A report for each function.

    Raises:
        BuildError: If a function does not start or does not answer its sample.
    """
    imports = {report.name: report for report in verify(manifest)}
    chosen = only or sorted(manifest.archives.keys() - {CANARY, LAYER})
    with tempfile.TemporaryDirectory(prefix="qops-starts-") as name:
        home = Path(name)
        layer = unpack(manifest.path_of(LAYER), home / LAYER) / "python"
        others = [layer, runtime_packages(home / "runtime")]
        return tuple(
            _measure(
                imports[function],
                unpack(manifest.path_of(function), home / function),
                others,
                starts,
            )
            for function in chosen
        )


def _measure(imports: ImportReport, folder: Path, others: list[Path], count: int) -> StartReport:
    event = sample_event(imports.name)
    _start(imports.name, folder, others, event, 0)
    starts = [_start(imports.name, folder, others, event, 0) for _ in range(count)]
    calls = _start(imports.name, folder, others, event, CALLS)["calls_ms"] if event else []
    return StartReport(
        imports=imports,
        cold_ms=statistics.median(start["ready_ms"] for start in starts),
        import_ms=statistics.median(start["import_ms"] for start in starts),
        answered=event is not None,
        warm_ms=statistics.median(calls) if calls else None,
        warm_p95_ms=statistics.quantiles(calls, n=20)[-1] if calls else None,
    )


def _start(
    name: str, folder: Path, others: list[Path], event: dict[str, Any] | None, calls: int
) -> dict[str, Any]:
    report = folder.parent / f"{name}.json"
    settings = {
        "paths": [str(folder), *map(str, others)],
        "event": event,
        "calls": calls,
        "report": str(report),
        "spawned": time.monotonic(),
    }
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", _PROGRAM, json.dumps(settings)],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_SECONDS,
        check=False,
        cwd=folder,
        env={**ENVIRONMENT, "POWERTOOLS_SERVICE_NAME": name},
    )
    lines = done.stderr.strip().splitlines()
    if done.returncode != 0:
        raise BuildError(
            f"The function {name} does not start.",
            why=lines[-1] if lines else f"The process ended with status {done.returncode}.",
            next_step="Correct its code, or what ops/qops/build/samples.py sends to it.",
            details=lines[-20:],
        )
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    status = (found["answer"] or {}).get("statusCode", 200)
    if status != 200:
        raise BuildError(
            f"The function {name} does not answer its sample.",
            why=f"Its status is {status}: {str(found['answer'])[:300]}",
            next_step="Correct its code, or what ops/qops/build/samples.py sends to it.",
            details=lines[-20:],
        )
    return found
