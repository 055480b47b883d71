"""What AWS refuses, as faults that say what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError
from qs_mcp import ToolFault

_THROTTLED = ("Rekognition is asked too often just now.", "Wait some seconds, then call it again.")
_SILENT = ("The service did not answer in time.", "Call it again; a smaller region helps.")
_DENIED = (
    "The platform's role may not do this.",
    "Tell the operator: the policy of the function mcp-vision lacks a right.",
)
_FORMAT = (
    "The picture is not a PNG or JPEG that Rekognition can read.",
    "Take the picture again, or convert it to PNG.",
)
_LARGE = (
    "The picture is larger than Rekognition takes.",
    "Take a smaller picture, or one with a lower resolution.",
)
_GONE = (
    "There is no such object; pictures are deleted after their time.",
    "Check the key, or take the picture again.",
)
_EXPIRED = (
    "The credentials of the call expired before it was made.",
    "Call it again; new credentials are fetched by themselves.",
)

REASONS: dict[str, tuple[str, str]] = {
    "ThrottlingException": _THROTTLED,
    "ProvisionedThroughputExceededException": _THROTTLED,
    "LimitExceededException": _THROTTLED,
    "SlowDown": _THROTTLED,
    "ConnectTimeoutError": _SILENT,
    "ReadTimeoutError": _SILENT,
    "ConnectionClosedError": _SILENT,
    "EndpointConnectionError": _SILENT,
    "RequestTimeout": _SILENT,
    "InternalServerError": _SILENT,
    "ServiceUnavailable": _SILENT,
    "AccessDeniedException": _DENIED,
    # What S3 says of an object that is not there, to a role that may not list the bucket.
    "AccessDenied": (
        "The object does not exist, or the platform's role may not reach it.",
        "Check the key; if it is right, tell the operator.",
    ),
    "InvalidImageFormatException": _FORMAT,
    "ImageTooLargeException": _LARGE,
    "InvalidS3ObjectException": (
        "Rekognition cannot read the object, or it is in another region.",
        "Check the key; if it is right, tell the operator.",
    ),
    "NoSuchKey": _GONE,
    "NoSuchVersion": _GONE,
    "404": _GONE,
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "RequestExpired": _EXPIRED,
    "ResourceNotReadyException": (
        "The version of the Custom Labels model is not running.",
        "Ask the operator to start it; meanwhile use find_elements.",
    ),
    "ResourceNotFoundException": (
        "The version of the Custom Labels model does not exist.",
        "Tell the operator to correct QS_CUSTOM_LABELS_VERSION_ARN; meanwhile use find_elements.",
    ),
    "NotImplementedByEmulator": (
        "This local cloud has no engine for it.",
        "Use read_text and find_elements, or an environment on AWS.",
    ),
}


@contextmanager
def asking(what: str, doing: str) -> Iterator[None]:
    """Turn refusals of AWS into faults.

    Args:
        what: What has failed then, a sentence.
        doing: What is done, in words that fit after "could not".

    Yields:
        Nothing.

    Raises:
        ToolFault: If there is advice for the refusal.
        CloudCallError: If there is none.
    """
    try:
        with calling(doing):
            yield
    except CloudCallError as error:
        reason = REASONS.get(error.code)
        if reason is None:
            raise
        raise ToolFault(what, *reason) from error
