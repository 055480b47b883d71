"""Bedrock's control plane: guardrails and their versions, which moto lacks (declared only).

And tags of guardrails and of inference profiles (``bedrock_profiles``).
"""

from __future__ import annotations

import copy
import datetime
import secrets
from typing import Any

from qops.local.router.registry import Answer, Call, Fault, PassOn, operation

_SERVICE = "bedrock"
_POLICIES = (
    "topicPolicy",
    "contentPolicy",
    "wordPolicy",
    "sensitiveInformationPolicy",
    "contextualGroundingPolicy",
    "automatedReasoningPolicy",
)
_DRAFT = "DRAFT"
_TAGGED = (":guardrail/", ":application-inference-profile/")


@operation(_SERVICE, "CreateGuardrail")
async def create_guardrail(call: Call) -> Answer:
    """Makes a guardrail."""
    name = call.params["name"]
    for other in call.records("guardrails").values():
        if other["versions"][_DRAFT]["name"] == name:
            raise Fault("ConflictException", f"A guardrail named {name} exists already.", 409)
    identifier = secrets.token_hex(6)
    arn = call.arn(f"guardrail/{identifier}")
    created = _now()
    call.records("guardrails")[identifier] = {
        "id": identifier,
        "arn": arn,
        "created": created,
        "last": 0,
        "versions": {_DRAFT: {**_settings(call), "updatedAt": created}},
    }
    _tag(call, arn, call.params.get("tags"))
    return {
        "guardrailId": identifier,
        "guardrailArn": arn,
        "version": _DRAFT,
        "createdAt": created,
    }


@operation(_SERVICE, "GetGuardrail")
async def get_guardrail(call: Call) -> Answer:
    """Describes a version of a guardrail."""
    guardrail = _guardrail(call)
    version = call.params.get("guardrailVersion") or _DRAFT
    return _described(guardrail, version)


@operation(_SERVICE, "ListGuardrails")
async def list_guardrails(call: Call) -> Answer:
    """Lists guardrails, or the versions of one."""
    if call.params.get("guardrailIdentifier"):
        guardrail = _guardrail(call)
        pairs = [(guardrail, version) for version in guardrail["versions"]]
    else:
        pairs = [(guardrail, _DRAFT) for guardrail in call.records("guardrails").values()]
    summaries = []
    for guardrail, version in pairs:
        full = _described(guardrail, version)
        summaries.append(
            {
                "id": full["guardrailId"],
                "arn": full["guardrailArn"],
                **{
                    key: full[key]
                    for key in ("status", "name", "version", "createdAt", "updatedAt")
                },
            }
        )
    return {"guardrails": summaries}


@operation(_SERVICE, "UpdateGuardrail")
async def update_guardrail(call: Call) -> Answer:
    """Replaces the draft of a guardrail."""
    guardrail = _guardrail(call)
    updated = _now()
    guardrail["versions"][_DRAFT] = {**_settings(call), "updatedAt": updated}
    return {
        "guardrailId": guardrail["id"],
        "guardrailArn": guardrail["arn"],
        "version": _DRAFT,
        "updatedAt": updated,
    }


@operation(_SERVICE, "DeleteGuardrail")
async def delete_guardrail(call: Call) -> Answer:
    """Deletes a guardrail or one version of it."""
    guardrail = _guardrail(call)
    version = call.params.get("guardrailVersion")
    if version:
        _version(guardrail, version)
        del guardrail["versions"][version]
    else:
        del call.records("guardrails")[guardrail["id"]]
        call.records("tags").pop(guardrail["arn"], None)
    return {}


@operation(_SERVICE, "CreateGuardrailVersion")
async def create_guardrail_version(call: Call) -> Answer:
    """Freezes the draft as the next version."""
    guardrail = _guardrail(call)
    guardrail["last"] += 1
    version = str(guardrail["last"])
    frozen = copy.deepcopy(guardrail["versions"][_DRAFT])
    if call.params.get("description"):
        frozen["description"] = call.params["description"]
    guardrail["versions"][version] = frozen
    return {"guardrailId": guardrail["id"], "version": version}


@operation(_SERVICE, "ListTagsForResource")
async def list_tags(call: Call) -> Answer:
    """Lists the tags of our resources; others are moto's."""
    arn = call.params["resourceARN"]
    if not _is_ours(arn):
        raise PassOn
    tags = call.records("tags").get(arn, {})
    return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}


@operation(_SERVICE, "TagResource")
async def tag_resource(call: Call) -> Answer:
    """Adds tags to our resources."""
    if not _is_ours(call.params["resourceARN"]):
        raise PassOn
    _tag(call, call.params["resourceARN"], call.params["tags"])
    return {}


@operation(_SERVICE, "UntagResource")
async def untag_resource(call: Call) -> Answer:
    """Removes tags of our resources."""
    if not _is_ours(call.params["resourceARN"]):
        raise PassOn
    tags = call.records("tags").get(call.params["resourceARN"], {})
    for key in call.params["tagKeys"]:
        tags.pop(key, None)
    return {}


def _is_ours(arn: str) -> bool:
    return any(kind in arn for kind in _TAGGED)


def _settings(call: Call) -> dict[str, Any]:
    """What was asked for, in the words of the description (``filtersConfig`` → ``filters``)."""
    params = call.params
    settings: dict[str, Any] = {
        key: params[key]
        for key in ("name", "description", "blockedInputMessaging", "blockedOutputsMessaging")
        if key in params
    }
    for policy in _POLICIES:
        if params.get(f"{policy}Config"):
            settings[policy] = _without_config(params[f"{policy}Config"])
    if params.get("kmsKeyId"):
        settings["kmsKeyArn"] = params["kmsKeyId"]
    return settings


def _without_config(value: Any) -> Any:
    if isinstance(value, dict):
        return {key.removesuffix("Config"): _without_config(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_config(item) for item in value]
    return value


def _described(guardrail: dict[str, Any], version: str) -> Answer:
    return {
        **_version(guardrail, version),
        "guardrailId": guardrail["id"],
        "guardrailArn": guardrail["arn"],
        "version": version,
        "status": "READY",
        "createdAt": guardrail["created"],
    }


def _guardrail(call: Call) -> dict[str, Any]:
    identifier = call.params["guardrailIdentifier"].rsplit("/", 1)[-1]
    found: dict[str, Any] | None = call.records("guardrails").get(identifier)
    if found is None:
        raise Fault("ResourceNotFoundException", f"Guardrail {identifier} does not exist.", 404)
    return found


def _version(guardrail: dict[str, Any], version: str) -> dict[str, Any]:
    found: dict[str, Any] | None = guardrail["versions"].get(version)
    if found is None:
        raise Fault("ResourceNotFoundException", f"Version {version} does not exist.", 404)
    return found


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def _tag(call: Call, arn: str, tags: list[dict[str, str]] | None) -> None:
    kept = call.records("tags").setdefault(arn, {})
    kept.update({tag["key"]: tag["value"] for tag in tags or []})
