"""The referee of MiniWoB++: starts episodes with a seed, and tells the goal and the reward.

It drives the page over Chromium's DevTools protocol and never acts on it. Everything that is done
on the page is done by the agent, from outside, through the desktop. The pages and the rewards are
those of the PyPI wheel ``miniwob``; its Python side is not used.
"""

import asyncio
import importlib.util
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from desktop_programs import CHROMIUM, end_tree

START_SECONDS = 60.0
READY_SECONDS = 60.0


def pages() -> Path:
    """The folder with the pages of the installed wheel."""
    spec = importlib.util.find_spec("miniwob")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("miniwob is missing: run `scripts/bootstrap`")
    return Path(spec.submodule_search_locations[0]) / "html"


def tasks() -> tuple[str, ...]:
    """Names of all tasks that have a page of their own."""
    return tuple(sorted(page.stem for page in (pages() / "miniwob").glob("*.html")))


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an episode stands.

    Attributes:
        done: Whether it has ended.
        reward: The official reward, not scaled by time; 0 while it goes on.
        reason: Why it ended so, where the page says it.
    """

    done: bool
    reward: float
    reason: str


class Referee:
    """One Chromium for all tasks.

    Args:
        address: Where the pages are.
        port: Port of the DevTools.
    """

    def __init__(self, address: str, port: int) -> None:
        self._address = address
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._number = 0
        self._task = ""
        self._loop.run_until_complete(self._connect())

    async def _connect(self) -> None:
        self._session = aiohttp.ClientSession()
        limit = time.monotonic() + START_SECONDS
        while True:
            with suppress(aiohttp.ClientError):
                async with self._session.get(f"http://127.0.0.1:{self._port}/json/list") as answer:
                    found = [one for one in await answer.json() if one["type"] == "page"]
                if found:
                    break
            if time.monotonic() > limit:
                raise TimeoutError("Chromium's DevTools do not answer")
            await asyncio.sleep(0.1)
        self._socket = await self._session.ws_connect(
            found[0]["webSocketDebuggerUrl"], max_msg_size=0
        )

    def start(self, task: str, seed: int, limit: float | None = None) -> str:
        """Start an episode.

        Args:
            task: Name of the task.
            seed: Its seed, the official way (`Math.seedrandom`).
            limit: Time until the page ends it as lost, seconds; the task's own when absent.

        Returns:
            The goal in words.
        """
        if task != self._task:
            self._call("Page.navigate", url=f"{self._address}/miniwob/{task}.html")
            self._task = task
            self._until(
                "document.readyState === 'complete' && typeof core !== 'undefined'"
                " && core.cover_div !== null"
            )
        else:
            self.value("core.endEpisode(0)")
        if limit is not None:
            self.value(f"core.EPISODE_MAX_TIME = {limit * 1000:g}")
        self.value(f"Math.seedrandom({seed}); core.startEpisodeReal();")
        self._until("WOB_TASK_READY")
        said = self.value("JSON.stringify(core.getUtterance())")
        found = json.loads(said)
        return str(found["utterance"] if isinstance(found, dict) else found)

    def verdict(self) -> Verdict:
        """How the episode stands."""
        done, reward, reason = json.loads(
            self.value(
                "JSON.stringify([WOB_DONE_GLOBAL, WOB_RAW_REWARD_GLOBAL, WOB_REWARD_REASON])"
            )
        )
        return Verdict(bool(done), float(reward or 0), str(reason or ""))

    def limit(self) -> float:
        """The task's own time limit, seconds."""
        return float(self.value("core.EPISODE_MAX_TIME")) / 1000

    def value(self, script: str) -> Any:
        """Evaluate an expression in the page."""
        answer = self._call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{self._task}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def close(self) -> None:
        """Give the connection back."""

        async def close() -> None:
            await self._socket.close()
            await self._session.close()

        self._loop.run_until_complete(close())
        self._loop.close()

    def _until(self, condition: str) -> None:
        limit = time.monotonic() + READY_SECONDS
        while not self.value(f"!!({condition})"):
            if time.monotonic() > limit:
                raise TimeoutError(f"{self._task}: {condition}")
            time.sleep(0.02)

    def _call(self, method: str, **arguments: Any) -> Any:
        return self._loop.run_until_complete(self._asked(method, arguments))

    async def _asked(self, method: str, arguments: dict[str, Any]) -> Any:
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": arguments})
        while True:
            answer = await self._socket.receive_json(timeout=30)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]


@contextmanager
def referee() -> Iterator[Referee]:
    """Start Chromium on the display, and end it with the block."""
    if shutil.which("chromium") is None:
        raise FileNotFoundError(
            "chromium is missing: apt-get install --no-install-recommends chromium"
        )
    # The wheel's own environment opens its pages as files too.
    address = pages().as_uri()
    profile = Path(tempfile.mkdtemp(prefix="mw-"))
    process = subprocess.Popen(
        (
            *CHROMIUM,
            f"--user-data-dir={profile}",
            "--remote-debugging-port=0",
            "--window-size=700,500",
            "--window-position=60,60",
            f"--app={address}/miniwob/click-test.html",
        ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    judge = None
    try:
        judge = Referee(address, _port(profile))
        yield judge
    finally:
        if judge is not None:
            judge.close()
        end_tree(process)
        shutil.rmtree(profile, ignore_errors=True)


def _port(profile: Path) -> int:
    """The port that Chromium chose for its DevTools."""
    told = profile / "DevToolsActivePort"
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        with suppress(OSError, IndexError, ValueError):
            return int(told.read_text().split()[0])
        time.sleep(0.05)
    raise TimeoutError("Chromium did not say where its DevTools are")
