"""Which faults of AWS pass by themselves, and which somebody has to mend."""

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError

REPEATED_BY_BOTOCORE = (
    *ThrottledRetryableChecker._THROTTLED_ERROR_CODES,
    *TransientRetryableChecker._TRANSIENT_ERROR_CODES,
)


def refused(code: str, status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "GetItem"
    )


def raised(error: Exception) -> CloudCallError:
    with pytest.raises(CloudCallError) as found, calling("read the run"):
        raise error
    return found.value


@pytest.mark.parametrize("code", sorted(set(REPEATED_BY_BOTOCORE)))
def test_what_the_client_repeats_passes(code: str) -> None:
    assert raised(refused(code)).passing


LIMITED = (
    *("ExecutionLimitExceeded", "KmsThrottlingException", "KMSThrottlingException"),
    *("OverLimit", "KmsThrottled", "AWS.SimpleQueueService.QueueDeletedRecently"),
    *("TransactionConflictException", "DependencyTimeoutException", "ModelNotReadyException"),
    *("ConcurrentModificationException", "OperationAborted"),
)


@pytest.mark.parametrize("code", LIMITED)
def test_a_limit_that_is_reached_for_a_moment_passes(code: str) -> None:
    assert raised(refused(code)).passing


@pytest.mark.parametrize(
    ("reason", "passing"),
    [
        ("TransactionConflict", True),
        ("ThrottlingError", True),
        ("ProvisionedThroughputExceeded", True),
        ("ValidationError", False),
        ("ItemCollectionSizeLimitExceeded", False),
    ],
)
def test_a_transaction_passes_as_the_reason_of_its_cancellation_does(
    reason: str, passing: bool
) -> None:
    error = refused("TransactionCanceledException")
    error.response["CancellationReasons"] = [{"Code": "None"}, {"Code": reason}]  # type: ignore[typeddict-unknown-key]
    assert raised(error).passing is passing


def test_whatever_says_too_many_requests_passes() -> None:
    assert raised(refused("SomethingNew", 429)).passing


@pytest.mark.parametrize(
    "error",
    [
        refused("InternalServerError", 500),
        refused("ServiceUnavailable", 503),
        ConnectTimeoutError(endpoint_url="https://x"),
        ReadTimeoutError(endpoint_url="https://x"),
        EndpointConnectionError(endpoint_url="https://x"),
        ResponseStreamingError(error="half of it came"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_service_that_fails_or_is_silent_passes(error: Exception) -> None:
    assert raised(error).passing


@pytest.mark.parametrize(
    "error",
    [
        refused("AccessDeniedException"),
        refused("ResourceNotFoundException"),
        refused("ValidationException"),
        refused("ServiceQuotaExceededException", 402),
        refused("StateMachineLimitExceeded"),
        NoCredentialsError(),
        ParamValidationError(report="x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_somebody_has_to_mend_does_not_pass(error: Exception) -> None:
    assert not raised(error).passing
