"""Helpers of the tests of the local cloud."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

ENVIRONMENT = Path(__file__).parents[2] / ".qscreen" / "local" / "venv"
"""One Python environment for all clouds of the tests, the one that qops uses too."""


def archive(files: dict[str, str]) -> bytes:
    """A zip archive of texts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in files.items():
            file.writestr(name, text)
    return out.getvalue()


def invoke(client: Callable[..., Any], name: str, payload: Any) -> Any:
    """The result of a function."""
    answer = client("lambda").invoke(FunctionName=name, Payload=json.dumps(payload))
    return json.load(answer["Payload"])


def eventually(question: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Asks until the answer is true; the last answer."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer or time.monotonic() > deadline:
            return answer
        time.sleep(0.05)


def prepared(ask: Callable[[], object], seconds: float = 900.0) -> None:
    """Waits for an engine: until its packages are installed, every call of it is throttled."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            ask()
        except ClientError as error:
            if "being prepared" not in str(error) or time.monotonic() > deadline:
                raise
        else:
            return
