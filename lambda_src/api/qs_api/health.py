"""``getHealth``: the API function itself runs; it asks nothing behind it."""

from qs_api.call import Call
from qs_api.services import Services
from qscreen import __version__
from qscreen.wire import Health, HealthStatus


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
