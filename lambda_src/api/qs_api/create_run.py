"""``createRun``: an accepted request becomes exactly one run.

The run's id is made from the caller and the ``Idempotency-Key``, and the execution is named
after the run: whichever step a crash follows, repeating the request completes the same run.
Powertools' idempotency keeps two simultaneous requests apart and tells a repeat from a new
request under an old key.
"""

import hashlib
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from qs_api.call import Call, Identity
from qs_api.executions import start_execution
from qs_api.lookup import find_own_device
from qs_api.problems import ProblemAnswer, bad_parameter, conflict
from qs_api.services import Services
from qs_cloud import clients
from qs_cloud.errors import CloudCallError
from qs_cloud.run_record import new_run_values
from qs_cloud.telemetry import count, logger
from qscreen.wire import Run, RunRequest

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

MAX_KEY_LENGTH = 255
REMEMBER_SECONDS = 24 * 3600
"""How long Powertools remembers a key; afterwards the run itself still does."""


def create_run(call: Call, services: Services) -> Run:
    """Start a run.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The run, new or the one that the same request started before.

    Raises:
        ProblemAnswer: 400 without a usable key, 404 for an unknown device, 409 for a revoked
            device, a key used for another request, or a request still being worked on.
        CloudCallError: If a service cannot be reached.
    """
    request = call.body_as(RunRequest)
    key = _read_key(call)
    run_id = _run_id(call.user, key)
    _start_once(call, services, request, key, run_id)
    record = services.runs.get(run_id)
    if record is None:
        raise conflict(
            f"The run {run_id} that this Idempotency-Key started was deleted.",
            "Send the request with a new Idempotency-Key.",
        )
    return record.run


def _read_key(call: Call) -> str:
    key = call.headers.get("idempotency-key", "").strip()
    if not key or len(key) > MAX_KEY_LENGTH:
        raise bad_parameter(
            "Idempotency-Key",
            f"The header must hold 1 to {MAX_KEY_LENGTH} characters.",
            "Send a new random key, e.g. a UUID, with each new run; the same one to repeat it.",
        )
    return key


def _run_id(caller: Identity, key: str) -> str:
    digest = hashlib.sha256(f"{caller.sub}\n{key}".encode()).hexdigest()
    return f"run-{digest[:20]}"


@lru_cache(maxsize=4)
def _persistence(table: str) -> "DynamoDBPersistenceLayer":
    from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

    return DynamoDBPersistenceLayer(table_name=table, boto3_client=clients.dynamodb())


def _start_once(call: Call, services: Services, request: RunRequest, key: str, run_id: str) -> None:
    from aws_lambda_powertools.utilities.idempotency import (
        IdempotencyConfig,
        idempotent_function,
    )
    from aws_lambda_powertools.utilities.idempotency.exceptions import (
        IdempotencyAlreadyInProgressError,
        IdempotencyValidationError,
    )

    config = IdempotencyConfig(
        event_key_jmespath="[owner, key]",
        payload_validation_jmespath="request",
        raise_on_no_idempotency_key=True,
        expires_after_seconds=REMEMBER_SECONDS,
        hash_function="sha256",
        lambda_context=call.context,
    )

    def start(intake: dict[str, Any]) -> dict[str, str]:
        del intake
        _start(call, services, request, run_id)
        return {"run_id": run_id}

    start_once = idempotent_function(
        start,
        data_keyword_argument="intake",
        persistence_store=_persistence(services.idempotency_table),
        config=config,
        key_prefix="createRun",
    )
    intake = {"owner": call.user.sub, "key": key, "request": request.model_dump(mode="json")}
    try:
        start_once(intake=intake)
    except IdempotencyValidationError as error:
        raise _other_request() from error
    except IdempotencyAlreadyInProgressError as error:
        raise conflict(
            "The same request is being worked on at this moment.",
            "Wait a second and send it again with the same Idempotency-Key.",
        ) from error


def _other_request() -> ProblemAnswer:
    return conflict(
        "This Idempotency-Key was used before, for a run with another goal, device or mode.",
        "Send a new Idempotency-Key with a new run; repeat the exact request to get its run.",
    )


def _start(call: Call, services: Services, request: RunRequest, run_id: str) -> None:
    existing = services.runs.get(run_id)
    if existing is not None:
        run = existing.run
        if (run.goal, run.device_id, run.mode) != (request.goal, request.device_id, request.mode):
            raise _other_request()
        if run.status.final:
            return
        created = False
    else:
        find_own_device(services, request.device_id, call.user)
        created = services.runs.create(
            new_run_values(
                run_id, call.user.sub, request.device_id, request.goal, request.mode, call.now
            )
        )
    _start_execution(services, request, run_id, created)
    logger().info("Run accepted", extra={"run_id": run_id, "device_id": request.device_id})
    count("RunsAccepted", dimensions={"mode": request.mode.value})


def _start_execution(services: Services, request: RunRequest, run_id: str, created: bool) -> None:
    try:
        start_execution(services.state_machine_arn, run_id, request.device_id, request.mode)
    except CloudCallError as error:
        # A refusal says that nothing started, so the run must not stay behind. After a time-out
        # or a fault of the service it may have started: then the run stays, and repeating the
        # request completes it.
        if created and _refused(error.__cause__):
            services.runs.delete(run_id)
        raise


def _refused(cause: BaseException | None) -> bool:
    from botocore.exceptions import ClientError

    if not isinstance(cause, ClientError):
        return False
    status = cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status < HTTPStatus.INTERNAL_SERVER_ERROR
