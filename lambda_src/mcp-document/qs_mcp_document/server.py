"""The tools of the server ``document``."""

from typing import Annotated, Literal

from pydantic import Field

from qs_cloud.config import variable
from qs_mcp import Risk, ToolFault, ToolServer, caller
from qs_mcp_document import exports, jobs, textract
from qs_mcp_document.blocks import fields_of, lines_of, replies_of
from qs_mcp_document.cells import to_csv
from qs_mcp_document.files import MOST_OPENED, File, Kind, look, readable, wrong_kind
from qs_mcp_document.handles import Handles
from qs_mcp_document.models import (
    FileMade,
    FormsRead,
    JobRead,
    JobState,
    Replies,
    SheetRead,
    Table,
    TablesRead,
    TextLine,
    TextRead,
)
from qs_mcp_document.sheets import MOST_ROWS, read_csv, read_xlsx
from qs_mcp_document.tables import tables_of
from qs_mcp_document.textract import MOST_QUESTIONS, MOST_QUESTIONS_OF_JOB, Feature

MOST_LINES = 2_000
MOST_WAIT_SECONDS = 20
PAGES_AT_ONCE = 10

server = ToolServer(
    "document",
    title="Documents",
    instructions=(
        "Reads text, tables, forms and answers out of documents, and spreadsheets. A document is "
        "named by its key in the platform's bucket: of an upload, of a picture of a run, or of a "
        "file that a tool made; only your own can be read. Pictures and PDFs of one page are read "
        "at once; for more pages use start_job, job_status and job_result."
    ),
)

DocumentKey = Annotated[
    str,
    Field(
        description="Key of the document: uploads/..., documents/... or runs/...", max_length=1024
    ),
]
JobId = Annotated[str, Field(description="As start_job gave it.", pattern=r"^job-[0-9a-f]{24}$")]
Question = Annotated[str, Field(min_length=1, max_length=200)]
AsCsv = Annotated[bool, Field(description="Also as CSV that is safe to open in a spreadsheet.")]


@server.tool(
    title="Read the text of a document",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def read_text(
    document: DocumentKey,
    lines: Annotated[bool, Field(description="Also each line with its place.")] = False,
) -> TextRead:
    """Read the text of a picture (PNG, JPEG, TIFF) or of a PDF with one page.

    Gives the lines in reading order. For a PDF with more pages use start_job.
    """
    result = textract.detect(_readable(document))
    found = tuple(lines_of(result.blocks))
    kept = found[:MOST_LINES]
    return TextRead(
        pages=result.pages,
        text=_joined(kept),
        lines=kept if lines else (),
        truncated=len(found) > len(kept),
    )


@server.tool(
    title="Read the tables of a document",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def read_tables(document: DocumentKey, csv: AsCsv = False) -> TablesRead:
    """Read the tables on a picture (PNG, JPEG, TIFF) or in a PDF with one page.

    Gives each table as rows of texts, with its heading rows, merged cells and title. For .xlsx
    and .csv use read_spreadsheet, for a file to download export_tables.
    """
    result = textract.analyse(_readable(document), Feature.TABLES)
    return TablesRead(pages=result.pages, tables=_with_csv(tuple(tables_of(result.blocks)), csv))


@server.tool(
    title="Save the tables of a document as a spreadsheet",
    risk=Risk.WRITE,
    read_only=False,
    destructive=False,
    idempotent=True,
    open_world=False,
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
        job = jobs.find(_bucket(), job_id, caller())
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
        result = textract.analyse(_readable(name), Feature.TABLES)
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
    return exports.store(_bucket(), caller(), name, found, format)


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
    file = _look(document, ())
    return exports.link(file.bucket, file.key, _CONTENT_TYPES[file.kind], file.size)


@server.tool(
    title="Read the fields of a form",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def read_forms(document: DocumentKey) -> FormsRead:
    """Read the labelled fields of a form on a picture or in a PDF with one page.

    Gives each label with what stands beside it; `selected` says whether a box is ticked.
    """
    result = textract.analyse(_readable(document), Feature.FORMS)
    return FormsRead(pages=result.pages, fields=tuple(fields_of(result.blocks)))


@server.tool(
    title="Ask a document",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def ask(
    document: DocumentKey,
    questions: Annotated[
        list[Question],
        Field(
            description="E.g. What is the invoice number?",
            min_length=1,
            max_length=MOST_QUESTIONS,
        ),
    ],
) -> Replies:
    """Ask questions that a picture or a PDF with one page answers in its own words.

    Gives for each question the answer with its place and how sure it is, or null where the
    document has none.
    """
    asked = list(dict.fromkeys(questions))
    result = textract.analyse(_readable(document), Feature.QUERIES, asked)
    return Replies(pages=result.pages, answers=tuple(replies_of(result.blocks, asked)))


@server.tool(
    title="Start to read a document of many pages",
    risk=Risk.WRITE,
    read_only=False,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def start_job(
    document: DocumentKey,
    features: Annotated[
        list[Feature],
        Field(description="What to look for beside the text.", min_length=1, max_length=3),
    ],
    questions: Annotated[
        list[Question] | None,
        Field(description="With the feature queries.", max_length=MOST_QUESTIONS_OF_JOB),
    ] = None,
    again: Annotated[
        bool, Field(description="Start anew, even if the same was started before.")
    ] = False,
) -> JobState:
    """Start to read a PDF or TIFF of up to 3,000 pages; the text always comes with it.

    Answers at once with a job_id. Ask job_status until it has ended, then job_result. The same
    document with the same features and questions is the same job; results are kept for 7 days.
    """
    wanted = sorted(set(features))
    asked = list(dict.fromkeys(questions or ()))
    if (Feature.QUERIES in wanted) != bool(asked):
        raise ToolFault(
            "The job was not started.",
            "The feature queries and the questions go together.",
            "Pass both or neither.",
        )
    Handles(variable("QS_RUNS_TABLE")).check(document, caller())
    file = readable(_bucket(), document, job=True)
    job = jobs.start(file, caller(), wanted, asked, again=again)
    return jobs.shown(job, textract.state(job.textract_id))


@server.tool(
    title="Ask how far a job is",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def job_status(
    job_id: JobId,
    wait_seconds: Annotated[
        int,
        Field(description="Wait so long for its end.", ge=0, le=MOST_WAIT_SECONDS),
    ] = 0,
) -> JobState:
    """Say whether a job is in progress, succeeded, partial (some pages failed) or failed.

    With wait_seconds it waits for the end and reports progress meanwhile.
    """
    job = jobs.find(_bucket(), job_id, caller())
    return jobs.shown(job, jobs.wait(job, wait_seconds))


@server.tool(
    title="Read the result of a job",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def job_result(
    job_id: JobId,
    what: Annotated[
        Literal["text", "lines", "tables", "forms", "answers"],
        Field(description="Which part; lines is the text with places."),
    ],
    first_page: Annotated[int, Field(description="From this page on.", ge=1)] = 1,
    last_page: Annotated[
        int | None,
        Field(description=f"Null: {PAGES_AT_ONCE} pages from first_page, or all answers.", ge=1),
    ] = None,
    csv: AsCsv = False,
) -> JobRead:
    """Read what a job that has ended found, for a range of pages.

    `truncated` says that pages are missing: ask on from last_page + 1. `warnings` names pages
    that could not be read.
    """
    job = jobs.find(_bucket(), job_id, caller())
    last = last_page or (None if what == "answers" else first_page + PAGES_AT_ONCE - 1)
    result = jobs.ended(job, last)
    read_to = result.pages if result.complete_to is None else result.complete_to
    end = min(last or read_to, read_to)
    lines = tuple(lines_of(result.blocks, first_page, end)) if what in ("text", "lines") else ()
    tables = tuple(tables_of(result.blocks, first_page, end)) if what == "tables" else ()
    fields = tuple(fields_of(result.blocks, first_page, end)) if what == "forms" else ()
    answers = tuple(replies_of(result.blocks, job.questions)) if what == "answers" else ()
    return JobRead(
        job_id=job.job_id,
        status=result.status,
        pages=result.pages,
        first_page=first_page,
        last_page=end,
        lines=lines if what == "lines" else (),
        text=_joined(lines) if what == "text" else None,
        tables=_with_csv(tables, csv),
        fields=fields,
        answers=answers,
        warnings=result.warnings,
        truncated=end < (min(last_page or result.pages, result.pages)),
    )


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
    file = _look(document, (Kind.ZIP, Kind.TEXT))
    if file.kind is Kind.OLE:
        raise wrong_kind(
            file, ".xlsx and .csv", "Remove the password, or save it as .xlsx, and upload that."
        )
    if file.kind not in (Kind.ZIP, Kind.TEXT):
        raise wrong_kind(file, ".xlsx and .csv", "For pictures and PDFs use read_tables.")
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


def _bucket() -> str:
    return variable("QS_SCREENSHOTS_BUCKET")


def _readable(key: str) -> File:
    Handles(variable("QS_RUNS_TABLE")).check(key, caller())
    return readable(_bucket(), key, job=False)


def _look(key: str, whole: tuple[Kind, ...]) -> File:
    Handles(variable("QS_RUNS_TABLE")).check(key, caller())
    return look(_bucket(), key, whole=whole)


def _joined(lines: tuple[TextLine, ...]) -> str:
    return "\n".join(line.text for line in lines)


def _with_csv(tables: tuple[Table, ...], wanted: bool) -> tuple[Table, ...]:
    if not wanted:
        return tables
    return tuple(table.model_copy(update={"csv": to_csv(table.rows)}) for table in tables)
