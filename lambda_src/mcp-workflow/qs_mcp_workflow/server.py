"""The server ``workflow`` with all its tools."""

from qs_mcp_workflow import runs, schedules, templates
from qs_mcp_workflow.declaring import server

__all__ = ["runs", "schedules", "server", "templates"]
