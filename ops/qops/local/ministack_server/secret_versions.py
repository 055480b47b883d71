"""Secrets Manager: versions without a value.

MiniStack gives a secret that was made without a value a current version all the same, and promotes
a copy of the current value when a rotation begins. AWS has no version in the first case, and in the
second a pending one that is empty until the rotation function has put a value.
"""

from __future__ import annotations

import copy
import functools
import json
import time
from typing import Any

from ministack.services import secretsmanager


def install() -> None:
    """Wraps the three functions concerned."""
    store = secretsmanager._store_new_secret
    rotate = secretsmanager._rotate_secret
    get_value = secretsmanager._get_secret_value

    @functools.wraps(store)
    def stored(name: str, *arguments: Any, **named: Any) -> tuple[str, str | None]:
        arn, version = store(name, *arguments, **named)
        versions = secretsmanager._secrets[name]["Versions"]
        if without_value(versions[version]):
            del versions[version]
            return arn, None
        return arn, version

    @functools.wraps(rotate)
    def rotated(data: dict[str, Any]) -> Any:
        _, secret = secretsmanager._resolve(data.get("SecretId"))
        versions = copy.deepcopy(secret["Versions"]) if secret else {}
        answer = rotate(data)
        status, _, body = answer
        if status < 300:
            token = json.loads(body)["VersionId"]
            for version in versions.values():
                version["Stages"] = [one for one in version["Stages"] if one != "AWSPENDING"]
            versions[token] = pending()
            secret["Versions"] = versions
            secretsmanager._sync_replicas(secret)
        return answer

    @functools.wraps(get_value)
    def got(data: dict[str, Any]) -> Any:
        answer = get_value(data)
        status, _, body = answer
        if status < 300 and without_value(json.loads(body)):
            message = "Secrets Manager can't find the specified secret value for the version."
            return secretsmanager.error_response_json("ResourceNotFoundException", message, 400)
        return answer

    secretsmanager._store_new_secret = stored
    secretsmanager._rotate_secret = rotated
    secretsmanager._get_secret_value = got


def without_value(version: dict[str, Any]) -> bool:
    """Whether a version holds nothing."""
    return version.get("SecretString") is None and version.get("SecretBinary") is None


def pending() -> dict[str, Any]:
    """The version that a rotation begins with."""
    return {
        "SecretString": None,
        "SecretBinary": None,
        "CreatedDate": int(time.time()),
        "Stages": ["AWSPENDING"],
    }
