import json
from pathlib import Path

import pytest
from example_plans import READ, SECRETS, plan, policy, resource

from qops.review.differences import differences
from qops.review.model import Grade, ResourceChange
from qops.review.reading import PlanFormatError, review_of
from qops.review.risk import risk_tables


@pytest.fixture(scope="module")
def changed() -> dict[str, ResourceChange]:
    return {change.address: change for change in review_of(plan(), "prod").changes}


def paths(before, after, kind: str = "aws_thing", **more) -> dict[str, tuple[str | None, ...]]:
    change = resource(f"module.a.{kind}.b", ["update"], before, after, **more)["change"]
    return {one.path: (one.before, one.after) for one in differences(change, kind)}


def test_every_kind_of_change_is_counted_under_terraforms_name() -> None:
    counters = review_of(plan(), "prod").counters
    assert counters.model_dump() == {
        "create": 3, "update": 5, "replace": 2, "delete": 1, "forget": 1, "read": 1,
        "moved": 1, "imported": 1, "unchanged": 3,
    }  # fmt: skip


def test_what_is_destroyed_stands_first_and_says_why(changed) -> None:
    destroyed = review_of(plan(), "prod").destroyed
    assert [one.address for one in destroyed] == [
        "module.data.aws_db_instance.this",
        'module.data.aws_dynamodb_table.this["runs"]',
        "module.compute.aws_lambda_layer_version.qscreen",
    ]
    assert destroyed[0].stateful == "a database"
    assert "no longer in the configuration" in destroyed[0].why
    assert destroyed[1].replace_paths == ["hash_key"]
    assert [one.path for one in destroyed[1].attributes if one.forces_replacement] == ["hash_key"]
    assert destroyed[2].create_first


def test_moves_and_imports_are_told_though_nothing_else_changes(changed) -> None:
    assert changed["module.network.aws_vpc.this"].previous_address == "module.network.aws_vpc.main"
    assert changed["module.client.aws_cognito_user_pool.this"].import_id == "ap-northeast-2_abc"
    assert "module.ai.aws_ssm_parameter.models" not in changed


def test_the_grade_depends_on_kind_statefulness_layer_and_environment() -> None:
    def grades(environment: str) -> dict[str, Grade]:
        return {one.address: one.risk.grade for one in review_of(plan(), environment).changes}

    prod, dev, local = grades("prod"), grades("dev"), grades("local")
    database, layer = (
        "module.data.aws_db_instance.this",
        "module.compute.aws_lambda_layer_version.qscreen",
    )
    assert (prod[database], dev[database], local[database]) == ("critical", "critical", "medium")
    assert (prod[layer], dev[layer], local[layer]) == ("medium", "medium", "low")
    assert prod["module.network.aws_subnet.private"] is Grade.LOW
    # An update like another, but it takes the guard off a bucket with data.
    bucket = next(c for c in review_of(plan(), "dev").changes if c.address.endswith(".archive"))
    assert bucket.risk.grade is Grade.CRITICAL
    assert (
        bucket.risk.reasons[-1]
        == "force_destroy = True: it can be deleted with all that is in it: +3"
    )
    assert bucket.risk.points == 3 + 1 + 3


def test_policies_are_compared_by_their_statements() -> None:
    before = {"policy": policy(READ, {"Sid": "B", "Action": "b"})}
    after = {"policy": policy({"Sid": "B", "Action": "b"}, {**READ, "Action": "s3:*"})}
    assert paths(before, after) == {
        'policy.Statement["Read"].Action': ('["s3:GetObject"]', '"s3:*"')
    }


def test_an_element_in_the_middle_is_one_change() -> None:
    rules = [{"name": name, "priority": 1} for name in "abc"]
    found = paths({"rule": [rules[0], rules[2]]}, {"rule": rules})
    assert found == {'rule["b"]': (None, '{"name": "b", "priority": 1}')}


def test_null_and_empty_are_the_same() -> None:
    assert paths({"tags": None, "note": ""}, {"tags": {}, "note": None}) == {}
    assert paths({"count": 0, "on": False}, {"count": None, "on": None}) == {
        "count": ("0", None),
        "on": ("false", None),
    }


def test_in_a_document_a_number_is_no_truth_value() -> None:
    before, after = '{"on": 1, "off": 0}', '{"on": true, "off": 0}'
    assert list(paths({"j": before}, {"j": after})) == ["j"]


def test_an_empty_block_that_comes_or_goes_is_told() -> None:
    before = {"override_action": [{"none": [{}], "count": []}]}
    after = {"override_action": [{"none": [], "count": [{}]}]}
    assert paths(before, after) == {
        "override_action[0].count[0]": (None, "{}"),
        "override_action[0].none[0]": ("{}", None),
    }


def test_what_is_known_after_apply_only_is_no_value() -> None:
    change = resource(
        "module.a.aws_thing.b",
        ["update"],
        {"arn": "a", "size": 1, "block": [{"x": 1}]},
        {"size": 2, "block": [{}]},
        unknown={"arn": True, "block": [{"x": True}]},
    )["change"]
    found = differences(change, "aws_thing")
    assert [(one.path, one.after, one.unknown) for one in found] == [
        ("size", "2", False),
        ("arn", None, True),
        ("block[0].x", None, True),
    ]


def test_a_long_value_is_cut_and_says_so() -> None:
    change = resource("module.a.aws_thing.b", ["update"], {"x": "a"}, {"x": "b" * 5000})["change"]
    (found,) = differences(change, "aws_thing")
    assert found.cut
    assert found.after is not None
    assert found.after.endswith("… (+3002 characters)")


def test_no_secret_is_in_the_review() -> None:
    source, told = json.dumps(plan()), review_of(plan(), "prod").model_dump_json()
    for secret in SECRETS:
        assert secret in source  # or the check would prove nothing
        assert secret not in told


def containers(environment: list[dict[str, str]]) -> str:
    return json.dumps([{"name": "x", "environment": environment}])


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("aws_lambda_function", {"environment": []},
         {"environment": [{"variables": {"A": "s3cr3t"}}]}),
        ("aws_ecs_task_definition", {"container_definitions": containers([])},
         {"container_definitions": containers([{"name": "A", "value": "s3cr3t"}])}),
        ("aws_ssm_parameter", {"value": "a"}, {"value": "s3cr3t"}),
        ("aws_thing", {"nested": None}, {"nested": {"deep": [{"auth_token": "s3cr3t"}]}}),
        ("aws_thing", {"url": "a"}, {"url": "amqps://user:s3cr3t@broker:5671"}),
        ("aws_thing", {"args": ["a"]}, {"args": ["--password=s3cr3t", "MYSQL_PASSWORD: s3cr3t"]}),
        ("aws_thing", {"dsn": "a"}, {"dsn": "host=db user=app pw=s3cr3t"}),
        ("aws_thing", {"environment": [{"name": "A_TOKEN]", "value": "old"}]},
         {"environment": [{"name": "A_TOKEN]", "value": "s3cr3t"}]}),
    ],
)  # fmt: skip
def test_secrets_are_masked_where_terraform_marks_none(kind, before, after) -> None:
    found = paths(before, after, kind)
    assert found
    assert "s3cr3t" not in str(found)
    assert "(masked)" in str(found)


def test_names_that_only_sound_secret_are_shown() -> None:
    before = {"secret_arn": "arn:a", "inline_policy": [], "generate_secret": False}
    after = {
        "secret_arn": "arn:b",
        "inline_policy": [{"name": "rotate-secret", "policy": "p"}],
        "generate_secret": True,
    }
    assert paths(before, after) == {
        "generate_secret": ("false", "true"),
        'inline_policy["rotate-secret"]': (None, '{"name": "rotate-secret", "policy": "p"}'),
        "secret_arn": ('"arn:a"', '"arn:b"'),
    }


def test_drift_tells_what_planned_changes_depend_on() -> None:
    drift = review_of(plan(), "prod").drift
    assert [(one.address, one.deleted, one.relevant) for one in drift] == [
        ("module.data.aws_sqs_queue.jobs", True, True),
        ("module.compute.aws_iam_role.worker", False, True),
        ("module.security.aws_iam_role.auditor", False, False),
    ]


@pytest.mark.parametrize("document", [{}, {"format_version": "2.0", "planned_values": {}},
                                      {"format_version": "1.0", "values": {}}])  # fmt: skip
def test_what_is_no_plan_is_refused(document) -> None:
    with pytest.raises(PlanFormatError, match="not the JSON of a saved plan"):
        review_of(document, "prod")


def test_every_stateful_type_of_the_conventions_is_in_the_table() -> None:
    from terraform_conventions import GUARDED, GUARDED_BY_POLICY

    assert {*GUARDED, *GUARDED_BY_POLICY} <= set(risk_tables().stateful)


def test_types_of_the_tables_are_declared_somewhere_or_well_known() -> None:
    root = Path(__file__).resolve().parents[4]
    declared = "".join(file.read_text() for file in root.glob("modules/*/*.tf"))
    assert [name for name in risk_tables().routine if f'"{name}"' not in declared] == []
