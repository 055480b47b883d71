"""What is drawn of the platform, without anything of an account."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from qops.errors import UsageError
from qops.inventory.model import Inventory, Resource, instance_name
from qops.terraform.events import layer_of

SCHEMA = 1


def _function(resource: Resource) -> str:
    size = f"{resource.number('memory_size')} MB"
    return size + (", in the VPC" if resource.values.get("vpc_config") else "")


def _database(resource: Resource) -> str:
    return resource.text("instance_class") + (
        ", two zones" if resource.values.get("multi_az") else ""
    )


def _cache(resource: Resource) -> str:
    return f"{resource.number('num_cache_clusters', 1)} x {resource.text('node_type')}"


def _search(resource: Resource) -> str:
    cluster = resource.block("cluster_config")
    return f"{cluster.get('instance_count')} x {cluster.get('instance_type')}"


def _endpoint(resource: Resource) -> str:
    return resource.text("vpc_endpoint_type").lower()


def _model(resource: Resource) -> str:
    source = str(resource.block("model_source").get("copy_from") or "")
    return source.rpartition("/")[2].partition(":")[0].rpartition(".")[2]


def _nothing(_: Resource) -> str:
    return ""


_DETAILS: Mapping[str, Callable[[Resource], str]] = {
    "aws_api_gateway_rest_api": _nothing,
    "aws_backup_vault": _nothing,
    "aws_bedrock_guardrail": _nothing,
    "aws_bedrock_inference_profile": _model,
    "aws_cloudtrail": _nothing,
    "aws_cloudwatch_dashboard": _nothing,
    "aws_cloudwatch_event_bus": _nothing,
    "aws_codebuild_project": _nothing,
    "aws_codedeploy_app": _nothing,
    "aws_codepipeline": _nothing,
    "aws_cognito_identity_pool": _nothing,
    "aws_cognito_user_pool": _nothing,
    "aws_config_configuration_recorder": _nothing,
    "aws_db_instance": _database,
    "aws_db_proxy": _nothing,
    "aws_dynamodb_table": _nothing,
    "aws_elasticache_replication_group": _cache,
    "aws_guardduty_detector": _nothing,
    "aws_internet_gateway": _nothing,
    "aws_kms_key": _nothing,
    "aws_kms_replica_key": _nothing,
    "aws_lambda_function": _function,
    "aws_nat_gateway": _nothing,
    "aws_opensearch_domain": _search,
    "aws_s3_bucket": _nothing,
    "aws_scheduler_schedule": _nothing,
    "aws_secretsmanager_secret": _nothing,
    "aws_securityhub_account": _nothing,
    "aws_sfn_state_machine": lambda resource: resource.text("type").lower(),
    "aws_sns_topic": _nothing,
    "aws_sqs_queue": _nothing,
    "aws_ssm_document": _nothing,
    "aws_subnet": lambda resource: resource.text("cidr_block"),
    "aws_synthetics_canary": _nothing,
    "aws_vpc": lambda resource: resource.text("cidr_block"),
    "aws_vpc_endpoint": _endpoint,
    "aws_wafv2_web_acl": lambda resource: f"{len(resource.values.get('rule') or ())} rules",
}
"""What is drawn, and what is said of it: settings, never ids."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A resource that is drawn.

    Attributes:
        address: Terraform's address.
        type: Its type.
        detail: What is said of it; may be empty.
    """

    address: str
    type: str
    detail: str

    @property
    def layer(self) -> str:
        """Its layer."""
        return layer_of(self.address) or "root"

    @property
    def name(self) -> str:
        """What tells it from others of its type."""
        return instance_name(self.address)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is drawn of a platform.

    Attributes:
        environment: Which environment.
        region: Its region.
        drawn: Sorted by address.
        others: How many of each other type a layer has.
    """

    environment: str
    region: str
    drawn: tuple[Drawn, ...]
    others: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def of(self, *types: str, layer: str = "") -> list[Drawn]:
        """The drawn resources of some types, of one layer if it is named."""
        return [one for one in self.drawn if one.type in types and layer in {"", one.layer}]


def snapshot_of(inventory: Inventory) -> Snapshot:
    """Keep what is drawn.

    Args:
        inventory: The platform.
    """
    others: dict[str, Counter[str]] = {}
    drawn = []
    for resource in inventory.resources:
        detail = _DETAILS.get(resource.type)
        if detail is None:
            others.setdefault(resource.layer, Counter())[resource.type] += 1
        else:
            drawn.append(Drawn(resource.address, resource.type, detail(resource)))
    return Snapshot(inventory.environment, inventory.region, tuple(drawn), others)


def dump(snapshot: Snapshot) -> str:
    """A snapshot as JSON, one resource in a line.

    Args:
        snapshot: What is drawn.
    """
    drawn = ",\n".join(
        "    " + json.dumps([one.address, one.type, one.detail]) for one in snapshot.drawn
    )
    others = {
        layer: dict(sorted(types.items())) for layer, types in sorted(snapshot.others.items())
    }
    rest = json.dumps(others, indent=2).replace("\n", "\n  ")
    return (
        f'{{\n  "schema": {SCHEMA},\n  "environment": {json.dumps(snapshot.environment)},\n'
        f'  "region": {json.dumps(snapshot.region)},\n  "drawn": [\n{drawn}\n  ],\n'
        f'  "others": {rest}\n}}\n'
    )


def load(text: str, name: str) -> Snapshot:
    """Read a snapshot.

    Args:
        text: What ``dump`` wrote.
        name: Of the file, for the person.

    Raises:
        UsageError: It is something else.
    """
    try:
        data: Any = json.loads(text)
        if data["schema"] != SCHEMA:
            raise KeyError("schema")  # noqa: TRY301 - one message for all of them
        return Snapshot(
            environment=data["environment"],
            region=data["region"],
            drawn=tuple(Drawn(*item) for item in data["drawn"]),
            others=data["others"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{name} is no snapshot of the platform.",
            why=f"{type(error).__name__}: {error}",
            next_step="Write it anew: qops diagram --env prod --declared",
        ) from error
