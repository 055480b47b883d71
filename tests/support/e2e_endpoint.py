"""The endpoint under test: any LocalStack-compatible one, reached through localstack-client.

The suite does not know which emulator answers. What the endpoint lacks is found by asking
it, and reported by the name of the service.
"""

import os
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.exceptions import ClientError
from localstack_client.session import Session

REGION = "ap-northeast-2"
_LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1", "localhost.localstack.cloud"}
_CONFIG = Config(
    connect_timeout=5,
    read_timeout=300,  # functions that erase or rotate are invoked, and some may run for minutes
    retries={"max_attempts": 1, "mode": "standard"},
    s3={"addressing_style": "path"},
)
_LACKING_CODES = {
    "NotImplementedByEmulator",
    "InternalFailure",
    "NotImplemented",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "501",
}

_PROBES: dict[str, Callable[[Any], object]] = {
    "apigateway": lambda c: c.get_rest_apis(limit=1),
    "cloudwatch": lambda c: c.list_metrics(),
    "cognito-idp": lambda c: c.list_user_pools(MaxResults=1),
    "dynamodb": lambda c: c.list_tables(Limit=1),
    "elasticache": lambda c: c.describe_replication_groups(),
    "events": lambda c: c.list_event_buses(),
    "iam": lambda c: c.list_roles(MaxItems=1),
    "kms": lambda c: c.list_keys(Limit=1),
    "lambda": lambda c: c.list_functions(MaxItems=1),
    "logs": lambda c: c.describe_log_groups(limit=1),
    "rds": lambda c: c.describe_db_instances(),
    "s3": lambda c: c.list_buckets(),
    "secretsmanager": lambda c: c.list_secrets(MaxResults=1),
    "sqs": lambda c: c.list_queues(MaxResults=1),
    "ssm": lambda c: c.describe_parameters(MaxResults=1),
    "stepfunctions": lambda c: c.list_state_machines(maxResults=1),
    "sts": lambda c: c.get_caller_identity(),
}


class NoEndpointError(RuntimeError):
    """AWS_ENDPOINT_URL is not set, or does not name this machine."""


def endpoint_url() -> str:
    """Endpoint under test.

    Returns:
        The URL in AWS_ENDPOINT_URL.

    Raises:
        NoEndpointError: It is unset, or names another machine: the suite must never reach
            a real account.
    """
    url = os.environ.get("AWS_ENDPOINT_URL", "")
    host = urlsplit(url).hostname
    if host not in _LOCAL_HOSTS:
        raise NoEndpointError(
            f"AWS_ENDPOINT_URL is {url!r}, but the end-to-end suite runs only against an "
            "emulator on this machine. Start one (`qops up`) and set "
            "AWS_ENDPOINT_URL=http://127.0.0.1:4566."
        )
    return url


def client(service: str, *, region: str = REGION, **credentials: str) -> Any:
    """boto3 client of the endpoint, made by localstack-client.

    Args:
        service: boto3 service name.
        region: Where its service is asked.
        **credentials: ``aws_access_key_id`` etc.; the emulator's root by default.

    Returns:
        The client.
    """
    url = endpoint_url()
    keys = {
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
        **credentials,
    }
    session = Session(region_name=region, localstack_host=None, **keys)
    made = session.client(
        service, config=_CONFIG, aws_session_token=credentials.get("aws_session_token")
    )
    if not made.meta.endpoint_url.startswith(url):
        raise NoEndpointError(
            f"The client of {service} goes to {made.meta.endpoint_url}, not to {url}."
        )
    return made


@cache
def lacks(service: str) -> str | None:
    """Whether the endpoint lacks a service.

    Args:
        service: boto3 service name.

    Returns:
        None when the service answers, otherwise what the endpoint said.

    Raises:
        ClientError: The service is there but refuses the probe for another reason: that is
            a fault of the environment and must not look like a missing service.
    """
    try:
        _PROBES[service](client(service))
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
        status = error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
        if code in _LACKING_CODES or status == 501:
            return f"{code}: {error.response['Error'].get('Message', '')}"[:200]
        raise
    return None
