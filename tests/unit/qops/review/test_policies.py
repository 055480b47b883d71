"""What a plan introduces against a policy, what it changes of the cost, and the SARIF of it."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from example_plans import plan, policy, resource
from golden_files import check_golden, rendered

from qops.review import cost as cost_module
from qops.review.markdown import markdown
from qops.review.model import Grade, Review
from qops.review.policies import policies
from qops.review.reading import review_of
from qops.review.sarif import sarif
from qops.review.terminal import write_review

GOLDEN = Path(__file__).parent / "golden"
ROLE = "module.compute.aws_iam_role_policy.work"
GROUP = "module.network.aws_vpc_security_group_ingress_rule.api"
SECRET = "postgres://qs:hunter2-in-a-value@db"


def allow(*actions: str, sid: str = "Work", **more: Any) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": "*", **more}


def reviewed(*changes: dict[str, Any], environment: str = "dev") -> Review:
    document = plan() | {"resource_changes": list(changes), "resource_drift": []}
    return review_of(document, environment)


def ids(review: Review) -> list[tuple[str, str]]:
    return [(one.id, one.attribute) for one in review.findings]


def changed(kind: str, before: Any, after: Any, name: str = "this") -> dict[str, Any]:
    return resource(f"module.data.{kind}.{name}", ["update"], before, after)


GOOD_BAD = {
    "public-network": ("aws_vpc_security_group_ingress_rule",
                       {"cidr_ipv4": "10.0.0.0/8", "from_port": 443, "to_port": 443},
                       {"cidr_ipv4": "0.0.0.0/0", "from_port": 443, "to_port": 443}),
    "public-address": ("aws_subnet", {"map_public_ip_on_launch": False},
                       {"map_public_ip_on_launch": True}),
    "public-bucket": ("aws_s3_bucket_public_access_block",
                      {"bucket": "b", "block_public_acls": True, "ignore_public_acls": True,
                       "block_public_policy": True, "restrict_public_buckets": True},
                      {"bucket": "b", "block_public_acls": True, "ignore_public_acls": True,
                       "block_public_policy": False, "restrict_public_buckets": True}),
    "public-database": ("aws_db_instance", {"publicly_accessible": False},
                        {"publicly_accessible": True}),
    "public-resource": ("aws_lambda_permission", {"principal": "sns.amazonaws.com"},
                        {"principal": "*"}),
    "public-api": ("aws_cognito_identity_pool", {"allow_unauthenticated_identities": False},
                   {"allow_unauthenticated_identities": True}),
    "wildcard-action": ("aws_iam_role_policy", {"policy": policy(allow("s3:GetObject"))},
                        {"policy": policy(allow("s3:*"))}),
    "administrator": ("aws_iam_role_policy_attachment", {"policy_arn": "arn:aws:iam::1:policy/a"},
                      {"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
    "unencrypted-store": ("aws_sqs_queue", {"kms_master_key_id": "alias/a"},
                          {"kms_master_key_id": None}),
    "unencrypted-log": ("aws_cloudwatch_log_group", {"kms_key_id": "k", "retention_in_days": 30},
                        {"kms_key_id": None, "retention_in_days": 30}),
    "plain-traffic": ("aws_elasticache_replication_group", {"transit_encryption_enabled": True},
                      {"transit_encryption_enabled": False}),
    "no-retention": ("aws_cloudwatch_log_group", {"kms_key_id": "k", "retention_in_days": 30},
                     {"kms_key_id": "k", "retention_in_days": 0}),
    "no-backup": ("aws_db_instance", {"backup_retention_period": 7},
                  {"backup_retention_period": 0}),
    "no-rotation": ("aws_kms_key", {"enable_key_rotation": True}, {"enable_key_rotation": False}),
    "unguarded": ("aws_db_instance", {"deletion_protection": True},
                  {"deletion_protection": False}),
    "unwatched": ("aws_guardduty_detector", {"enable": True}, {"enable": False}),
    "weak-sign-in": ("aws_cognito_user_pool", {"mfa_configuration": "ON"},
                     {"mfa_configuration": "OFF"}),
}  # fmt: skip
"""A type, how it is as it should be, and how a plan breaks the policy."""


@pytest.mark.parametrize("one", policies(), ids=lambda one: one.id)
def test_each_policy_tells_what_a_plan_breaks_and_only_that(one) -> None:
    kind, good, bad = GOOD_BAD[one.id]
    extra = []
    if kind == "aws_s3_bucket_public_access_block":
        ring = {"bucket": "b"}
        extra = [changed("aws_s3_bucket", ring, ring)]

    def found(before: Any, after: Any) -> list[str]:
        review = reviewed(changed(kind, before, after), *extra)
        return [finding.id for finding in review.findings]

    assert one.id in found(good, bad)
    assert one.id not in found(good, good)
    assert one.id not in found(bad, bad), "it stood before: the plan does not introduce it"
    assert one.id not in found(bad, good)
    assert (one.id in found(None, bad)) is not one.only_lost, "a new one is introduced as well"


def test_every_policy_has_an_example() -> None:
    assert set(GOOD_BAD) == {one.id for one in policies()}


def test_a_statement_that_was_wide_already_is_not_new_but_a_second_service_in_it_is() -> None:
    before = {"policy": policy(allow("s3:*"))}
    after = {"policy": policy(allow("s3:*", "sqs:*"), allow("dynamodb:GetItem", sid="Read"))}
    review = reviewed(resource(ROLE, ["update"], before, after))
    assert ids(review) == [("wildcard-action", 'policy.Statement["Work"].Action[sqs:*]')]
    assert (review.findings[0].value, review.findings[0].convention) == ("", "QS-TF-008")
    assert review.findings_before == 1


def test_what_is_moved_keeps_what_it_had() -> None:
    bad = {"cidr_ipv4": "0.0.0.0/0", "from_port": 22, "to_port": 22}
    document = plan() | {"resource_drift": []}
    moved = resource(GROUP, ["no-op"], bad, bad, previous_address=GROUP + "_old")
    document["resource_changes"] = [moved]
    assert review_of(document, "dev").findings == []


@pytest.mark.parametrize(
    ("kind", "values", "attribute"),
    [
        ("aws_security_group",
         {"ingress": [{"cidr_blocks": ["0.0.0.0/0"], "from_port": 22, "to_port": 22}]},
         "ingress[22-22]"),
        ("aws_security_group_rule",
         {"type": "ingress", "ipv6_cidr_blocks": ["::/0"], "from_port": 80, "to_port": 80},
         "ingress[80-80]"),
        ("aws_iam_role", {"assume_role_policy": policy(
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"})},
         "assume_role_policy.Statement[0].Principal"),
    ],
)  # fmt: skip
def test_older_ways_to_open_a_door_are_seen(kind: str, values: Any, attribute: str) -> None:
    review = reviewed(resource(f"module.network.{kind}.this", ["create"], None, values))
    assert (review.findings[0].severity, review.findings[0].attribute) == ("critical", attribute)
    closed = json.loads(
        json.dumps(values).replace("0.0.0.0/0", "10.0.0.0/8").replace("::/0", "fd00::/8")
        .replace('\\"*\\"', '\\"arn:aws:iam::1:root\\"')
    )  # fmt: skip
    review = reviewed(resource(f"module.network.{kind}.this", ["create"], None, closed))
    assert review.findings == []


def test_a_detector_that_goes_altogether_is_told() -> None:
    gone = resource("module.security.aws_guardduty_detector.this", ["delete"], {"enable": True})
    review = reviewed(gone)
    assert [(one.id, one.address) for one in review.findings] == [("unwatched", "platform")]


def test_what_is_known_later_is_not_held_against_the_plan() -> None:
    address = "module.data.aws_cloudwatch_log_group.this"
    later = {"kms_key_id": True, "retention_in_days": True}
    review = reviewed(resource(address, ["create"], None, {"name": "n"}, unknown=later))
    assert review.findings == []


def instances(before: str, after: str) -> dict[str, Any]:
    common = {"allocated_storage": 20, "storage_type": "gp3", "multi_az": False, "engine": "x"}
    return changed(
        "aws_db_instance", common | {"instance_class": before}, common | {"instance_class": after}
    )


def test_the_cost_is_the_difference_of_both_sides_by_layer() -> None:
    review = reviewed(instances("db.t4g.micro", "db.t4g.medium"))
    assert review.cost.usd is not None
    assert review.cost.usd_before is not None
    assert review.cost.usd > 0
    (layer,) = review.cost.layers
    assert (layer.name, layer.usd) == ("data", review.cost.usd)
    back = reviewed(instances("db.t4g.medium", "db.t4g.micro")).cost
    assert back.usd == -review.cost.usd
    assert back.usd_before == review.cost.usd_before + review.cost.usd


def test_what_has_no_price_is_unpriced_and_never_nothing() -> None:
    cost = reviewed(instances("db.t4g.micro", "db.r99.huge")).cost
    assert (cost.unpriced, cost.layers[0].unpriced) == (1, 1)
    assert [one.after for one in cost.changes if one.kind == "added"] == [None]


@pytest.mark.parametrize("table", ["{", '{"schema": 1, "currency": "USD", "prices": [{}]}'])
def test_a_broken_table_of_prices_leaves_the_review_without_cost(table: str, tmp_path) -> None:
    file = tmp_path / "prices.json"
    file.write_text(table)
    document = plan()
    review = review_of(document, "dev", prices=file)
    assert review.cost.usd is None
    assert review.cost.why
    text = rendered(lambda console: write_review(review, console), 80)
    assert "cost  not estimated" in text
    assert "not estimated" in markdown(review)


def introducing() -> dict[str, Any]:
    document = copy.deepcopy(plan())
    document["resource_changes"] = [
        instances("db.t4g.micro", "db.t4g.medium"),
        resource(ROLE, ["update"], {"policy": policy(allow("s3:GetObject"))},
                 {"policy": policy(allow("s3:*"), allow("*", sid="모두"))}),
        resource(GROUP, ["create"], None,
                 {"cidr_ipv4": "0.0.0.0/0", "from_port": 22, "to_port": 22}),
        resource("module.data.aws_lambda_permission.open", ["create"], None, {"principal": "*"}),
        resource("module.observability.aws_cloudwatch_log_group.this", ["create"], None,
                 {"name": SECRET, "retention_in_days": 0, "kms_key_id": "arn:k"}),
        resource("module.compute.aws_lambda_function.new", ["create"], None,
                 {"memory_size": 512, "architectures": ["arm64"], "function_name": "n"}),
    ]  # fmt: skip
    return document


@pytest.mark.parametrize("width", [80, 160])
def test_the_terminal_shows_cost_and_findings_as_agreed(width: int) -> None:
    review = review_of(introducing(), "prod")
    text = rendered(lambda console: write_review(review, console), width)
    assert max(map(len, text.splitlines())) <= width
    check_golden(GOLDEN / f"introducing-{width}.txt", text)


def test_markdown_shows_cost_and_findings_as_agreed() -> None:
    check_golden(GOLDEN / "introducing.md", markdown(review_of(introducing(), "prod")))


def test_many_findings_leave_room_for_the_changes() -> None:
    wide = [allow(f"a{number}:*", sid=f"S{number}") for number in range(60)]
    review = reviewed(resource(ROLE, ["create"], None, {"policy": policy(*wide)}))
    text = markdown(review)
    assert len(review.findings) == 60
    assert "**35 more are not shown here**" in text
    assert len(text) < 65_536


def test_sarif_is_what_code_scanning_takes() -> None:
    review = review_of(introducing(), "prod")
    document = json.loads(sarif(review))
    (run,) = document["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} == set(rules)
    assert len(run["results"]) == len(review.findings) == 5
    prints = [tuple(result["partialFingerprints"].values()) for result in run["results"]]
    assert len(set(prints)) == len(prints)
    score = float(rules["public-network"]["properties"]["security-severity"])
    assert (score, run["results"][0]["level"]) == (9.5, "error")
    assert all(result["locations"][0]["logicalLocations"] for result in run["results"])
    assert "hunter2" not in sarif(review)
    assert {one.severity for one in review.findings} >= {Grade.CRITICAL, Grade.MEDIUM}


def test_no_estimate_is_made_of_what_cannot_be_read(monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("shape")

    monkeypatch.setattr(cost_module, "estimate", broken)
    cost = reviewed(instances("db.t4g.micro", "db.t4g.medium")).cost
    assert (cost.usd, cost.why) == (None, "KeyError: 'shape'")
