"""Figures of the local cloud: ``python -m qops.local.figures [--json]``.

Starts a cloud of its own in a temporary folder and measures start-up time, memory, and what the
router adds to a call (through the router, minus straight to the backend).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from qops.local.environment import ensure_environment, lock_file
from qops.local.lifecycle import LocalCloud
from qops.local.model import ACCESS_KEY, SECRET_KEY, LocalCloudState
from qops.local.ports import free_ports
from qops.local.router.config import RouterConfig

_CALLS = 300
_WARM_UP = 20
_MIB = 1024 * 1024


def measure(environment: Path) -> dict[str, Any]:
    """Measures a cloud of its own.

    Args:
        environment: Folder of the Python environment, made when missing.

    Returns:
        Seconds, MiB and milliseconds by name.
    """
    ensure_environment(environment, lock_file(), lambda _line: None)
    with tempfile.TemporaryDirectory() as folder:
        cloud = LocalCloud(Path(folder), free_ports(1)[0], environment=environment)
        began = time.perf_counter()
        state = cloud.start()
        start_seconds = time.perf_counter() - began
        try:
            figures: dict[str, Any] = {
                "start_seconds": round(start_seconds, 2),
                "memory_idle_mib": round(cloud.status().rss_bytes / _MIB),
                **_overheads(cloud, state),
                **_engines(state),
                "memory_used_mib": round(cloud.status().rss_bytes / _MIB),
            }
        finally:
            began = time.perf_counter()
            cloud.stop()
        figures["stop_seconds"] = round(time.perf_counter() - began, 2)
        return figures


def _overheads(cloud: LocalCloud, state: LocalCloudState) -> dict[str, Any]:
    config = RouterConfig.load(cloud.folders.data / "router.json")
    backends = {
        "passed on (SQS, MiniStack)": ("sqs", "list_queues", config.ministack_port),
        "with hooks (Cognito, MiniStack)": (
            "cognito-idp",
            "list_user_pools",
            config.ministack_port,
        ),
        "declared (EC2, moto)": ("ec2", "describe_vpcs", config.moto_port),
    }
    figures = {}
    for name, (service, operation, port) in backends.items():
        params = {"MaxResults": 10} if service == "cognito-idp" else {}
        through = _milliseconds(_call(state.url, state, service, operation, params))
        direct = _milliseconds(_call(f"http://127.0.0.1:{port}", state, service, operation, params))
        figures[f"router_ms {name}"] = {
            "p50": round(_percentile(through, 50) - _percentile(direct, 50), 2),
            "p95": round(_percentile(through, 95) - _percentile(direct, 95), 2),
            "call_p50": round(_percentile(through, 50), 2),
        }
    return figures


def _engines(state: LocalCloudState) -> dict[str, Any]:
    database = _call(
        state.url,
        state,
        "rds",
        "create_db_instance",
        {
            "DBInstanceIdentifier": "figures",
            "Engine": "postgres",
            "DBInstanceClass": "db.t4g.micro",
            "AllocatedStorage": 20,
            "MasterUsername": "figures",
            "MasterUserPassword": "figures-figures",
        },
    )
    cache = _call(
        state.url,
        state,
        "elasticache",
        "create_replication_group",
        {"ReplicationGroupId": "figures", "ReplicationGroupDescription": "figures"},
    )
    figures = {}
    for name, call in (("postgres", database), ("redis", cache)):
        began = time.perf_counter()
        call()
        figures[f"{name}_start_seconds"] = round(time.perf_counter() - began, 2)
    return figures


def _call(
    url: str, state: LocalCloudState, service: str, operation: str, params: dict[str, Any]
) -> Callable[[], Any]:
    client = boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=url,
        region_name=state.region,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(retries={"max_attempts": 0}),
    )
    return lambda: getattr(client, operation)(**params)


def _milliseconds(call: Callable[[], Any]) -> list[float]:
    times = []
    for _ in range(_WARM_UP + _CALLS):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1000)
    return times[_WARM_UP:]


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def main() -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description="Figures of the local cloud")
    parser.add_argument("--json", action="store_true", help="print JSON")
    default = Path(__file__).resolve().parents[3] / ".qscreen" / "local" / "venv"
    parser.add_argument("--environment", type=Path, default=default, help="Python environment")
    options = parser.parse_args()
    figures = measure(options.environment)
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    else:
        for name, value in figures.items():
            sys.stdout.write(f"{name}: {value}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
