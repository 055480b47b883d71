"""What the demo gets ready while Terraform applies: the desktop, the user, the device's agent.

The longest wait of an apply is for the database, and nothing of these needs one. The desktop needs
nothing of the platform at all; the user and the agent need what `NEEDED` names, and are begun as
soon as Terraform's events say that all of it is there. They are only begun early, never taken for
granted: whoever enters the demo's next stage asks for them again, and what could not be had early
is had then, with its errors.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Self

from qops.agent.lifecycle import (
    agent_state,
    desktop_runs,
    ensure_agent,
    ensure_desktop,
    stop_agent_alone,
    stop_desktop,
)
from qops.errors import QopsError
from qops.identity.tokens import Identity
from qops.platform.aws import Aws
from qops.platform.bring_up import Show, local_cloud
from qops.platform.deployment import Notice
from qops.settings import Settings
from qops.terraform.events import Event
from qops.terraform.progress import LayerProgress
from qops.terraform.runner import OnEvent
from qscreen.api.transport import ApiError

NEEDED = ("client", "network", "compute")
"""Layers that a sign-in and an enrolment go through."""


class Beside:
    """Gets things ready beside the apply, in threads of its own.

    As a context: when the block fails, what was started here is stopped again.
    """

    def __init__(self, settings: Settings, notice: Notice) -> None:
        """Nothing is started yet.

        Args:
            settings: The local environment.
            notice: Called with a line for the person.
        """
        self._settings = settings
        self._notice = notice
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="beside")
        self._desktop: Future[Mapping[str, str]] | None = None
        self._agent: Future[None] | None = None
        self._desktop_ran = desktop_runs(settings)
        self._agent_ran = agent_state(settings).running

    def __enter__(self) -> Self:
        self._desktop = self._pool.submit(ensure_desktop, self._settings, self._notice)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=error is not None)
        if error is None:
            return
        if self._agent is not None and not self._agent_ran:
            stop_agent_alone(self._settings)
        if not self._desktop_ran:
            stop_desktop(self._settings)

    def desktop(self) -> Mapping[str, str]:
        """Wait for the desktop.

        Returns:
            Environment variables for programs on it.

        Raises:
            QopsError: It could not be started.
        """
        if self._desktop is None:
            raise RuntimeError("the context was not entered")
        return self._desktop.result()

    def wait(self) -> None:
        """Wait for whatever was begun early; what it could not do is nobody's error yet."""
        if self._agent is not None:
            self._agent.result()

    def watching(self, show: Show) -> Show:
        """A view of Terraform's progress that also begins the agent when it can be begun.

        Args:
            show: The view that a person sees.
        """

        def opened() -> AbstractContextManager[OnEvent]:
            return self._watch(show)

        return opened

    @contextmanager
    def _watch(self, show: Show) -> Iterator[OnEvent]:
        progress = LayerProgress()
        with show() as on_event:
            yield self._both(on_event, progress)

    def _both(self, on_event: OnEvent, progress: LayerProgress) -> Callable[[Event], None]:
        def take(event: Event) -> None:
            on_event(event)
            progress.feed(event)
            if event.type == "apply_complete" and progress.complete(*NEEDED):
                self._begin_agent()

        return take

    def _begin_agent(self) -> None:
        if self._agent is None:
            self._agent = self._pool.submit(self._start_agent)

    def _start_agent(self) -> None:
        try:
            identity = Identity(self._settings, Aws(self._settings))
            user = identity.ensure_user()
            generation = local_cloud(self._settings).wait_healthy().generation
            ensure_agent(self._settings, identity, user, generation, self.desktop(), self._notice)
        except (QopsError, ApiError, OSError) as error:
            self._notice(f"  agent: not ready early ({error}); it is started after the apply")
