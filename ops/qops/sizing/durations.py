"""How long a function's call is taken to last."""

from decimal import Decimal

from qops.sizing.usage import Usage

_SECONDS = {
    "api": Decimal("0.12"),
    "authorizer": Decimal("0.05"),
    "dispatch": Decimal("0.15"),
    "planner": Decimal("0.3"),
    "recorder": Decimal("0.25"),
    "write-audit": Decimal("0.3"),
    "mcp-workflow": Decimal("0.2"),
    "mcp-planner": Decimal("0.5"),
    "mcp-vision": Decimal(2),
    "mcp-document": Decimal(3),
    "mcp-language": Decimal("0.5"),
    "work-jobs": Decimal("0.5"),
}
"""Assumed means of warm calls on AWS, seconds, with two or three calls of other services in each:
nothing was measured on AWS. The usage file's ``seconds`` replaces them."""

MODEL_SECONDS = Decimal(5)
"""Mean of a model's answer, seconds; 1 to 25 s is the range that the planner allows for."""


def seconds_of(function: str, usage: Usage) -> Decimal:
    """Mean duration of a function's call.

    Args:
        function: Its short name, e.g. ``planner``.
        usage: May say it.

    Returns:
        Seconds; for the planner with the share of calls that ask a model.
    """
    given = usage.seconds.get(function)
    if given is not None:
        return given
    seconds = _SECONDS.get(function, Decimal("0.2"))
    return seconds + usage.model_share * MODEL_SECONDS if function == "planner" else seconds
