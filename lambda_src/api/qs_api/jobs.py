"""Jobs: ``createJob`` hands many runs to the jobs queue, ``getJob`` says what became of them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from qs_api.call import Call
from qs_api.job_queue import Entry, enqueue
from qs_api.keys import read_key
from qs_api.paging import read_limit, read_place, write_place
from qs_api.problems import ProblemAnswer, conflict, not_found
from qs_api.services import Services
from qs_cloud.change import Change
from qs_cloud.intake import run_id_of
from qs_cloud.jobs import JobRecord, item_key, job_id_of, new_job_values
from qs_cloud.messages import message_of
from qs_cloud.telemetry import count, logger
from qscreen.wire import (
    Device,
    DeviceStatus,
    Job,
    JobItem,
    JobItemStatus,
    JobRequest,
    RunRequest,
)

_BATCH_GET = 100


def create_job(call: Call, services: Services) -> Job:
    """Hand many runs to the jobs queue.

    The job is written down before its first item is queued. An item's run is named after the job
    and the item's place, so repeating the request completes it and starts nothing twice.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The job with the result of each item.

    Raises:
        ProblemAnswer: 400 without a usable key, 409 if the key was used for another job.
        CloudCallError: If a table cannot be reached; repeating the request is safe.
    """
    request, sub = call.body_as(JobRequest), call.user.sub
    job_id = job_id_of(sub, read_key(call))
    record = services.jobs.get(job_id) or _written(call, services, job_id, request)
    if record.digest != _digest(request):
        raise conflict(
            "This Idempotency-Key was used before, for another job.",
            "Send a new Idempotency-Key with a new job; repeat the exact request to get its own.",
        )
    lost: frozenset[int] = frozenset()
    if not record.queued:
        lost = _queue(call, job_id, request, record.refused, services)
    logger().info(
        "Job taken",
        extra={"job_id": job_id, "items": record.total, "refused": len(record.refused)},
    )
    count("JobItemsQueued", record.total - len(record.refused) - len(lost))
    items = tuple(_queued_item(sub, record, index, lost) for index in range(record.total))
    return Job(job_id=job_id, total=record.total, created_at=record.created_at, items=items)


def get_job(call: Call, services: Services) -> Job:
    """Show a job and what became of a page of its items.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The job.

    Raises:
        ProblemAnswer: 404 if there is none for the caller, 400 for a wrong limit or token.
    """
    job_id, sub = call.path["job_id"], call.user.sub
    record = services.jobs.get(job_id) if job_id.startswith("job-") else None
    if record is None or not call.user.may_see(record.owner):
        raise not_found("job", job_id)
    begin, limit = read_place(call), read_limit(call)
    places = range(begin, min(begin + limit, record.total))
    return Job(
        job_id=job_id,
        total=record.total,
        created_at=record.created_at,
        items=_items(services, record, places),
        next_token=write_place(sub, places.stop if places.stop < record.total else None),
    )


def _written(call: Call, services: Services, job_id: str, request: JobRequest) -> JobRecord:
    sub = call.user.sub
    refused = _refusals(services, sub, request.items)
    values = new_job_values(job_id, sub, _digest(request), len(request.items), refused, call.now)
    services.jobs.create(values)
    record = services.jobs.get(job_id)
    if record is None:
        raise ProblemAnswer(
            HTTPStatus.CONFLICT,
            f"The job {job_id} was deleted at this moment.",
            "Send the request with a new Idempotency-Key.",
        )
    return record


def _refusals(services: Services, owner: str, items: Sequence[RunRequest]) -> dict[int, str]:
    """Items for devices that the owner does not have; the rest is judged when it is worked off."""
    wanted = sorted({item.device_id for item in items})
    devices: dict[str, Device] = {}
    for begin in range(0, len(wanted), _BATCH_GET):
        devices.update(services.devices.get_many(wanted[begin : begin + _BATCH_GET]))
    refused: dict[int, str] = {}
    for index, item in enumerate(items):
        device = devices.get(item.device_id)
        if device is None or device.owner != owner:
            refused[index] = f"You have no device {item.device_id}. Enrol it, or correct its id."
        elif device.status is DeviceStatus.REVOKED:
            refused[index] = f"The device {item.device_id} was revoked. Enrol it again."
    return refused


def _queue(
    call: Call,
    job_id: str,
    request: JobRequest,
    refused: Mapping[int, str],
    services: Services,
) -> frozenset[int]:
    user = call.user
    entries = [
        Entry(index, _message(job_id, index, user.sub, user.known_groups, item))
        for index, item in enumerate(request.items)
        if index not in refused
    ]
    lost = enqueue(services.jobs_queue_url, entries)
    if not lost:
        services.jobs.change(job_id, Change(set={"queued": True}))
    return lost


def _message(job_id: str, index: int, owner: str, groups: frozenset[str], item: RunRequest) -> str:
    message = {
        "kind": "start_run",
        "job_id": item_key(job_id, index),
        "owner": owner,
        "groups": sorted(groups),
        "batch": job_id,
        "request": item.model_dump(mode="json", exclude_none=True),
    }
    return message_of(json.dumps(message, ensure_ascii=False))


def _queued_item(owner: str, record: JobRecord, index: int, lost: frozenset[int]) -> JobItem:
    if index in record.refused:
        return JobItem(index=index, status=JobItemStatus.REFUSED, detail=record.refused[index])
    if index in lost:
        return JobItem(
            index=index,
            status=JobItemStatus.NOT_QUEUED,
            detail="The queue did not take it. Send the request again with the same key.",
        )
    return JobItem(
        index=index,
        status=JobItemStatus.QUEUED,
        run_id=run_id_of(owner, item_key(record.job_id, index)),
    )


def _items(services: Services, record: JobRecord, places: range) -> tuple[JobItem, ...]:
    ids = {
        index: run_id_of(record.owner, item_key(record.job_id, index))
        for index in places
        if index not in record.refused
    }
    runs = services.runs.get_many(tuple(ids.values()))
    items = []
    for index in places:
        run = runs.get(ids.get(index, ""))
        if run is None:
            items.append(_queued_item(record.owner, record, index, frozenset()))
            continue
        items.append(
            JobItem(
                index=index,
                status=JobItemStatus.STARTED,
                run_id=run.run.run_id,
                run_status=run.run.status,
            )
        )
    return tuple(items)


def _digest(request: JobRequest) -> str:
    text = json.dumps(request.model_dump(mode="json", exclude_defaults=True), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
