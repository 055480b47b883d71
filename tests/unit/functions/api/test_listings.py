"""Lists that have not changed are not sent again, as single items are not."""

from typing import Any

import pytest
from access_tokens import bearer

from qs_cloud import clients
from qscreen.api.routes import ROUTES

TEMPLATE = {"title": "t", "goal": "open the text editor", "inputs": []}

LISTS = {
    "listRuns": "/v1/runs",
    "listDevices": "/v1/devices",
    "listTemplates": "/v1/templates",
    "listSettings": "/v1/settings",
    "listSchedules": "/v1/schedules",
    "listSessions": "/v1/sessions",
}


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    class Scheduler:
        def create_schedule(self, **_: Any) -> dict[str, str]:
            return {"ScheduleArn": "arn"}

    monkeypatch.setattr(clients, "scheduler", Scheduler)


def made(api: Any, name: str) -> None:
    """One more run, device, template, setting and schedule."""
    key = {"Idempotency-Key": name}
    device = api.enrol(key=name)["device_id"]
    api.start(device, key=name)
    template = api("POST", "/v1/templates", TEMPLATE, headers=key).body["template_id"]
    assert api("PUT", f"/v1/settings/{name}", {"value": name}).status == 200
    schedule = {
        "name": name,
        "expression": "rate(1 hour)",
        "template_id": template,
        "device_id": device,
    }
    assert api("POST", "/v1/schedules", schedule, headers=key).status == 201


def test_every_list_of_the_route_table_has_a_tag() -> None:
    lists = {route.operation_id for route in ROUTES if route.operation_id.startswith("list")}
    assert lists == {*LISTS, "listTemplateVersions"}
    assert all(route.etag for route in ROUTES if route.operation_id in lists)


@pytest.mark.parametrize("path", sorted(set(LISTS.values()) - {"/v1/sessions"}))
def test_a_list_that_has_not_changed_is_not_sent_again(
    api: Any, scheduler: None, path: str
) -> None:
    made(api, "first")
    shown = api("GET", path)
    tag = shown.headers["etag"]
    assert (shown.status, len(shown.body["items"])) == (200, 1)
    known = api("GET", path, headers={"If-None-Match": f'"x", W/{tag}'})
    assert (known.status, known.body, known.headers["etag"]) == (304, {}, tag)
    made(api, "second")
    changed = api("GET", path, headers={"If-None-Match": tag})
    assert (changed.status, len(changed.body["items"])) == (200, 2)
    assert changed.headers["etag"] != tag


@pytest.mark.parametrize("path", sorted(set(LISTS.values()) - {"/v1/sessions"}))
def test_pages_of_a_list_have_tags_of_their_own(api: Any, scheduler: None, path: str) -> None:
    made(api, "first")
    made(api, "second")
    first = api("GET", path, query={"limit": "1"})
    rest = api("GET", path, query={"limit": "1", "next_token": first.body["next_token"]})
    assert rest.headers["etag"] != first.headers["etag"]
    for page, query in ((first, {}), (rest, {"next_token": first.body["next_token"]})):
        known = {"If-None-Match": page.headers["etag"]}
        assert api("GET", path, query={"limit": "1", **query}, headers=known).status == 304


def test_versions_of_a_template_are_tagged(api: Any, scheduler: None) -> None:
    template = api("POST", "/v1/templates", TEMPLATE, headers={"Idempotency-Key": "t"}).body
    path = f"/v1/templates/{template['template_id']}"
    tag = api("GET", f"{path}/versions").headers["etag"]
    known = {"If-None-Match": tag}
    assert api("GET", f"{path}/versions", headers=known).status == 304
    new = {**TEMPLATE, "title": "new"}
    assert api("PUT", path, new, headers={"If-Match": template["etag"]}).status == 200
    assert api("GET", f"{path}/versions", headers=known).status == 200


def test_sessions_are_tagged(api: Any) -> None:
    laptop = {"Authorization": bearer("user-1", "laptop")}
    tag = api("GET", "/v1/sessions", headers=laptop).headers["etag"]
    assert api("GET", "/v1/sessions", headers={**laptop, "If-None-Match": tag}).status == 304
    phone = {"Authorization": bearer("user-1", "phone"), "If-None-Match": tag}
    assert api("GET", "/v1/sessions", headers=phone).status == 200
