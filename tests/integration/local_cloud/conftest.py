"""One local cloud for all tests of this folder, with a folder and a port of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from health_lab import Lab
from local_cloud_support import ENVIRONMENT, archive

from qops.local import LocalCloud, LocalCloudState
from qops.local.ports import free_ports

Clients = Callable[..., Any]


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    home = tmp_path_factory.mktemp("cloud")
    local = LocalCloud(home, free_ports(1)[0], environment=ENVIRONMENT)
    local.start()
    yield local
    local.stop()


@pytest.fixture(scope="session")
def state(cloud: LocalCloud) -> LocalCloudState:
    return cloud.wait_healthy()


@pytest.fixture(scope="session")
def client(state: LocalCloudState) -> Clients:
    """Makes clients: ``client("sqs")``, with other credentials by keyword."""

    def make(service: str, **credentials: Any) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", **credentials}
        return boto3.client(
            service,
            endpoint_url=state.url,
            region_name=state.region,
            config=Config(
                retries={"max_attempts": 1},
                s3={"addressing_style": "path"},
                read_timeout=300,
                tcp_keepalive=True,
            ),
            **keys,
        )

    return make


@pytest.fixture
def lab(client: Clients, state: LocalCloudState) -> Lab:
    """Things to be broken, for checks of health."""
    return Lab(client, int(state.url.rpartition(":")[2]))


@pytest.fixture(scope="session")
def role(client: Clients) -> Callable[..., str]:
    """Makes a role that a service (or the account) may assume; returns its ARN."""

    def make(name: str, principal: dict[str, str], statements: list[dict[str, Any]]) -> str:
        iam = client("iam")
        trust = {"Effect": "Allow", "Principal": principal}
        trust["Action"] = ["sts:AssumeRole", "sts:TagSession"]  # type: ignore[assignment]
        document = {"Version": "2012-10-17", "Statement": [trust]}
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
        iam.put_role_policy(
            RoleName=name,
            PolicyName="work",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
        )
        return str(arn["Role"]["Arn"])

    return make


@pytest.fixture(scope="session")
def function(client: Clients, role: Callable[..., str]) -> Callable[..., str]:
    """Makes a function from source text; returns its ARN."""
    allow_all = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    arn = role("functions", {"Service": "lambda.amazonaws.com"}, allow_all)

    def make(name: str, source: str, **settings: Any) -> str:
        made = client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.11",
            Role=settings.pop("Role", arn),
            Handler="handler.handler",
            Code={"ZipFile": archive({"handler.py": source})},
            **{"Timeout": 10, **settings},
        )
        return str(made["FunctionArn"])

    return make
