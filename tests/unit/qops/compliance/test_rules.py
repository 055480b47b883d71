"""Each rule can be met and not met; met needs evidence, and what cannot be seen is not met."""

import json
from typing import Any

import pytest
from declared_things import (
    NAME,
    OBJECTS,
    TLS,
    acl,
    allow,
    bucket,
    closed,
    encrypted,
    ingress,
    platform,
    secret,
    thing,
    trail,
)

from qops.compliance.judging import LIVE, RULES, Judged, catalogue, conclude, judge
from qops.compliance.model import Verdict
from qops.health.checks import CHECKS
from qops.health.model import Finding, State
from qops.health.running import Result
from qops.inventory.documents import parse_inventory
from qops.inventory.model import KNOWN_LATER, Resource

SPECIAL: list[tuple[str, tuple[Resource, ...], tuple[Resource, ...]]] = [
    (
        "s3_bucket_object_versioning",
        bucket("aws_s3_bucket_versioning", versioning_configuration=[{"status": "Enabled"}]),
        bucket("aws_s3_bucket_versioning", versioning_configuration=[{"status": "Suspended"}]),
    ),
    ("s3_bucket_kms_encryption", encrypted("aws:kms"), encrypted("AES256")),
    ("s3_bucket_default_encryption", encrypted("AES256"), bucket("aws_s3_bucket_policy")[:1]),
    ("s3_bucket_level_public_access_block", closed(True), closed(False)),
    (
        "s3_bucket_secure_transport_policy",
        bucket("aws_s3_bucket_policy", policy=TLS),
        bucket("aws_s3_bucket_policy", policy=allow("s3:GetObject")),
    ),
    (
        "s3_bucket_policy_public_write_access",
        bucket("aws_s3_bucket_policy", policy=allow("s3:*", Principal={"AWS": "arn:role"})),
        bucket("aws_s3_bucket_policy", policy=allow("s3:*", Principal={"AWS": "*"})),
    ),
    (
        "kms_key_not_publicly_accessible",
        (thing("aws_kms_key", policy=allow("kms:*", Principal="*", Condition={"x": {}})),),
        (thing("aws_kms_key", policy=allow("kms:*", Principal="*")),),
    ),
    ("secretsmanager_automatic_rotation_enabled", secret(True), secret(False)),
    (
        "rds_instance_transport_encrypted",
        (thing("aws_db_parameter_group", parameter=[{"name": "rds.force_ssl", "value": "1"}]),),
        (thing("aws_db_parameter_group", parameter=[{"name": "rds.force_ssl", "value": "0"}]),),
    ),
    (
        "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22",
        (ingress("0.0.0.0/0", 443, 443), ingress("10.0.0.0/8", 22, 22)),
        (ingress("0.0.0.0/0", 20, 25),),
    ),
    (
        "ec2_securitygroup_allow_ingress_from_internet_to_any_port",
        (ingress(None, 443, 443),),
        (ingress("0.0.0.0/0", None, None, "-1"),),
    ),
    (
        "ec2_networkacl_allow_ingress_tcp_port_22",
        (acl("0.0.0.0/0", 1024, 65535), acl("0.0.0.0/0", 22, 22, egress=True)),
        (acl("0.0.0.0/0", 0, 65535),),
    ),
    (
        "cloudtrail_s3_dataevents_write_enabled",
        (trail(**OBJECTS),),
        (trail(**OBJECTS, readOnly=["true"]),),
    ),
    (
        "cloudtrail_s3_dataevents_read_enabled",
        (trail(**OBJECTS, readOnly=["true"]),),
        (trail(eventCategory=["Management"]),),
    ),
    (
        "iam_inline_policy_no_administrative_privileges",
        (thing("aws_iam_role_policy", policy=allow("s3:GetObject")),),
        (thing("aws_iam_role_policy", policy=allow("*")),),
    ),
    (
        "iam_policy_no_full_access_to_kms",
        (thing("aws_iam_policy", policy=allow("kms:Decrypt")),),
        (thing("aws_iam_policy", policy=allow("kms:*", "arn:key")),),
    ),
    (
        "iam_role_administratoraccess_policy",
        (thing("aws_iam_role_policy_attachment", policy_arn="arn:aws:iam::1:policy/mine"),),
        (
            thing(
                "aws_iam_role_policy_attachment",
                policy_arn="arn:aws:iam::aws:policy/AdministratorAccess",
            ),
        ),
    ),
    (
        "apigateway_restapi_waf_acl_attached",
        (
            thing("aws_api_gateway_stage", arn="arn:stage"),
            thing("aws_wafv2_web_acl_association", resource_arn="arn:stage"),
        ),
        (thing("aws_api_gateway_stage", arn="arn:stage"),),
    ),
    (
        "guardduty_s3_protection_enabled",
        (
            thing("aws_guardduty_detector", enable=True),
            thing("aws_guardduty_detector_feature", name="S3_DATA_EVENTS", status="ENABLED"),
        ),
        (thing("aws_guardduty_detector", enable=True),),
    ),
    *(
        (
            f"guardduty_{service}_protection_enabled",
            (
                thing("aws_guardduty_detector", enable=True),
                thing("aws_guardduty_detector_feature", name=feature, status="ENABLED"),
            ),
            (
                thing("aws_guardduty_detector", enable=True),
                thing("aws_guardduty_detector_feature", name=feature, status="DISABLED"),
            ),
        )
        for service, feature in (("rds", "RDS_LOGIN_EVENTS"), ("lambda", "LAMBDA_NETWORK_LOGS"))
    ),
    *(
        (
            name,
            (
                thing(
                    "aws_api_gateway_rest_api",
                    body=json.dumps({"components": {"securitySchemes": {"tokens": {}}}}),
                ),
            ),
            (
                thing(
                    "aws_api_gateway_rest_api",
                    body=json.dumps({"components": {"securitySchemes": {}}}),
                ),
            ),
        )
        for name in (
            "apigateway_restapi_authorizers_enabled",
            "apigateway_restapi_public_with_authorizer",
        )
    ),
    (
        "ec2_securitygroup_default_restrict_traffic",
        (thing("aws_default_security_group", ingress=[], egress=[]),),
        (thing("aws_default_security_group", ingress=[{"protocol": "-1"}], egress=[]),),
    ),
    (
        "iam_aws_attached_policy_no_administrative_privileges",
        (thing("aws_iam_role_policy_attachment", policy_arn="arn:aws:iam::aws:policy/ReadOnly"),),
        (
            thing(
                "aws_iam_role_policy_attachment",
                policy_arn="arn:aws:iam::aws:policy/AdministratorAccess",
            ),
        ),
    ),
    (
        "vpc_subnet_different_az",
        (thing("aws_subnet", availability_zone="a"), thing("aws_subnet", availability_zone="b")),
        (thing("aws_subnet", availability_zone="a"), thing("aws_subnet", availability_zone="a")),
    ),
    (
        "awslambda_function_not_publicly_accessible",
        (thing("aws_lambda_permission", principal="apigateway.amazonaws.com"),),
        (thing("aws_lambda_permission", principal="*"),),
    ),
    (
        "bedrock_guardrail_prompt_attack_filter_enabled",
        (
            thing(
                "aws_bedrock_guardrail",
                content_policy_config=[{"filters_config": [{"type": "PROMPT_ATTACK"}]}],
            ),
        ),
        (thing("aws_bedrock_guardrail", content_policy_config=[]),),
    ),
    (
        "cognito_user_pool_password_policy_minimum_length_14",
        (thing("aws_cognito_user_pool", password_policy=[{"minimum_length": 14}]),),
        (thing("aws_cognito_user_pool", password_policy=[{"minimum_length": 12}]),),
    ),
    (
        "cloudwatch_log_group_retention_policy_specific_days_enabled",
        (thing("aws_cloudwatch_log_group", retention_in_days=365),),
        (thing("aws_cloudwatch_log_group", retention_in_days=30),),
    ),
    (
        "rds_instance_multi_az",
        (thing("aws_db_instance", multi_az=True),),
        (thing("aws_db_instance", multi_az=False),),
    ),
    (
        "rds_instance_no_public_access",
        (thing("aws_db_instance", publicly_accessible=False),),
        (thing("aws_db_instance", publicly_accessible=True),),
    ),
]


@pytest.mark.parametrize(("name", "good", "bad"), SPECIAL, ids=[one[0] for one in SPECIAL])
def test_a_rule_tells_good_from_bad(name: str, good: Any, bad: Any) -> None:
    met, not_met = judge(name, platform(*good), {}), judge(name, platform(*bad), {})
    assert met.verdict is Verdict.MET
    assert met.evidence[0].address.startswith("module.data.")
    assert not_met.verdict is Verdict.NOT_MET
    assert any(one.verdict is Verdict.NOT_MET for one in not_met.evidence)


@pytest.mark.parametrize("name", sorted(RULES))
def test_no_rule_is_met_by_nothing(name: str) -> None:
    """Not by a platform without the thing, and not by a thing of which nothing is known."""
    rule = RULES[name]
    absent = judge(name, platform(), {})
    assert absent.verdict is (Verdict.NOT_MET if rule.required else Verdict.NOT_APPLICABLE)
    assert absent.reason


VALUES: tuple[Any, ...] = (
    True, False, None, "text", ["a"], 0, 7, 30, 365, "Enabled", "ENABLED", "ON", "ACTIVE", "ALL",
    "required", "python3.11", "AES256", "aws:kms", "BucketOwnerEnforced", "postgres", TLS,
    allow("*"), allow("kms:*"), allow("cloudtrail:*"), allow("s3:GetObject"),
    allow("s3:*", Principal="*"), allow("s3:*", Principal={"AWS": "arn:role"}),
)  # fmt: skip


def nested(path: str, value: Any) -> dict[str, Any]:
    first, _, rest = path.partition(".")
    return {first: [nested(rest, value)] if rest else value}


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_can_be_met_and_not_met(name: str) -> None:
    """By some value of its attribute; the rules that weigh more than one are above."""
    rule = RULES[name]
    if not rule.path:
        same = {one for one in RULES if RULES[one] is rule or one.startswith(name[:20])}
        assert same & {one[0] for one in SPECIAL}, name
        return
    kind = rule.types[-1]
    seen = set()
    for value in VALUES:
        one = thing(kind, **{"bucket": NAME, **nested(rule.path, value)})
        with_bucket = (thing("aws_s3_bucket", bucket=NAME), one)
        of = platform(*(with_bucket if kind != "aws_s3_bucket" else (one,)))
        seen.add(judge(name, of, {}).verdict)
    assert seen >= {Verdict.MET, Verdict.NOT_MET}


def test_every_rule_and_every_live_check_is_of_the_catalogue() -> None:
    known = catalogue()["checks"]
    assert set(RULES) - set(known) == set()
    assert set(LIVE) - set(known) == set()
    assert set(LIVE.values()) <= {one.id for one in CHECKS}
    named = {
        check
        for framework in catalogue()["frameworks"].values()
        for checks in framework["controls"].values()
        for check in checks
    }
    assert named == set(known)
    assert "Apache-2.0" in catalogue()["_license"]


def test_a_value_that_is_not_known_yet_is_set_but_neither_on_nor_off() -> None:
    later = platform(thing("aws_db_instance", multi_az=KNOWN_LATER))
    assert judge("rds_instance_multi_az", later, {}).verdict is Verdict.NOT_CHECKABLE
    key = platform(thing("aws_sqs_queue", kms_master_key_id=KNOWN_LATER))
    met = judge("sqs_queues_server_side_encryption_enabled", key, {})
    assert (met.verdict, met.evidence[0].value) == (Verdict.MET, KNOWN_LATER)
    policy = platform(*bucket("aws_s3_bucket_policy", policy=KNOWN_LATER))
    assert judge("s3_bucket_secure_transport_policy", policy, {}).verdict is Verdict.NOT_CHECKABLE


def test_what_a_plan_does_not_know_yet_is_taken_from_its_changes() -> None:
    address = "aws_sqs_queue.q"
    resource = {"address": address, "mode": "managed", "type": "aws_sqs_queue", "name": "q"}
    change = {"after_unknown": {"kms_master_key_id": True, "blocks": [{"arn": True}], "n": False}}
    document = {
        "planned_values": {
            "root_module": {"resources": [{**resource, "values": {"blocks": [{"a": 1}], "n": 2}}]}
        },
        "resource_changes": [{"address": address, "change": change}],
    }
    (one,) = parse_inventory(document).resources
    assert one.attributes == {
        "kms_master_key_id": KNOWN_LATER,
        "blocks": [{"a": 1, "arn": KNOWN_LATER}],
        "n": 2,
    }


def test_a_bucket_whose_name_is_not_known_yet_has_its_settings_by_module() -> None:
    def of(module: str, status: str) -> tuple[Resource, ...]:
        setting = {"bucket": KNOWN_LATER, "versioning_configuration": [{"status": status}]}
        return (
            thing("aws_s3_bucket", module, bucket=f"name-of-{module}"),
            thing("aws_s3_bucket_versioning", module, **setting),
        )

    both = platform(*of("module.a", "Enabled"), *of("module.b", "Suspended"))
    seen = judge("s3_bucket_object_versioning", both, {}).evidence
    assert [(one.address.split(".aws")[0], one.verdict) for one in seen] == [
        ("module.b", Verdict.NOT_MET),
        ("module.a", Verdict.MET),
    ]


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (State.HEALTHY, Verdict.MET),
        (State.UNHEALTHY, Verdict.NOT_MET),
        (State.UNKNOWN, Verdict.NOT_CHECKABLE),
    ],
)
def test_checks_of_health_are_evidence(state: State, verdict: Verdict) -> None:
    name = "kms_cmk_not_deleted_unintentionally"
    check = next(one for one in CHECKS if one.id == LIVE[name])
    live = {check.id: Result(check, (Finding("data", state, "its state is X"),), 0)}
    judged = judge(name, platform(), live)
    assert judged.verdict is verdict
    assert judged.evidence[0].address == "health security.keys"
    assert judge(name, platform(), {}).verdict is Verdict.NOT_CHECKABLE


@pytest.mark.parametrize(
    ("verdicts", "wanted"),
    [
        ([], Verdict.NOT_CHECKABLE),
        ([Verdict.NOT_APPLICABLE], Verdict.NOT_CHECKABLE),
        ([Verdict.MET, Verdict.NOT_APPLICABLE], Verdict.MET),
        ([Verdict.MET, Verdict.NOT_CHECKABLE], Verdict.NOT_CHECKABLE),
        ([Verdict.NOT_CHECKABLE, Verdict.NOT_MET], Verdict.NOT_MET),
    ],
)
def test_a_control_is_met_only_if_all_that_applies_is(verdicts: Any, wanted: Verdict) -> None:
    verdict, reason = conclude([Judged("c", "t", one) for one in verdicts])
    assert verdict is wanted
    assert bool(reason) == (wanted is Verdict.NOT_CHECKABLE)
