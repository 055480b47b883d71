"""The queue of a new device."""

from typing import TYPE_CHECKING

from qs_api.services import Services
from qs_cloud import clients
from qs_cloud.calls import calling

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType

_ATTRIBUTES: "dict[QueueAttributeNameType, str]" = {
    "MessageRetentionPeriod": "3600",
    "VisibilityTimeout": "10",
    "ReceiveMessageWaitTimeSeconds": "20",
    "KmsDataKeyReusePeriodSeconds": "3600",
}
"""Seconds. A command older than an hour has long expired; a message that the agent took and
lost comes back after 10 s, inside the heartbeat limit; 20 s is SQS's longest poll."""


def create_queue(services: Services, device_id: str) -> str:
    """Create the queue of a device, encrypted under the data key and with its policy.

    Args:
        services: Settings.
        device_id: Id of the device.

    Returns:
        URL of the queue.

    Raises:
        CloudCallError: If the call fails.
    """
    name = f"{services.queue_prefix.rstrip('-')}-{device_id}"
    attributes: dict[QueueAttributeNameType, str] = {
        **_ATTRIBUTES,
        "KmsMasterKeyId": services.data_key_arn,
        "Policy": services.queue_policy.of(name),
    }
    with calling("create the device's queue"):
        answer = clients.sqs().create_queue(
            QueueName=name,
            Attributes=attributes,
            tags={
                "Project": "qscreen",
                "Environment": services.environment,
                "device_id": device_id,
            },
        )
    return answer["QueueUrl"]
