"""The policy of a device's queue, from a template that the platform's Terraform writes."""

import json
from dataclasses import dataclass

from qs_cloud.config import ConfigurationError, variable

PLACEHOLDER = "QUEUE_ARN"
"""Stands for the queue's own ARN in the template."""

_TEMPLATE, _NEIGHBOUR = "QS_DEVICE_QUEUE_POLICY", "QS_STATE_MACHINE_ARN"


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """What may be done with a device's queue; the template decides, not the code.

    Attributes:
        template: The policy document, JSON, with the placeholder.
        arn_prefix: ARN of a queue of this account and region, up to its name.
    """

    template: str
    arn_prefix: str

    @classmethod
    def from_environment(cls) -> "QueuePolicy":
        """Read the template from the function's environment.

        Returns:
            The policy.

        Raises:
            ConfigurationError: If a variable is missing, or the template is no JSON object
                with the placeholder.
        """
        template = variable(_TEMPLATE)
        if not _is_template(template):
            raise ConfigurationError(
                f"The variable {_TEMPLATE} must be a policy document in JSON in which "
                f"{PLACEHOLDER} stands for the queue. "
                "Correct it in the function's environment and deploy again."
            )
        return cls(template, _arn_prefix(variable(_NEIGHBOUR)))

    def of(self, queue: str) -> str:
        """Write the policy of a queue.

        Args:
            queue: Name of the queue.

        Returns:
            The policy document, JSON.
        """
        return self.template.replace(PLACEHOLDER, f"{self.arn_prefix}{queue}")


def _is_template(text: str) -> bool:
    try:
        document = json.loads(text)
    except ValueError:
        return False
    return isinstance(document, dict) and PLACEHOLDER in text


def _arn_prefix(neighbour: str) -> str:
    # The function knows its account by no variable of its own; the state machine is of the same.
    match neighbour.split(":"):
        case ["arn", partition, "states", region, account, *_]:
            return f"arn:{partition}:sqs:{region}:{account}:"
    raise ConfigurationError(
        f"The variable {_NEIGHBOUR} must be the ARN of a state machine, not {neighbour!r}. "
        "Correct it in the function's environment and deploy again."
    )
