"""The proxy itself: one handler for every request."""

from __future__ import annotations

import asyncio
import copy
import logging
import time
from dataclasses import replace
from typing import Any

import aiohttp
from aiohttp import web

from qops.local.router import cbor, codec, owners, routing
from qops.local.router.backends import forwarded
from qops.local.router.codec import HttpAnswer, HttpRequest, StreamedAnswer
from qops.local.router.context import Context
from qops.local.router.registry import REGISTRY, Call, Fault, Hooks, PassOn

LOGGER = logging.getLogger("qops.local.router")
_LARGEST_BODY_BYTES = 512 * 1024 * 1024
_WHOLE_BYTES = 256 * 1024
_CHUNK_BYTES = 256 * 1024
_FORM = "application/x-www-form-urlencoded"
_SERVER_ERROR = 500
_CLIENT_GONE = 499
_SUCCESS = range(200, 300)


class Proxy:
    """Passes requests to backends, runs operations of ours and corrections on the way."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._started = time.time()

    def application(self) -> web.Application:
        """The aiohttp application."""
        application = web.Application(client_max_size=_LARGEST_BODY_BYTES)
        # A path may hold any character, as a line break that a caller has quoted.
        application.router.add_route("*", "/{path:(?s:.*)}", self.handle)
        return application

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answers one request."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        path, _, query = request.raw_path.partition("?")
        route = routing.route(request.method, path, query, headers)
        if route.own is not None:
            return self._own_page(route.own)
        try:
            body: bytes | None = None
            signing_name = route.signing_name
            if signing_name is None:
                body = await request.read()
                signing_name = routing.unsigned_form(body) or "s3"
            service = owners.service(signing_name)
            if route.data_plane or not self._concerns_us(service):
                return await self._stream(request, service.backend, headers, body)
            return await self._operation(request, route, service, headers, body)
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            if request.transport is None or request.transport.is_closing():
                return web.Response(status=_CLIENT_GONE)
            LOGGER.warning("%s %s: backend gone: %r", request.method, path, error)
            return web.json_response(
                {
                    "__type": "ServiceUnavailable",
                    "message": f"a part of the cloud is down: {error}",
                },
                status=503,
            )

    def _concerns_us(self, service: owners.Service) -> bool:
        return service.backend is owners.Backend.MOTO or any(map(REGISTRY.knows, service.models))

    async def _operation(
        self,
        request: web.Request,
        route: routing.Route,
        service: owners.Service,
        headers: dict[str, str],
        body: bytes | None,
    ) -> web.StreamResponse:
        """A request for a service that has hooks: finds the operation, runs what is registered."""
        path, _, query = request.raw_path.partition("?")
        in_body = headers.get("content-type", "").startswith(_FORM)
        if body is None and in_body:
            body = await request.read()
        head = HttpRequest(request.method, path, query, headers, body or b"")
        translation = None
        if service.backend is owners.Backend.MOTO and cbor.spoken(headers):
            head = replace(head, body=await request.read())
            translation = cbor.translate(service.models, head)
            if translation is not None:
                head = translation.request
                body = head.body
        operation = codec.identify(service.models, head)
        hooks = None
        if operation is not None:
            hooks = REGISTRY.hooks(operation.service, operation.name)
        if hooks is None and service.backend is owners.Backend.MINISTACK:
            return await self._stream(request, service.backend, headers, body)
        if body is None:
            body = await request.read()
        whole = replace(head, body=body)
        answer = await self._answer(request, route, service, whole, (operation, hooks))
        if isinstance(answer, StreamedAnswer):
            return await _in_pieces(request, answer)
        return _response(answer if translation is None else translation.answer(answer))

    async def _answer(
        self,
        request: web.Request,
        route: routing.Route,
        service: owners.Service,
        whole: HttpRequest,
        understood: tuple[codec.Operation | None, Hooks | None],
    ) -> HttpAnswer:
        """The answer to a whole request, an error answer included."""
        operation, hooks = understood
        if operation is None or hooks is None:
            name = operation.name if operation else f"{whole.method} {whole.path}"
            return await self._backend(service.backend, whole, f"{service.name} {name}")
        if not whole.headers.get("content-type", "").startswith(_FORM):
            operation = codec.identify(service.models, whole) or operation
        call = Call(
            service=operation.service,
            operation=operation.name,
            params=operation.parse(),
            region=route.region or self._context.config.region,
            access_key=route.access_key or "",
            context=self._context,
            client_gone=lambda: request.transport is None or request.transport.is_closing(),
        )
        try:
            return await self._run(call, operation, hooks, service, whole)
        except Fault as fault:
            return operation.serialise(fault)
        except (aiohttp.ClientError, TimeoutError):
            raise
        except Exception as error:
            # an error nobody retries, rather than a 500 that clients repeat for minutes
            LOGGER.exception("%s %s", operation.service, operation.name)
            message = f"{operation.name} failed in the router: {error!r}"
            return operation.serialise(Fault("LocalCloudFault", message))

    async def _run(
        self,
        call: Call,
        operation: codec.Operation,
        hooks: Any,
        service: owners.Service,
        request: HttpRequest,
    ) -> HttpAnswer:
        for hook in hooks.before:
            await hook(call)
        raw: HttpAnswer | None = None
        answer = None
        if hooks.operation is not None:
            try:
                answer = await hooks.operation(call)
            except PassOn:
                answer = None
            if call.streamed is not None:
                kind, pieces = call.streamed
                return StreamedAnswer(200, {"Content-Type": kind}, b"", pieces)
        if answer is None:
            what = f"{operation.service} {operation.name}"
            raw = await self._backend(service.backend, request, what)
            if raw.status not in _SUCCESS or not hooks.after:
                return raw
            answer = operation.parse_answer(raw)
        before = copy.deepcopy(answer) if raw is not None else None
        for hook in hooks.after:
            await hook(call, answer)
        if raw is not None and answer == before:
            return raw
        return operation.serialise(answer)

    async def _backend(
        self, backend: owners.Backend, request: HttpRequest, what: str
    ) -> HttpAnswer:
        """Passes a whole request on; what the backend cannot do becomes an error nobody retries."""
        answer = await self._context.backends.send(backend, request)
        if backend is owners.Backend.MOTO and _unknown_to_moto(answer):
            LOGGER.warning("not implemented: %s (%s)", what, answer.status)
            return codec.not_implemented(request, what)
        return answer

    async def _stream(
        self,
        request: web.Request,
        backend: owners.Backend,
        headers: dict[str, str],
        body: bytes | None,
    ) -> web.StreamResponse:
        """Passes a request on as it is, body and answer in pieces."""
        data: Any = body
        if body is None and request.body_exists:
            length = headers.get("content-length")
            data = request.content if length is None else _Sized(request.content, int(length))
        async with self._context.backends.open(
            backend, request.method, request.raw_path, request.headers, data
        ) as answer:
            length = answer.headers.get("Content-Length")
            small = length is not None and int(length) <= _WHOLE_BYTES
            if small and request.method != "HEAD":
                # Head and body in one segment: Go's client (Terraform) was seen to hang up on
                # a head that came alone, and to repeat a creation that had been carried out.
                whole = await answer.read()
                return web.Response(
                    status=answer.status,
                    reason=answer.reason,
                    headers=forwarded(answer.headers),
                    body=whole,
                )
            response = web.StreamResponse(
                status=answer.status, reason=answer.reason, headers=forwarded(answer.headers)
            )
            if length is not None:
                response.content_length = int(length)
            await response.prepare(request)
            async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
                await response.write(chunk)
            await response.write_eof()
            return response

    def _own_page(self, page: str) -> web.Response:
        services = {name: str(backend) for name, backend in owners.listed().items()}
        if page == "localstack-health":
            return web.json_response(
                {"services": dict.fromkeys(services, "running"), "edition": "qscreen-local"}
            )
        engines = self._context.engines.listing()
        return web.json_response(
            {
                "status": "running",
                "generation": self._context.config.generation,
                "uptime_seconds": round(time.time() - self._started, 1),
                "services": services,
                "ours": sorted({service for service, _ in REGISTRY.operations()}),
                "engines": engines,
            }
        )


class _Sized(aiohttp.payload.AsyncIterablePayload):
    """A body in pieces whose length is known, so that it is not sent chunked."""

    def __init__(self, stream: aiohttp.StreamReader, length: int) -> None:
        super().__init__(stream.iter_chunked(_CHUNK_BYTES))
        self._size = length


def _unknown_to_moto(answer: HttpAnswer) -> bool:
    kind = answer.headers.get("Content-Type", answer.headers.get("content-type", ""))
    if answer.status >= _SERVER_ERROR:
        return True
    return answer.status == 404 and kind.startswith("text/html")


def _response(answer: HttpAnswer) -> web.Response:
    headers = forwarded(answer.headers)
    return web.Response(status=answer.status, headers=headers, body=answer.body)


async def _in_pieces(request: web.Request, answer: StreamedAnswer) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    await response.prepare(request)
    async for piece in answer.pieces:
        await response.write(piece)
    await response.write_eof()
    return response


async def serve(context: Context, stopped: asyncio.Event) -> None:
    """Serves until ``stopped`` is set."""
    runner = web.AppRunner(
        Proxy(context).application(), access_log=None, keepalive_timeout=75, shutdown_timeout=1
    )
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", context.config.port, reuse_address=True)
    await site.start()
    await stopped.wait()
    await runner.cleanup()
