"""Queues of devices, as far as more than one function handles them."""

from qs_cloud import clients
from qs_cloud.calls import calling, error_code
from qs_cloud.errors import CloudCallError

_MISSING = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})
_DELETED_RECENTLY = frozenset(
    {"AWS.SimpleQueueService.QueueDeletedRecently", "QueueDeletedRecently"}
)


def deleted_recently(error: CloudCallError) -> bool:
    """Tell whether a queue was not made because one of its name was deleted within a minute.

    Args:
        error: What making the queue raised.

    Returns:
        Whether that is why.
    """
    return error.code in _DELETED_RECENTLY


def delete_queue(url: str) -> bool:
    """Delete the queue of a device; one that is not there is fine.

    Args:
        url: URL of the queue.

    Returns:
        Whether there was one.

    Raises:
        CloudCallError: If the call fails.
    """
    from botocore.exceptions import ClientError

    with calling("delete the device's queue"):
        try:
            clients.sqs().delete_queue(QueueUrl=url)
        except ClientError as error:
            if error_code(error) not in _MISSING:
                raise
            return False
    return True
