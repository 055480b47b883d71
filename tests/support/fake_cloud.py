"""AWS inside this process: qops reaches moto's services in place of the environment's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws

from qops.platform.aws import Aws

REGION = "ap-northeast-2"
ACCOUNT = "123456789012"


@contextmanager
def moto_cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Let every client of qops be one of moto's.

    Yields:
        Clients by service that a test puts in their stead.
    """
    instead: dict[str, Any] = {}

    def client(_: Aws, service: str) -> Any:
        if service not in instead:
            instead[service] = boto3.client(
                service, REGION, aws_access_key_id="test", aws_secret_access_key="test"
            )
        return instead[service]

    with mock_aws(), monkeypatch.context() as patch:
        patch.setattr(Aws, "client", client)
        yield instead
