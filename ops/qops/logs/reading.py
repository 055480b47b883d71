"""Asks CloudWatch Logs for lines."""

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import Any

from qops.errors import UsageError
from qops.logs.groups import Group
from qops.logs.lines import Level, LogLine, read_line
from qops.platform.aws import Aws

AT_ONCE = 4
"""CloudWatch Logs takes five FilterLogEvents a second in some regions (service quotas)."""

MOST_READ = 20_000
"""Lines of a group that are read at most; then the rest is said to be missing."""

FOLLOW_SECONDS = 2.0
LATE = timedelta(seconds=15)
"""Lines arrive out of order: following looks back so far, and shows none twice."""

_REMEMBERED = 20_000
_ID = re.compile(r"[A-Za-z0-9-]{3,128}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines.

    Attributes:
        since: From this time on.
        until: Up to this time; to the end when absent.
        ids: Each must stand in the line: of a run, a device, a request.
        level: At least so grave.
        everything: Also the platform's own lines and metrics.
    """

    since: datetime
    until: datetime | None = None
    ids: tuple[str, ...] = ()
    level: Level = Level.DEBUG
    everything: bool = False

    def fits(self, line: LogLine) -> bool:
        """Whether a line is one of them; CloudWatch has looked for the ids."""
        return line.level >= self.level and (self.everything or line.kind in {"log", "text"})

    def check(self) -> None:
        """Refuse what is no id, before anybody is asked.

        Raises:
            UsageError: An id is none.
        """
        for one in self.ids:
            if not _ID.fullmatch(one):
                raise UsageError(
                    f"{one!r} is no id of a run, a device or a request.",
                    next_step="Ids are letters, digits and hyphens: qops runs list",
                )

    @property
    def pattern(self) -> str:
        """Filter pattern of CloudWatch Logs.

        Raises:
            UsageError: An id is none.
        """
        self.check()
        return " ".join(f'"{one}"' for one in self.ids)


@dataclass(slots=True)
class Lines:
    """What was found.

    Attributes:
        lines: The lines in the order of their times.
        missing: What could not be read, a sentence each.
        failed: How many groups could not be read.
    """

    lines: list[LogLine] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    failed: int = 0


@dataclass(slots=True)
class _OfGroup:
    """What was found in one group."""

    lines: list[LogLine] = field(default_factory=list)
    problem: str = ""
    cut_at: datetime | None = None
    """Where reading was given up, because there were too many lines."""


def read_lines(aws: Aws, groups: Sequence[Group], wanted: Wanted) -> Lines:
    """Read lines of several groups.

    Args:
        aws: The environment's clients.
        groups: The groups.
        wanted: Which lines.

    Raises:
        UsageError: An id is none.
    """
    together = Lines()
    for group, one in zip(groups, _of_groups(aws, groups, [wanted] * len(groups)), strict=True):
        together.lines += one.lines
        if one.problem:
            together.failed += 1
            together.missing.append(one.problem)
        if one.cut_at is not None:
            together.missing.append(
                f"{group.short} has more than {MOST_READ} lines; later ones were not read. "
                "Give a shorter --since"
            )
    together.lines.sort(key=lambda line: line.at)
    return together


def follow_lines(
    aws: Aws,
    groups: Sequence[Group],
    wanted: Wanted,
    *,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[LogLine | str]:
    """Read lines as they come, for ever.

    A group that could not be read (throttled, no network) is read from where it was left.

    Args:
        aws: The environment's clients.
        groups: The groups.
        wanted: Which lines.
        sleep: Waits, seconds.
        now: The present.

    Yields:
        Lines, and what could not be read: each such sentence once until it can be read again.
    """
    known: OrderedDict[tuple[object, ...], None] = OrderedDict()
    told: dict[Group, str] = {}
    since = dict.fromkeys(groups, wanted.since)
    while True:
        began = now()
        each = [replace(wanted, since=since[group], until=None) for group in groups]
        found = _of_groups(aws, groups, each)
        for group, one in zip(groups, found, strict=True):
            if one.problem:
                if told.get(group) != one.problem:
                    told[group] = one.problem
                    yield one.problem
                continue
            told.pop(group, None)
            end = began - LATE if one.cut_at is None else one.cut_at
            since[group] = max(since[group], end)
        for line in sorted((line for one in found for line in one.lines), key=lambda one: one.at):
            key = (line.id,) if line.id else (line.source, line.at, line.message, str(line.fields))
            if key not in known:
                known[key] = None
                yield line
        while len(known) > _REMEMBERED:
            known.popitem(last=False)
        sleep(FOLLOW_SECONDS)


def _of_groups(aws: Aws, groups: Sequence[Group], wanted: Sequence[Wanted]) -> list[_OfGroup]:
    patterns = [one.pattern for one in wanted]  # before anything is asked: an id may be none
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(_of_group, repeat(aws), groups, wanted, patterns))


def _of_group(aws: Aws, group: Group, wanted: Wanted, pattern: str) -> _OfGroup:
    from botocore.exceptions import BotoCoreError, ClientError

    found = _OfGroup()
    request: dict[str, Any] = {
        "logGroupName": group.name,
        "startTime": int(wanted.since.timestamp() * 1000),
    }
    if wanted.until is not None:
        request["endTime"] = int(wanted.until.timestamp() * 1000)
    if pattern:
        request["filterPattern"] = pattern
    read = 0
    try:
        for page in aws.client("logs").get_paginator("filter_log_events").paginate(**request):
            events = page["events"]
            read += len(events)
            lines = (read_line(event, group.short) for event in events)
            found.lines += [line for line in lines if wanted.fits(line)]
            if read >= MOST_READ and page.get("nextToken"):
                last = max(int(event["timestamp"]) for event in events)
                found.cut_at = datetime.fromtimestamp(last / 1000, UTC)
                break
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        found.problem = f"{group.short} could not be read: {code}"
    except BotoCoreError as error:
        found.problem = f"{group.short} could not be read: {error}"
    return found
