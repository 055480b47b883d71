"""The server ``document`` with all its tools."""

from qs_mcp_document.declaring import server
from qs_mcp_document.file_tools import export_tables, link, read_spreadsheet
from qs_mcp_document.job_tools import job_result, job_status, start_job
from qs_mcp_document.page_tools import ask, read_forms, read_tables, read_text

__all__ = [
    "ask",
    "export_tables",
    "job_result",
    "job_status",
    "link",
    "read_forms",
    "read_spreadsheet",
    "read_tables",
    "read_text",
    "server",
    "start_job",
]
