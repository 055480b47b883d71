"""What the configuration costs by being there, used or not."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from qops.cost.catalogue import UNPRICED
from qops.cost.lines import HOURS, Need
from qops.inventory.model import Inventory, Resource
from qops.sizing.instances import vcpus_of

MONTH_SECONDS = HOURS * 3600
_ONE = Decimal(1)


def fixed_needs(inventory: Inventory) -> Iterator[Need]:
    """What the resources need, in the order of their addresses.

    Args:
        inventory: The platform.
    """
    for resource in inventory.resources:
        maker = _MAKERS.get(resource.type)
        if maker is not None:
            yield from maker(resource, inventory)
        elif resource.type in UNPRICED:
            service, item = UNPRICED[resource.type]
            yield Need(resource.layer, service, item, "", None, why="by an amount not known here")


def _database(resource: Resource, _: Inventory) -> Iterator[Need]:
    kind = resource.text("instance_class")
    mode = "multi" if resource.values.get("multi_az") else "single"
    shown = "Multi-AZ" if mode == "multi" else "Single-AZ"
    yield Need(
        resource.layer, "RDS", f"{kind}, PostgreSQL, {shown}", f"rds.postgres.{kind}.{mode}", HOURS
    )
    storage = resource.text("storage_type") or "gp3"
    yield Need(
        resource.layer,
        "RDS",
        f"{storage} storage, {shown}",
        f"rds.{storage}.{mode}",
        Decimal(resource.number("allocated_storage")),
    )


def _proxy(resource: Resource, inventory: Inventory) -> Iterator[Need]:
    database = inventory.one("aws_db_instance")
    vcpus = vcpus_of(database.text("instance_class")) if database else None
    yield Need(
        resource.layer,
        "RDS",
        "proxy, by vCPU of the instance",
        "rds.proxy",
        None if vcpus is None else HOURS * max(vcpus, 2),
    )


def _cache(resource: Resource, _: Inventory) -> Iterator[Need]:
    kind = resource.text("node_type")
    engine = resource.text("engine") or "redis"
    groups = max(resource.number("num_node_groups", 1), 1)
    nodes = resource.number("num_cache_clusters") or groups * (
        1 + resource.number("replicas_per_node_group")
    )
    yield Need(
        resource.layer, "ElastiCache", f"{kind}, {engine}", f"elasticache.{engine}.{kind}",
        HOURS * nodes,
    )  # fmt: skip


def _search(resource: Resource, _: Inventory) -> Iterator[Need]:
    cluster = resource.block("cluster_config")
    data, masters = str(cluster.get("instance_type")), str(cluster.get("dedicated_master_type"))
    count = int(cluster.get("instance_count") or 1)
    yield Need(resource.layer, "OpenSearch", f"{data}, data", f"opensearch.{data}", HOURS * count)
    if cluster.get("dedicated_master_enabled"):
        yield Need(
            resource.layer, "OpenSearch", f"{masters}, master", f"opensearch.{masters}",
            HOURS * int(cluster.get("dedicated_master_count") or 0),
        )  # fmt: skip
    disks = resource.block("ebs_options")
    if disks.get("ebs_enabled"):
        kind = str(disks.get("volume_type") or "gp3")
        size = Decimal(int(disks.get("volume_size") or 0) * count)
        yield Need(resource.layer, "OpenSearch", f"{kind} storage", f"opensearch.{kind}", size)


def _endpoint(resource: Resource, inventory: Inventory) -> Iterator[Need]:
    if resource.text("vpc_endpoint_type") != "Interface":
        return
    zones = len(resource.values.get("subnet_ids") or ()) or sum(
        1 for subnet in inventory.of("aws_subnet") if ".private[" in subnet.address
    )
    yield Need(resource.layer, "VPC", "interface endpoints", "vpce.hour", HOURS * zones)


def _alarm(resource: Resource, _: Inventory) -> Iterator[Need]:
    queries = [q for q in resource.values.get("metric_query") or () if q.get("metric")]
    short = resource.number("period", 60) < 60
    kind, shown = ("high-resolution", "high resolution") if short else ("standard", "standard")
    yield Need(
        resource.layer, "CloudWatch", f"alarms, {shown}", f"alarm.{kind}",
        Decimal(max(len(queries), 1)),
    )  # fmt: skip


def _warm(resource: Resource, inventory: Inventory) -> Iterator[Need]:
    name = resource.text("function_name")
    size = next(
        (f.number("memory_size", 128) for f in inventory.of("aws_lambda_function")
         if f.text("function_name") == name),
        None,
    )  # fmt: skip
    count = resource.number("provisioned_concurrent_executions")
    yield Need(
        resource.layer,
        "Lambda",
        "provisioned concurrency",
        "lambda.provisioned",
        None if size is None else MONTH_SECONDS * count * size / 1024,
    )


def _rules(resource: Resource, _: Inventory) -> Iterator[Need]:
    yield Need(resource.layer, "WAF", "web ACL", "waf.acl", Decimal(1))
    rules = Decimal(len(resource.values.get("rule") or ()))
    yield Need(resource.layer, "WAF", "rules", "waf.rule", rules)


def _canary(resource: Resource, _: Inventory) -> Iterator[Need]:
    expression = str(resource.block("schedule").get("expression"))
    found = re.fullmatch(r"rate\((\d+) (minute|hour)s?\)", expression)
    runs = None
    if found:
        seconds = int(found[1]) * (60 if found[2] == "minute" else 3600)
        runs = MONTH_SECONDS / seconds
    yield Need(resource.layer, "CloudWatch", "synthetic checks", "canary.run", runs)


def _parameter(resource: Resource, _: Inventory) -> Iterator[Need]:
    if resource.text("tier") == "Advanced":
        yield Need(
            resource.layer, "Systems Manager", "advanced parameters", "ssm.advanced", Decimal(1)
        )


_Maker = Callable[[Resource, Inventory], Iterator[Need]]


def _each(service: str, item: str, price: str, units: Decimal = _ONE) -> _Maker:
    def maker(resource: Resource, _: Inventory) -> Iterator[Need]:
        yield Need(resource.layer, service, item, price, units)

    return maker


_MAKERS: dict[str, _Maker] = {
    "aws_db_instance": _database,
    "aws_db_proxy": _proxy,
    "aws_elasticache_replication_group": _cache,
    "aws_opensearch_domain": _search,
    "aws_vpc_endpoint": _endpoint,
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_lambda_provisioned_concurrency_config": _warm,
    "aws_wafv2_web_acl": _rules,
    "aws_synthetics_canary": _canary,
    "aws_ssm_parameter": _parameter,
    "aws_nat_gateway": _each("VPC", "NAT gateways", "nat.hour", HOURS),
    "aws_eip": _each("VPC", "public addresses", "ipv4.hour", HOURS),
    "aws_kms_key": _each("KMS", "keys", "kms.key"),
    "aws_kms_replica_key": _each("KMS", "replica keys", "kms.key"),
    "aws_secretsmanager_secret": _each("Secrets Manager", "secrets", "secret"),
    "aws_cloudwatch_composite_alarm": _each("CloudWatch", "composite alarms", "alarm.composite"),
    "aws_cloudwatch_dashboard": _each("CloudWatch", "dashboards", "dashboard"),
    "aws_cloudwatch_log_metric_filter": _each(
        "CloudWatch", "metrics of log filters", "metric.custom"
    ),
}
