"""Exporting all that is kept of one user, and the requests of both kinds."""

import hashlib
import json
from types import SimpleNamespace
from typing import Any

import pytest
from laid_user import OTHER, TYPED, USER, ask, chain, everything, holders
from qs_user_data.request import read_request
from qs_user_data.stewarding import Steward
from redis import Redis

from qs_cloud import clients
from qs_cloud.errors import BadPayloadError


def test_an_export_holds_everything_of_the_user_and_nothing_of_others(
    platform: Any, redis: Redis, steward: Steward
) -> None:
    before = everything(platform, redis)
    answer = ask(steward, "export")
    assert answer["state"] == "done"
    listed = clients.s3().list_objects_v2(Bucket=answer["bucket"], Prefix=answer["prefix"])
    bodies = {
        one["Key"].removeprefix(answer["prefix"]): clients.s3()
        .get_object(Bucket=answer["bucket"], Key=one["Key"])["Body"]
        .read()
        for one in listed["Contents"]
    }
    data = bodies.pop("data.json")
    assert hashlib.sha256(data).hexdigest() == answer["sha256"]
    document = json.loads(data)
    assert document["user_id"] == USER
    assert document["complete"]
    assert {name: len(found) for name, found in document["data"].items()} == answer["objects"]
    assert document["data"]["dynamodb.runs"][0]["goal"] == f"{TYPED} 1"
    assert [run["run_steps"][0]["action"] for run in document["data"]["postgresql.history"]] == [
        {"text": f"{TYPED} 1"}
    ] * 2
    assert document["data"]["redis"][0]["value"] is not None
    (audit,) = document["data"]["postgresql.audit_identity"]
    assert [(entry["action"], entry["subject"]) for entry in audit["entries"]] == [
        ("run.finished", "run-1"),
        ("user.export.requested", audit["pseudonym"]),
    ]
    assert OTHER not in data.decode()
    assert "a-token-of-the-machine" not in data.decode()
    assert sorted(bodies) == [
        "files/s3.screenshots/devices/dev-1/screen.png",
        f"files/s3.screenshots/documents/{USER}/job-1.json",
        "files/s3.screenshots/runs/run-1/cmd-1/s1.png",
        "files/s3.screenshots/runs/run-old-1/cmd-0/s1.png",
        f"files/s3.screenshots/uploads/{USER}/upl-1/매출.csv",
        f"files/s3.settings/settings/{USER}/export.json",
        f"files/s3.templates/templates/{USER}/tpl-1/1.json",
    ]
    assert {body.decode() for body in bodies.values()} == {f"{TYPED} 1"}
    # Nothing was taken away by it.
    after = everything(platform, redis)
    unchanged = {name for name in before if name.startswith(("dynamodb", "redis"))}
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}
    assert chain(platform)[-1].entry.action == "user.exported"
    # And an erasure deletes the export, too.
    ask(steward)
    assert holders(platform, redis, USER) == set()


def test_an_export_goes_on_where_the_time_was_over(steward: Steward) -> None:
    assert ask(steward, "export", seconds=1)["state"] == "unfinished"
    assert ask(steward, "export")["state"] == "done"


@pytest.mark.parametrize(
    "wrong",
    [
        {"user_id": "*"},
        {"user_id": "a/../../" + USER},
        {"operation": "sell"},
        {"requested_by": ""},
        {"more": 1},
    ],
)
def test_a_request_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    event = {"operation": "erase", "user_id": USER, "requested_by": "kim", **wrong}
    with pytest.raises(BadPayloadError, match=next(iter(wrong))):
        read_request(event)


def test_the_handler_does_both(steward: Steward, load_handler: Any) -> None:
    module = load_handler("user-data")
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 600_000)
    event = {"user_id": USER, "requested_by": "operator-kim"}
    assert module.handler({**event, "operation": "export"}, context)["state"] == "done"
    assert module.handler({**event, "operation": "erase"}, context)["state"] == "done"
    module._steward.database.close()
