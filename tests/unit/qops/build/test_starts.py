"""The bars of starting functions, and the events that they are started with."""

from dataclasses import replace

import pytest

from qops.build.samples import sample_event
from qops.build.starts import StartReport
from qops.build.verification import ImportReport
from qscreen.api.mcp import MCP_SERVERS

GOOD = StartReport(
    imports=ImportReport("mcp-vision", 200.0, 400, 50_000, 4_000_000),
    cold_ms=300.0,
    import_ms=250.0,
    answered=True,
    warm_ms=3.0,
    warm_p95_ms=6.0,
)


def test_a_function_within_its_bars_misses_none() -> None:
    assert GOOD.misses == ()
    assert replace(GOOD, warm_ms=None).misses == ()


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        (replace(GOOD, cold_ms=500.0), "cold start 500 ms"),
        (replace(GOOD, warm_ms=10.0), "warm overhead 10.0 ms"),
        (replace(GOOD, imports=replace(GOOD.imports, own_bytes=6_000_000)), "own code"),
    ],
)
def test_each_bar_is_named_with_what_was_measured(changed: StartReport, named: str) -> None:
    (miss,) = changed.misses
    assert named in miss
    assert "bar" in miss


def test_each_mcp_server_and_the_api_have_a_sample() -> None:
    for name in ("api", "authorizer", "ship-logs", *(server.function for server in MCP_SERVERS)):
        assert sample_event(name) is not None
    assert sample_event("recorder") is None
