"""The device's own audit log: who did what when, what came of it, and who agreed.

What lives here: appending to the log and rotating it (``log``), and checking it (``verify``). The
hash chain itself is `qscreen.audit`. What does not: texts of any kind; neither what was typed nor
what stood on the screen is ever written here.
"""

from qagent.audit.log import AuditLog
from qagent.audit.verify import Verification, verify

__all__ = ["AuditLog", "Verification", "verify"]
