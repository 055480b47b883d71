"""Tools around files: tables written as spreadsheets, links, and spreadsheets that are read."""

from typing import Annotated, Literal

from pydantic import Field

from qs_mcp import Risk, ToolFault, caller
from qs_mcp_document import exports, jobs, textract
from qs_mcp_document.declaring import AsCsv, DocumentKey, bucket, looked_at, one_page, server
from qs_mcp_document.files import MOST_OPENED, Kind, wrong_kind
from qs_mcp_document.models import FileMade, SheetRead
from qs_mcp_document.sheets import MOST_ROWS, read_csv, read_xlsx
from qs_mcp_document.textract import Feature
from qs_reading.tables import tables_of

_CONTENT_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.TIFF: "image/tiff",
    Kind.ZIP: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.OLE: "application/octet-stream",
    Kind.TEXT: "text/csv",
    Kind.OTHER: "application/octet-stream",
}


@server.tool(
    title="Save the tables of a document as a spreadsheet",
    risk=Risk.WRITE,
    read_only=False,
    destructive=False,
    idempotent=True,
    open_world=False,
    audit="Tables Exported",
)
def export_tables(
    document: Annotated[
        str | None, Field(description="Key of a picture or a PDF with one page.", max_length=1024)
    ] = None,
    job_id: Annotated[
        str | None,
        Field(description="Or a job that looked for tables.", pattern=r"^job-[0-9a-f]{24}$"),
    ] = None,
    format: Annotated[
        Literal["xlsx", "csv"], Field(description="xlsx: a sheet for each table.")
    ] = "xlsx",
    table: Annotated[
        int | None, Field(description="Number of the only table to save; null for all.", ge=1)
    ] = None,
) -> FileMade:
    """Write the tables of a document, or of a job, as .xlsx or .csv, and give a link to download.

    The file is yours alone; the link holds for 15 minutes, `link` makes a new one. A .csv holds
    one table. Texts that a spreadsheet would carry out as formulas stay texts.
    """
    if (document is None) == (job_id is None):
        raise ToolFault(
            "Nothing was written.",
            "Neither or both of document and job_id are given.",
            "Pass one of them.",
        )
    if job_id is not None:
        job = jobs.find(bucket(), job_id, caller())
        name = job.document
        result = jobs.ended(job, None)
        if result.complete_to is not None:
            raise ToolFault(
                "Nothing was written.",
                "The result of the job is too long to be fetched in one call.",
                "Read it in parts with job_result, or start jobs for parts of the document.",
            )
    else:
        name = document or ""
        result = textract.analyse(one_page(name), Feature.TABLES)
    found = tuple(one for one in tables_of(result.blocks) if table is None or one.number == table)
    if not found:
        raise ToolFault(
            "Nothing was written.",
            "There is no table." if table is None else "There is no table of this number.",
            "Look at the tables with read_tables or job_result.",
        )
    if format == "csv" and len(found) > 1:
        raise ToolFault(
            "Nothing was written.",
            f"There are {len(found)} tables, and a .csv holds one.",
            "Pass table, or the format xlsx.",
        )
    return exports.store(bucket(), caller(), name, found, format)


@server.tool(
    title="Make a new link to a file",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def link(document: DocumentKey) -> FileMade:
    """Give a link to download a file of yours, e.g. when the link of export_tables has expired.

    The link holds for 15 minutes; after that it answers 403.
    """
    file = looked_at(document, ())
    return exports.link(file.bucket, file.key, _CONTENT_TYPES[file.kind], file.size)


@server.tool(
    title="Read a spreadsheet",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def read_spreadsheet(
    document: DocumentKey,
    sheet: Annotated[
        str | None, Field(description="Name of the sheet; null for the first.", max_length=100)
    ] = None,
    range: Annotated[
        str | None, Field(description="E.g. A1:D20; null for the whole sheet.", max_length=30)
    ] = None,
    max_rows: Annotated[int, Field(description="Most rows.", ge=1, le=MOST_ROWS)] = 200,
    csv: AsCsv = False,
) -> SheetRead:
    """Read a range of an .xlsx or .csv: values with their types.

    A formula gives the value that was saved with it (null if its program saved none); nothing is
    calculated or carried out. `sheets` names all sheets, `truncated` says that there is more.
    """
    file = looked_at(document, (Kind.ZIP, Kind.TEXT))
    if file.kind is Kind.OLE:
        raise wrong_kind(
            file, ".xlsx and .csv", "Remove the password, or save it as .xlsx, and upload that."
        )
    if file.kind not in (Kind.ZIP, Kind.TEXT):
        raise wrong_kind(
            file,
            ".xlsx and .csv",
            "Save it as .xlsx, or as CSV in UTF-8, and upload that."
            if file.kind is Kind.OTHER
            else "For pictures and PDFs use read_tables.",
        )
    if file.data is None:
        raise ToolFault(
            "The spreadsheet was not read.",
            f"It has {file.size:,} bytes, and the tool opens {MOST_OPENED:,}.",
            "Save the sheet that matters as a file of its own and upload that.",
        )
    if file.kind is Kind.ZIP:
        return read_xlsx(file.data, sheet, range, max_rows, as_csv=csv)
    if sheet is not None:
        raise ToolFault(
            "The spreadsheet was not read.", "A .csv has no sheets.", "Call it without a sheet."
        )
    return read_csv(file.data, range, max_rows, as_csv=csv)
