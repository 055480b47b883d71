"""OpenSearch's bulk API, signed as AWS wants it."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_ship_logs.documents import Document

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 10
ADDRESS_AGE_SECONDS = 300
"""The address is read again after this, so that a replaced domain is found."""


class SearchUnavailableError(Exception):
    """OpenSearch cannot be reached or is busy; trying again may help."""


class SearchRefusedError(Exception):
    """OpenSearch refuses a request as a whole; sending it again changes nothing."""


class SearchAddress(BaseModel):
    """Value of the parameter with the domain's address."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    endpoint: str = Field(pattern=r"^(https?://)?[A-Za-z0-9.:\[\]-]+/?$")

    @property
    def url(self) -> str:
        """Address with its scheme, without a slash at the end."""
        address = self.endpoint.rstrip("/")
        return address if "://" in address else f"https://{address}"


@dataclass(frozen=True, slots=True)
class ItemFault:
    """Why a document was not taken.

    Attributes:
        document: The document.
        status: HTTP status of its item.
        kind: OpenSearch's name of the fault.
    """

    document: Document
    status: int
    kind: str

    @property
    def passing(self) -> bool:
        """Whether trying again may help."""
        return _passing(self.status)


@dataclass(slots=True)
class Search:
    """The domain.

    Attributes:
        parameter: Name of the parameter with its address.
        clock: Monotonic clock, seconds.
    """

    parameter: str
    clock: Callable[[], float] = time.monotonic
    _url: str | None = None
    _read_at: float = 0.0

    def bulk(self, documents: Sequence[Document]) -> tuple[ItemFault, ...]:
        """Index documents; those that are there already are written again with the same.

        Args:
            documents: The documents, at least one.

        Returns:
            Those that were not taken.

        Raises:
            SearchUnavailableError: If the domain cannot be reached or is busy.
            SearchRefusedError: If it refuses the request as a whole.
        """
        body = b"".join(d.action + b"\n" + d.source + b"\n" for d in documents)
        status, text = self._post("/_bulk", body)
        if _passing(status):
            raise SearchUnavailableError(f"OpenSearch answers {status}.")
        if status != HTTPStatus.OK:
            raise SearchRefusedError(
                f"OpenSearch refuses the documents as a whole (status {status}). Check that the "
                "domain lets the role of this function write (access policy, role mapping)."
            )
        return tuple(_faults(documents, text))

    def _post(self, path: str, body: bytes) -> tuple[int, bytes]:
        from botocore.exceptions import BotoCoreError
        from botocore.httpsession import URLLib3Session

        request = _signed(f"{self._address()}{path}", body)
        # The stubs know one number only; the class takes the two limits as well.
        limits: Any = (CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS)
        session = URLLib3Session(timeout=limits)
        try:
            answer = session.send(request)
        except BotoCoreError as error:
            self._url = None
            raise SearchUnavailableError(
                f"OpenSearch cannot be reached ({type(error).__name__})."
            ) from error
        finally:
            session.close()
        return answer.status_code, answer.content

    def _address(self) -> str:
        if self._url is None or self.clock() - self._read_at >= ADDRESS_AGE_SECONDS:
            with calling("read the address of OpenSearch"):
                answer = clients.ssm().get_parameter(Name=self.parameter)
            try:
                address = SearchAddress.model_validate_json(answer["Parameter"]["Value"])
            except ValidationError:
                raise SearchRefusedError(
                    f"The parameter {self.parameter} holds no address of OpenSearch. It must be "
                    'JSON such as {"endpoint": "vpc-logs.example"}.'
                ) from None
            self._url, self._read_at = address.url, self.clock()
        return self._url


def _signed(url: str, body: bytes) -> "AWSPreparedRequest":
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    credentials = clients.credentials()
    if credentials is None:
        raise SearchRefusedError("The function has no credentials to sign its requests with.")
    request = AWSRequest("POST", url, {"Content-Type": "application/x-ndjson"}, body)
    # Frozen: credentials that renew themselves must not change between key and token.
    SigV4Auth(credentials.get_frozen_credentials(), "es", clients.region()).add_auth(request)
    return request.prepare()


def _passing(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _faults(documents: Sequence[Document], text: bytes) -> list[ItemFault]:
    try:
        items: list[Mapping[str, Any]] = [
            next(iter(item.values())) for item in json.loads(text)["items"]
        ]
        faults = [
            ItemFault(document, int(item["status"]), _kind(item))
            for document, item in zip(documents, items, strict=True)
        ]
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration) as error:
        # Answers come in the order of the documents; without one each is unknown.
        raise SearchUnavailableError("OpenSearch's answer cannot be read.") from error
    return [fault for fault in faults if fault.status >= HTTPStatus.MULTIPLE_CHOICES]


def _kind(item: Mapping[str, Any]) -> str:
    error = item.get("error")
    return str(error.get("type", "unknown")) if isinstance(error, dict) else "unknown"
