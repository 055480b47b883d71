"""What is drift, what only looks like it, and what of it is known until when."""

from datetime import date
from pathlib import Path

import pytest
from example_plans import resource
from golden_files import Golden

from qops.drift import detecting
from qops.drift.answers import DriftAnswer, KnownDrift
from qops.drift.judging import GONE, judge
from qops.drift.known import known_file, read_known
from qops.drift.markdown import markdown
from qops.errors import ExitCode, PrerequisiteError, UsageError
from qops.settings import Settings

TODAY = date(2026, 11, 30)
QUEUE = "module.compute.aws_sqs_queue.jobs"
ROLE = "module.compute.aws_iam_role.api"
TABLE = 'module.data.aws_dynamodb_table.this["runs"]'
NOTE = "somebody tries another value until the load test is over"


def policy(name: str) -> dict:
    return {"name": name, "policy": "{}"}


def document(*drift: dict, **more: object) -> dict:
    """A refresh-only plan over a state that has a role policy, a versioned bucket and two rules."""
    there = [
        ("aws_iam_role_policy", "work", {"role": "qs-api", "name": "work"}),
        ("aws_s3_bucket_versioning", "this", {"bucket": "pictures"}),
        ("aws_vpc_security_group_ingress_rule", "a", {"security_group_id": "sg-1"}),
        ("aws_vpc_security_group_ingress_rule", "b", {"security_group_id": "sg-1"}),
        ("aws_nat_gateway", "a", {"allocation_id": "eip-1"}),
        ("aws_network_acl_rule", "in", {"network_acl_id": "acl-1", "egress": False,
                                        "rule_number": 100}),
    ]  # fmt: skip
    resources = [
        {"address": f"module.x.{kind}.{name}", "mode": "managed", "type": kind, "name": name,
         "values": values} for kind, name, values in there
    ]  # fmt: skip
    state = {"values": {"root_module": {"resources": resources}}}
    return {"format_version": "1.2", "resource_drift": list(drift), "prior_state": state, **more}


def changed(address: str, before: dict, after: dict, **more: object) -> dict:
    return resource(address, ["update"], before, after, **more)


def found(*drift: dict, known: list[KnownDrift] | None = None, **more: object) -> DriftAnswer:
    return judge(
        document(*drift, **more), environment="prod", serial=12, known=known or [],
        known_file="terraform/platform/environments/prod.drift.yaml", today=TODAY,
    )  # fmt: skip


def paths(answer: DriftAnswer) -> dict[str, list[str]]:
    return {one.address: [item.change.path for item in one.attributes]
            for one in answer.resources}  # fmt: skip


QUEUE_DRIFT = changed(
    QUEUE,
    {"visibility_timeout_seconds": 361, "tags": {}, "tags_all": {"a": "b"}},
    {"visibility_timeout_seconds": 77, "tags": {"c": "d"}, "tags_all": {"a": "b", "c": "d"}},
)
TABLE_GONE = resource(TABLE, ["delete"], {"name": "runs"}, None)


def test_a_changed_attribute_and_a_missing_resource_are_named() -> None:
    answer = found(QUEUE_DRIFT, TABLE_GONE)
    assert paths(answer) == {TABLE: [], QUEUE: ["tags.c", "visibility_timeout_seconds"]}
    assert [(one.deleted, one.stateful is not None) for one in answer.resources] == [
        (True, True), (False, True),
    ]  # fmt: skip
    assert (answer.exit_code, answer.checked) == (ExitCode.FINDINGS, 6)
    assert found().exit_code == ExitCode.DONE


@pytest.mark.parametrize(
    ("address", "before", "after", "left"),
    [
        (ROLE, {"id": "qs-api", "inline_policy": []},
         {"id": "qs-api", "inline_policy": [policy("work")]}, []),
        (ROLE, {"id": "qs-api", "inline_policy": []},
         {"id": "qs-api", "inline_policy": [policy("rogue"), policy("work")]},
         ['inline_policy["rogue"]']),
        (ROLE, {"id": "qs-api", "managed_policy_arns": []},
         {"id": "qs-api", "managed_policy_arns": ["arn:aws:iam::aws:policy/AdministratorAccess"]},
         ["managed_policy_arns"]),
        ("module.x.aws_s3_bucket.a", {"id": "pictures", "versioning": [{"enabled": False}]},
         {"id": "pictures", "versioning": [{"enabled": True}]}, []),
        ("module.x.aws_s3_bucket.a", {"id": "others", "versioning": [{"enabled": True}]},
         {"id": "others", "versioning": [{"enabled": False}]}, ["versioning[0].enabled"]),
        ("module.x.aws_security_group.a", {"id": "sg-1", "ingress": []},
         {"id": "sg-1", "ingress": [{"cidr_blocks": ["10.0.0.0/8", "10.1.0.0/16"]}]}, []),
        ("module.x.aws_security_group.a", {"id": "sg-1", "ingress": []},
         {"id": "sg-1", "ingress": [{"cidr_blocks": ["10.0.0.0/8", "10.1.0.0/16"]},
                                    {"cidr_blocks": ["0.0.0.0/0"]}]}, ["ingress[0]", "ingress[1]"]),
        ("module.x.aws_network_acl.a", {"id": "acl-1", "ingress": []},
         {"id": "acl-1", "ingress": [{"rule_no": 100}, {"rule_no": 1}]}, ['ingress["1"]']),
        ("module.x.aws_iam_policy.a", {"attachment_count": 0}, {"attachment_count": 3}, []),
        (QUEUE, {"policy": ""}, {"policy": '{"Statement": []}'}, ["policy"]),
        ("module.x.aws_eip.nat", {"id": "eip-1", "private_ip": ""},
         {"id": "eip-1", "private_ip": "10.0.0.9"}, []),
        ("module.x.aws_eip.nat", {"id": "eip-2", "private_ip": ""},
         {"id": "eip-2", "private_ip": "10.0.0.9"}, ["private_ip"]),
        (QUEUE, {"delay_seconds": None}, {"delay_seconds": 0}, []),
        (QUEUE, {"delay_seconds": None}, {"delay_seconds": 9}, ["delay_seconds"]),
        (QUEUE, {"delay_seconds": 9}, {"delay_seconds": 0}, ["delay_seconds"]),
        (QUEUE, {"kms_data_key_reuse_period_seconds": None, "tags": None}, {"tags": {}}, []),
    ],
)  # fmt: skip
def test_what_another_resource_gives_is_no_drift_and_what_none_gives_is(
    address: str, before: dict, after: dict, left: list[str]
) -> None:
    assert paths(found(changed(address, before, after))) == ({address: left} if left else {})


def entry(address: str, attribute: str, expires: date = date(2027, 3, 1)) -> KnownDrift:
    return KnownDrift(address=address, attribute=attribute, reason=NOTE, expires=expires)


def test_known_drift_does_not_count_and_the_rest_of_the_resource_does() -> None:
    known = [entry("module.compute.*", "visibility_timeout_seconds")]
    answer = found(QUEUE_DRIFT, known=known)
    by_path = {item.change.path: item.known for item in answer.resources[0].attributes}
    assert by_path == {"tags.c": None, "visibility_timeout_seconds": NOTE}
    assert answer.exit_code == ExitCode.FINDINGS
    answer = found(QUEUE_DRIFT, known=[*known, entry(QUEUE, "tags")])
    assert (answer.drifted, answer.exit_code) == ([], ExitCode.DONE)
    assert answer.unmatched == []


def test_an_expired_entry_counts_as_drift_again_and_says_so() -> None:
    old = entry("*", "*", TODAY.replace(day=29))
    answer = found(QUEUE_DRIFT, known=[old])
    assert answer.exit_code == ExitCode.FINDINGS
    assert {item.expired for item in answer.resources[0].attributes} == {old.expires}
    assert answer.expired == [old]
    assert "is past" in markdown(answer)
    last_day = found(QUEUE_DRIFT, known=[entry("*", "*", TODAY)])
    assert (last_day.exit_code, last_day.expired) == (ExitCode.DONE, [])


def test_an_entry_that_meets_nothing_is_told() -> None:
    useless = entry("module.compute.aws_sqs_queue.gone", "*")
    assert found(QUEUE_DRIFT, known=[useless]).unmatched == [useless]


def test_a_missing_resource_is_known_only_where_the_file_says_that_it_is_gone() -> None:
    assert found(TABLE_GONE, known=[entry("*", "*")]).exit_code == ExitCode.FINDINGS
    assert found(TABLE_GONE, known=[entry(TABLE, GONE)]).exit_code == ExitCode.DONE


def test_secrets_in_drift_are_masked_in_every_form() -> None:
    answer = found(
        changed(
            "module.data.aws_db_instance.this",
            {"password": "hunter2-a", "note": "x"}, {"password": "hunter2-b", "note": "y"},
            before_sensitive={"password": True}, after_sensitive={"password": True},
        )
    )  # fmt: skip
    text = answer.model_dump_json() + markdown(answer)
    assert "hunter2" not in text
    assert "(masked)" in text


def test_markdown_keeps_its_limit_and_says_what_is_missing() -> None:
    many = [changed(f"module.x.aws_sqs_queue.q[{at}]", {"name": "a" * 90}, {"name": "b" * 90})
            for at in range(300)]  # fmt: skip
    text = markdown(found(*many), limit=8_000)
    assert len(text) <= 8_000
    assert "This text is cut" in text
    assert "is cut" not in markdown(found(*many[:90]))


def settings(folder: Path) -> Settings:
    return Settings(repository=folder, home=folder, environment="prod")


def test_the_file_is_beside_the_values_and_need_not_be_there(tmp_path: Path) -> None:
    file = known_file(settings(tmp_path))
    assert file == tmp_path / "terraform/platform/environments/prod.drift.yaml"
    assert read_known(file) == []
    file.parent.mkdir(parents=True)
    file.write_text(
        f"known:\n  - address: {QUEUE}\n    attribute: tags\n    reason: {NOTE}\n"
        "    expires: 2027-03-01\n"
    )
    assert read_known(file) == [entry(QUEUE, "tags")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("known: [", "expected"),
        ("known: 3", "known: Input should be a valid list"),
        ("unknown: []", "unknown: Extra inputs"),
        ("known: [{address: a, attribute: b, reason: too short, expires: 2027-01-01}]",
         "known.0.reason"),
        (f"known: [{{address: a, attribute: b, reason: {NOTE}, expires: soon}}]",
         "known.0.expires"),
        (f"known: [{{address: a, attribute: b, reason: {NOTE}}}]", "known.0.expires"),
        (f"known: [{{address: '', attribute: b, reason: {NOTE}, expires: 2027-01-01}}]",
         "known.0.address"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_names_what_is_wrong(
    tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "prod.drift.yaml"
    file.write_text(text)
    with pytest.raises(UsageError, match="is no file of known drift") as caught:
        read_known(file)
    assert told in caught.value.why
    assert "expires" in caught.value.next_step


def test_every_environment_has_a_file_that_can_be_read() -> None:
    repository = Path(__file__).resolve().parents[4]
    folder = repository / "terraform" / "platform" / "environments"
    for file in folder.glob("*.drift.yaml"):
        read_known(file)


def test_outputs(golden: Golden) -> None:
    known = [
        entry(QUEUE, "visibility_timeout_seconds"),
        entry(QUEUE, "tags", date(2026, 11, 1)),
        entry("module.network.*", "ingress"),
    ]
    drifted = found(QUEUE_DRIFT, TABLE_GONE, known=known)
    golden("drift", drifted)
    golden("drift", drifted, "--quiet", variant="quiet")
    fine = found(QUEUE_DRIFT, known=[entry("*", "*")])
    golden("drift", fine, variant="known")
    golden("drift", found(), variant="none")


def test_nothing_is_built_where_nothing_is_applied(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def absent(_: Settings) -> None:
        raise PrerequisiteError("There is no state.")

    def built(*_: object, **__: object) -> None:
        pytest.fail("that takes long and is for nothing")

    monkeypatch.setattr(detecting, "StatePlace", absent)
    monkeypatch.setattr(detecting, "ready_to_plan", built)
    with pytest.raises(PrerequisiteError, match="no state"):
        detecting.detect_drift(Settings(repository=tmp_path, home=tmp_path), notice=lambda _: None)
