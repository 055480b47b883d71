"""Writes tables as .xlsx or CSV into the caller's own part of the bucket."""

import hashlib
import re
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote

from qs_cloud import clients
from qs_cloud.clock import utc_now
from qs_mcp import Caller
from qs_mcp.ownership import made_key
from qs_mcp_document.cells import number_in, to_csv
from qs_mcp_document.faults import asking
from qs_mcp_document.models import FileMade
from qs_reading.paper import Table

LINK_SECONDS = 900
_STEM = re.compile(r"[^A-Za-z0-9가-힣._-]+")
_MOST_TEXT = 32_767
"""What a cell of a spreadsheet holds."""


def to_xlsx(tables: Sequence[Table]) -> bytes:
    """Write tables as a workbook, one sheet each; texts are texts, whatever they begin with.

    Args:
        tables: Tables, at least one.

    Returns:
        The file.
    """
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        sheet = book.create_sheet(f"Page {table.page} table {table.number}")
        for row_number, row in enumerate(table.rows, start=1):
            for column_number, text in enumerate(row, start=1):
                if not text:
                    continue
                cell = sheet.cell(row_number, column_number)
                number = number_in(text) if row_number > table.header_rows else None
                if number is not None:
                    cell.value = number
                else:
                    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_MOST_TEXT]
                    # The library would take what begins with = for a formula.
                    cell.data_type = "s"
                if row_number <= table.header_rows:
                    cell.font = Font(bold=True)
        for span in table.merged:
            sheet.merge_cells(
                start_row=span.row,
                start_column=span.column,
                end_row=span.row + span.row_span - 1,
                end_column=span.column + span.column_span - 1,
            )
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def store(
    bucket: str,
    who: Caller,
    document: str,
    tables: Sequence[Table],
    form: Literal["xlsx", "csv"],
) -> FileMade:
    """Write tables into the bucket; the same tables of the same document are the same object.

    Args:
        bucket: Bucket.
        who: Who calls; the object is theirs.
        document: Key of the document; names the file.
        tables: Tables; one for CSV.
        form: Type of the file.

    Returns:
        The object, with a link.
    """
    from qscreen.wire import ContentType

    kind = ContentType.XLSX if form == "xlsx" else ContentType.CSV
    # A mark before the text, or spreadsheets take it for the code page of the machine.
    data = to_xlsx(tables) if form == "xlsx" else to_csv(tables[0].rows).encode("utf-8-sig")
    said = repr((document, [table.model_dump() for table in tables]))
    digest = hashlib.sha256(said.encode()).hexdigest()[:24]
    stem = _STEM.sub("_", PurePosixPath(document).stem)[:80] or "document"
    key = made_key(who, "tables", digest, f"{stem}.{form}")
    with asking("The file was not written.", "write the file"):
        clients.s3().put_object(Bucket=bucket, Key=key, Body=data, ContentType=kind.value)
    return link(bucket, key, kind.value, len(data), len(tables))


def link(bucket: str, key: str, kind: str, size: int, tables: int = 0) -> FileMade:
    """Make a link with which an object can be downloaded for a time.

    Args:
        bucket: Bucket.
        key: Key.
        kind: Its type.
        size: Bytes.
        tables: How many tables are in it.

    Returns:
        The object, with the link.
    """
    name = quote(PurePosixPath(key).name)
    with asking("The link was not made.", "sign the link"):
        url = clients.s3().generate_presigned_url(
            "get_object",
            Params={
                "Bucket": bucket,
                "Key": key,
                "ResponseContentDisposition": f"attachment; filename*=UTF-8''{name}",
            },
            ExpiresIn=LINK_SECONDS,
        )
    return FileMade(
        key=key,
        url=url,
        expires_at=utc_now() + timedelta(seconds=LINK_SECONDS),
        content_type=kind,
        size_bytes=size,
        tables=tables,
    )
