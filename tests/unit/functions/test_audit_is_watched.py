"""What a function could not tell the audit raises an alarm, whichever function it is."""

import json
import re
from pathlib import Path

from function_services import functions, tells_the_audit

ALARMS = Path(__file__).resolve().parents[3] / "modules" / "observability" / "alarms_reported.tf"


def test_every_function_that_tells_the_audit_is_watched() -> None:
    found = re.search(r"_audit_tellers\s*=\s*(\[[^\]]*\])", ALARMS.read_text(encoding="utf-8"))
    assert found is not None
    watched = json.loads(found[1])
    assert watched == [name for name in functions() if tells_the_audit(name)]
    assert {"api", "authorizer", "work-jobs", "mcp-workflow"} <= set(watched)
