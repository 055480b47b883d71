"""What X-Ray tells of a run: the segments of the traces that its log lines name."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from qops.platform.aws import Aws
from qops.runs.timeline import Moment

BATCH = 5
"""Most traces of one BatchGetTraces (API reference)."""

_LACKING = frozenset({"NotImplementedByEmulator", "InternalFailure", "NotImplemented", "501"})


def read_traces(aws: Aws, trace_ids: Sequence[str]) -> tuple[list[Moment], list[str]]:
    """Read the segments of traces.

    Args:
        aws: The environment's clients.
        trace_ids: Ids of the traces.

    Returns:
        A moment for each segment, and what is missing.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    if not trace_ids:
        return [], ["no line of a function names a trace of X-Ray"]
    client = aws.client("xray")
    found: list[Mapping[str, Any]] = []
    try:
        for begin in range(0, len(trace_ids), BATCH):
            some = list(trace_ids[begin : begin + BATCH])
            for page in client.get_paginator("batch_get_traces").paginate(TraceIds=some):
                found += page.get("Traces", ())
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _LACKING:
            return [], ["this endpoint records no traces of X-Ray"]
        return [], [f"traces could not be read: {code}"]
    except BotoCoreError as error:
        return [], [f"traces could not be read: {error}"]
    missing = []
    if len(found) < len(trace_ids):
        missing.append(
            f"X-Ray has {len(found)} of the {len(trace_ids)} traces that the lines name (sampled, "
            "not there yet, or not recorded on the local cloud)"
        )
    return list(_moments(found)), missing


def trace_ids_of(values: Iterable[str | None]) -> list[str]:
    """Ids of traces, each once, in the order in which they were named."""
    return list(dict.fromkeys(value for value in values if value))


def _moments(traces: Iterable[Mapping[str, Any]]) -> Iterator[Moment]:
    for trace in traces:
        for segment in trace.get("Segments", ()):
            document = json.loads(segment["Document"])
            begin, end = document.get("start_time"), document.get("end_time")
            if begin is None:
                continue
            faults = [name for name in ("error", "fault", "throttle") if document.get(name)]
            yield Moment(
                datetime.fromtimestamp(float(begin), UTC),
                "x-ray",
                f"segment {document.get('name', '')}",
                ", ".join(faults),
                float(end) - float(begin) if end is not None else None,
            )
