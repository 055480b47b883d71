"""Secrets Manager: rotation by the real function, which MiniStack only declares.

``RotateSecret`` answers at once, as on AWS; the four steps run in ``followers.rotation``. Whether
they went well shows in ``DescribeSecret`` and in the router's log.
"""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from qops.local.followers.rotation import Rotation, after_rules, rotations
from qops.local.router.registry import Answer, Call, Fault, after, operation

_SERVICE = "secretsmanager"
_PENDING = "AWSPENDING"
_PRINCIPAL = "secretsmanager.amazonaws.com"
_INVOKE = ("lambda:InvokeFunction", "lambda:*", "*")


@operation(_SERVICE, "RotateSecret")
async def rotate_secret(call: Call) -> Answer:
    """Sets up rotation, and begins one unless it shall wait for its date."""
    described = await call.aws(_SERVICE, "DescribeSecret", SecretId=call.params["SecretId"])
    arn = described["ARN"]
    known = rotations(call.context.store, call.region).get(arn)
    function = call.params.get("RotationLambdaARN") or (known.function if known else None)
    rules = call.params.get("RotationRules") or (known.rules if known else {})
    if not function:
        message = "No Lambda rotation function ARN is associated with this secret."
        raise Fault("InvalidRequestException", message)
    await _require_invocable(call, function)
    if known is not None and known.enabled and known.token is not None:
        known.function, known.rules = function, rules
        known.due = time.time()
        message = "A previous rotation isn't complete. That rotation will be reattempted."
        raise Fault("InvalidRequestException", message)
    token = call.params.get("ClientRequestToken") or str(uuid.uuid4())
    answer = await call.aws(
        _SERVICE,
        "RotateSecret",
        SecretId=arn,
        ClientRequestToken=token,
        RotationLambdaARN=function,
        RotationRules=rules,
    )
    now = time.time()
    immediately = call.params.get("RotateImmediately", True)
    rotation = Rotation(
        function=function,
        rules=rules,
        region=call.region,
        token=token,
        only_test=not immediately,
        due=now,
        last=known.last if known else None,
        next=after_rules(rules, now),
    )
    rotations(call.context.store, call.region)[arn] = rotation
    if not immediately:
        answer.pop("VersionId", None)
    return answer


@operation(_SERVICE, "CancelRotateSecret")
async def cancel_rotate_secret(call: Call) -> Answer:
    """Switches rotation off; a step that runs comes to its end."""
    described = await call.aws(_SERVICE, "DescribeSecret", SecretId=call.params["SecretId"])
    rotation = rotations(call.context.store, call.region).get(described["ARN"])
    if rotation is not None:
        rotation.enabled, rotation.token = False, None
    return {"ARN": described["ARN"], "Name": described["Name"]}


@after(_SERVICE, "UpdateSecretVersionStage")
async def give_up(call: Call, answer: Answer) -> None:
    """Ends the rotation whose pending version has lost its label, as on AWS."""
    if call.params["VersionStage"] != _PENDING:
        return
    rotation = rotations(call.context.store, call.region).get(answer.get("ARN", ""))
    if rotation is not None and rotation.token == call.params.get("RemoveFromVersionId"):
        rotation.token, rotation.only_test = None, False
        rotation.next = after_rules(rotation.rules, time.time())


@after(_SERVICE, "CreateSecret")
async def replicate(call: Call, answer: Answer) -> None:
    """Makes the replicas that a new secret was asked to have; MiniStack overlooks them."""
    regions = call.params.get("AddReplicaRegions")
    if regions:
        made = await call.aws(
            _SERVICE,
            "ReplicateSecretToRegions",
            SecretId=answer["ARN"],
            AddReplicaRegions=regions,
            ForceOverwriteReplicaSecret=bool(call.params.get("ForceOverwriteReplicaSecret")),
        )
        answer["ReplicationStatus"] = made.get("ReplicationStatus")


@after(_SERVICE, "DescribeSecret")
async def describe(call: Call, answer: Answer) -> None:
    """Answers what became of rotations."""
    _complete(call, answer)


@after(_SERVICE, "ListSecrets")
async def describe_all(call: Call, answer: Answer) -> None:
    """Answers what became of rotations."""
    for secret in answer.get("SecretList") or []:
        _complete(call, secret)


@after(_SERVICE, "DeleteSecret")
async def forget(call: Call, answer: Answer) -> None:
    """A deleted secret is not rotated."""
    rotations(call.context.store, call.region).pop(answer.get("ARN", ""), None)


def _complete(call: Call, secret: dict[str, Any]) -> None:
    rotation = rotations(call.context.store, call.region).get(secret.get("ARN", ""))
    if rotation is None:
        return
    secret["RotationEnabled"] = rotation.enabled
    secret["RotationLambdaARN"] = rotation.function
    secret["RotationRules"] = rotation.rules
    if rotation.last is not None:
        secret["LastRotatedDate"] = rotation.last
    if rotation.enabled and rotation.next is not None:
        secret["NextRotationDate"] = rotation.next


async def _require_invocable(call: Call, function: str) -> None:
    """Refuses a function that Secrets Manager may not invoke, as AWS does before it answers.

    Raises:
        Fault: The function's policy does not let Secrets Manager in, or there is no function.
    """
    message = (
        "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function "
        f"policy grants access to the principal {_PRINCIPAL}."
    )
    name, qualifier = _split(function)
    qualified = {"Qualifier": qualifier} if qualifier else {}
    try:
        answer = await call.aws("lambda", "GetPolicy", FunctionName=name, **qualified)
    except Fault as fault:
        raise Fault("AccessDeniedException", message) from fault
    statements = json.loads(answer["Policy"]).get("Statement", [])
    if not any(map(_lets_in, statements)):
        raise Fault("AccessDeniedException", message)


def _split(function: str) -> tuple[str, str | None]:
    """Name and qualifier of a function's ARN."""
    parts = function.split(":")
    if len(parts) > 7:
        return ":".join(parts[:7]), parts[7]
    return function, None


def _lets_in(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    services = principal.get("Service") if isinstance(principal, dict) else principal
    named = services if isinstance(services, list) else [services]
    actions = statement.get("Action")
    asked = actions if isinstance(actions, list) else [actions]
    return (
        statement.get("Effect") == "Allow"
        and any(one in (_PRINCIPAL, "*") for one in named)
        and any(one in _INVOKE for one in asked)
    )
