"""What AWS refuses, as faults that say what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError
from qs_mcp import ToolFault

_THROTTLED = ("Textract is asked too often just now.", "Wait some seconds, then call it again.")
_SILENT = (
    "The service did not answer in time.",
    "Call it again; for a large document use start_job.",
)
_DENIED = (
    "The platform's role may not do this.",
    "Tell the operator: the policy of the function mcp-document lacks a right.",
)
_GONE = (
    "There is no such object; files are deleted after their time.",
    "Check the key, or upload the file again.",
)
_EXPIRED = (
    "The credentials of the call expired before it was made.",
    "Call it again; new credentials are fetched by themselves.",
)

REASONS: dict[str, tuple[str, str]] = {
    "ThrottlingException": _THROTTLED,
    "ProvisionedThroughputExceededException": _THROTTLED,
    "LimitExceededException": (
        "As many jobs as the account may have are running.",
        "Wait until one has ended, then call it again.",
    ),
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
    "UnsupportedDocumentException": (
        "Textract does not take it: it is password-protected, has more than one page, or is of "
        "another type.",
        "Remove the password; for more than one page use start_job.",
    ),
    "BadDocumentException": (
        "The document is broken: Textract cannot read it.",
        "Open and save it again, or make a new scan, and upload that.",
    ),
    "DocumentTooLargeException": (
        "The document is larger than Textract takes at once.",
        "Use start_job, or a scan with a lower resolution.",
    ),
    "InvalidS3ObjectException": (
        "Textract cannot read the object, or it is in another region.",
        "Check the key; if it is right, tell the operator.",
    ),
    "InvalidParameterException": (
        "Textract does not take what was asked for.",
        "Check the features and questions; a question has at most 200 characters.",
    ),
    "InvalidJobIdException": (
        "Textract does not know the job any more: it keeps results for 7 days.",
        "Start it again.",
    ),
    "InvalidKMSKeyException": _DENIED,
    "KMS.AccessDeniedException": _DENIED,
    "IdempotentParameterMismatchException": (
        "The job was started before in another way.",
        "Call start_job again in a minute.",
    ),
    "NoSuchKey": _GONE,
    "NoSuchVersion": _GONE,
    "404": _GONE,
    "PreconditionFailed": (
        "The document changed while it was read.",
        "Call it again.",
    ),
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "RequestExpired": _EXPIRED,
    "NotImplementedByEmulator": (
        "This local cloud has no engine for it.",
        "Use an environment on AWS.",
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
