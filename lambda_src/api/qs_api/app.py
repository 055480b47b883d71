"""From the proxy event to an operation and back: routing, bodies, problems."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from qs_api.auditing import Auditor
from qs_api.call import Call, identity_of
from qs_api.entity_tags import digest_of, matches
from qs_api.operations import OPERATIONS, Operation
from qs_api.problems import CONTENT_TYPE, ProblemAnswer, bad_body, not_found, refusal
from qs_api.services import Services
from qs_cloud.clock import utc_now
from qs_cloud.errors import CloudCallError
from qs_cloud.refusal import RefusedError
from qs_cloud.sessions import SessionEndedError, sign_in_of
from qs_cloud.telemetry import count, fault, log_ids, logger
from qscreen.api.gateway_responses import RETRY_AFTER_SECONDS
from qscreen.api.routes import ROUTES, Route
from qscreen.wire import Problem, ProblemError, WireModel

MAX_PATH_VALUE = 128


class App:
    """The API over its services."""

    def __init__(self, services: Services) -> None:
        """Register every route of the route table.

        Args:
            services: Tables and settings.
        """
        self._services = services
        self._auditor = Auditor(services.trail)
        self._resolver = APIGatewayRestResolver()
        for route in ROUTES:
            rule = route.path.replace("{", "<").replace("}", ">")
            self._resolver.route(rule=rule, method=route.method)(
                self._endpoint(route, OPERATIONS[route.operation_id])
            )
        self._resolver.not_found(self._no_route)

    @classmethod
    def from_environment(cls) -> "App":
        """Make the app that the function's environment describes.

        Returns:
            The app.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        return cls(Services.from_environment())

    def answer(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer one request.

        Args:
            event: The proxy event.
            context: Lambda's context.

        Returns:
            The proxy answer.
        """
        request_id = str(event.get("requestContext", {}).get("requestId", ""))
        with log_ids(request_id=request_id):
            return self._resolver.resolve(event, context)

    def _endpoint(self, route: Route, operation: Operation) -> Callable[..., Response[str]]:
        def endpoint(**path: str) -> Response[str]:
            try:
                call = self._call(route, path)
                self._demand_scope(route, call)
                self._note_session(call)
                result = self._auditor.carry_out(
                    route, call, lambda: operation(call, self._services)
                )
            except ProblemAnswer as answer:
                return self._problem(answer.problem)
            except RefusedError as refused:
                return self._problem(refusal(refused).problem)
            except Exception as error:
                logger().error(
                    "Operation failed", extra={"operation": route.operation_id, **fault(error)}
                )
                count("PlatformErrors", dimensions={"operation": route.operation_id})
                passing = isinstance(error, CloudCallError) and error.passing
                return self._problem(_unavailable() if passing else _internal_error())
            return _answer(route, call, result)

        return endpoint

    def _demand_scope(self, route: Route, call: Call) -> None:
        try:
            call.demand(route.scope)
        except ProblemAnswer as answer:
            self._auditor.denied(route, call, answer)
            raise

    def _note_session(self, call: Call) -> None:
        if call.caller is None:
            return
        sign_in = sign_in_of(call.headers.get("authorization", ""), call.caller.sub)
        if sign_in is None:
            return
        try:
            self._services.attendance.note(sign_in, call.now, call.request_id)
        except SessionEndedError as error:
            raise ProblemAnswer(
                HTTPStatus.UNAUTHORIZED,
                "The session of this token was ended.",
                "Sign in again.",
            ) from error

    def _call(self, route: Route, path: dict[str, str]) -> Call:
        event = self._resolver.current_event
        for name, value in path.items():
            # Longer than any id; DynamoDB would refuse it as a key.
            if len(value) > MAX_PATH_VALUE:
                raise not_found(name.removesuffix("_id"), f"{value[:20]}...")
        return Call(
            caller=identity_of(event.raw_event),
            path=path,
            query=event.query_string_parameters or {},
            headers={name.lower(): value for name, value in (event.headers or {}).items()},
            body=_read_body(route, event.decoded_body),
            request_id=self._request_id(),
            now=utc_now(),
            context=self._resolver.lambda_context,
        )

    def _request_id(self) -> str:
        return str(self._resolver.current_event.raw_event["requestContext"].get("requestId", ""))

    def _problem(self, problem: Problem) -> Response[str]:
        request_id = self._request_id() or None
        named = problem.model_copy(update={"request_id": request_id})
        unavailable = problem.status == HTTPStatus.SERVICE_UNAVAILABLE
        return Response(
            status_code=problem.status,
            content_type=CONTENT_TYPE,
            headers={"Retry-After": str(RETRY_AFTER_SECONDS)} if unavailable else {},
            body=named.model_dump_json(exclude_none=True),
        )

    def _no_route(self, error: Exception) -> Response[str]:
        del error
        return self._problem(
            Problem(
                title=HTTPStatus.NOT_FOUND.phrase,
                status=HTTPStatus.NOT_FOUND.value,
                detail="The API has no operation with this method and path.",
                next_step="Check the method and the path against the API's documentation.",
            )
        )


def _answer(route: Route, call: Call, model: WireModel) -> Response[str]:
    body = model.model_dump_json(exclude_none=True)
    etag = getattr(model, "etag", None) or digest_of(body) if route.etag else None
    headers = {"ETag": etag} if etag else {}
    if etag and route.method == "GET" and matches(call.headers.get("if-none-match"), etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers, body="")
    return Response(
        status_code=route.status,
        content_type="application/json",
        headers=headers,
        body=body,
    )


def _read_body(route: Route, text: str | None) -> WireModel | None:
    if route.request is None:
        return None
    try:
        body = json.loads(text or "")
    except (ValueError, RecursionError) as error:
        fault = ProblemError(path="", detail="It is not JSON, or nested too deep.")
        raise ProblemAnswer(
            HTTPStatus.BAD_REQUEST,
            f"The operation {route.operation_id} needs a JSON body, and this is none.",
            "Send JSON with `Content-Type: application/json`; the documentation has the schema.",
            (fault,),
        ) from error
    try:
        return route.request.model_validate_json(text or "")
    except ValidationError as error:
        raise bad_body(error, body) from error


def _internal_error() -> Problem:
    return Problem(
        title=HTTPStatus.INTERNAL_SERVER_ERROR.phrase,
        status=HTTPStatus.INTERNAL_SERVER_ERROR.value,
        detail="The platform could not carry out the request; the cause is in its log.",
        next_step="Send the request again; if it stays, report the request_id to the operator.",
    )


def _unavailable() -> Problem:
    return Problem(
        title=HTTPStatus.SERVICE_UNAVAILABLE.phrase,
        status=HTTPStatus.SERVICE_UNAVAILABLE.value,
        detail="A service that the platform needs is busy or does not answer.",
        next_step=f"Wait {RETRY_AFTER_SECONDS} seconds and send the request again, with the same "
        "Idempotency-Key where it has one.",
    )
