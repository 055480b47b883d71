"""What the audit hears of the tools for runs, templates and schedules."""

import json
from collections.abc import Callable
from typing import Any

from qs_mcp_workflow.server import server

Events = Callable[[], list[dict[str, Any]]]
SECRET = "type '비밀 회의록' in the text editor"


def test_every_change_is_told_with_its_subject(
    tools: Any, enrol: Any, scheduler: Any, audited: Events, outbox: Events
) -> None:
    device = enrol()
    made = tools("create_template", title="비밀", goal=SECRET, inputs=[])
    template = made["template_id"]
    changed = tools(
        "update_template",
        template_id=template,
        etag=made["etag"],
        title="비밀 2",
        goal=SECRET,
        inputs=[],
    )
    schedule = tools(
        "create_schedule",
        name="비밀 아침",
        expression="rate(1 hour)",
        template_id=template,
        device_id=device,
    )["schedule_id"]
    tools("delete_schedule", schedule_id=schedule)
    run = tools("start_run", device_id=device, goal=SECRET)["run_id"]
    tools("cancel_run", run_id=run)
    tools("delete_template", template_id=template, etag=changed["etag"])
    events = audited()
    found = [(one["detail-type"], one["detail"]["subject"]) for one in events]
    assert found == [
        ("Template Created", template),
        ("Template Changed", template),
        ("Schedule Created", schedule),
        ("Schedule Deleted", schedule),
        ("Run Created", run),
        ("Run Cancelled", run),
        ("Template Deleted", template),
    ]
    assert {one["source"] for one in events} == {"qscreen.mcp"}
    assert {one["detail"]["actor"] for one in events} == {"user-1"}
    assert "비밀" not in json.dumps(events, ensure_ascii=False)
    assert outbox() == []
    audits = {tool.audit for tool in server.tools.values() if tool.audit}
    assert audits == {name for name, _ in found}


def test_a_denial_is_told_and_a_mistake_is_not(
    tools: Any, viewer: Any, enrol: Any, audited: Events, outbox: Events
) -> None:
    enrol()
    viewer.refused("cancel_run", run_id="run-1")
    tools.refused("cancel_run", run_id="run-2")
    tools.refused("start_run", device_id="dev-1")
    tools.refused("start_run", device_id="dev-none", goal=SECRET)
    tools.refused("cancel_run", run_id="No Id")
    found = [
        (one["detail-type"], one["detail"]["subject"], one["detail"]["http_status"])
        for one in audited()
    ]
    assert found == [
        ("Run Cancelled Refused", "run-1", 403),
        ("Run Cancelled Refused", "run-2", 404),
    ]
    assert outbox() == []


def test_a_fault_of_the_platform_is_told_as_one(
    tools: Any, enrol: Any, machine: Any, audited: Events, outbox: Events
) -> None:
    machine.refuse("StartExecution", "ExecutionLimitExceeded")
    tools.refused("start_run", device_id=enrol(), goal=SECRET)
    assert [one["detail-type"] for one in audited()] == ["Run Created Failed"]
    assert outbox() == []
