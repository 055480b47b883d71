"""PDFs whose tree of pages has no end."""

from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter
from qs_mcp_document import files
from qs_mcp_document.files import pdf_pages

from qs_mcp import ToolFault

from .conftest import pdf


def test_pages_are_counted_as_far_as_they_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [pdf_pages(pdf(pages)) for pages in (1, 7)] == [1, 7]
    monkeypatch.setattr(files, "MOST_PAGES", 3)
    assert pdf_pages(pdf(7)) == 4


def test_a_tree_of_pages_that_leads_back_to_itself_is_broken() -> None:
    writer = PdfWriter(PdfReader(BytesIO(pdf(2))))
    tree = writer.root_object["/Pages"].get_object()
    tree["/Kids"].append(writer.root_object.raw_get("/Pages"))
    out = BytesIO()
    writer.write(out)
    with pytest.raises(ToolFault, match="broken"):
        pdf_pages(out.getvalue())
