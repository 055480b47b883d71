"""Cognito: rotation of refresh tokens, which MiniStack forgets (declared only).

Its tokens are not rotated.
"""

from __future__ import annotations

from qops.local.router.registry import Answer, Call, after

_SERVICE = "cognito-idp"
_KEY = "RefreshTokenRotation"


@after(_SERVICE, "CreateUserPoolClient", "UpdateUserPoolClient")
async def remember(call: Call, answer: Answer) -> None:
    """Keeps the setting; an update without it takes it away."""
    client = answer["UserPoolClient"]
    rotation = call.params.get(_KEY)
    if rotation:
        call.records("rotation")[client["ClientId"]] = rotation
        client[_KEY] = rotation
    else:
        call.records("rotation").pop(client["ClientId"], None)


@after(_SERVICE, "DescribeUserPoolClient")
async def describe(call: Call, answer: Answer) -> None:
    """Answers the setting."""
    client = answer["UserPoolClient"]
    rotation = call.records("rotation").get(client["ClientId"])
    if rotation:
        client[_KEY] = rotation


@after(_SERVICE, "DeleteUserPoolClient")
async def forget(call: Call, _answer: Answer) -> None:
    """Forgets the setting with the client."""
    call.records("rotation").pop(call.params["ClientId"], None)
