"""``qops queues``: all queues with their depths and ages."""

from concurrent.futures import ThreadPoolExecutor

from qops.errors import PrerequisiteError
from qops.platform.aws import Aws
from qops.queues.answers import QueueLine, QueuesAnswer
from qops.queues.depths import Queue, find_queues, oldest_seconds
from qops.settings import Settings

_AT_ONCE = 8


def overview(settings: Settings, aws: Aws) -> QueuesAnswer:
    """Look at all queues.

    Args:
        settings: Which environment.
        aws: Its clients.

    Raises:
        PrerequisiteError: There are none: the platform is not applied.
    """
    queues = find_queues(settings, aws)
    if not queues:
        raise PrerequisiteError(
            f"There is no queue of {settings.prefix}.",
            why="The platform is not applied in this environment.",
            next_step="Apply it: qops up" if settings.local else "Apply it: qops plan, qops apply",
        )

    def look(queue: Queue) -> QueueLine:
        # An empty queue has no oldest message, and asking CloudWatch costs.
        return QueueLine.of(queue, oldest_seconds(aws, queue.name) if queue.total else None)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return QueuesAnswer(prefix=f"{settings.prefix}-", queues=list(pool.map(look, queues)))
