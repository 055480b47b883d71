"""What a state file says, how two differ, who may be taken a lock from, what addresses are."""

import json
import os
import socket
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import psutil
import pytest
from botocore.exceptions import ClientError

from qops.applying.trail import TrailError
from qops.errors import PrerequisiteError, RefusedError, UsageError
from qops.platform.lock_info import own_info
from qops.state import restoring
from qops.state.addresses import Address, AddressPattern
from qops.state.comparing import compare
from qops.state.document import UnreadableStateError, read_state
from qops.state.locks import Holder, lock_of, require_removable
from qops.state.store import StateStore

NOW = datetime.now(UTC)
HERE = f"root@{socket.gethostname()}"


def state(*resources: dict, **more: object) -> bytes:
    document = {"version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "ab-c",
                "outputs": {}, "resources": list(resources)}  # fmt: skip
    return json.dumps(document | more).encode()


def resource(type_: str, name: str, *instances: dict, **more: object) -> dict:
    return {"mode": "managed", "type": type_, "name": name, "instances": list(instances)} | more


def attribute(*names: str) -> list[dict]:
    return [{"type": "get_attr", "value": name} for name in names]


def test_instances_have_the_addresses_that_terraform_gives_them() -> None:
    document = read_state(
        state(
            resource("aws_sqs_queue", "this", {"index_key": "회의", "attributes": {}},
                     {"index_key": "b", "deposed": "7f1", "attributes": {}},
                     module='module.data["x"]'),
            resource("aws_vpc", "this", {"index_key": 0, "status": "tainted"}),
            resource("aws_region", "now", {"attributes": {}}, mode="data"),
        ),
        "it",
    )  # fmt: skip
    assert [one.address for one in document.instances] == [
        'module.data["x"].aws_sqs_queue.this["회의"]',
        'module.data["x"].aws_sqs_queue.this["b"] (deposed 7f1)',
        "aws_vpc.this[0]",
        "data.aws_region.now",
    ]
    assert [one.layer for one in document.instances] == ["data", "data", "root", "root"]
    assert [one.tainted for one in document.managed] == [False, False, True]
    written = json.loads(document.with_serial(12))
    assert written == {**json.loads(state()), "serial": 12, "resources": written["resources"]}
    assert len(written["resources"]) == 3


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (state()[:-20], "Of its"),
        (b"", "Of its 0 bytes"),
        (b"<html>", "Expecting value"),
        (state(version=3), "its format is 3, known is 4"),
        (state(lineage=""), "its lineage is ''"),
        (state(serial="7"), "its serial is '7'"),
        (json.dumps({"version": 4, "lineage": "a", "serial": 1}).encode(), "it lacks 'resources'"),
        (state({"mode": "managed"}), "it lacks"),
        (b"[]", "list indices"),
        (b"\xff\xfe\x00", "decode"),
    ],
)
def test_what_is_no_whole_state_is_refused_with_the_reason(body: bytes, told: str) -> None:
    with pytest.raises(UnreadableStateError, match="Version x cannot be read") as caught:
        read_state(body, "Version x")
    assert told in caught.value.why
    assert "qops state versions" in caught.value.next_step


def test_a_difference_tells_no_secret_wherever_it_stands() -> None:
    def with_secret(text: str, note: str) -> bytes:
        values = {
            "id": "db", "note": note, "password": text, "inner": {"deep": [{"word": text}]},
            "text": f"postgres://admin:{text}@host/db",
        }  # fmt: skip
        marks = [[*attribute("inner", "deep"), {"type": "index", "value": {"value": 0}}]]
        instance = {"attributes": values, "sensitive_attributes": marks}
        return state(resource("aws_db_instance", "this", instance))

    changes = compare(
        read_state(with_secret("hunter2-old", "one"), "a"),
        read_state(with_secret("hunter2-new", "two"), "b"),
    )
    (change,) = changes
    assert (change.kind, change.stateful) == ("changes", "a database")
    shown = {one.path: (one.before, one.after) for one in change.attributes}
    assert shown["note"] == ('"one"', '"two"')
    assert shown.keys() >= {"password", "inner.deep"}
    assert "hunter2" not in change.model_dump_json()


def test_the_same_state_under_another_serial_does_not_differ() -> None:
    body = resource("aws_vpc", "this", {"attributes": {"id": "vpc-1"}})
    assert compare(read_state(state(body), "a"), read_state(state(body, serial=9), "b")) == []
    (only,) = compare(None, read_state(state(body), "b"))
    assert only.kind == "appears"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever Terraform runs on this machine besides, none is of these locks."""
    monkeypatch.setattr(psutil, "process_iter", lambda *a, **k: iter(()))


def lock(who: str, age_minutes: float = 90, **more: object):
    created = datetime.now(UTC) - timedelta(minutes=age_minutes)
    info = {"ID": "lock-1", "Operation": "OperationTypeApply", "Who": who, "Info": "",
            "Created": created.isoformat().replace("+00:00", "123Z")}  # fmt: skip
    return lock_of(json.dumps(info | more).encode(), "s3://b/k.tflock", NOW)


def test_a_lock_of_this_process_is_that_of_a_living_holder() -> None:
    held = lock_of(json.dumps(own_info("apply", "k")).encode(), "file", NOW)
    assert (held.holder, held.processes) == (Holder.ALIVE, (os.getpid(),))
    with pytest.raises(RefusedError, match="at work on this machine") as caught:
        require_removable(held, named=held.id, least_seconds=0)
    assert str(os.getpid()) in caught.value.why


def test_a_pid_that_another_process_has_by_now_is_no_living_holder() -> None:
    parent = psutil.Process().ppid()
    info = f"qops pid {parent} since 12345.5"
    assert lock(HERE, Info=info).holder is Holder.GONE
    real = f"qops pid {parent} since {psutil.Process(parent).create_time()}"
    assert lock(HERE, Info=real).holder is Holder.ALIVE


@pytest.mark.parametrize(
    ("who", "age", "named", "refusal"),
    [
        (HERE, 90, None, None),
        ("bob@elsewhere", 90, None, None),
        ("bob@elsewhere", 5, None, "only 5 minutes old"),
        ("bob@elsewhere", 5, "lock-1", None),
        ("bob@elsewhere", 90, "lock-2", "is another one"),
        (HERE, 5, None, "only 5 minutes old"),
    ],
)
def test_an_old_lock_goes_and_a_young_one_by_its_id_only(who, age, named, refusal) -> None:
    found = lock(who, age)
    assert found.holder is (Holder.GONE if who == HERE else Holder.ELSEWHERE)
    if refusal is None:
        require_removable(found, named=named, least_seconds=3600)
        return
    with pytest.raises(RefusedError, match=refusal):
        require_removable(found, named=named, least_seconds=3600)


def test_a_lock_that_cannot_be_read_is_still_a_lock() -> None:
    found = lock_of(b"{half", "s3://b/k.tflock", NOW - timedelta(minutes=1))
    assert (found.id, found.who, found.holder) == ("", "unknown", Holder.ELSEWHERE)
    with pytest.raises(RefusedError) as caught:
        require_removable(found, named=None, least_seconds=3600)
    assert "--id unknown" in caught.value.next_step
    require_removable(found, named="unknown", least_seconds=3600)


@pytest.mark.parametrize(
    ("text", "block", "keyed"),
    [
        ("aws_vpc.this", "aws_vpc.this", False),
        ('module.a["x.y"].module.b[0].aws_vpc.this["한 \\"글\\""]',
         "module.a.module.b.aws_vpc.this", True),
    ],
)  # fmt: skip
def test_an_address_is_read_with_its_keys(text: str, block: str, keyed: bool) -> None:
    found = Address.parse(f" {text} ")
    assert (found.text, found.block, found.type, found.keyed) == (text, block, "aws_vpc", keyed)


@pytest.mark.parametrize(
    "text",
    ["", "aws_vpc", "module.a", "data.aws_vpc.x", "aws_vpc.this[x]", "aws_vpc.this[", "a.b.c",
     "module.data.data.aws_vpc.x", "aws_vpc.this extra", 'aws_vpc.this["x"].id'],
)  # fmt: skip
def test_what_is_no_address_is_a_usage_error_that_shows_one(text: str) -> None:
    with pytest.raises(UsageError, match="is no address of a resource") as caught:
        Address.parse(text)
    assert "module.data.aws_s3_bucket.this" in caught.value.why


@pytest.mark.parametrize(
    ("pattern", "part", "address", "matches"),
    [
        ("module.data.*", False, 'module.data.aws_x.y["k"]', True),
        ('*["k"]', False, 'module.data.aws_x.y["k"]', True),
        ("module.data", False, "module.data.aws_x.y", False),
        ("aws_x", True, "module.data.aws_x.y", True),
        ("", True, "anything", True),
        ("a*z", True, "abcxyz!", False),
        ("module?data*", False, "module.data.aws_x.y", False),
        ("[ab]*", False, "a", False),
    ],
)
def test_in_a_pattern_only_the_star_means_something(pattern, part, address, matches) -> None:
    assert AddressPattern(pattern, part=part).matches(address) is matches


def test_a_restore_that_neither_wrote_nor_could_say_so_tells_both() -> None:
    class Away:
        def append(self, **_: object) -> None:
            raise OSError("trail away")

    place, row = (
        SimpleNamespace(trail=Away(), actor="kim"),
        SimpleNamespace(entry=SimpleNamespace(sequence=4)),
    )
    with pytest.raises(TrailError) as caught:
        restoring._record_failure(place, "dev", row, ConnectionError("bucket away"))
    assert "bucket away" in caught.value.why
    assert "trail away" in caught.value.why


@pytest.mark.parametrize(
    ("bucket", "told"),
    [("qscreen-tfstate-1-ap-northeast-2", "AWS_PROFILE"), ("qscreen-local-tfstate", "qops up")],
)
def test_an_account_without_the_bucket_is_told(bucket: str, told: str) -> None:
    def absent(**_: object) -> None:
        raise ClientError({"Error": {"Code": "NoSuchBucket"}}, "ListObjectVersions")

    pages = SimpleNamespace(paginate=absent)
    client = SimpleNamespace(get_paginator=lambda name: pages)
    with pytest.raises(PrerequisiteError, match=bucket) as caught:
        StateStore(client, bucket, "platform/dev.tfstate").versions(3)
    assert told in caught.value.next_step
