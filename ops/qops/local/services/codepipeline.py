"""CodePipeline: pipelines as they were sent (declared only: an execution fails at once).

moto looks for the role of a pipeline in its own IAM, but roles are MiniStack's; and it forgets
what is new in pipelines of type V2.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from qops.local.router import tags
from qops.local.router.registry import Answer, Call, Fault, operation

_SERVICE = "codepipeline"
_DEFAULTS = {"pipelineType": "V1", "executionMode": "SUPERSEDED"}


@operation(_SERVICE, "CreatePipeline")
async def create_pipeline(call: Call) -> Answer:
    """Makes a pipeline whose role exists."""
    wanted = call.params["pipeline"]
    name = wanted["name"]
    if name in call.records("pipelines"):
        raise Fault("PipelineNameInUseException", f"A pipeline named {name} already exists.")
    await _require_role(call, wanted["roleArn"])
    pipeline = {**_DEFAULTS, **wanted, "version": 1}
    now = _now()
    call.records("pipelines")[name] = {"pipeline": pipeline, "created": now, "updated": now}
    tags.put(call, call.arn(name), call.params.get("tags"))
    return {"pipeline": pipeline, "tags": tags.pairs(call, call.arn(name), "key", "value")}


@operation(_SERVICE, "GetPipeline")
async def get_pipeline(call: Call) -> Answer:
    """Describes a pipeline."""
    record = _record(call, call.params["name"])
    return {
        "pipeline": record["pipeline"],
        "metadata": {
            "pipelineArn": call.arn(call.params["name"]),
            "created": record["created"],
            "updated": record["updated"],
        },
    }


@operation(_SERVICE, "UpdatePipeline")
async def update_pipeline(call: Call) -> Answer:
    """Replaces a pipeline; its version counts up."""
    wanted = call.params["pipeline"]
    record = _record(call, wanted["name"])
    await _require_role(call, wanted["roleArn"])
    version = record["pipeline"]["version"] + 1
    record.update(pipeline={**_DEFAULTS, **wanted, "version": version}, updated=_now())
    return {"pipeline": record["pipeline"]}


@operation(_SERVICE, "ListPipelines")
async def list_pipelines(call: Call) -> Answer:
    """Lists pipelines."""
    copied = ("name", "version", "pipelineType", "executionMode")
    return {
        "pipelines": [
            {
                **{key: record["pipeline"][key] for key in copied},
                "created": record["created"],
                "updated": record["updated"],
            }
            for record in call.records("pipelines").values()
        ]
    }


@operation(_SERVICE, "StartPipelineExecution")
async def start_execution(call: Call) -> Answer:
    """Starts an execution, which fails in the first stage: nothing is fetched or built here."""
    record = _record(call, call.params["name"])
    record["failed"] = str(uuid.uuid4())
    return {"pipelineExecutionId": record["failed"]}


@operation(_SERVICE, "GetPipelineState")
async def get_state(call: Call) -> Answer:
    """Tells each stage with its latest execution, if it had one."""
    record = _record(call, call.params["name"])
    pipeline = record["pipeline"]
    stages: list[dict[str, Any]] = [
        {
            "stageName": stage["name"],
            "inboundTransitionState": {"enabled": True},
            "actionStates": [{"actionName": action["name"]} for action in stage["actions"]],
        }
        for stage in pipeline["stages"]
    ]
    if record.get("failed"):
        failed = {"pipelineExecutionId": record["failed"], "status": "Failed"}
        stages[0]["latestExecution"] = failed
    return {
        "pipelineName": pipeline["name"],
        "pipelineVersion": pipeline["version"],
        "stageStates": stages,
        "created": record["created"],
        "updated": record["updated"],
    }


@operation(_SERVICE, "DeletePipeline")
async def delete_pipeline(call: Call) -> Answer:
    """Deletes a pipeline."""
    call.records("pipelines").pop(call.params["name"], None)
    tags.forget(call, call.arn(call.params["name"]))
    return {}


@operation(_SERVICE, "ListTagsForResource")
async def list_tags(call: Call) -> Answer:
    """Lists tags."""
    return {"tags": tags.pairs(call, call.params["resourceArn"], "key", "value")}


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


def _record(call: Call, name: str) -> dict[str, Any]:
    found: dict[str, Any] | None = call.records("pipelines").get(name)
    if found is None:
        message = f"Account '{call.account}' does not have a pipeline with name '{name}'"
        raise Fault("PipelineNotFoundException", message)
    return found


async def _require_role(call: Call, arn: str) -> None:
    try:
        await call.aws("iam", "GetRole", RoleName=arn.rpartition("/")[2])
    except Fault as fault:
        message = f"CodePipeline is not authorized to perform AssumeRole on role {arn}"
        raise Fault("InvalidStructureException", message) from fault


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)
