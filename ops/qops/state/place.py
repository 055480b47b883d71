"""One environment's state: its versions, its lock, its trail, and who asks."""

from functools import cached_property

from qops.applying.trail import Trail
from qops.platform.aws import Aws
from qops.platform.backend import state_place, trail_at
from qops.platform.bring_up import local_cloud
from qops.platform.provenance import person
from qops.settings import Settings
from qops.state.locks import Lock, StateLock, find_lock
from qops.state.store import StateStore


class StatePlace:
    """Everything about one environment's state that is asked of S3."""

    def __init__(self, settings: Settings, aws: Aws | None = None) -> None:
        """Find the place; AWS is asked for the account, the local cloud whether it runs.

        Args:
            settings: Which environment.
            aws: Its clients; made when absent.

        Raises:
            QopsError: The local cloud does not run.
        """
        self.settings = settings
        self.aws = aws or Aws(settings)
        self.generation = local_cloud(settings).wait_healthy().generation if settings.local else ""
        self._place = state_place(settings, self.aws)
        self.store = StateStore(self.aws.client("s3"), *self._place)

    @cached_property
    def trail(self) -> Trail:
        """The trail beside the state."""
        return trail_at(self.settings, self.aws, self._place, self.generation)

    @cached_property
    def actor(self) -> str:
        """Who acts."""
        return person(self.settings, self.aws)

    @property
    def lock_object(self) -> StateLock:
        """The lock object, whether it is there or not."""
        return StateLock(self.aws.client("s3"), self.store)

    def lock(self) -> Lock | None:
        """The lock that is held; None when there is none."""
        return find_lock(self.settings, self.aws.client("s3"), self.store)
