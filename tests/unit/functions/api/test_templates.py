"""Templates: versions, entity tags, inputs, and what becomes of a run of one."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from qs_cloud import clients

SECRET = "비밀 회의"
BODY = {
    "title": "Memo",
    "goal": "type '{{text}}' in mousepad and save as '{{file}}'",
    "inputs": [
        {"name": "text", "max_length": 100},
        {"name": "file", "default": "memo.txt"},
    ],
}


def create(api: Any, body: Any = BODY, key: str = "key-1", **more: Any) -> Any:
    return api("POST", "/v1/templates", body, headers={"Idempotency-Key": key}, **more)


def path(template: Any) -> str:
    return f"/v1/templates/{template.body['template_id']}"


def objects() -> list[str]:
    found = clients.s3().list_objects_v2(Bucket="qscreen-test-templates")
    return [one["Key"] for one in found.get("Contents", ())]


def test_a_template_is_kept_and_shown_with_its_tag(api: Any) -> None:
    made = create(api)
    assert (made.status, made.body["version"], made.body["owner"]) == (201, 1, "user-1")
    assert made.headers["etag"] == made.body["etag"]
    shown = api("GET", path(made))
    assert (shown.status, shown.body, shown.headers["etag"]) == (200, made.body, made.body["etag"])
    (key,) = objects()
    assert key.startswith(f"templates/user-1/{made.body['template_id']}/000001-")


def test_what_the_caller_knows_is_not_sent_again(api: Any) -> None:
    made = create(api)
    known = api("GET", path(made), headers={"If-None-Match": f'"x", W/{made.body["etag"]}'})
    assert (known.status, known.body, known.headers["etag"]) == (304, {}, made.body["etag"])
    assert api("GET", path(made), headers={"If-None-Match": "*"}).status == 304
    for other in ('"other"', "nonsense", ""):
        assert api("GET", path(made), headers={"If-None-Match": other}).status == 200


def test_the_same_key_is_the_same_template_and_another_body_a_conflict(api: Any) -> None:
    first = create(api)
    assert create(api).body == first.body
    assert create(api, {**BODY, "title": "Other"}).status == 409
    assert create(api, key="key-2").body["template_id"] != first.body["template_id"]
    assert create(api, sub="user-2").body["template_id"] != first.body["template_id"]


def test_a_change_makes_a_version_and_old_ones_stay(api: Any) -> None:
    made = create(api)
    changed = api(
        "PUT", path(made), {**BODY, "title": "New"}, headers={"If-Match": made.body["etag"]}
    )
    assert (changed.status, changed.body["version"], changed.body["title"]) == (200, 2, "New")
    assert changed.headers["etag"] == changed.body["etag"] != made.body["etag"]
    assert api("GET", path(made)).body == changed.body
    old = api("GET", f"{path(made)}/versions/1")
    assert (old.body["title"], old.body["version"]) == ("Memo", 1)
    assert old.headers["etag"] not in (changed.body["etag"], "")
    versions = api("GET", f"{path(made)}/versions").body["items"]
    assert [one["version"] for one in versions] == [2, 1]


@pytest.mark.parametrize("version", ["3", "0", "x", "-1", "²", "1" * 20])
def test_a_version_that_is_not_there(api: Any, version: str) -> None:
    assert api("GET", f"{path(create(api))}/versions/{version}").status == 404


def test_a_change_of_an_older_state_is_refused(api: Any) -> None:
    made = create(api)
    stale = {"If-Match": made.body["etag"]}
    api("PUT", path(made), {**BODY, "title": "New"}, headers=stale)
    late = api("PUT", path(made), {**BODY, "title": "Late"}, headers=stale)
    assert (late.status, late.type) == (412, "application/problem+json")
    assert api("DELETE", path(made), headers=stale).status == 412
    assert api("GET", path(made)).body["title"] == "New"


def test_two_changes_at_the_same_time_are_one(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from qs_cloud.configuration import Documents

    made = create(api)
    headers = {"If-Match": made.body["etag"]}
    put = Documents.put

    def late(self: Documents, owner: str, name: str, values: Any, **more: Any) -> bool:
        monkeypatch.setattr(Documents, "put", put)
        assert api("PUT", path(made), {**BODY, "title": "First"}, headers=headers).status == 200
        return put(self, owner, name, values, **more)

    monkeypatch.setattr(Documents, "put", late)
    assert api("PUT", path(made), {**BODY, "title": "Second"}, headers=headers).status == 412
    assert api("GET", path(made)).body["title"] == "First"


def test_a_change_must_say_what_it_changes(api: Any) -> None:
    made = create(api)
    answer = api("PUT", path(made), BODY)
    assert (answer.status, answer.body["errors"][0]["path"]) == (428, "If-Match")
    for header in ("nonsense", '"a", "b"', ""):
        assert api("PUT", path(made), BODY, headers={"If-Match": header}).status == 400
    assert api("PUT", path(made), BODY, headers={"If-Match": "*"}).status == 200


def test_only_so_many_versions_are_kept(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qs_cloud.templates.MAX_VERSIONS", 2)
    made = create(api)
    for title in ("B", "C"):
        api("PUT", path(made), {**BODY, "title": title}, headers={"If-Match": "*"})
    kept = api("GET", f"{path(made)}/versions").body["items"]
    assert [one["version"] for one in kept] == [3, 2]
    assert len(objects()) == 2
    assert api("GET", f"{path(made)}/versions/1").status == 404


def test_a_deleted_template_leaves_nothing(api: Any) -> None:
    made = create(api)
    gone = api("DELETE", path(made), headers={"If-Match": made.body["etag"]})
    assert (gone.status, gone.body) == (200, made.body)
    assert api("GET", path(made)).status == 404
    assert api("DELETE", path(made)).status == 404
    assert objects() == []


def test_templates_are_the_callers_own(api: Any) -> None:
    made = create(api)
    for groups in ("user", "operator", "admin"):
        who = {"sub": "user-2", "groups": groups}
        assert api("GET", path(made), **who).status == 404
        assert api("DELETE", path(made), **who).status == 404
        assert api("GET", "/v1/templates", **who).body["items"] == []
    assert create(api, scopes="qscreen/templates.read", groups="viewer").status == 403


def test_templates_are_listed_by_page(api: Any) -> None:
    made = sorted(create(api, key=f"k{n}").body["template_id"] for n in range(3))
    first = api("GET", "/v1/templates", query={"limit": "2"})
    token = first.body["next_token"]
    second = api("GET", "/v1/templates", query={"limit": "2", "next_token": token})
    found = [one["template_id"] for one in first.body["items"] + second.body["items"]]
    assert found == made
    assert "next_token" not in second.body
    stolen = api("GET", "/v1/templates", query={"next_token": token}, sub="user-2")
    assert stolen.status == 400


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"goal": "type '{{unknown}}'", "inputs": []}, ""),
        ({"goal": "type 'x'"}, ""),
        ({"goal": "type {{text}} and save as '{{file}}'"}, "/goal"),
        ({"goal": "type '{{text}} and save as {{file}}"}, "/goal"),
        ({"goal": "type '{{text}}' {{", "inputs": [{"name": "text"}]}, ""),
        ({"inputs": [{"name": "text"}, {"name": "text"}]}, ""),
        ({"inputs": [{"name": "Text"}, {"name": "file"}]}, "/inputs/0/name"),
        ({"inputs": [{"name": "text", "kind": "choice"}, {"name": "file"}]}, "/inputs/0"),
        ({"inputs": [{"name": "text", "kind": "date", "default": "x"}]}, "/inputs/0"),
        ({"title": ""}, "/title"),
    ],
)
def test_a_template_that_could_not_run_is_refused_with_its_place(
    api: Any, change: dict[str, Any], place: str
) -> None:
    answer = create(api, {**BODY, **change})
    assert answer.status == 400
    assert place in [error["path"] for error in answer.body["errors"]]
    assert objects() == []


def start(api: Any, template_id: str, key: str = "run-1", **more: Any) -> Any:
    body = {
        "template_id": template_id,
        "device_id": more.pop("device_id", None) or api.enrol()["device_id"],
        "inputs": {"text": SECRET},
        **more,
    }
    return api("POST", "/v1/runs", body, headers={"Idempotency-Key": key})


def test_a_run_of_a_template_has_its_goal_and_names_its_version(api: Any, machine: Any) -> None:
    template_id = create(api).body["template_id"]
    answer = start(api, template_id)
    assert answer.status == 202, answer.body
    assert answer.body["goal"] == f"type '{SECRET}' in mousepad and save as 'memo.txt'"
    assert (answer.body["template_id"], answer.body["template_version"]) == (template_id, 1)
    assert len(machine.started) == 1


def test_a_value_never_becomes_a_step(api: Any) -> None:
    from qscreen.grammar import understand
    from qscreen.wire import Plan, TypeText

    evil = "x' in mousepad and save as 'stolen.txt"
    answer = start(api, create(api).body["template_id"], inputs={"text": evil})
    plan = understand(answer.body["goal"])
    assert isinstance(plan, Plan)
    assert [step.action.kind.value for step in plan.steps] == ["open_app", "type_text", "save_as"]
    typed = plan.steps[1].action
    assert isinstance(typed, TypeText)
    assert typed.text == evil


@pytest.mark.parametrize(
    ("inputs", "place"),
    [
        ({}, "/inputs/text"),
        ({"text": "x" * 101}, "/inputs/text"),
        ({"text": "x", "other": "y"}, "/inputs/other"),
        ({"text": ""}, "/inputs/text"),
    ],
)
def test_inputs_that_do_not_fit_are_named_and_not_repeated(
    api: Any, machine: Any, inputs: dict[str, str], place: str
) -> None:
    answer = start(api, create(api).body["template_id"], inputs=inputs)
    assert (answer.status, [e["path"] for e in answer.body["errors"]]) == (400, [place])
    assert machine.started == []


def test_a_run_of_a_version_that_was_asked_for(api: Any) -> None:
    made = create(api)
    new = {**BODY, "goal": "type '{{text}}' and save as '{{file}}'"}
    api("PUT", path(made), new, headers={"If-Match": "*"})
    device_id = api.enrol()["device_id"]
    old = start(api, made.body["template_id"], "k1", device_id=device_id, template_version=1)
    newest = start(api, made.body["template_id"], "k2", device_id=device_id)
    assert (old.body["template_version"], newest.body["template_version"]) == (1, 2)
    assert "mousepad" in old.body["goal"]
    assert "mousepad" not in newest.body["goal"]
    missing = start(api, made.body["template_id"], "k3", device_id=device_id, template_version=9)
    assert missing.status == 404


def test_the_same_key_is_the_same_run_even_when_the_template_has_changed(
    api: Any, machine: Any
) -> None:
    made = create(api)
    device_id = api.enrol()["device_id"]
    first = start(api, made.body["template_id"], device_id=device_id)
    api(
        "PUT",
        path(made),
        {**BODY, "goal": "type '{{text}}' and save as '{{file}}'"},
        headers={"If-Match": "*"},
    )
    table = "qscreen-test-idempotency"
    for item in clients.dynamodb().scan(TableName=table)["Items"]:
        clients.dynamodb().delete_item(TableName=table, Key={"id": item["id"]})
    machine.refuse("StartExecution", "ExecutionAlreadyExists")
    again = start(api, made.body["template_id"], device_id=device_id)
    assert (again.status, again.body["run_id"]) == (202, first.body["run_id"])
    other = start(
        api, made.body["template_id"], device_id=device_id, inputs={"text": "something else"}
    )
    assert other.status == 409


def test_anothers_template_is_not_there(api: Any, machine: Any) -> None:
    made = create(api, sub="user-2")
    answer = start(api, made.body["template_id"])
    assert (answer.status, machine.started) == (404, [])


@pytest.mark.parametrize(
    "body", [{}, {"goal": "x", "template_id": "tpl-1"}, {"goal": "x", "inputs": {"a": "b"}}]
)
def test_a_run_has_a_goal_or_a_template(api: Any, body: dict[str, Any]) -> None:
    answer = api(
        "POST", "/v1/runs", {"device_id": "dev-1", **body}, headers={"Idempotency-Key": "k"}
    )
    assert answer.status == 400


def test_a_store_that_is_away_is_a_problem_and_the_repeat_heals(
    api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = clients.s3()

    class Away:
        def put_object(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "SlowDown", "Message": ""}}, "PutObject")

    monkeypatch.setattr(clients, "s3", Away)
    assert create(api).status == 503
    monkeypatch.setattr(clients, "s3", lambda: real)
    assert create(api).status == 201
