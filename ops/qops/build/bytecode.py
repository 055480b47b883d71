"""Bytecode beside the sources, since a function cannot write any: its folders are read-only.

Without it every cold start compiles what it imports. The files name no time and no place
(PEP 552, unchecked hashes), and are compiled in one order by one fresh process, so that the same
sources give the same bytes.
"""

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from qops.build.errors import BuildError
from qops.build.target import Target

TIMEOUT_SECONDS = 300

_CACHE = "__pycache__"


def compile_folder(folder: Path, target: Target) -> None:
    """Compile every module below a folder, beside its source.

    Args:
        folder: The folder; names in the bytecode are relative to it.
        target: What it is compiled for; without an interpreter of its version nothing is done.

    Raises:
        BuildError: If the interpreter does not end.
    """
    if target.interpreter is None:
        return
    command = [target.interpreter, "-s", "-S", "-B", "-P", "-m", "compileall", "-q"]
    command += ["--invalidation-mode", "unchecked-hash", "-s", str(folder), str(folder)]
    try:
        # Packages carry templates that look like modules: what does not compile stays a source.
        subprocess.run(
            command,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
            env={"PYTHONHASHSEED": "0"},
        )
    except subprocess.TimeoutExpired as error:
        raise BuildError(
            "The functions' packages could not be compiled.",
            why=f"The interpreter did not finish within {TIMEOUT_SECONDS} s.",
            next_step="Build again when the machine has less to do.",
        ) from error


@contextmanager
def compiled(sources: Mapping[str, Path], target: Target) -> Iterator[dict[str, Path]]:
    """Compile own sources, which stay as they are.

    Args:
        sources: Files by their names in the archive.
        target: What they are compiled for.

    Yields:
        The bytecode by its names in the archive; the files are there until the block ends.
    """
    with tempfile.TemporaryDirectory(prefix="qops-bytecode-") as name:
        folder = Path(name)
        for inner, path in sources.items():
            if path.suffix == ".py":
                copy = folder / inner
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
        compile_folder(folder, target)
        yield {
            path.relative_to(folder).as_posix(): path for path in folder.rglob(f"{_CACHE}/*.pyc")
        }
