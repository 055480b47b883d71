"""The processes behind the router: passing requests on, and calls of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from multidict import CIMultiDict
from yarl import URL

from qops.local.router import owners
from qops.local.router.codec import HttpAnswer, HttpRequest, outgoing
from qops.local.router.config import RouterConfig
from qops.local.router.registry import Answer

ROOT_KEY = "test"
ROOT_SECRET = "test"  # noqa: S105 (the credentials every LocalStack-compatible tool uses)
_HOP_BY_HOP = {
    "connection",
    "expect",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
_LONGEST_ANSWER_SECONDS = 900.0


class Backends:
    """Keep-alive connections to MiniStack and moto."""

    def __init__(self, config: RouterConfig) -> None:
        self._config = config
        self._ports = {
            owners.Backend.MINISTACK: config.ministack_port,
            owners.Backend.MOTO: config.moto_port,
        }
        # no limit: long polls hold their connection and must not keep others waiting
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60),
            timeout=aiohttp.ClientTimeout(total=_LONGEST_ANSWER_SECONDS),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )

    async def close(self) -> None:
        """Closes all connections."""
        await self._session.close()

    def open(
        self,
        backend: owners.Backend,
        method: str,
        raw_path: str,
        headers: Mapping[str, str],
        data: Any,
    ) -> Any:
        """Opens a request to a backend; a context manager of the answer.

        Args:
            backend: Who answers.
            method: HTTP method.
            raw_path: Path with query, encoded as the client sent it.
            headers: Header fields, ``Host`` among them.
            data: Body: bytes, a stream, or nothing.
        """
        return self._session.request(
            method,
            URL(f"http://127.0.0.1:{self._ports[backend]}{raw_path}", encoded=True),
            headers=forwarded(headers),
            data=data,
            allow_redirects=False,
        )

    async def send(self, backend: owners.Backend, request: HttpRequest) -> HttpAnswer:
        """Passes a whole request on and reads the whole answer."""
        raw_path = f"{request.path}?{request.query}" if request.query else request.path
        headers = dict(request.headers)
        if backend is owners.Backend.MOTO:
            headers["x-moto-account-id"] = self._config.account
        async with self.open(backend, request.method, raw_path, headers, request.body) as answer:
            body = await answer.read()
            return HttpAnswer(answer.status, dict(forwarded(answer.headers)), body)

    async def call(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        region: str,
        backend: owners.Backend | None = None,
    ) -> Answer:
        """Calls an operation as the account's root, past all hooks.

        Args:
            service: botocore name of the service.
            operation: Name of the operation.
            params: Its parameters.
            region: Region of the call.
            backend: Who is asked, the owner of the service if not given.

        Returns:
            The parsed answer.

        Raises:
            Fault: The backend answered with an error.
        """
        call = outgoing(service, operation, params)
        request = _signed(call.document, self._config, call.signing_name, region)
        owner = backend or owners.service(call.signing_name).backend
        answer = await self.send(owner, request)
        return call.parse(answer)

    async def download(self, bucket: str, key: str, version: str | None, region: str) -> HttpAnswer:
        """An object of S3 as it is, read as the account's root.

        Args:
            bucket: Bucket.
            key: Key.
            version: Version, the newest if not given.
            region: Region of the call.

        Returns:
            The answer; an error answer too.
        """
        params = {"Bucket": bucket, "Key": key} | ({"VersionId": version} if version else {})
        call = outgoing("s3", "GetObject", params)
        request = _signed(call.document, self._config, call.signing_name, region)
        return await self.send(owners.service("s3").backend, request)


def forwarded(headers: Mapping[str, str]) -> CIMultiDict[str]:
    """Header fields without those that belong to one connection."""
    return CIMultiDict(
        (name, value)
        for name, value in headers.items()
        if name.lower() not in _HOP_BY_HOP and name.lower() != "content-length"
    )


def _signed(
    document: dict[str, Any], config: RouterConfig, signing_name: str, region: str
) -> HttpRequest:
    body = document["body"]
    if isinstance(body, Mapping):
        body = urlencode(body)
    if isinstance(body, str):
        body = body.encode()
    query = document["query_string"]
    if not isinstance(query, str):
        query = urlencode(query, doseq=True, quote_via=quote)
    path, _, inline = document["url_path"].partition("?")
    query = "&".join(part for part in (inline, query) if part)
    headers = dict(document["headers"])
    if isinstance(document["body"], Mapping):
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    address = f"{config.url}{path}{'?' + query if query else ''}"
    request = AWSRequest(method=document["method"], url=address, data=body, headers=headers)
    request.headers["Host"] = f"127.0.0.1:{config.port}"
    signer = S3SigV4Auth if signing_name == "s3" else SigV4Auth
    signer(Credentials(ROOT_KEY, ROOT_SECRET), signing_name, region).add_auth(request)
    signed = {key.lower(): value for key, value in request.headers.items()}
    return HttpRequest(document["method"], path, query, signed, body or b"")
