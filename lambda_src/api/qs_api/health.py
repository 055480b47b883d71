"""``getHealth``: the function itself runs; ``getDeepHealth``: so does what it depends on."""

from qs_api.call import Call
from qs_api.dependencies import check
from qs_api.services import Services
from qs_cloud.telemetry import count
from qscreen import __version__
from qscreen.wire import CheckState, DeepHealth, Health, HealthStatus


def get_health(call: Call, services: Services) -> Health:
    """Say that the API answers.

    Args:
        call: The request; needs no token.
        services: Settings.

    Returns:
        Status, version and environment.
    """
    del call
    return Health(status=HealthStatus.OK, version=__version__, environment=services.environment)


def get_deep_health(call: Call, services: Services) -> DeepHealth:
    """Ask everything that the API depends on.

    Args:
        call: The request.
        services: Settings.

    Returns:
        What each said; ``degraded`` if one is not healthy.
    """
    checks = check(services.dependencies.all())
    for one in checks:
        if one.state is not CheckState.HEALTHY:
            count("HealthChecksFailed", dimensions={"check": one.name, "state": one.state.value})
    healthy = all(one.state is CheckState.HEALTHY for one in checks)
    return DeepHealth(
        status=HealthStatus.OK if healthy else HealthStatus.DEGRADED,
        version=__version__,
        environment=services.environment,
        checked_at=call.now,
        checks=checks,
    )
