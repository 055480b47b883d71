"""The committed diagrams show the platform that is applied."""

import pytest
from platform_state import applied_here, resources
from terraform_copy import REPOSITORY

from qops.diagram.drawing import load_snapshot

SAME_EVERYWHERE = frozenset(
    {
        "aws_api_gateway_rest_api",
        "aws_cloudwatch_event_bus",
        "aws_cognito_user_pool",
        "aws_db_instance",
        "aws_db_proxy",
        "aws_dynamodb_table",
        "aws_elasticache_replication_group",
        "aws_kms_key",
        "aws_lambda_function",
        "aws_s3_bucket",
        "aws_sfn_state_machine",
        "aws_sqs_queue",
        "aws_subnet",
    }
)
"""What the whole local set and prod have alike; sizes, zones' gateways and extras differ."""

pytestmark = pytest.mark.skipif(
    not applied_here(), reason="this endpoint's platform was not applied by qops here"
)


def test_what_is_applied_is_drawn_and_nothing_else() -> None:
    snapshot = load_snapshot(REPOSITORY / "docs" / "diagrams")
    drawn = {one.address for one in snapshot.of(*SAME_EVERYWHERE)}
    applied = {one.address for one in resources() if one.type in SAME_EVERYWHERE}
    assert len(applied) > 50
    assert applied == drawn, "draw them anew: qops diagram --env prod --declared"
