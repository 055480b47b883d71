"""GuardDuty: features of a detector, of which moto keeps the last that was set, and its tags.

Declared only: there are no findings.
"""

from __future__ import annotations

from typing import Any

from qops.local.router import tags
from qops.local.router.registry import Answer, Call, after, operation

_SERVICE = "guardduty"


@after(_SERVICE, "CreateDetector", "UpdateDetector")
async def remember(call: Call, answer: Answer) -> None:
    """Keeps each feature by its name."""
    identifier = call.params.get("DetectorId") or answer.get("DetectorId")
    kept: dict[str, Any] = call.records("features").setdefault(str(identifier), {})
    for feature in call.params.get("Features") or []:
        kept[feature["Name"]] = feature
    if call.operation == "CreateDetector":
        tags.put(call, _arn(call, str(identifier)), call.params.get("Tags"))


@after(_SERVICE, "GetDetector")
async def describe(call: Call, answer: Answer) -> None:
    """Answers all features, and the tags."""
    identifier = call.params["DetectorId"]
    answer["Features"] = list(call.records("features").get(identifier, {}).values())
    answer["Tags"] = tags.mapping(call, _arn(call, identifier))


@after(_SERVICE, "DeleteDetector")
async def forget(call: Call, _answer: Answer) -> None:
    """Forgets the features and tags with the detector."""
    call.records("features").pop(call.params["DetectorId"], None)
    tags.forget(call, _arn(call, call.params["DetectorId"]))


@operation(_SERVICE, "ListTagsForResource")
async def list_tags(call: Call) -> Answer:
    """Lists tags."""
    return {"Tags": tags.mapping(call, call.params["ResourceArn"])}


@operation(_SERVICE, "TagResource")
async def tag_resource(call: Call) -> Answer:
    """Adds tags."""
    tags.put(call, call.params["ResourceArn"], call.params["Tags"])
    return {}


@operation(_SERVICE, "UntagResource")
async def untag_resource(call: Call) -> Answer:
    """Removes tags."""
    tags.remove(call, call.params["ResourceArn"], call.params["TagKeys"])
    return {}


def _arn(call: Call, detector: str) -> str:
    return call.arn(f"detector/{detector}")
