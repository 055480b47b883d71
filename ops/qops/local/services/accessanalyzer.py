"""IAM Access Analyzer, which moto lacks (declared only: there are no findings)."""

from __future__ import annotations

import datetime
from typing import Any

from qops.local.router import tags
from qops.local.router.registry import Answer, Call, Fault, operation

_SERVICE = "accessanalyzer"


@operation(_SERVICE, "CreateAnalyzer")
async def create_analyzer(call: Call) -> Answer:
    """Makes an analyzer."""
    name = call.params["analyzerName"]
    if name in call.records("analyzers"):
        raise Fault("ConflictException", f"An analyzer named {name} exists already.", 409)
    arn = call.arn(f"analyzer/{name}", service="access-analyzer")
    analyzer = {
        "arn": arn,
        "name": name,
        "type": call.params["type"],
        "createdAt": _now(),
        "status": "ACTIVE",
    }
    if call.params.get("configuration"):
        analyzer["configuration"] = call.params["configuration"]
    call.records("analyzers")[name] = analyzer
    tags.put(call, arn, call.params.get("tags"))
    return {"arn": arn}


@operation(_SERVICE, "GetAnalyzer")
async def get_analyzer(call: Call) -> Answer:
    """Describes an analyzer."""
    return {"analyzer": _described(call, _analyzer(call))}


@operation(_SERVICE, "ListAnalyzers")
async def list_analyzers(call: Call) -> Answer:
    """Lists analyzers."""
    wanted = call.params.get("type")
    found = [one for one in call.records("analyzers").values() if wanted in (None, one["type"])]
    return {"analyzers": [_described(call, one) for one in found]}


@operation(_SERVICE, "UpdateAnalyzer")
async def update_analyzer(call: Call) -> Answer:
    """Changes the configuration of an analyzer."""
    analyzer = _analyzer(call)
    analyzer["configuration"] = call.params.get("configuration") or {}
    return {"configuration": analyzer["configuration"]}


@operation(_SERVICE, "DeleteAnalyzer")
async def delete_analyzer(call: Call) -> Answer:
    """Deletes an analyzer."""
    analyzer = _analyzer(call)
    del call.records("analyzers")[analyzer["name"]]
    tags.forget(call, analyzer["arn"])
    return {}


@operation(_SERVICE, "ListTagsForResource")
async def list_tags(call: Call) -> Answer:
    """Lists tags."""
    return {"tags": tags.mapping(call, call.params["resourceArn"])}


@operation(_SERVICE, "TagResource")
async def tag_resource(call: Call) -> Answer:
    """Adds tags."""
    tags.put(call, call.params["resourceArn"], call.params["tags"])
    return {}


@operation(_SERVICE, "UntagResource")
async def untag_resource(call: Call) -> Answer:
    """Removes tags."""
    tags.remove(call, call.params["resourceArn"], call.params["tagKeys"])
    return {}


def _analyzer(call: Call) -> dict[str, Any]:
    name = call.params["analyzerName"]
    found: dict[str, Any] | None = call.records("analyzers").get(name)
    if found is None:
        raise Fault("ResourceNotFoundException", f"Analyzer {name} does not exist.", 404)
    return found


def _described(call: Call, analyzer: dict[str, Any]) -> dict[str, Any]:
    return {**analyzer, "tags": tags.mapping(call, analyzer["arn"])}


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)
