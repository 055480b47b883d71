"""What an operator asks for."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qs_cloud.errors import BadPayloadError


class Operation(StrEnum):
    """What is to happen to the data."""

    ERASE = "erase"
    EXPORT = "export"


class Request(BaseModel):
    """One request about one user."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    operation: Operation
    # Ids become parts of keys and patterns: nothing but what Cognito makes.
    user_id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{7,127}$")
    requested_by: str = Field(min_length=1, max_length=200)
    dry_run: bool = False


def read_request(event: Mapping[str, Any]) -> Request:
    """Read the function's event.

    Args:
        event: The event.

    Returns:
        The typed request.

    Raises:
        BadPayloadError: If it breaks the contract; names the fields, never their values.
    """
    try:
        return Request.model_validate(dict(event))
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        raise BadPayloadError(
            f"The request is not usable at {', '.join(fields)}. It must be JSON with operation "
            "(erase or export), user_id (the user's Cognito sub), requested_by, and dry_run if "
            "nothing is to be deleted. Nothing was done."
        ) from None
