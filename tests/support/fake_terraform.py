"""A program in Terraform's place: notes how it was called and answers with a recording."""

import json
import sys
from pathlib import Path

# A line "#!" takes no path with a space: sh hands the rest to Python, to which it is a text.
_PROGRAM = """#!/bin/sh
'''exec' '{python}' "$0" "$@"
' '''
import json, os, pathlib, sys, time
folder = pathlib.Path({folder!r})
calls = folder / "calls.jsonl"
call = {{"arguments": sys.argv[1:], "cwd": os.getcwd(), "environment": dict(os.environ)}}
with calls.open("a") as out:
    out.write(json.dumps(call) + "\\n")
answer = json.loads((folder / "answers.json").read_text()).get(sys.argv[1], {{}})
if answer.get("hang"):
    import signal
    def stop(*_):
        # More than a pipe holds: who stops must find somebody who reads.
        os.write(1, b'{{"type": "log", "@message": "ending"}}\\n' * 5000)
        (folder / "interrupted").touch()
        sys.exit(1)
    signal.signal(signal.SIGINT, stop)
    print('{{"type": "version", "@message": "hanging"}}', flush=True)
    time.sleep(60)
sys.stdout.write(answer.get("stdout", ""))
sys.stderr.write(answer.get("stderr", ""))
sys.exit(answer.get("code", 0))
"""


class FakeTerraform:
    """The program and what it was asked."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.path = folder / "terraform"
        self.path.write_text(_PROGRAM.format(python=sys.executable, folder=str(folder)))
        self.path.chmod(0o755)
        self._answers: dict[str, dict[str, object]] = {}
        self._save()

    def answer(self, command: str, **answer: object) -> None:
        """Set stdout, stderr, code or hang for a command."""
        self._answers[command] = answer
        self._save()

    @property
    def calls(self) -> list[dict[str, object]]:
        """All calls so far."""
        file = self.folder / "calls.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def _save(self) -> None:
        (self.folder / "answers.json").write_text(json.dumps(self._answers))
