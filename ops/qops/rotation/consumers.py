"""Who uses a secret, and whether it gets in with the new value."""

from dataclasses import dataclass
from typing import Literal

from qops.health.answers import CheckAnswer
from qops.health.checking import check_health
from qops.platform.aws import Aws
from qops.rotation.secrets import Secret
from qops.settings import Settings

_CHECKS = {
    "postgres": ("data.database", "data.database-connects"),
    "redis": ("data.cache", "data.cache-answers"),
}
"""Checks of the platform's health by the secret that they depend on."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who uses a secret.

    Attributes:
        kind: What it is; ``outside`` is a partner.
        name: Its name.
    """

    kind: Literal["function", "proxy", "outside"]
    name: str


def consumers_of(settings: Settings, aws: Aws, secret: Secret) -> tuple[Consumer, ...]:
    """Who is told of a secret: functions by their environment, proxies by their settings.

    Args:
        settings: Which environment.
        aws: Its clients.
        secret: The secret.
    """
    found = [
        Consumer("function", str(function["FunctionName"]))
        for page in aws.client("lambda").get_paginator("list_functions").paginate()
        for function in page["Functions"]
        if function["FunctionName"].startswith(f"{settings.prefix}-")
        and secret.arn in function.get("Environment", {}).get("Variables", {}).values()
        and function["FunctionName"] != secret.function_name
    ]
    if secret.short == "postgres":
        found += [
            Consumer("proxy", str(proxy["DBProxyName"]))
            for page in aws.client("rds").get_paginator("describe_db_proxies").paginate()
            for proxy in page["DBProxies"]
            if any(one.get("SecretArn") == secret.arn for one in proxy.get("Auth", ()))
        ]
    if secret.short.startswith("partner-"):
        found.append(Consumer("outside", secret.short.removeprefix("partner-")))
    return tuple(sorted(found, key=lambda one: (one.kind, one.name)))


def check_consumers(settings: Settings, aws: Aws, secret: Secret) -> list[CheckAnswer]:
    """Check what depends on a secret, connections included.

    Args:
        settings: Which environment.
        aws: Its clients.
        secret: The secret.

    Returns:
        The checks; none where nothing of the platform depends on it.
    """
    only = _CHECKS.get(secret.short)
    if not only:
        return []
    return check_health(settings, deep=True, only=only, aws=aws).checks
