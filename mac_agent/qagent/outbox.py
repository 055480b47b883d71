"""What this device did by itself and has still to tell the platform: one file a run.

A run is kept here the moment it has ended, cloud or no cloud, and leaves when the platform has
acknowledged it. Nothing is kept of a device whose policy does not say ``report_local_runs``.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from pydantic import ValidationError

from qagent.home import write_whole
from qscreen.wire import DeviceRun

_log = logging.getLogger(__name__)

MOST = 500
"""Runs that wait at most; of more, the oldest are given up, and the log says so."""

_REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Letter:
    """A run that waits.

    Attributes:
        key: Its idempotency key, the same whenever it is sent.
        report: The run.
    """

    key: str
    report: DeviceRun


class Outbox:
    """The runs that wait, in a folder.

    Args:
        folder: Where they are; made when the first one comes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, report: DeviceRun) -> str:
        """Keep a run until the platform has it.

        Args:
            report: The run, with nothing in it that may not leave the device.

        Returns:
            Its key.

        Raises:
            OSError: The folder cannot be written.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The time in front keeps them in their order.
        key = f"{report.started_at:%Y%m%dT%H%M%S%f}-{uuid4().hex}"
        write_whole(self._folder / f"{key}.json", report.model_dump_json().encode())
        too_many = self._files()[:-MOST]
        for file in too_many:
            file.unlink(missing_ok=True)
        if too_many:
            _log.warning("%d local runs were given up: %d wait already", len(too_many), MOST)
        return key

    def waiting(self, most: int = MOST) -> tuple[Letter, ...]:
        """The runs that wait, oldest first; a file that cannot be read is put aside.

        Args:
            most: Most of them.
        """
        found: list[Letter] = []
        for file in self._files():
            if len(found) == most:
                break
            try:
                found.append(Letter(file.stem, DeviceRun.model_validate_json(file.read_bytes())))
            except FileNotFoundError:
                continue
            except (OSError, ValidationError) as error:
                _log.error("%s holds no run (%s): put aside", file.name, type(error).__name__)
                self.set_aside(file.stem)
        return tuple(found)

    def count(self) -> int:
        """How many runs wait."""
        return len(self._files())

    def settle(self, key: str) -> None:
        """The platform has it."""
        (self._folder / f"{key}.json").unlink(missing_ok=True)

    def set_aside(self, key: str) -> None:
        """It will never be taken: keep it for whoever looks, and do not send it again."""
        aside = self._folder / _REFUSED
        aside.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._folder / f"{key}.json"
        if file.exists():
            file.replace(aside / file.name)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.json"))
