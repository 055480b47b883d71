"""The device's own queue, reached with the device's own credentials."""

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from qagent.cloud.api import CloudApi
from qagent.cloud.errors import UnreachableError
from qagent.cloud.tls import require_tls13_of_boto

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_log = logging.getLogger(__name__)

VISIBILITY_SECONDS = 10
"""A message comes back this long after the agent's last sign of life."""

_EARLY = timedelta(minutes=5)
_CREDENTIAL_CODES = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
    }
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was received; it comes back unless it is deleted."""

    body: str
    receipt: str


class DeviceQueue(Protocol):
    """What the loop needs of the queue. Errors: `UnreachableError`, `DeviceRevokedError`."""

    def receive(self, wait_seconds: int) -> Message | None:
        """Wait for one message."""
        ...

    def extend(self, message: Message) -> None:
        """Keep a message invisible for `VISIBILITY_SECONDS` from now."""
        ...

    def delete(self, message: Message) -> None:
        """Remove a message for good."""
        ...


class SqsQueue:
    """The queue in SQS; safe to share by threads.

    Args:
        queue_url: The device's queue.
        region: Its region.
        api: Issues the credentials.
    """

    def __init__(self, queue_url: str, region: str, api: CloudApi) -> None:
        self._url = queue_url
        self._region = region
        self._api = api
        self._lock = threading.Lock()
        self._client: SQSClient | None = None
        self._renew_at = datetime.min.replace(tzinfo=UTC)

    def receive(self, wait_seconds: int) -> Message | None:
        """Wait for one message."""
        try:
            answer = self._sqs().receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=1,
                WaitTimeSeconds=wait_seconds,
                VisibilityTimeout=VISIBILITY_SECONDS,
            )
        except (ClientError, BotoCoreError) as error:
            raise self._fault(error) from error
        messages = answer.get("Messages", [])
        if not messages:
            return None
        return Message(messages[0].get("Body", ""), messages[0].get("ReceiptHandle", ""))

    def extend(self, message: Message) -> None:
        """Keep a message invisible."""
        try:
            self._sqs().change_message_visibility(
                QueueUrl=self._url,
                ReceiptHandle=message.receipt,
                VisibilityTimeout=VISIBILITY_SECONDS,
            )
        except (ClientError, BotoCoreError) as error:
            raise self._fault(error) from error

    def delete(self, message: Message) -> None:
        """Remove a message for good."""
        try:
            self._sqs().delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)
        except (ClientError, BotoCoreError) as error:
            raise self._fault(error) from error

    def _sqs(self) -> "SQSClient":
        with self._lock:
            if self._client is None or datetime.now(UTC) >= self._renew_at:
                found = self._api.credentials()
                life = found.expires_at - datetime.now(UTC)
                # Short-lived credentials are renewed at half their life.
                self._renew_at = found.expires_at - min(_EARLY, life / 2)
                require_tls13_of_boto()
                self._client = boto3.Session().client(
                    "sqs",
                    region_name=self._region,
                    aws_access_key_id=found.access_key_id,
                    aws_secret_access_key=found.secret_access_key,
                    aws_session_token=found.session_token,
                    config=Config(
                        connect_timeout=5,
                        read_timeout=30,
                        retries={"mode": "standard", "total_max_attempts": 2},
                    ),
                )
                _log.info("device credentials renewed until %s", found.expires_at.isoformat())
            return self._client

    def _fault(self, error: ClientError | BotoCoreError) -> UnreachableError:
        """Refused credentials are asked for anew at the next call."""
        if isinstance(error, ClientError):
            code = error.response.get("Error", {}).get("Code", "?")
            if code in _CREDENTIAL_CODES or "NonExistentQueue" in code:
                with self._lock:
                    self._client = None
            return UnreachableError(f"the device's queue answered {code}")
        return UnreachableError(f"the device's queue did not answer ({type(error).__name__})")
