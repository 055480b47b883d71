"""Queues of devices, as far as more than one function handles them."""

from qs_cloud import clients
from qs_cloud.calls import calling, error_code

_MISSING = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})


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
