"""What AWS refuses, as faults that say what to do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError
from qs_mcp.faults import ToolFault

Reason = tuple[str, str]
"""Why, and what the caller can do."""

_EXPIRED = (
    "The credentials of the call expired before it was made.",
    "Call it again; new credentials are fetched by themselves.",
)
_THROTTLED = ("ThrottlingException", "ProvisionedThroughputExceededException", "SlowDown")
_SILENT = (
    *("ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError"),
    "ResponseStreamingError",
    *("EndpointConnectionError", "RequestTimeout", "InternalServerError", "ServiceUnavailable"),
)
_GONE = ("NoSuchKey", "NoSuchVersion", "404")


class Refusals:
    """The refusals of one server's services."""

    def __init__(
        self,
        server: str,
        service: str,
        *,
        silent: str,
        gone: Reason,
        emulated: str,
        own: Mapping[str, Reason],
    ) -> None:
        """Gather the reasons.

        Args:
            server: Name of the server's function.
            service: Name of the service that reads, as people know it.
            silent: What to do when a service did not answer in time.
            gone: What to say of an object that does not exist.
            emulated: What to do where the local cloud has no engine.
            own: What only this server's services refuse, by error code.
        """
        throttled = (
            f"{service} is asked too often just now.",
            "Wait some seconds, then call it again.",
        )
        self.denied: Reason = (
            "The platform's role may not do this.",
            f"Tell the operator: the policy of the function {server} lacks a right.",
        )
        self.reasons: dict[str, Reason] = {
            **dict.fromkeys(_THROTTLED, throttled),
            "LimitExceededException": throttled,
            **dict.fromkeys(_SILENT, ("The service did not answer in time.", silent)),
            "AccessDeniedException": self.denied,
            # What S3 says of an object that is not there, to a role that may not list the bucket.
            "AccessDenied": (
                "The object does not exist, or the platform's role may not reach it.",
                "Check the key; if it is right, tell the operator.",
            ),
            "InvalidS3ObjectException": (
                f"{service} cannot read the object, or it is in another region.",
                "Check the key; if it is right, tell the operator.",
            ),
            **dict.fromkeys(_GONE, gone),
            **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "RequestExpired"), _EXPIRED),
            "NotImplementedByEmulator": ("This local cloud has no engine for it.", emulated),
            **own,
        }

    @contextmanager
    def asking(self, what: str, doing: str) -> Iterator[None]:
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
            reason = self.reasons.get(error.code)
            if reason is None:
                raise
            raise ToolFault(what, *reason) from error
