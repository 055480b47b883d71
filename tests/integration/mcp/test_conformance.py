"""The official conformance suite against our transports, with the suite's fixtures mounted."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from stdio_bridge import bridge

HERE = Path(__file__).parent
UNSCORED = "Not scored"
REQUIRED = {"2025-11-25": 30, "2026-07-28": 37}
"""How many scenarios a revision requires, as frozen in the suite."""

# Nobody's browser can be led to a server on stdio, which has no Host and no Origin.
_NO_HOST = {"dns-rebinding-protection": {"localhost-host-rebinding-rejected"}}
NO_HTTP = {
    "2025-11-25": _NO_HOST,
    "2026-07-28": {
        **_NO_HOST,
        "server-stateless": {
            # There is no header beside the message that could say something else.
            "sep-2575-http-server-header-mismatch-400",
            # A pipe knows both eras: the SDK refuses the handshake of the older one by naming the
            # versions that it serves from then on (-32022), where HTTP has no such method (404).
            "sep-2575-http-server-method-not-found-404-initialize",
        },
    },
}
"""What the suite checks of HTTP itself, and has no meaning over stdio: scenarios and checks."""


def verdicts(output: str) -> dict[str, bool]:
    """Scenarios of the summary, without those that the revision does not require."""
    summary, _, rest = output.partition("=== SUMMARY ===")[2].partition(UNSCORED)
    left_out = set(re.findall(r"[✓✗] ([\w-]+) \(", rest))
    found = re.findall(r"([✓✗]) ([\w-]+): \d+ passed", summary)
    return {name: sign == "✓" for sign, name in found if name not in left_out}


def failures(
    url: str, revision: str, environment: dict[str, str], results: Path
) -> dict[str, set[str]]:
    """Run all that a revision requires: the scenarios that failed, each with its failed checks."""
    done = subprocess.run(
        ["conformance", "server", "--url", url, "--requirements", revision, "-o", str(results)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env=environment,
    )
    found = verdicts(done.stdout)
    assert len(found) == REQUIRED[revision], done.stdout[-4000:] + done.stderr[-2000:]
    failed: dict[str, set[str]] = {}
    for name in (name for name, passed in found.items() if not passed):
        (file,) = results.glob(f"server-{name}-{'[0-9]' * 4}-*/checks.json")
        checks = json.loads(file.read_text())
        failed[name] = {one["id"] for one in checks if one["status"] == "FAILURE"}
    return failed


@pytest.mark.parametrize("revision", sorted(REQUIRED))
def test_the_platforms_transport_passes_every_required_scenario(
    revision: str, fixtures_url: str, node_environment: dict[str, str], tmp_path: Path
) -> None:
    assert failures(fixtures_url, revision, node_environment, tmp_path) == {}


@pytest.mark.parametrize("revision", sorted(REQUIRED))
def test_the_devices_transport_passes_every_required_scenario(
    revision: str, node_environment: dict[str, str], tmp_path: Path
) -> None:
    command = [sys.executable, str(HERE / "fixtures_on_stdio.py")]
    kept = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    environment = {**kept, "QAGENT_HOME": str(tmp_path / "agent")}
    with bridge(command, environment, revision) as url:
        failed = failures(url, revision, node_environment, tmp_path / "results")
    assert failed == NO_HTTP[revision]
