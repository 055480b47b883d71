"""``python -m qops.local.engines.prepare_reading FOLDER ANSWER``: makes the reading environment.

Writes where its parts are to the file ``ANSWER`` as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from qops.local.engines.reading_environment import prepare
from qops.local.model import LocalCloudError

_NICENESS = 10


def main() -> int:
    """Prepares the environment and writes where things are."""
    folder, answer = Path(sys.argv[1]), Path(sys.argv[2])
    os.nice(_NICENESS)
    try:
        prepared = prepare(folder)
    except LocalCloudError as error:
        sys.stderr.write(f"{error}\n" + "\n".join(error.details) + "\n")
        return 1
    answer.write_text(json.dumps(asdict(prepared)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
