"""How long the models of the platform still live. Best effort: Bedrock need not know."""

import json
from datetime import datetime

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError
from qs_cloud.telemetry import count, logger

_DAY_SECONDS = 86400


class ModelsParameterError(Exception):
    """The parameter with the model of each role is not what it must be."""


def measure_models(parameter: str, now: datetime) -> None:
    """Report for each role how many days its model still lives.

    Args:
        parameter: Name of the parameter with the model of each role.
        now: Present time.

    Raises:
        ModelsParameterError: If the parameter is no model map.
        CloudCallError: If the parameter cannot be read.
    """
    ends: dict[str, datetime | None] = {}
    for role, model in _models(parameter).items():
        if model not in ends:
            ends[model] = _end_of_life(model)
        end = ends[model]
        if end is not None:
            days = (end - now).total_seconds() / _DAY_SECONDS
            count("ModelDaysToEndOfLife", round(days, 3), {"Role": role})


def _models(parameter: str) -> dict[str, str]:
    with calling("read the model of each role"):
        answer = clients.ssm().get_parameter(Name=parameter)
    try:
        roles = json.loads(answer["Parameter"]["Value"])
        return {role: str(model["model_id"]) for role, model in roles.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ModelsParameterError(
            f"The parameter {parameter} is no model map. It must be JSON with a "
            "model_id by role; apply the ai layer again."
        ) from None


def _end_of_life(model: str) -> datetime | None:
    try:
        with calling("ask for the life of a model"):
            answer = clients.bedrock().get_foundation_model(modelIdentifier=model)
    except CloudCallError as error:
        logger().warning("Life of a model is not known", extra={"model": model, "code": error.code})
        count("ModelLivesUnknown")
        return None
    life = answer["modelDetails"].get("modelLifecycle", {})
    end: datetime | None = life.get("endOfLifeTime")
    logger().info("Life of a model", extra={"model": model, "status": life.get("status")})
    return end
