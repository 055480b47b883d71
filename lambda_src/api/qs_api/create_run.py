"""``createRun``: an accepted request becomes exactly one run.

What starting means, and why repeating it is safe, is in ``qs_cloud.intake``; its key of a
request is the ``Idempotency-Key``. Powertools' idempotency around it keeps two simultaneous
requests apart and tells a repeat from a new request under an old key.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from qs_api.call import Call
from qs_api.keys import read_key
from qs_api.problems import ProblemAnswer, conflict, not_found, revoked
from qs_api.services import Services
from qs_cloud import clients
from qs_cloud.calls import error_code, passes
from qs_cloud.errors import CloudCallError
from qs_cloud.refusal import Refusal, RunRefusedError
from qscreen.wire import Run, RunRequest

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

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
        RefusedError: If there is no such template, or the inputs do not fit it.
        CloudCallError: If a service cannot be reached.
    """
    request = call.body_as(RunRequest)
    key = read_key(call)
    run_id = _start_once(call, services, request, key)
    record = services.runs.get(run_id)
    if record is None:
        raise conflict(
            f"The run {run_id} that this Idempotency-Key started was deleted.",
            "Send the request with a new Idempotency-Key.",
        )
    return record.run


@lru_cache(maxsize=4)
def _persistence(table: str) -> "DynamoDBPersistenceLayer":
    from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

    return DynamoDBPersistenceLayer(table_name=table, boto3_client=clients.dynamodb())


def _start_once(call: Call, services: Services, request: RunRequest, key: str) -> str:
    from aws_lambda_powertools.utilities.idempotency import (
        IdempotencyConfig,
        idempotent_function,
    )
    from aws_lambda_powertools.utilities.idempotency.exceptions import (
        IdempotencyAlreadyInProgressError,
        IdempotencyPersistenceLayerError,
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
        return {"run_id": services.intake.start(call.user.sub, key, request, call.now)}

    start_once = idempotent_function(
        start,
        data_keyword_argument="intake",
        persistence_store=_persistence(services.idempotency_table),
        config=config,
        key_prefix="createRun",
    )
    intake = {"owner": call.user.sub, "key": key, "request": request.model_dump(mode="json")}
    try:
        started: dict[str, str] = start_once(intake=intake)
    except RunRefusedError as error:
        raise _problem(error.refusal, request) from error
    except IdempotencyValidationError as error:
        raise _other_request() from error
    except IdempotencyAlreadyInProgressError as error:
        raise conflict(
            "The same request is being worked on at this moment.",
            "Wait a second and send it again with the same Idempotency-Key.",
        ) from error
    except IdempotencyPersistenceLayerError as error:
        cause = error.__cause__ or error
        raise CloudCallError(
            "keep the Idempotency-Key", error_code(cause), passing=passes(cause)
        ) from error
    return started["run_id"]


def _problem(refusal: Refusal, request: RunRequest) -> ProblemAnswer:
    match refusal:
        case Refusal.DEVICE_UNKNOWN:
            return not_found("device", request.device_id)
        case Refusal.DEVICE_REVOKED:
            return revoked(request.device_id)
        case Refusal.KEY_REUSED:
            return _other_request()


def _other_request() -> ProblemAnswer:
    return conflict(
        "This Idempotency-Key was used before, for another run.",
        "Send a new Idempotency-Key with a new run; repeat the exact request to get its run.",
    )
