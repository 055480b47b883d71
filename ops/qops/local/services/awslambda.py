"""Lambda: code signing, which MiniStack answers with the wrong document (declared only).

Signatures are not checked.
"""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from qops.local.router.registry import Answer, Call, Fault, PassOn, after, operation

_SERVICE = "lambda"
_CHANGEABLE = ("Description", "AllowedPublishers", "CodeSigningPolicies")


@operation(_SERVICE, "CreateCodeSigningConfig")
async def create_code_signing_config(call: Call) -> Answer:
    """Makes a configuration."""
    identifier = f"csc-{secrets.token_hex(9)[:17]}"
    arn = call.arn(f"code-signing-config:{identifier}")
    config = {
        "CodeSigningConfigId": identifier,
        "CodeSigningConfigArn": arn,
        "Description": call.params.get("Description", ""),
        "AllowedPublishers": call.params["AllowedPublishers"],
        "CodeSigningPolicies": {
            "UntrustedArtifactOnDeployment": "Warn",
            **(call.params.get("CodeSigningPolicies") or {}),
        },
        "LastModified": _now(),
    }
    call.records("signing")[arn] = config
    call.records("tags")[arn] = dict(call.params.get("Tags") or {})
    return {"CodeSigningConfig": config}


@operation(_SERVICE, "GetCodeSigningConfig")
async def get_code_signing_config(call: Call) -> Answer:
    """Describes a configuration."""
    return {"CodeSigningConfig": _config(call)}


@operation(_SERVICE, "ListCodeSigningConfigs")
async def list_code_signing_configs(call: Call) -> Answer:
    """Lists configurations."""
    return {"CodeSigningConfigs": list(call.records("signing").values())}


@operation(_SERVICE, "UpdateCodeSigningConfig")
async def update_code_signing_config(call: Call) -> Answer:
    """Changes a configuration."""
    config = _config(call)
    config.update({key: call.params[key] for key in _CHANGEABLE if key in call.params})
    config["LastModified"] = _now()
    return {"CodeSigningConfig": config}


@operation(_SERVICE, "DeleteCodeSigningConfig")
async def delete_code_signing_config(call: Call) -> Answer:
    """Deletes a configuration that no function uses."""
    arn = _config(call)["CodeSigningConfigArn"]
    if arn in call.records("signed").values():
        message = "A function uses this code signing configuration."
        raise Fault("ResourceConflictException", message, 409)
    del call.records("signing")[arn]
    call.records("tags").pop(arn, None)
    return {}


@operation(_SERVICE, "PutFunctionCodeSigningConfig")
async def put_function_code_signing_config(call: Call) -> Answer:
    """Gives a function a configuration."""
    await call.aws(_SERVICE, "GetFunctionConfiguration", FunctionName=_function(call))
    call.records("signed")[_function(call)] = _config(call)["CodeSigningConfigArn"]
    return _signed(call)


@operation(_SERVICE, "GetFunctionCodeSigningConfig")
async def get_function_code_signing_config(call: Call) -> Answer:
    """Tells which configuration a function has."""
    return _signed(call)


@operation(_SERVICE, "DeleteFunctionCodeSigningConfig")
async def delete_function_code_signing_config(call: Call) -> Answer:
    """Takes a function's configuration away."""
    call.records("signed").pop(_function(call), None)
    return {}


@operation(_SERVICE, "ListFunctionsByCodeSigningConfig")
async def list_functions_by_code_signing_config(call: Call) -> Answer:
    """Lists who uses a configuration."""
    wanted = _config(call)["CodeSigningConfigArn"]
    names = [name for name, arn in call.records("signed").items() if arn == wanted]
    return {"FunctionArns": [call.arn(f"function:{name}") for name in names]}


@after(_SERVICE, "CreateFunction")
async def remember(call: Call, _answer: Answer) -> None:
    """A function may have a configuration from the beginning."""
    if call.params.get("CodeSigningConfigArn"):
        call.records("signed")[_function(call)] = call.params["CodeSigningConfigArn"]


@after(_SERVICE, "DeleteFunction")
async def forget(call: Call, _answer: Answer) -> None:
    """Forgets the configuration with the function; one of its versions may go alone."""
    if not call.params.get("Qualifier"):
        call.records("signed").pop(_function(call), None)


@operation(_SERVICE, "ListTags")
async def list_tags(call: Call) -> Answer:
    """Lists tags of a configuration; functions are MiniStack's."""
    return {"Tags": dict(_tags(call))}


@operation(_SERVICE, "TagResource")
async def tag_resource(call: Call) -> Answer:
    """Adds tags to a configuration."""
    _tags(call).update(call.params["Tags"])
    return {}


@operation(_SERVICE, "UntagResource")
async def untag_resource(call: Call) -> Answer:
    """Removes tags of a configuration."""
    tags = _tags(call)
    for key in call.params["TagKeys"]:
        tags.pop(key, None)
    return {}


def _config(call: Call) -> dict[str, Any]:
    arn = call.params["CodeSigningConfigArn"]
    found: dict[str, Any] | None = call.records("signing").get(arn)
    if found is None:
        message = f"The code signing configuration cannot be found: {arn}"
        raise Fault("ResourceNotFoundException", message, 404)
    return found


def _tags(call: Call) -> dict[str, str]:
    if ":code-signing-config:" not in call.params["Resource"]:
        raise PassOn
    tags: dict[str, str] = call.records("tags").setdefault(call.params["Resource"], {})
    return tags


def _function(call: Call) -> str:
    name = str(call.params["FunctionName"])
    return name.partition(":function:")[2].partition(":")[0] or name.partition(":")[0]


def _signed(call: Call) -> Answer:
    name = _function(call)
    arn = call.records("signed").get(name)
    return {"FunctionName": name, **({"CodeSigningConfigArn": arn} if arn else {})}


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
