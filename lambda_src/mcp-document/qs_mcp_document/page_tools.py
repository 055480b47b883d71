"""Tools that read one page at once, by Textract."""

from typing import Annotated

from pydantic import Field

from qs_mcp import Risk
from qs_mcp_document import textract
from qs_mcp_document.content import fields_of, lines_of, replies_of
from qs_mcp_document.declaring import (
    AsCsv,
    DocumentKey,
    Question,
    joined,
    one_page,
    server,
    with_csv,
)
from qs_mcp_document.models import FormsRead, Replies, TablesRead, TextRead
from qs_mcp_document.textract import MOST_QUESTIONS, Feature
from qs_reading.tables import tables_of

MOST_LINES = 2_000


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
    result = textract.detect(one_page(document))
    found = tuple(lines_of(result.blocks))
    kept = found[:MOST_LINES]
    return TextRead(
        pages=result.pages,
        text=joined(kept),
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
    result = textract.analyse(one_page(document), Feature.TABLES)
    return TablesRead(pages=result.pages, tables=with_csv(tuple(tables_of(result.blocks)), csv))


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
    result = textract.analyse(one_page(document), Feature.FORMS)
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
    result = textract.analyse(one_page(document), Feature.QUERIES, asked)
    return Replies(pages=result.pages, answers=tuple(replies_of(result.blocks, asked)))
