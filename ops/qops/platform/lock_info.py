"""What qops writes into a lock that it holds: Terraform's form, with its own process named."""

import getpass
import re
import socket
import uuid
from datetime import UTC, datetime

import psutil

OWN = re.compile(r"^qops pid (\d+) since ([\d.]+)$")
"""Reads the process out of ``Info``; Terraform leaves that member empty."""


def own_info(operation: str, path: str) -> dict[str, str]:
    """The content of a lock of this process.

    Args:
        operation: What the lock is held for.
        path: What is locked.
    """
    process = psutil.Process()
    return {
        "ID": str(uuid.uuid4()),
        "Operation": operation,
        "Info": f"qops pid {process.pid} since {process.create_time()}",
        "Who": f"{getpass.getuser()}@{socket.gethostname()}",
        "Version": "",
        "Created": datetime.now(UTC).isoformat(),
        "Path": path,
    }
