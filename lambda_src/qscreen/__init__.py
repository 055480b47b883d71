"""Shared library of Q Screen Automation.

What lives here: the wire types (``qscreen.wire``), the command grammar
(``qscreen.grammar``), redaction, the audit hash chain (``qscreen.audit``) and the
API contract (``qscreen.api``). A Lambda layer in the cloud, a dependency of the agent
on the device.

What does not: anything that knows AWS, a desktop or a command line. This package
imports neither ``qagent`` nor ``qops`` nor a function's code.
"""

__version__ = "0.1.0"
