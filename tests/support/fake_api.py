"""The platform's API inside this process, at the seam of its HTTP transport.

Requests pass the real client; answers are real models, written as JSON. What a test needs to go
wrong it says beforehand.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from example_runs import finished_run

from qops.runs import access
from qscreen.api.transport import ApiUnreachable, Response
from qscreen.wire import (
    Device,
    DeviceCredentials,
    DeviceList,
    DevicePlatform,
    DeviceStatus,
    Job,
    JobItem,
    JobItemStatus,
    Problem,
    Run,
    RunList,
    RunReport,
    RunStatus,
    WireModel,
)

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
UNREACHABLE = 0
"""Stands for a status when no answer comes."""


def device(device_id: str, **changes: Any) -> Device:
    """An active device that was heard of just now."""
    values: dict[str, Any] = {
        "device_id": device_id,
        "owner": "sub-1",
        "name": "김영희의 노트북",
        "platform": DevicePlatform.LINUX,
        "agent_version": "0.9.0",
        "screenshots_allowed": True,
        "status": DeviceStatus.ACTIVE,
        "queue_url": f"https://sqs.test/123456789012/qscreen-local-device-{device_id}",
        "region": "ap-northeast-2",
        "enrolled_at": NOW - timedelta(days=3),
        "last_seen_at": NOW - timedelta(seconds=20),
    }
    return Device(**(values | changes))


class FakeApi:
    """Keeps runs, devices and jobs; notes every request."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self.devices: dict[str, Device] = {}
        self.states: dict[str, list[Run]] = {}
        self.jobs: dict[str, list[Job]] = {}
        self.keys: dict[str, str] = {}
        self.report: dict[str, Any] = {}
        self.failing: list[int | None] = []
        self.refusing: dict[tuple[str, str], int] = {}
        self.not_queued: list[set[int]] = []
        self.requests: list[tuple[str, str]] = []
        self.revoking: Callable[[str], object] = lambda _: None

    def add_run(self, run_id: str, **changes: Any) -> Run:
        """Keep a run; later ones are newer."""
        at = NOW + timedelta(seconds=len(self.runs))
        values = {"run_id": run_id, "created_at": at, "updated_at": at + timedelta(seconds=2)}
        self.runs[run_id] = finished_run(**(values | changes))
        return self.runs[run_id]

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Response:
        """Answer a request as `qscreen.api.transport.Transport` does."""
        self.requests.append((method, path))
        status = self.failing.pop(0) if self.failing else self.refusing.get((method, path))
        if status == UNREACHABLE:
            raise ApiUnreachable("no connection")
        if status:
            return _problem(status, "The test says so.")
        _, _, kind, *words = path.split("/")
        answer = getattr(self, f"_{kind}")(method, words, query, headers, body)
        if answer is None:
            return _problem(404, f"There is no {kind[:-1]} {words[0]} for you.")
        return Response(200, {}, answer.model_dump_json().encode())

    def _runs(
        self, method: str, words: list[str], query: Mapping[str, str], *_: object
    ) -> WireModel | None:
        if not words:
            newest = sorted(self.runs.values(), key=lambda run: run.created_at, reverse=True)
            page, token = _page(newest, query)
            return RunList(items=page, next_token=token)
        run_id = words[0]
        if run_id not in self.runs:
            return None
        if method == "GET" and len(words) == 1 and self.states.get(run_id):
            self.runs[run_id] = self.states[run_id].pop(0)
        if words[1:] == ["report"]:
            return RunReport(run=self.runs[run_id], **self.report)
        return self.runs[run_id]

    def _devices(
        self, method: str, words: list[str], query: Mapping[str, str], *_: object
    ) -> WireModel | None:
        if not words:
            page, token = _page(list(self.devices.values()), query)
            return DeviceList(items=page, next_token=token)
        found = self.devices.get(words[0])
        if found is None:
            return None
        if method == "DELETE":
            self.revoking(found.device_id)
            found = found.model_copy(update={"status": DeviceStatus.REVOKED})
            self.devices[found.device_id] = found
        if words[1:] == ["credentials"]:
            return DeviceCredentials(
                access_key_id="a", secret_access_key="b", session_token="c", expires_at=NOW
            )
        return found

    def _jobs(
        self,
        method: str,
        words: list[str],
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> WireModel | None:
        if method == "POST":
            asked = json.loads(body or b"")["items"]
            key = headers["Idempotency-Key"]
            job_id = self.keys.setdefault(key, f"job-{len(self.keys) + 1:03d}")
            lost = self.not_queued.pop(0) if self.not_queued else set()
            items = tuple(_item(place, place in lost) for place in range(len(asked)))
            job = Job(job_id=job_id, total=len(items), created_at=NOW, items=items)
            self.jobs[job_id] = [job]
            return job
        states = self.jobs.get(words[0])
        if states is None:
            return None
        whole = states[0]
        items, token = _page(list(whole.items), query)
        if token is None and len(states) > 1:
            states.pop(0)
        return whole.model_copy(update={"items": items, "next_token": token})


def _item(place: int, lost: bool) -> JobItem:
    if lost:
        return JobItem(index=place, status=JobItemStatus.NOT_QUEUED, detail="not taken")
    return JobItem(index=place, status=JobItemStatus.QUEUED, run_id=f"run-{place}")


def _page(found: list[Any], query: Mapping[str, str]) -> tuple[tuple[Any, ...], str | None]:
    begin, limit = int(query.get("next_token", 0)), int(query.get("limit", 20))
    end = begin + limit
    return tuple(found[begin:end]), str(end) if end < len(found) else None


def _problem(status: int, detail: str) -> Response:
    problem = Problem(title="Refused", status=status, detail=detail)
    return Response(status, {}, problem.model_dump_json().encode())


@contextmanager
def serving(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let qops reach this API, signed in."""

    class Transport:
        def __init__(self, *_: object) -> None:
            self.send = api.send

        def __enter__(self) -> "Transport":
            return self

        def __exit__(self, *_: object) -> None:
            return

    signed_in = SimpleNamespace(
        client_settings=lambda: SimpleNamespace(api_url="https://api.test"),
        access_token=lambda: "token",
    )
    with monkeypatch.context() as patch:
        patch.setattr(access, "HttpxTransport", Transport)
        patch.setattr(access, "Identity", lambda *_: signed_in)
        yield


def final(status: RunStatus = RunStatus.SUCCEEDED, **changes: Any) -> Run:
    """A run in that state."""
    return finished_run(status=status, **changes)
