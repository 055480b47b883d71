"""Which resource stands in which picture, and what goes along the arrows."""

import re
from collections.abc import Iterable

from qops.diagram.layout import CHARACTERS, SMALL_CHARACTERS, Edge, Group, Node, Picture
from qops.diagram.snapshot import Drawn, Snapshot

LAYERS = (
    "client",
    "network",
    "ai",
    "compute",
    "data",
    "security",
    "observability",
    "devops",
    "recovery",
)

_TYPES = {
    "aws_api_gateway_rest_api": "API Gateway (REST)",
    "aws_backup_vault": "backup vault",
    "aws_bedrock_guardrail": "Bedrock guardrail",
    "aws_bedrock_inference_profile": "model: {}",
    "aws_cloudtrail": "CloudTrail",
    "aws_cloudwatch_dashboard": "dashboard: {}",
    "aws_cloudwatch_event_bus": "EventBridge bus",
    "aws_codebuild_project": "CodeBuild: {}",
    "aws_codedeploy_app": "CodeDeploy",
    "aws_codepipeline": "CodePipeline",
    "aws_cognito_identity_pool": "Cognito identity pool",
    "aws_cognito_user_pool": "Cognito user pool",
    "aws_config_configuration_recorder": "Config recorder",
    "aws_db_instance": "RDS PostgreSQL",
    "aws_db_proxy": "RDS Proxy",
    "aws_dynamodb_table": "table: {}",
    "aws_elasticache_replication_group": "ElastiCache Redis",
    "aws_guardduty_detector": "GuardDuty",
    "aws_internet_gateway": "internet gateway",
    "aws_kms_key": "key: {}",
    "aws_kms_replica_key": "replica key: {}",
    "aws_lambda_function": "{}",
    "aws_nat_gateway": "NAT gateway {}",
    "aws_opensearch_domain": "OpenSearch",
    "aws_s3_bucket": "bucket: {}",
    "aws_scheduler_schedule": "schedule: {}",
    "aws_secretsmanager_secret": "secret: {}",
    "aws_securityhub_account": "Security Hub",
    "aws_sfn_state_machine": "machine: {}",
    "aws_sns_topic": "topic: {}",
    "aws_sqs_queue": "queue: {}",
    "aws_ssm_document": "runbook: {}",
    "aws_synthetics_canary": "synthetic check",
    "aws_vpc": "VPC",
    "aws_vpc_endpoint": "{}",
    "aws_wafv2_web_acl": "WAF",
    "aws_subnet": "subnet {}",
}

_SERVICES = ("Rekognition", "Textract", "Comprehend")
"""Called by functions; there is no resource of them to make."""


def stable_id(address: str) -> str:
    """An id from an address: readable, and good in XML and Mermaid.

    Args:
        address: E.g. ``module.data.aws_s3_bucket.this["x"]``.
    """
    return re.sub(r"[^A-Za-z0-9]+", "_", address.removeprefix("module.")).strip("_")


def shortened(text: str, characters: int = CHARACTERS) -> str:
    """At most one line of a node.

    Args:
        text: A label.
        characters: That fit.
    """
    return text if len(text) <= characters else text[: characters - 1] + "…"


def node_of(drawn: Drawn) -> Node:
    """A resource as a node.

    Args:
        drawn: The resource.
    """
    name = drawn.name.removesuffix("_bucket").replace("_", "-")
    return Node(
        stable_id(drawn.address),
        shortened(_TYPES[drawn.type].format(name)),
        shortened(drawn.detail, SMALL_CHARACTERS),
        drawn.layer,
    )


def pictures_of(snapshot: Snapshot) -> tuple[Picture, ...]:
    """The three pictures.

    Args:
        snapshot: What is drawn.
    """
    return network(snapshot), compute(snapshot), complete(snapshot)


def _group(id_: str, title: str, kind: str, members: Iterable[Drawn], columns: int = 1) -> Group:
    return Group(id_, title, kind, tuple(node_of(one) for one in members), columns)


def _kept(*groups: Group) -> tuple[Group, ...]:
    """Without the empty ones."""
    return tuple(group for group in groups if group.children)


def _picture(
    name: str, title: str, columns: tuple[tuple[Group, ...], ...], edges: Iterable[Edge]
) -> Picture:
    ids = {group.id for column in columns for group in column}
    return Picture(
        name,
        title,
        tuple(column for column in columns if column),
        tuple(edge for edge in edges if edge.source in ids and edge.target in ids),
    )


def network(snapshot: Snapshot) -> Picture:
    """Zones, subnets, and the ways in and out.

    Args:
        snapshot: What is drawn.
    """
    inside = [f for f in snapshot.of("aws_lambda_function") if "VPC" in f.detail]
    outside = [f for f in snapshot.of("aws_lambda_function") if "VPC" not in f.detail]
    ends = snapshot.of("aws_vpc_endpoint")
    vpc = next(iter(snapshot.of("aws_vpc")), None)
    gateways = snapshot.of("aws_internet_gateway")
    zones = sorted({subnet.name for subnet in snapshot.of("aws_subnet")})
    parts = (
        _group("internet_gateway", "to and from the internet", "network", gateways),
        Group(
            "zones",
            "zones",
            "network",
            tuple(_zone(snapshot, zone, first=zone == zones[0]) for zone in zones),
            columns=max(len(zones), 1),
        ),
        _group(
            "functions_inside", "functions with addresses in private subnets", "compute", inside, 3
        ),
    )
    title = f"VPC {vpc.detail}" if vpc else "VPC"
    columns = (
        (Group("people", "outside", "client", (
            Node("devices", "agents on devices", "HTTPS", "client"),
            Node("users", "users and reviewers", "HTTPS", "client"),
        )),),
        _kept(
            _group("way_in", "way in", "network",
                   _way_in(snapshot)),
            _group("functions_outside", "functions outside the VPC", "compute", outside),
        ),
        _kept(Group("vpc", title, "network", _kept(*parts))),
        _kept(
            _group("gateway_endpoints", "gateway endpoints", "network",
                   [one for one in ends if one.detail == "gateway"]),
            _group("interface_endpoints", "interface endpoints", "network",
                   [one for one in ends if one.detail == "interface"]),
        ),
    )  # fmt: skip
    edges = (
        Edge("people", "way_in", "TLS"),
        Edge("way_in", "functions_outside", "invokes"),
        Edge("way_in", "vpc", "invokes"),
        Edge("vpc", "gateway_endpoints", "S3, tables"),
        Edge("vpc", "interface_endpoints", "AWS APIs"),
    )
    return _picture("network", f"Network of {_of(snapshot)}", columns, edges)


def _way_in(snapshot: Snapshot) -> list[Drawn]:
    return [*snapshot.of("aws_wafv2_web_acl"), *snapshot.of("aws_api_gateway_rest_api")]


def _zone(snapshot: Snapshot, zone: str, *, first: bool) -> Group:
    tiers = []
    for tier in ("public", "private", "isolated"):
        subnets = [
            one
            for one in snapshot.of("aws_subnet")
            if one.name == zone and f"aws_subnet.{tier}[" in one.address
        ]
        nodes = [
            Node(stable_id(one.address), shortened(f"{tier} subnet"), one.detail, "network")
            for one in subnets
        ]
        if tier == "public":
            nodes += [node_of(n) for n in snapshot.of("aws_nat_gateway") if n.name == zone]
        if tier == "isolated" and first:
            stores = ("aws_db_proxy", "aws_db_instance", "aws_elasticache_replication_group")
            nodes += [node_of(one) for one in snapshot.of(*stores)]
        if tier == "isolated" and not first:
            nodes += [
                Node(f"standby_{zone}_{stable_id(one.address)}", "standby or replica",
                     _TYPES[one.type], one.layer)
                for one in _in_second_zone(snapshot, zone)
            ]  # fmt: skip
        tiers.append(Group(f"zone_{zone}_{tier}", tier, "network", tuple(nodes)))
    return Group(f"zone_{zone}", f"zone {zone}", "network", _kept(*tiers))


def _in_second_zone(snapshot: Snapshot, zone: str) -> list[Drawn]:
    zones = sorted({subnet.name for subnet in snapshot.of("aws_subnet")})
    if zones.index(zone) != 1:
        return []
    return [
        one
        for one in snapshot.of("aws_db_instance", "aws_elasticache_replication_group")
        if "two zones" in one.detail
        or (one.type == "aws_elasticache_replication_group" and not one.detail.startswith("1 "))
    ]


_AT_THE_API = re.compile(r"^(api|authorizer|mcp-.*)$")
_IN_A_RUN = frozenset({"dispatch", "planner", "recorder"})


def compute(snapshot: Snapshot) -> Picture:
    """What plans and runs goals, and what it asks.

    Args:
        snapshot: What is drawn.
    """
    functions = snapshot.of("aws_lambda_function")
    front = [one for one in functions if _AT_THE_API.match(one.name)]
    steps = [one for one in functions if one.name in _IN_A_RUN]
    behind = [one for one in functions if one not in front and one not in steps]
    services = tuple(Node(f"service_{name.lower()}", name, "service", "ai") for name in _SERVICES)
    models = snapshot.of("aws_bedrock_inference_profile", "aws_bedrock_guardrail")
    columns = (
        _kept(
            _group("sign_in", "sign-in", "client",
                   snapshot.of("aws_cognito_user_pool", "aws_cognito_identity_pool")),
            _group("way_in", "way in", "network",
                   _way_in(snapshot)),
        ),
        _kept(_group("front", "functions at the API", "compute", front)),
        _kept(
            Group("run", "a run", "compute",
                  tuple(node_of(one) for one in [*snapshot.of("aws_sfn_state_machine"), *steps]),
                  2),
            _group("messages", "queues, events, schedules", "compute",
                   snapshot.of("aws_sqs_queue", "aws_cloudwatch_event_bus",
                               "aws_scheduler_schedule"), 2),
        ),
        _kept(
            Group("ai", "AI", "ai", (*(node_of(one) for one in models), *services), 2),
            _group("behind", "functions behind queues, events, schedules", "compute", behind, 2),
        ),
        _kept(
            Group("data", "data", "data", _kept(
                _group("tables", "tables", "data", snapshot.of("aws_dynamodb_table")),
                _group("stores", "stores", "data",
                       snapshot.of("aws_db_proxy", "aws_db_instance",
                                   "aws_elasticache_replication_group")),
                _group("objects", "buckets of a run", "data",
                       [one for one in snapshot.of("aws_s3_bucket", layer="data")
                        if one.name in {"screenshots", "templates", "settings", "audit"}]),
            )),
        ),
    )  # fmt: skip
    edges = (
        Edge("sign_in", "way_in", "tokens"),
        Edge("way_in", "front", "invokes"),
        Edge("front", "run", "starts"),
        Edge("front", "messages", "sends"),
        Edge("run", "ai", "asks"),
        Edge("messages", "behind", "invokes"),
        Edge("behind", "data", "keeps"),
    )
    return _picture("ai-compute", f"AI and compute of {_of(snapshot)}", columns, edges)


def complete(snapshot: Snapshot) -> Picture:
    """Every drawn resource, by layer, and how many others there are.

    Args:
        snapshot: What is drawn.
    """
    groups = []
    for number, layer in enumerate(LAYERS, 1):
        members = [one for one in snapshot.drawn if one.layer == layer]
        nodes = [_plain(one) for one in members]
        others = sum(snapshot.others.get(layer, {}).values())
        if others:
            nodes.append(
                Node(f"{layer}_others", f"and {others} others", "roles, rules, settings", layer)
            )
        title = f"{number} {layer}" if layer != "recovery" else "recovery region"
        groups.append(Group(layer, title, layer, tuple(nodes), 3))
    by_name = {group.id: group for group in groups}
    columns = (
        _kept(by_name["client"], by_name["network"]),
        _kept(by_name["ai"], by_name["compute"]),
        _kept(by_name["data"], by_name["recovery"]),
        _kept(by_name["security"], by_name["observability"], by_name["devops"]),
    )
    edges = (
        Edge("client", "network", "calls"),
        Edge("network", "compute", "invokes"),
        Edge("compute", "ai", "asks"),
        Edge("compute", "data", "keeps"),
        Edge("data", "recovery", "copies"),
    )
    return _picture("complete", f"The platform, {_of(snapshot)}", columns, edges)


def _plain(drawn: Drawn) -> Node:
    if drawn.type == "aws_subnet":
        tier = drawn.address.partition("aws_subnet.")[2].partition("[")[0]
        label = f"{tier} subnet {drawn.name}"
        return Node(stable_id(drawn.address), shortened(label), drawn.detail, drawn.layer)
    if drawn.type == "aws_vpc_endpoint":
        label = f"endpoint: {drawn.name}"
        return Node(stable_id(drawn.address), shortened(label), drawn.detail, drawn.layer)
    return node_of(drawn)


def _of(snapshot: Snapshot) -> str:
    return f"{snapshot.environment}, {snapshot.region}"
