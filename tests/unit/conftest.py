"""Settings of the property tests: repeatable, and independent of how busy the machine is.

Nor do answers depend on how wide the terminal is in which the tests were started.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")
for _size in ("COLUMNS", "LINES"):
    os.environ.pop(_size, None)
