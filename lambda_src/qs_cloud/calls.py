"""One place that turns botocore's exceptions into ours."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from qs_cloud.errors import CloudCallError

_REPEATED = frozenset(
    {
        *("BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException"),
        *("PriorRequestNotComplete", "ProvisionedThroughputExceededException"),
        *("RequestLimitExceeded", "RequestThrottled", "RequestThrottledException"),
        *("RequestTimeout", "RequestTimeoutException", "SlowDown", "ThrottledException"),
        *("Throttling", "ThrottlingException", "TooManyRequestsException"),
        "TransactionInProgressException",
    }
)
"""What services answer when they are asked too often or are slow: the error codes that botocore's
``standard`` mode repeats (``botocore.retries.standard``, read in version 1.44; a test compares)."""

_LIMITED = frozenset(
    {
        # Step Functions: a million open executions; and its key, which KMS serves.
        *("ExecutionLimitExceeded", "KmsThrottlingException"),
        # SQS: too many messages in flight, its key, and a name that is free again in a minute.
        *("OverLimit", "AWS.SimpleQueueService.OverLimit", "KmsThrottled"),
        *("QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"),
        # SNS, Kinesis and S3 behind their keys.
        *("KMSThrottling", "KMSThrottlingException", "KMS.ThrottlingException"),
        # DynamoDB: another write of the same item, in a transaction or in a replica.
        *("TransactionConflictException", "ReplicatedWriteConflictException"),
        # KMS and Secrets Manager: what they need in turn did not answer.
        *("DependencyTimeoutException", "KMSInternalException"),
        # Bedrock: a model that is being loaded, or that took too long.
        *("ModelNotReadyException", "ModelTimeoutException"),
        # EventBridge and S3: somebody else changes the same thing at this moment.
        *("ConcurrentModificationException", "OperationAborted"),
    }
)
"""What services answer beyond that where a limit or a collision passes by itself (the services'
models in botocore 1.44, and their API references). ``ServiceQuotaExceededException`` and
``StateMachineLimitExceeded`` are not among them: such a quota stays used up until somebody mends
it."""

_PASSING_REASONS = frozenset(
    {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)
"""Why DynamoDB cancels a transaction that may succeed a moment later: somebody else writes one of
its items, or its table is asked too often (the API reference of ``TransactWriteItems``)."""


def error_code(error: BaseException) -> str:
    """Name an error by the service's code where it has one.

    Args:
        error: Exception of botocore or of the transport.

    Returns:
        Code, e.g. ``ConditionalCheckFailedException``; else the exception's class name.
    """
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        return str(response.get("Error", {}).get("Code", type(error).__name__))
    return type(error).__name__


def refused(error: BaseException | None) -> bool:
    """Tell whether a service refused a call: then nothing was done, at least by the last try.

    Args:
        error: What a call raised.

    Returns:
        Whether the service said no; False where it failed itself, or did not answer.
    """
    from botocore.exceptions import ClientError

    if not isinstance(error, ClientError):
        return False
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return bool(status < HTTPStatus.INTERNAL_SERVER_ERROR)


def passes(error: BaseException) -> bool:
    """Tell whether a service was busy, failed itself, or could not be reached.

    Args:
        error: What a call raised.

    Returns:
        Whether the same call may succeed later, without anything being mended by us.
    """
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return (
            error_code(error) in _REPEATED | _LIMITED
            or not _PASSING_REASONS.isdisjoint(_reasons(error.response))
            or status == HTTPStatus.TOO_MANY_REQUESTS
            or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        )
    return isinstance(error, ConnectionError | HTTPClientError)


def _reasons(response: Mapping[str, Any]) -> set[str]:
    return {str(one.get("Code")) for one in response.get("CancellationReasons") or ()}


@contextmanager
def calling(doing: str) -> Iterator[None]:
    """Translate botocore's exceptions of one call.

    Args:
        doing: What the call does, in words that fit after "could not".

    Yields:
        Nothing.

    Raises:
        CloudCallError: If the call fails; the original exception is its cause.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise CloudCallError(doing, error_code(error), passing=passes(error)) from error
