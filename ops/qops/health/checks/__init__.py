"""The checks, one module for each layer; :data:`CHECKS` has them in the order of the layers."""

from qops.health.checks import (
    ai,
    buckets,
    client,
    compute,
    data,
    database,
    devops,
    network,
    observability,
    queues,
    security,
)
from qops.health.model import Check

CHECKS: tuple[Check, ...] = (
    *client.CHECKS,
    *network.CHECKS,
    *ai.CHECKS,
    *compute.CHECKS,
    *queues.CHECKS,
    *data.CHECKS,
    *database.CHECKS,
    *buckets.CHECKS,
    *security.CHECKS,
    *observability.CHECKS,
    *devops.CHECKS,
)
"""All checks."""
