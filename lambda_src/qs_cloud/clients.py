"""AWS clients: created once, on first use, with bounded waiting.

boto3 is imported with the first client, so that a function (or a test) which needs none
does not pay for it.
"""

import os
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.config import Config
    from botocore.credentials import Credentials
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_elasticache import ElastiCacheClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_sts import STSClient


class Bedrock(Protocol):
    """What the functions use of Bedrock's control plane."""

    def get_foundation_model(self, *, modelIdentifier: str) -> Mapping[str, Any]:  # noqa: N803
        """Describe a model."""
        ...


class Comprehend(Protocol):
    """What the functions use of Comprehend."""

    def classify_document(self, *, Text: str, EndpointArn: str) -> Mapping[str, Any]:  # noqa: N803
        """Classify a text by a trained classifier."""
        ...

    def detect_dominant_language(self, *, Text: str) -> Mapping[str, Any]:  # noqa: N803
        """Say in which languages a text may be."""
        ...

    def detect_entities(self, *, Text: str, LanguageCode: str) -> Mapping[str, Any]:  # noqa: N803
        """Find what a text names."""
        ...

    def detect_key_phrases(
        self,
        *,
        Text: str,  # noqa: N803
        LanguageCode: str,  # noqa: N803
    ) -> Mapping[str, Any]:
        """Find the phrases that a text turns on."""
        ...

    def detect_pii_entities(
        self,
        *,
        Text: str,  # noqa: N803
        LanguageCode: str,  # noqa: N803
    ) -> Mapping[str, Any]:
        """Find personal data in a text."""
        ...

    def detect_sentiment(self, *, Text: str, LanguageCode: str) -> Mapping[str, Any]:  # noqa: N803
        """Say how a text is meant."""
        ...


CONNECT_TIMEOUT_SECONDS = 1
READ_TIMEOUT_SECONDS = 3
ATTEMPTS = 3
"""At worst 3 x (1 + 3) s and the back-off between: inside the 15 s that ``api`` may take."""
EVENTS_TIMEOUT_SECONDS = 1.5


@cache
def _session() -> "Session":
    from boto3.session import Session

    from qs_cloud.whole_answers import demand_whole

    made = Session()
    made.events.register("before-parse", demand_whole)
    return made


def session() -> "Session":
    """Session of all clients, for those with settings of their own.

    Returns:
        A session whose clients refuse answers that broke off.
    """
    return _session()


def _config() -> "Config":
    from botocore.config import Config

    return Config(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    )


@cache
def apigateway() -> "APIGatewayClient":
    """Client of API Gateway's control plane."""
    return _session().client("apigateway", config=_config())


@cache
def dynamodb() -> "DynamoDBClient":
    """Client of DynamoDB."""
    return _session().client("dynamodb", config=_config())


@cache
def s3() -> "S3Client":
    """Client of S3; signs with version 4, which objects under a KMS key demand.

    What it presigns names the bucket's own region: the global name that botocore prefers
    redirects uploads to young buckets, and a form upload does not follow. An endpoint that was
    set serves buckets by path.
    """
    return _s3_client(None)


@cache
def s3_in(region: str) -> "S3Client":
    """Client of S3 in another region than the function's.

    Args:
        region: Name of the region.
    """
    return _s3_client(region)


def _s3_client(region: str | None) -> "S3Client":
    from botocore.config import Config

    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    wanted = Config(
        signature_version="s3v4", s3={"addressing_style": "path" if endpoint else "virtual"}
    )
    return _session().client("s3", region_name=region, config=_config().merge(wanted))


@cache
def sqs() -> "SQSClient":
    """Client of SQS."""
    return _session().client("sqs", config=_config())


@cache
def stepfunctions() -> "SFNClient":
    """Client of Step Functions."""
    return _session().client("stepfunctions", config=_config())


@cache
def sts() -> "STSClient":
    """Client of STS."""
    return _session().client("sts", config=_config())


@cache
def secretsmanager() -> "SecretsManagerClient":
    """Client of Secrets Manager."""
    return _session().client("secretsmanager", config=_config())


@cache
def ssm() -> "SSMClient":
    """Client of the Systems Manager parameter store."""
    return _session().client("ssm", config=_config())


@cache
def events() -> "EventBridgeClient":
    """Client of EventBridge; waits for less, since whoever tells the bus has another way."""
    from botocore.config import Config

    wanted = Config(
        read_timeout=EVENTS_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 2},
    )
    return _session().client("events", config=_config().merge(wanted))


@cache
def scheduler() -> "EventBridgeSchedulerClient":
    """Client of EventBridge Scheduler."""
    return _session().client("scheduler", config=_config())


@cache
def elasticache() -> "ElastiCacheClient":
    """Client of ElastiCache."""
    return _session().client("elasticache", config=_config())


@cache
def bedrock() -> "Bedrock":
    """Client of Bedrock's control plane."""
    client: Bedrock = _session().client("bedrock", config=_config())
    return client


@cache
def comprehend() -> "Comprehend":
    """Client of Comprehend."""
    client: Comprehend = _session().client("comprehend", config=_config())
    return client


def credentials() -> "Credentials | None":
    """Credentials of the function, for what it signs itself.

    Returns:
        Credentials that renew themselves; None if there are none.
    """
    return _session().get_credentials()


def region() -> str:
    """Region of the function.

    Returns:
        Name of the region, as the runtime sets it.
    """
    return _session().region_name or ""
