"""The local cloud: AWS on one port of this machine, without an account and without Docker.

::

    cloud = LocalCloud(settings.home, settings.port)
    state = cloud.start(progress)      # or the running one, if it runs already
    cloud.status()
    cloud.stop()                       # everything ends; the next start is a new, empty cloud
    cloud.reset()                      # stop, and remove data and logs

What is emulated is called emulated: MiniStack answers the services that execute, moto those that
are only declared, and operations that both lack are ours (``services``). PostgreSQL and Redis
behind RDS and ElastiCache are real servers (``engines``), and functions run as real processes.

Everything runs in an environment of its own (``environment``), under one supervisor
(``qops.processes``), and keeps its files in ``<home>/local``.
"""

from qops.local.lifecycle import LocalCloud
from qops.local.model import (
    LocalCloudError,
    LocalCloudState,
    LocalCloudStatus,
    PortInUseError,
    ServiceStatus,
)

__all__ = [
    "LocalCloud",
    "LocalCloudError",
    "LocalCloudState",
    "LocalCloudStatus",
    "PortInUseError",
    "ServiceStatus",
]
