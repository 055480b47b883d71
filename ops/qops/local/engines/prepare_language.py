"""``python -m qops.local.engines.prepare_language FOLDER ANSWER``: makes the language environment.

Writes where its Python is to the file ``ANSWER`` as JSON.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
from pathlib import Path

from qops.local.environment import ensure_environment
from qops.local.model import LocalCloudError

_NICENESS = 10
_LOCK = Path(__file__).resolve().parents[4] / "requirements" / "local-language.txt"


def main() -> int:
    """Prepares the environment; others may prepare the same one at the same time."""
    folder, answer = Path(sys.argv[1]), Path(sys.argv[2])
    os.nice(_NICENESS)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with folder.with_name(f"{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            python = ensure_environment(folder, _LOCK, lambda _line: None)
    except LocalCloudError as error:
        sys.stderr.write(f"{error}\n" + "\n".join(error.details) + "\n")
        return 1
    answer.write_text(json.dumps({"python": str(python)}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
