"""RDS: snapshots are base backups of the real server, and a restoration starts a server from one.

There is no archive of the transaction log: a point in time other than the latest is refused.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from pathlib import Path
from typing import Any

from qops.local.engines.pool import EngineError
from qops.local.engines.postgres import Backup, Postgres
from qops.local.router.registry import Answer, Call, Fault, after, before
from qops.local.services.rds import begin, forget_instance

_SERVICE = "rds"
_KIND = "backups"


@before(_SERVICE, "CreateDBSnapshot")
async def require_server(call: Call) -> None:
    """Refuses to declare a snapshot of what has no server."""
    _server(call, call.params["DBInstanceIdentifier"])


@after(_SERVICE, "CreateDBSnapshot")
async def make_snapshot(call: Call, answer: Answer) -> None:
    """Backs the server up."""
    snapshot = answer["DBSnapshot"]["DBSnapshotIdentifier"]
    try:
        await _keep(call, snapshot, call.params["DBInstanceIdentifier"])
    except EngineError as error:
        await call.aws(_SERVICE, "DeleteDBSnapshot", DBSnapshotIdentifier=snapshot)
        raise Fault("InternalFailure", str(error)) from error


@before(_SERVICE, "DeleteDBInstance")
async def make_final_snapshot(call: Call) -> None:
    """Backs the server up before it is gone, where a final snapshot was asked for."""
    final = call.params.get("FinalDBSnapshotIdentifier")
    if not final or call.params.get("SkipFinalSnapshot"):
        return
    try:
        await _keep(call, final.lower(), call.params["DBInstanceIdentifier"])
    except EngineError as error:
        raise Fault("InternalFailure", str(error)) from error


@after(_SERVICE, "DescribeDBSnapshots")
async def list_snapshots(call: Call, answer: Answer) -> None:
    """Leaves out the automated ones that moto declares: there are no data behind them."""
    kept = call.records(_KIND)
    answer["DBSnapshots"] = [
        one for one in answer.get("DBSnapshots") or [] if one["DBSnapshotIdentifier"] in kept
    ]


@after(_SERVICE, "CopyDBSnapshot")
async def copy_snapshot(call: Call, answer: Answer) -> None:
    """Copies the backup."""
    source = _backup(call, call.params["SourceDBSnapshotIdentifier"])
    name = answer["DBSnapshot"]["DBSnapshotIdentifier"]
    folder = _folder(call)
    await asyncio.to_thread(shutil.copytree, source.folder, folder, symlinks=True)
    call.records(_KIND)[name] = Backup(folder, source.version, source.password)


@after(_SERVICE, "DeleteDBSnapshot")
async def delete_snapshot(call: Call, answer: Answer) -> None:
    """Removes the backup."""
    backup = call.records(_KIND).pop(answer["DBSnapshot"]["DBSnapshotIdentifier"], None)
    if backup is not None:
        await asyncio.to_thread(shutil.rmtree, backup.folder, ignore_errors=True)


@before(_SERVICE, "RestoreDBInstanceFromDBSnapshot")
async def require_backup(call: Call) -> None:
    """Refuses to restore what has no data here."""
    call.notes["backup"] = _backup(call, call.params["DBSnapshotIdentifier"])


@after(_SERVICE, "RestoreDBInstanceFromDBSnapshot")
async def restore_snapshot(call: Call, answer: Answer) -> None:
    """Starts a server from the backup."""
    await _restore(call, answer, call.notes["backup"])


@before(_SERVICE, "RestoreDBInstanceToPointInTime")
async def back_up_now(call: Call) -> None:
    """Backs up the source as it is: the latest time is the only one there is."""
    if call.params.get("RestoreTime"):
        raise Fault(
            "InvalidParameterValue",
            "The local cloud keeps no archive of the transaction log: it restores to the latest "
            "time (UseLatestRestorableTime) or from a snapshot.",
        )
    if not call.params.get("UseLatestRestorableTime"):
        message = "Either RestoreTime or UseLatestRestorableTime must be specified."
        raise Fault("InvalidParameterCombination", message)
    server = _server(call, call.params.get("SourceDBInstanceIdentifier") or "")
    try:
        call.notes["backup"] = await asyncio.to_thread(server.back_up, _folder(call))
    except EngineError as error:
        raise Fault("InternalFailure", str(error)) from error


@after(_SERVICE, "RestoreDBInstanceToPointInTime")
async def restore_latest(call: Call, answer: Answer) -> None:
    """Starts a server from what the source was a moment ago."""
    backup: Backup = call.notes["backup"]
    try:
        await _restore(call, answer, backup)
    finally:
        await asyncio.to_thread(shutil.rmtree, backup.folder, ignore_errors=True)


async def _restore(call: Call, answer: Answer, backup: Backup) -> None:
    instance: dict[str, Any] = answer["DBInstance"]
    identifier = instance["DBInstanceIdentifier"].lower()
    try:
        await asyncio.to_thread(
            call.context.engines.start,
            "postgres",
            identifier,
            lambda folder, port: Postgres(
                folder,
                port,
                version=backup.version,
                user=instance["MasterUsername"],
                password=None,
                database=None,
                backup=backup,
            ),
        )
    except (EngineError, OSError) as error:
        await forget_instance(call, identifier)
        raise Fault("InternalFailure", str(error)) from error
    begin(call, identifier, answer)


async def _keep(call: Call, snapshot: str, identifier: str) -> None:
    backup = await asyncio.to_thread(_server(call, identifier).back_up, _folder(call))
    call.records(_KIND)[snapshot] = backup


def _server(call: Call, identifier: str) -> Postgres:
    server = call.context.engines.find("postgres", identifier.lower())
    if not isinstance(server, Postgres):
        raise Fault("DBInstanceNotFound", f"DBInstance {identifier} not found.", 404)
    return server


def _backup(call: Call, name: str) -> Backup:
    found: Backup | None = call.records(_KIND).get(name.rpartition(":snapshot:")[2].lower())
    if found is None:
        raise Fault("DBSnapshotNotFound", f"DBSnapshot {name} not found.", 404)
    return found


def _folder(call: Call) -> Path:
    return Path(call.context.config.folder) / "backups" / secrets.token_hex(8)
