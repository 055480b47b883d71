"""A copy of everything that belongs to one user, in a form that programs read."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.clock import stamp, utc_now
from qs_cloud.telemetry import count
from qs_user_data.objects import Objects
from qs_user_data.store import Person, Store

SCHEMA = "qscreen-user-export/1"
RESERVE_SECONDS = 20.0

SECRETS = frozenset({"task_token", "confirm_token"})
"""Attributes that are no data of the user but keys of the platform."""


@dataclass(slots=True)
class Exported:
    """An export.

    Attributes:
        prefix: Where it lies in the bucket.
        counts: How much there is of what.
        sha256: Digest of ``data.json``.
        complete: Whether all objects were copied.
    """

    prefix: str
    counts: dict[str, int] = field(default_factory=dict)
    sha256: str = ""
    complete: bool = True


def export(
    bucket: str,
    export_id: str,
    stores: Sequence[Store],
    person: Person,
    remaining: Callable[[], float],
) -> Exported:
    """Write ``data.json`` and copy the objects beside it.

    Args:
        bucket: Bucket of the export.
        export_id: Id of the export; a repeat goes on with it.
        stores: Where data of users lie.
        person: The user.
        remaining: Says how many seconds there still are.

    Returns:
        Where it lies and what is in it.

    Raises:
        CloudCallError: If a service cannot be reached.
    """
    # Below the user's own prefix: an erasure deletes the exports, too.
    done = Exported(f"exports/{person.user_id}/{export_id}/")
    present = _keys(bucket, done.prefix)
    data: dict[str, list[Mapping[str, Any]]] = {}
    for store in stores:
        found = [one.content for one in store.find(person)]
        done.counts[store.name] = len(found)
        data[store.name] = [_without_secrets(content) for content in found]
        if not isinstance(store, Objects):
            continue
        for content in found:
            target = f"{done.prefix}files/{store.name}/{content['key']}"
            if target in present:
                continue
            if remaining() < RESERVE_SECONDS:
                done.complete = False
                break
            _copy(bucket, target, store.bucket, content["key"])
    document = {
        "schema": SCHEMA,
        "user_id": person.user_id,
        "exported_at": stamp(utc_now()),
        "complete": done.complete,
        "data": data,
    }
    body = json.dumps(document, ensure_ascii=False, indent=1, default=str).encode()
    with calling("store the export"):
        clients.s3().put_object(
            Bucket=bucket,
            Key=f"{done.prefix}data.json",
            Body=body,
            ContentType="application/json",
        )
    done.sha256 = hashlib.sha256(body).hexdigest()
    count("UserDataExported", sum(done.counts.values()))
    return done


def _keys(bucket: str, prefix: str) -> frozenset[str]:
    keys: set[str] = set()
    token = ""
    while True:
        arguments: dict[str, Any] = {"ContinuationToken": token} if token else {}
        with calling("list the export"):
            answer = clients.s3().list_objects_v2(Bucket=bucket, Prefix=prefix, **arguments)
        keys |= {one["Key"] for one in answer.get("Contents", ())}
        token = answer.get("NextContinuationToken", "")
        if not token:
            return frozenset(keys)


def _copy(bucket: str, target: str, source_bucket: str, key: str) -> None:
    with calling("copy an object of the user"):
        clients.s3().copy_object(
            Bucket=bucket, Key=target, CopySource={"Bucket": source_bucket, "Key": key}
        )


def _without_secrets(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in SECRETS}
