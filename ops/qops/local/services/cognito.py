"""Cognito: sign-in with MFA as AWS does it.

MiniStack gives tokens to users of an MFA=ON pool who have no token enrolled, to whoever answers
MFA_SETUP, and after a new password; and it accepts any session. Here such tokens are held back
until the challenge is really met, and every session stands for the user it was given to.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from typing import Any

from qops.local.router.registry import Answer, Call, Fault, PassOn, after, before, operation

_SERVICE = "cognito-idp"
_SIGN_IN = ("InitiateAuth", "AdminInitiateAuth")
_RESPOND = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge")
_REFRESH = ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN")
_TOTP = "SOFTWARE_TOKEN_MFA"
_SETUP = "MFA_SETUP"
_OURS = (_TOTP, _SETUP, "NEW_PASSWORD_REQUIRED")
_SESSION_SECONDS = 180.0
"""Cognito's default lifetime of a session."""


@before(_SERVICE, *_RESPOND)
async def check_session(call: Call) -> None:
    """Refuses challenge answers whose session was not given to that user for that challenge."""
    challenge = call.params.get("ChallengeName")
    if challenge not in _OURS:
        return
    session = _session(call)
    user = (call.params.get("ChallengeResponses") or {}).get("USERNAME")
    if session["challenge"] != challenge or (user and user not in session["names"]):
        raise Fault("NotAuthorizedException", "Invalid session for the user.")


@operation(_SERVICE, *_RESPOND)
async def finish_setup(call: Call) -> Answer:
    """MFA_SETUP: the held-back tokens, once a code of the new software token was verified."""
    if call.params.get("ChallengeName") != _SETUP:
        raise PassOn
    session = _session(call)
    if not session.get("verified"):
        raise Fault("InvalidParameterException", "The software token was not verified.")
    call.records("sessions").pop(call.params["Session"], None)
    return {"AuthenticationResult": session["tokens"], "ChallengeParameters": {}}


@after(_SERVICE, *_SIGN_IN, *_RESPOND)
async def hold_back(call: Call, answer: Answer) -> None:
    """Turns tokens given too early into the challenge AWS would set; remembers sessions."""
    challenge = call.params.get("ChallengeName")
    tokens = answer.get("AuthenticationResult")
    if tokens and challenge in (_TOTP, _SETUP):
        call.records("sessions").pop(call.params.get("Session", ""), None)
        return
    if tokens and call.params.get("AuthFlow") not in _REFRESH:
        await _challenge(call, answer, tokens)
    elif answer.get("ChallengeName") in _OURS and answer.get("Session"):
        name = _username(call, answer)
        _remember(call, answer["Session"], answer["ChallengeName"], name, {})


@operation(_SERVICE, "AssociateSoftwareToken")
async def associate(call: Call) -> Answer:
    """Enrols in a session: as the user whose tokens are held back."""
    if not call.params.get("Session"):
        raise PassOn
    session = _session(call)
    if session["challenge"] != _SETUP:
        raise Fault("NotAuthorizedException", "Invalid session for the user.")
    answer = await _as_user(call, "AssociateSoftwareToken", session)
    answer["Session"] = _renew(call, session)
    return answer


@operation(_SERVICE, "VerifySoftwareToken")
async def verify(call: Call) -> Answer:
    """Verifies the first code of a token that was associated in a session."""
    if not call.params.get("Session"):
        raise PassOn
    session = _session(call)
    if session["challenge"] != _SETUP:
        raise Fault("NotAuthorizedException", "Invalid session for the user.")
    extra = {
        key: call.params[key] for key in ("UserCode", "FriendlyDeviceName") if key in call.params
    }
    answer = await _as_user(call, "VerifySoftwareToken", session, **extra)
    session["verified"] = answer.get("Status") == "SUCCESS"
    answer["Session"] = _renew(call, session)
    return answer


@operation(_SERVICE, "AdminDeleteSoftwareToken")
async def delete_token(call: Call) -> Answer:
    """Deletes a user's software token, which MiniStack cannot: the next sign-in sets up another."""
    who = {name: call.params[name] for name in ("UserPoolId", "Username")}
    user = await call.aws(_SERVICE, "AdminGetUser", **who)
    await call.aws(
        _SERVICE, "AdminSetUserMFAPreference", SoftwareTokenMfaSettings={"Enabled": False}, **who
    )
    sessions = call.records("sessions")
    for key in [key for key, value in sessions.items() if user["Username"] in value["names"]]:
        del sessions[key]
    return {}


async def _challenge(call: Call, answer: Answer, tokens: dict[str, Any]) -> None:
    """Replaces the tokens in an answer by a challenge where the pool wants MFA."""
    claims = _claims(tokens["AccessToken"])
    pool = str(claims.get("iss", "")).rsplit("/", 1)[-1]
    name = str(claims.get("username") or claims.get("sub"))
    config = await call.aws(_SERVICE, "GetUserPoolMfaConfig", UserPoolId=pool)
    if config.get("MfaConfiguration") != "ON":
        return
    user = await call.aws(_SERVICE, "AdminGetUser", UserPoolId=pool, Username=name)
    enrolled = _TOTP in (user.get("UserMFASettingList") or [])
    session = secrets.token_urlsafe(48)
    names = {name, str(call.params.get("AuthParameters", {}).get("USERNAME", name))}
    if enrolled:
        challenge, parameters = _TOTP, {"USER_ID_FOR_SRP": name}
        held: dict[str, Any] = {}
    else:
        challenge = _SETUP
        parameters = {"USER_ID_FOR_SRP": name, "MFAS_CAN_SETUP": json.dumps([_TOTP])}
        held = tokens
    answer.pop("AuthenticationResult", None)
    answer.update(ChallengeName=challenge, Session=session, ChallengeParameters=parameters)
    _remember(call, session, challenge, name, held)
    call.records("sessions")[session]["names"] |= names


async def _as_user(call: Call, name: str, session: dict[str, Any], /, **params: Any) -> Answer:
    return await call.aws(_SERVICE, name, AccessToken=session["tokens"]["AccessToken"], **params)


def _session(call: Call) -> dict[str, Any]:
    found: dict[str, Any] | None = call.records("sessions").get(call.params.get("Session") or "")
    if found is None or found["expires"] < time.time():
        raise Fault("NotAuthorizedException", "Invalid session for the user.")
    return found


def _remember(call: Call, session: str, challenge: str, name: str, tokens: dict[str, Any]) -> None:
    sessions = call.records("sessions")
    for old in [key for key, value in sessions.items() if value["expires"] < time.time()]:
        del sessions[old]
    sessions[session] = {
        "challenge": challenge,
        "names": {name},
        "tokens": tokens,
        "expires": time.time() + _SESSION_SECONDS,
    }


def _renew(call: Call, session: dict[str, Any]) -> str:
    """Another id for the same session, as each step of the setup gives one."""
    call.records("sessions").pop(call.params["Session"], None)
    renewed = secrets.token_urlsafe(48)
    call.records("sessions")[renewed] = session
    return renewed


def _username(call: Call, answer: Answer) -> str:
    parameters = answer.get("ChallengeParameters") or {}
    asked = call.params.get("AuthParameters") or call.params.get("ChallengeResponses") or {}
    return str(
        asked.get("USERNAME") or parameters.get("USER_ID_FOR_SRP") or parameters.get("USERNAME")
    )


def _claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims if isinstance(claims, dict) else {}
