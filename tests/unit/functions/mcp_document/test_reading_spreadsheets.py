"""Which files are read as spreadsheets."""

from io import BytesIO

import pytest
from openpyxl import Workbook
from qs_mcp_document import files
from qs_mcp_document.server import (
    read_spreadsheet,
)

from qs_mcp import ToolFault
from qs_mcp.caller import Caller

from .conftest import PNG, Put, pdf


def workbook() -> bytes:
    made = Workbook()
    made.worksheets[0].append(["a", 1])
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def test_spreadsheets_by_their_content(user: Caller, put: Put) -> None:
    # Names lie; the content is asked.
    assert read_spreadsheet(put(workbook(), "uploads/user-1/u/a.csv")).rows == (("a", 1),)
    assert read_spreadsheet(put(b"a,1\n", "uploads/user-1/u/b.xlsx")).rows == (("a", 1),)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20), "password-protected or old"),
        (PNG, "use read_tables"),
        (pdf(), "use read_tables"),
        (b"a,b\n" + b"x" * files.MOST_OPENED, "the tool opens"),
    ],
)
def test_what_is_no_spreadsheet(user: Caller, put: Put, data: bytes, why: str) -> None:
    with pytest.raises(ToolFault, match=why):
        read_spreadsheet(put(data))


def test_a_csv_has_no_sheets(user: Caller, put: Put) -> None:
    with pytest.raises(ToolFault, match="no sheets"):
        read_spreadsheet(put(b"a,b\n"), sheet="x")
