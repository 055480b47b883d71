"""API keys in API Gateway."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.errors import CloudCallError

_TAKEN = "ConflictException"
_ABSENT = "NotFoundException"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One API key, without its value.

    Attributes:
        id: Its id.
        name: Its name.
        enabled: Whether it opens anything.
    """

    id: str
    name: str
    enabled: bool


def keys_named(prefix: str) -> Iterator[ApiKey]:
    """Find the keys whose names begin with a text.

    Args:
        prefix: The text.

    Yields:
        The keys.

    Raises:
        CloudCallError: If API Gateway cannot be reached.
    """
    position = ""
    while True:
        with calling("look for the partner's API keys"):
            answer = clients.apigateway().get_api_keys(
                nameQuery=prefix, includeValues=False, limit=500, **_from(position)
            )
        for item in answer.get("items", ()):
            # The query finds a text anywhere in a name.
            if item.get("name", "").startswith(prefix):
                yield ApiKey(item["id"], item["name"], item.get("enabled", False))
        position = answer.get("position", "")
        if not position:
            return


def plan_named(name: str) -> str | None:
    """Find a usage plan.

    A plan is known only once the API is, and the API once its functions are; so no variable of
    a function holds its id.

    Args:
        name: Its name.

    Returns:
        Its id; None if there is none.

    Raises:
        CloudCallError: If API Gateway cannot be reached.
    """
    position = ""
    while True:
        with calling("look for the partner's usage plan"):
            answer = clients.apigateway().get_usage_plans(limit=500, **_from(position))
        for item in answer.get("items", ()):
            if item.get("name") == name:
                return item["id"]
        position = answer.get("position", "")
        if not position:
            return None


def make_key(name: str, value: str, description: str) -> str:
    """Make a key, unless it is there.

    Args:
        name: Its name, which no other value has.
        value: Its value.
        description: What it is for.

    Returns:
        Its id.

    Raises:
        CloudCallError: If API Gateway refuses or cannot be reached.
    """
    found = next((key for key in keys_named(name) if key.name == name), None)
    if found is not None:
        return found.id
    with calling("make the partner's API key"):
        answer = clients.apigateway().create_api_key(
            name=name, value=value, description=description, enabled=True
        )
    return answer["id"]


def add_to_plan(key_id: str, plan_id: str) -> None:
    """Give a key its share of the API; one that has it keeps it.

    Args:
        key_id: Id of the key.
        plan_id: Id of the usage plan.

    Raises:
        CloudCallError: If API Gateway refuses or cannot be reached.
    """
    if in_plan(key_id, plan_id):
        return
    try:
        with calling("add the partner's API key to its usage plan"):
            clients.apigateway().create_usage_plan_key(
                usagePlanId=plan_id, keyId=key_id, keyType="API_KEY"
            )
    except CloudCallError as error:
        if error.code != _TAKEN:
            raise


def in_plan(key_id: str, plan_id: str) -> bool:
    """Tell whether a key has its share of the API.

    Args:
        key_id: Id of the key.
        plan_id: Id of the usage plan.

    Returns:
        Whether it has.

    Raises:
        CloudCallError: If API Gateway cannot be reached.
    """
    try:
        with calling("look for the API key in its usage plan"):
            clients.apigateway().get_usage_plan_key(usagePlanId=plan_id, keyId=key_id)
    except CloudCallError as error:
        if error.code == _ABSENT:
            return False
        raise
    return True


def calls_with(key_id: str, plan_id: str, first: date, last: date) -> int:
    """Count the calls that came with a key; API Gateway counts them by the day, in UTC.

    Args:
        key_id: Id of the key.
        plan_id: Id of its usage plan.
        first: First day.
        last: Last day.

    Returns:
        The calls; 0 as well where nobody counts, as on the local cloud.

    Raises:
        CloudCallError: If API Gateway refuses or cannot be reached.
    """
    calls = 0
    following: Any = {}
    while True:
        with calling("count the calls with the partner's API key"):
            answer = clients.apigateway().get_usage(
                usagePlanId=plan_id,
                keyId=key_id,
                startDate=first.isoformat(),
                endDate=last.isoformat(),
                **following,
            )
        # What was used and what is left, of each day.
        calls += sum(day[0] for day in answer.get("items", {}).get(key_id, ()))
        following = _from(answer.get("position", ""))
        if not following:
            return calls


def value_of(key_id: str) -> str:
    """Read the value of an enabled key.

    Args:
        key_id: Id of the key.

    Returns:
        The value; nothing if the key is disabled.

    Raises:
        CloudCallError: If API Gateway cannot be reached.
    """
    with calling("read the partner's API key"):
        answer = clients.apigateway().get_api_key(apiKey=key_id, includeValue=True)
    return answer.get("value", "") if answer.get("enabled") else ""


def delete_key(key_id: str) -> None:
    """Delete a key; one that is not there is fine.

    Args:
        key_id: Id of the key.

    Raises:
        CloudCallError: If API Gateway refuses or cannot be reached.
    """
    try:
        with calling("delete an API key"):
            clients.apigateway().delete_api_key(apiKey=key_id)
    except CloudCallError as error:
        if error.code != _ABSENT:
            raise


def _from(position: str) -> dict[str, str]:
    return {"position": position} if position else {}
