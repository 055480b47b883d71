"""Budgets: subscribers and tags, which moto does not answer, and changes (declared only)."""

from __future__ import annotations

from typing import Any

from qops.local.router.registry import Answer, Call, after, operation

_SERVICE = "budgets"
Key = tuple[str, str, str, str, float]


@after(_SERVICE, "CreateBudget")
async def remember(call: Call, _answer: Answer) -> None:
    """Keeps who is told, and the tags."""
    name = call.params["Budget"]["BudgetName"]
    for entry in call.params.get("NotificationsWithSubscribers") or []:
        _subscribers(call)[_key(name, entry["Notification"])] = entry.get("Subscribers") or []
    tags = call.params.get("ResourceTags") or []
    call.records("tags")[_arn(call, name)] = {tag["Key"]: tag["Value"] for tag in tags}


@operation(_SERVICE, "UpdateBudget")
async def update_budget(call: Call) -> Answer:
    """Changes a budget: moto, which cannot, gets it anew with its notifications."""
    account, budget = call.params["AccountId"], call.params["NewBudget"]
    where = {"AccountId": account, "BudgetName": budget["BudgetName"]}
    told = await call.aws(_SERVICE, "DescribeNotificationsForBudget", **where)
    await call.aws(_SERVICE, "DeleteBudget", **where)
    await call.aws(
        _SERVICE,
        "CreateBudget",
        AccountId=account,
        Budget=budget,
        NotificationsWithSubscribers=[
            {
                "Notification": one,
                "Subscribers": _subscribers(call).get(_key(budget["BudgetName"], one), []),
            }
            for one in told.get("Notifications") or []
        ],
    )
    return {}


@after(_SERVICE, "CreateNotification")
async def remember_notification(call: Call, _answer: Answer) -> None:
    """Keeps who is told."""
    key = _key(call.params["BudgetName"], call.params["Notification"])
    _subscribers(call)[key] = call.params.get("Subscribers") or []


@after(_SERVICE, "DeleteNotification")
async def forget_notification(call: Call, _answer: Answer) -> None:
    """Forgets who was told."""
    key = _key(call.params["BudgetName"], call.params["Notification"])
    _subscribers(call).pop(key, None)


@after(_SERVICE, "DeleteBudget")
async def forget(call: Call, _answer: Answer) -> None:
    """Forgets everything of a budget."""
    name = call.params["BudgetName"]
    for key in [key for key in _subscribers(call) if key[0] == name]:
        del _subscribers(call)[key]
    call.records("tags").pop(_arn(call, name), None)


@operation(_SERVICE, "DescribeSubscribersForNotification")
async def describe_subscribers(call: Call) -> Answer:
    """Lists who is told."""
    key = _key(call.params["BudgetName"], call.params["Notification"])
    return {"Subscribers": _subscribers(call).get(key, [])}


@operation(_SERVICE, "ListTagsForResource")
async def list_tags(call: Call) -> Answer:
    """Lists tags."""
    tags = call.records("tags").get(call.params["ResourceARN"], {})
    return {"ResourceTags": [{"Key": key, "Value": value} for key, value in tags.items()]}


@operation(_SERVICE, "TagResource", "UntagResource")
async def change_tags(call: Call) -> Answer:
    """Adds or removes tags."""
    tags = call.records("tags").setdefault(call.params["ResourceARN"], {})
    for tag in call.params.get("ResourceTags") or []:
        tags[tag["Key"]] = tag["Value"]
    for key in call.params.get("ResourceTagKeys") or []:
        tags.pop(key, None)
    return {}


def _subscribers(call: Call) -> dict[Key, list[dict[str, Any]]]:
    kept: dict[Any, Any] = call.records("subscribers")
    return kept


def _key(budget: str, notification: dict[str, Any]) -> Key:
    return (
        budget,
        str(notification["NotificationType"]),
        str(notification["ComparisonOperator"]),
        str(notification.get("ThresholdType") or "PERCENTAGE"),
        float(notification["Threshold"]),
    )


def _arn(call: Call, name: str) -> str:
    return call.arn(f"budget/{name}", region="")
