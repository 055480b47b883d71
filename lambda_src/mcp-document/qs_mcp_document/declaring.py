"""The server ``document``, and what its tools share: parameters, ownership, the bucket."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from qs_cloud.config import variable
from qs_mcp import ToolServer, caller
from qs_mcp.ownership import MADE, Handles
from qs_mcp_document.cells import to_csv
from qs_mcp_document.files import File, Kind, look, readable
from qs_mcp_document.models import TextLine
from qs_reading.paper import Table

server = ToolServer(
    "document",
    title="Documents",
    instructions=(
        "Reads text, tables, forms and answers out of documents, and spreadsheets. A document is "
        "named by its key in the platform's bucket: of an upload, of a picture of a run, or of a "
        "file that a tool made; only your own can be read. Pictures and PDFs of one page are read "
        "at once; for more pages use start_job, job_status and job_result."
    ),
    listed=Path(__file__).with_name("tools.json"),
)

DocumentKey = Annotated[
    str,
    Field(
        description="Key of the document: uploads/..., documents/... or runs/...", max_length=1024
    ),
]
Question = Annotated[str, Field(min_length=1, max_length=200)]
AsCsv = Annotated[bool, Field(description="Also as CSV that is safe to open in a spreadsheet.")]


def bucket() -> str:
    """Name the platform's bucket.

    Returns:
        Its name.

    Raises:
        ConfigurationError: If the function does not know it.
    """
    return variable("QS_SCREENSHOTS_BUCKET")


def own(key: str) -> str:
    """Let a caller name only what is their own.

    Args:
        key: Key of a document.

    Returns:
        The key.

    Raises:
        ToolFault: If it is not the caller's own; the same as if it did not exist.
    """
    Handles(variable("QS_RUNS_TABLE"), own=("uploads", MADE)).check(key, caller())
    return key


def one_page(key: str) -> File:
    """Open a document that is read at once.

    Args:
        key: Its key.

    Returns:
        The document, of one page.

    Raises:
        ToolFault: If it is not the caller's own, or Textract does not read it at once.
    """
    return readable(bucket(), own(key), job=False)


def looked_at(key: str, whole: tuple[Kind, ...]) -> File:
    """Look at a file of the caller.

    Args:
        key: Its key.
        whole: Types of which the content is needed.

    Returns:
        The file.

    Raises:
        ToolFault: If it is not the caller's own.
    """
    return look(bucket(), own(key), whole=whole)


def joined(lines: tuple[TextLine, ...]) -> str:
    """Put lines together.

    Args:
        lines: Lines.

    Returns:
        One text.
    """
    return "\n".join(line.text for line in lines)


def with_csv(tables: tuple[Table, ...], wanted: bool) -> tuple[Table, ...]:
    """Give tables as CSV as well.

    Args:
        tables: The tables.
        wanted: Whether it was asked for.

    Returns:
        The tables.
    """
    if not wanted:
        return tables
    return tuple(table.model_copy(update={"csv": to_csv(table.rows)}) for table in tables)
