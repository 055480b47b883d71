"""A small platform as Terraform's JSON form of a plan, made by hand."""

from collections.abc import Mapping
from typing import Any

REGION = "ap-northeast-2"


def resource(address: str, **values: Any) -> dict[str, Any]:
    parts = address.replace('"]', "").replace('["', ".").split(".")
    type_ = next(part for part in reversed(parts) if part.startswith("aws_"))
    return {"address": address, "mode": "managed", "type": type_, "values": values}


def function(name: str, **values: Any) -> dict[str, Any]:
    given = {
        "function_name": f"qscreen-prod-{name}",
        "memory_size": 512,
        "timeout": 30,
        "architectures": ["x86_64"],
        "reserved_concurrent_executions": -1,
        "vpc_config": [],
    }
    address = f'module.compute.module.function["{name}"].aws_lambda_function.this'
    return resource(address, **given | values)


def resources(
    *,
    instance: str = "db.t4g.medium",
    multi_az: bool = False,
    proxy: bool = True,
    throttle: int = 400,
    reserved: Mapping[str, int] | None = None,
) -> list[dict[str, Any]]:
    kept = dict(reserved or {})
    data = [
        resource(
            "module.data.aws_db_instance.this",
            instance_class=instance,
            multi_az=multi_az,
            allocated_storage=20,
            storage_type="gp3",
        ),
        resource(
            "module.data.aws_elasticache_replication_group.this",
            node_type="cache.t4g.micro",
            engine="redis",
            num_cache_clusters=2,
        ),
        *(
            resource(f'module.data.aws_dynamodb_table.this["{n}"]', billing_mode="PAY_PER_REQUEST")
            for n in ("runs", "commands", "devices", "sessions", "idempotency")
        ),
        resource('module.data.module.bucket["screenshots"].aws_s3_bucket.this'),
    ]
    if proxy:
        pool = {"max_connections_percent": 80, "connection_borrow_timeout": 5}
        data += [
            resource('module.data.aws_db_proxy.this["on"]'),
            resource(
                'module.data.aws_db_proxy_default_target_group.this["on"]',
                connection_pool_config=[pool],
            ),
        ]
    return [
        *data,
        resource("module.network.aws_api_gateway_rest_api.this"),
        resource("module.network.aws_api_gateway_stage.this", stage_name="prod"),
        resource(
            "module.network.aws_api_gateway_method_settings.all",
            method_path="*/*",
            settings=[
                {"throttling_rate_limit": throttle, "throttling_burst_limit": 2 * throttle},
            ],
        ),
        resource(
            'module.network.aws_api_gateway_method_settings.operation["POST /v1/runs"]',
            method_path="~1v1~1runs/POST",
            settings=[{"throttling_rate_limit": 20, "throttling_burst_limit": 40}],
        ),
        resource('module.network.aws_nat_gateway.this["a"]'),
        *(
            function(
                name,
                vpc_config=[{"subnet_ids": []}] if name in ("planner", "recorder") else [],
                reserved_concurrent_executions=kept.get(name, -1),
            )
            for name in ("api", "authorizer", "dispatch", "planner", "recorder", "work-jobs")
        ),
        resource("module.compute.aws_sfn_state_machine.run", type="STANDARD"),
        resource("module.compute.aws_sqs_queue.jobs"),
        resource(
            "module.compute.aws_lambda_event_source_mapping.jobs",
            scaling_config=[{"maximum_concurrency": 50}],
            batch_size=10,
        ),
        resource('module.security.aws_kms_key.this["data"]'),
        resource('module.recovery[0].aws_kms_replica_key.this["data"]'),
        resource("module.devops.aws_codepipeline.this"),
        resource("module.observability.aws_cloudwatch_dashboard.cost"),
    ]


def plan(items: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Terraform's JSON form of a plan."""
    return {
        "format_version": "1.2",
        "variables": {"environment": {"value": "prod"}, "region": {"value": REGION}},
        "planned_values": {"root_module": {"resources": resources() if items is None else items}},
    }
