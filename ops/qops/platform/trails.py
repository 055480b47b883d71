"""Opens the trail of an environment."""

from qops.applying.trail import Trail
from qops.platform.aws import Aws
from qops.platform.backend import state_place, trail_at
from qops.platform.bring_up import local_cloud
from qops.settings import Settings


def open_trail(settings: Settings, aws: Aws) -> Trail:
    """The trail of an environment.

    Args:
        settings: Which environment.
        aws: Its clients.

    Raises:
        QopsError: The local cloud does not run.
    """
    return trail_at(settings, aws, state_place(settings, aws), generation_of(settings))


def generation_of(settings: Settings) -> str:
    """The life of the local cloud that holds the trail; empty in AWS.

    Args:
        settings: Which environment.
    """
    return local_cloud(settings).wait_healthy().generation if settings.local else ""
