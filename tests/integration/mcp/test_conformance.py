"""The official conformance suite against our transport, with the suite's fixtures mounted."""

import re
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
UNSCORED = "Not scored"
NO_BACK_CHANNEL = {
    line.strip().removeprefix("- ")
    for line in (HERE / "no_back_channel.yaml").read_text().splitlines()
    if line.strip().startswith("- ")
}
REQUIRED = {"2025-11-25": 30, "2026-07-28": 37}
"""How many scenarios a revision requires, as frozen in the suite."""


def verdicts(output: str) -> dict[str, bool]:
    """Scenarios of the summary, without those that the revision does not require."""
    summary, _, rest = output.partition("=== SUMMARY ===")[2].partition(UNSCORED)
    left_out = set(re.findall(r"[✓✗] ([\w-]+) \(", rest))
    found = re.findall(r"([✓✗]) ([\w-]+): \d+ passed", summary)
    return {name: sign == "✓" for sign, name in found if name not in left_out}


@pytest.mark.parametrize("revision", sorted(REQUIRED))
def test_every_required_scenario_passes(
    revision: str, fixtures_url: str, node_environment: dict[str, str]
) -> None:
    done = subprocess.run(
        ["conformance", "server", "--url", fixtures_url, "--requirements", revision],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env=node_environment,
    )
    found = verdicts(done.stdout)
    assert len(found) == REQUIRED[revision], done.stdout[-4000:] + done.stderr[-2000:]
    failed = {name for name, passed in found.items() if not passed}
    expected = NO_BACK_CHANNEL if revision == "2025-11-25" else set()
    # What is said to be impossible is held to it, so that the list cannot outlive its reason.
    assert failed == expected, done.stdout[-4000:]
