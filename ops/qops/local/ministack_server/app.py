"""The ASGI application for hypercorn: ``qops.local.ministack_server.app:app``."""

from __future__ import annotations

import os

from ministack.app import app

from qops.local.ministack_server import (
    alarm_dimensions,
    async_destinations,
    event_bus_policies,
    iam_requests,
    lambda_errors,
    lambda_logs,
    payload_limits,
    policy_variables,
    principal_arns,
    promptness,
    sdk_tasks,
    secret_versions,
    task_tokens,
    transport,
    validation_faults,
)

# functions inherit the environment of this process and must not find our packages
os.environ.pop("PYTHONPATH", None)

alarm_dimensions.install()
async_destinations.install()
event_bus_policies.install()
iam_requests.install()
lambda_errors.install()
lambda_logs.install()
payload_limits.install()
policy_variables.install()
principal_arns.install()
promptness.install()
sdk_tasks.install()
secret_versions.install()
task_tokens.install()
transport.install()
validation_faults.install()

__all__ = ["app"]
