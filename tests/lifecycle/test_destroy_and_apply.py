"""The platform on the local cloud, destroyed and applied anew, as its operator does it.

Runs after the end-to-end suite, on the platform that the suite has used.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from platform_state import applied_here, resources

QOPS = str(Path(sys.executable).with_name("qops"))
LAYERS = {
    "client",
    "network",
    "ai",
    "compute",
    "data",
    "security",
    "observability",
    "devops",
}


def qops(*arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [QOPS, *arguments, "--json"],
        env={**os.environ, "CI": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer["result"]


def seconds_by_layer(result: dict[str, Any]) -> dict[str, float]:
    return {layer["name"]: layer["seconds"] for layer in result["layers"]}


def test_the_second_plan_is_empty() -> None:
    assert qops("plan")["empty"] is True


def test_destroy_is_clean_and_so_is_the_next_apply() -> None:
    before = {resource.address for resource in resources()}
    assert len(before) > 600

    destroyed = qops("destroy", "--yes")
    assert seconds_by_layer(destroyed).keys() >= LAYERS
    assert list(resources()) == []
    assert applied_here()

    applied = qops("up")
    assert seconds_by_layer(applied).keys() >= LAYERS
    assert {resource.address for resource in resources()} == before
    assert qops("plan")["empty"] is True
