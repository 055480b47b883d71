"""The agent as a service of the user's session: a systemd user unit, or a launchd agent.

What lives here: the unit files (``units``), and putting them in place, starting, stopping and
asking (``manager``). What does not: what the service does, which is `qagent serve`.
"""

from qagent.service.manager import Service, ServiceError, ServiceState, service_of

__all__ = ["Service", "ServiceError", "ServiceState", "service_of"]
