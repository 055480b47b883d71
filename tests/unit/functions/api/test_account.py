"""What belongs to the caller: uploads, settings, sessions."""

import base64
import json
from typing import Any

import pytest
from access_tokens import bearer

from qs_cloud import clients


def upload(api: Any, **change: Any) -> Any:
    body = {"filename": "sales.pdf", "content_type": "application/pdf", "size_bytes": 1234}
    return api("POST", "/v1/uploads", {**body, **change})


def policy(answer: Any) -> list[Any]:
    document = json.loads(base64.b64decode(answer.body["fields"]["policy"]))
    found: list[Any] = document["conditions"]
    return found


def test_an_upload_is_bound_to_key_size_type_and_encryption(api: Any) -> None:
    answer = upload(api)
    assert answer.status == 201
    key = answer.body["key"]
    assert key == f"uploads/user-1/{answer.body['upload_id']}/sales.pdf"
    conditions = policy(answer)
    assert ["content-length-range", 1234, 1234] in conditions
    assert {"key": key} in conditions
    assert {"Content-Type": "application/pdf"} in conditions
    assert {"x-amz-server-side-encryption": "aws:kms"} in conditions
    assert {"bucket": "qscreen-test-screenshots"} in conditions
    assert answer.body["fields"]["key"] == key


def test_two_uploads_never_share_a_key(api: Any) -> None:
    assert upload(api).body["key"] != upload(api).body["key"]
    assert upload(api, filename="보고서 1.pdf").body["key"].endswith("/보고서 1.pdf")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"size_bytes": 0}, "/size_bytes"),
        ({"size_bytes": 25 * 1024 * 1024 + 1}, "/size_bytes"),
        ({"content_type": "text/html"}, "/content_type"),
        ({"filename": "../x.pdf"}, "/filename"),
        ({"filename": "a/b.pdf"}, "/filename"),
        ({"filename": ""}, "/filename"),
    ],
)
def test_an_upload_that_is_not_taken(api: Any, change: dict[str, Any], place: str) -> None:
    answer = upload(api, **change)
    assert (answer.status, answer.body["errors"][0]["path"]) == (400, place)


def put(api: Any, name: str = "report.language", value: str = "ko", **more: Any) -> Any:
    return api("PUT", f"/v1/settings/{name}", {"value": value}, **more)


def test_a_setting_is_kept_for_its_user(api: Any) -> None:
    made = put(api)
    assert (made.status, made.body["value"]) == (200, "ko")
    shown = api("GET", "/v1/settings/report.language")
    assert (shown.body, shown.headers["etag"]) == (made.body, made.body["etag"])
    known = api(
        "GET", "/v1/settings/report.language", headers={"if-none-match": shown.headers["etag"]}
    )
    assert known.status == 304
    assert api("GET", "/v1/settings/report.language", sub="user-2").status == 404
    assert api("GET", "/v1/settings", sub="user-2", groups="admin").body["items"] == []


def test_a_setting_changes_only_as_it_was_looked_at(api: Any) -> None:
    first = put(api).body["etag"]
    second = put(api, value="en", headers={"If-Match": first})
    assert second.status == 200
    assert put(api, value="x", headers={"If-Match": first}).status == 412
    assert put(api, name="absent", headers={"If-Match": first}).status == 412
    gone = api("DELETE", "/v1/settings/report.language", headers={"If-Match": first})
    assert gone.status == 412
    gone = api("DELETE", "/v1/settings/report.language", headers={"If-Match": second.body["etag"]})
    assert (gone.status, gone.body["value"]) == (200, "en")
    assert api("DELETE", "/v1/settings/report.language").status == 404
    assert put(api, value="again").status == 200


@pytest.mark.parametrize("name", ["A", "a..b", ".a", "a-b", "a" * 101, "한글"])
def test_a_wrong_name_of_a_setting(api: Any, name: str) -> None:
    answer = put(api, name=name)
    assert (answer.status, answer.body["errors"][0]["path"]) == (400, "setting_name")


def test_settings_are_bounded_and_listed_by_name(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qs_api.settings.MAX_SETTINGS", 2)
    assert [put(api, name=name).status for name in ("b", "a", "c")] == [200, 200, 400]
    assert put(api, name="a", value="new").status == 200
    first = api("GET", "/v1/settings", query={"limit": "1"})
    second = api(
        "GET", "/v1/settings", query={"limit": "1", "next_token": first.body["next_token"]}
    )
    assert [one["name"] for one in first.body["items"] + second.body["items"]] == ["a", "b"]


def sessions(api: Any, token: str, **more: Any) -> Any:
    return api("GET", "/v1/sessions", headers={"Authorization": token}, **more)


def test_a_sign_in_is_one_session_whatever_tokens_are_renewed(api: Any, raw_item: Any) -> None:
    laptop, renewed, phone = (
        bearer("user-1", "a"),
        bearer("user-1", "a", jti="2"),
        bearer("user-1", "b"),
    )
    sessions(api, laptop)
    sessions(api, renewed)
    found = sessions(api, phone).body["items"]
    assert len(found) == 2
    assert [one["current"] for one in found].count(True) == 1
    assert {one["client_id"] for one in found} == {"client-1"}
    session_id = next(one["session_id"] for one in found if one["current"])
    item = raw_item("sessions", session_id=session_id)
    assert (item["owner"], item["created_at"][:19]) == ("user-1", "2026-11-23T09:00:00")
    assert item["expires_epoch"] > 0
    assert "b" not in item.values()


def test_an_ended_session_is_refused_with_all_its_tokens(api: Any) -> None:
    laptop, phone = bearer("user-1", "a"), bearer("user-1", "b")
    sessions(api, phone)
    (other,) = [s for s in sessions(api, laptop).body["items"] if not s["current"]]
    ended = api("DELETE", f"/v1/sessions/{other['session_id']}", headers={"Authorization": laptop})
    assert ended.status == 200
    assert ended.body["ended_at"]
    for token in (phone, bearer("user-1", "b", jti="renewed")):
        refused = sessions(api, token)
        assert (refused.status, refused.type) == (401, "application/problem+json")
    assert sessions(api, laptop).status == 200


def test_a_process_that_has_seen_the_session_refuses_it_within_a_minute(
    api: Any, aws: None
) -> None:
    from qs_cloud.clock import utc_now
    from qs_cloud.sessions import SessionEndedError, Sessions, sessions_table, sign_in_of

    now = [100.0]
    one = Sessions(sessions_table("qscreen-test-sessions"), clock=lambda: now[0])
    other = Sessions(sessions_table("qscreen-test-sessions"))
    sign_in = sign_in_of(bearer("user-1", "a"), "user-1")
    assert sign_in is not None
    one.note(sign_in, utc_now())
    other.end("user-1", sign_in.session_id, utc_now())
    now[0] += 59
    one.note(sign_in, utc_now())
    now[0] += 1
    for _ in range(2):
        with pytest.raises(SessionEndedError):
            one.note(sign_in, utc_now())


def test_a_session_is_ended_by_its_user_alone(api: Any) -> None:
    (mine,) = sessions(api, bearer("user-1", "a")).body["items"]
    path = f"/v1/sessions/{mine['session_id']}"
    for groups in ("user", "admin"):
        assert api("DELETE", path, sub="user-2", groups=groups).status == 404
    assert api("DELETE", "/v1/sessions/ses-unknown").status == 404
    assert sessions(api, bearer("user-1", "a")).status == 200
    first = api("DELETE", path).body["ended_at"]
    assert api("DELETE", path).body["ended_at"] == first
    assert sessions(api, bearer("user-2", "x"), sub="user-2").status == 200


@pytest.mark.parametrize(
    "token",
    ["", "Bearer x", "Bearer a.b.c", "Bearer a.W10.c", bearer("somebody-else", "a")],
)
def test_a_token_that_names_no_sign_in_makes_no_session(api: Any, token: str) -> None:
    assert sessions(api, token).body["items"] == []


def test_a_table_that_is_away_lets_nobody_pass(api: Any) -> None:
    clients.dynamodb().delete_table(TableName="qscreen-test-sessions")
    answer = api("GET", "/v1/runs", headers={"Authorization": bearer("user-1", "a")})
    assert (answer.status, answer.type) == (500, "application/problem+json")
