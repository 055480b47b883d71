"""Textract: text, tables, forms and questions by the reading engine, one page at once.

Forms are texts that end with a colon and what stands beside them, and questions are answered from
these: rules, no models. What would need one is refused.
"""

from __future__ import annotations

from typing import Any

from qops.local.documents.blocks import Block, PageBlocks
from qops.local.documents.content import MEBIBYTE, Rules, content, pages
from qops.local.router.registry import Answer, Call, Fault, operation
from qops.reading.result import Page

_SERVICE = "textract"
RULES = Rules(
    kinds=("PNG", "JPEG", "TIFF", "PDF"),
    most_given=10 * MEBIBYTE,
    most_stored=10 * MEBIBYTE,
    too_large="DocumentTooLargeException",
    unsupported="UnsupportedDocumentException",
    unreadable="BadDocumentException",
)
MODEL_VERSION = "1.0"
_FEATURES = ("TABLES", "FORMS", "QUERIES")
_REFUSED_FEATURES = ("LAYOUT", "SIGNATURES")
_MOST_QUERIES = 15
MOST_QUERIES_OF_JOB = 30
_UNAVAILABLE = (
    *("AnalyzeExpense", "AnalyzeID", "GetExpenseAnalysis", "GetLendingAnalysis"),
    *("GetLendingAnalysisSummary", "StartExpenseAnalysis", "StartLendingAnalysis"),
)


@operation(_SERVICE, "DetectDocumentText")
async def detect_document_text(call: Call) -> Answer:
    """Reads the lines and words of a page."""
    page = await _one_page(call, tables=False)
    return {
        "DocumentMetadata": {"Pages": 1},
        "Blocks": PageBlocks(page, 1).blocks,
        "DetectDocumentTextModelVersion": MODEL_VERSION,
    }


@operation(_SERVICE, "AnalyzeDocument")
async def analyze_document(call: Call) -> Answer:
    """Reads a page with its tables and labelled fields."""
    check(call.params)
    page = await _one_page(call, tables=True)
    return {
        "DocumentMetadata": {"Pages": 1},
        "Blocks": analysed(page, 1, call.params),
        "AnalyzeDocumentModelVersion": MODEL_VERSION,
    }


@operation(_SERVICE, *_UNAVAILABLE)
async def refuse(call: Call) -> Answer:
    """Says that no engine here can answer."""
    message = f"{call.operation} is not available: the local cloud has no model for it."
    raise Fault("AccessDeniedException", message)


def check(params: dict[str, Any], most_queries: int = _MOST_QUERIES) -> None:
    """Checks what an analysis asks for.

    Args:
        params: Parameters of the call.
        most_queries: How many questions it may ask of a page.

    Raises:
        Fault: It is no analysis, or one that no engine here can do.
    """
    features = params.get("FeatureTypes") or []
    queries = (params.get("QueriesConfig") or {}).get("Queries") or []
    if not features or any(name not in (*_FEATURES, *_REFUSED_FEATURES) for name in features):
        raise Fault("InvalidParameterException", "Request has invalid parameters")
    refused = [name for name in features if name in _REFUSED_FEATURES]
    refused += [name for name in ("AdaptersConfig", "HumanLoopConfig") if params.get(name)]
    if refused:
        message = f"{', '.join(refused)}: the local cloud has no model for it."
        raise Fault("InvalidParameterException", message)
    if ("QUERIES" in features) != bool(queries):
        raise Fault("InvalidParameterException", "QUERIES and QueriesConfig go together.")
    if len(queries) > most_queries:
        raise Fault("InvalidParameterException", f"At most {most_queries} queries are allowed.")


def analysed(page: Page, number: int, params: dict[str, Any]) -> list[Block]:
    """The blocks of an analysed page.

    Args:
        page: What was read.
        number: Number of the page, from 1.
        params: Parameters of the call.
    """
    blocks = PageBlocks(page, number)
    if "FORMS" in params["FeatureTypes"]:
        blocks.add_forms()
    if "TABLES" in params["FeatureTypes"]:
        blocks.add_tables()
    if "QUERIES" in params["FeatureTypes"]:
        blocks.add_queries(params["QueriesConfig"]["Queries"])
    return blocks.blocks


async def _one_page(call: Call, *, tables: bool) -> Page:
    data = await content(call, call.params.get("Document"), RULES)
    reading = await pages(call, data, RULES, tables=tables)
    if reading.count != 1:
        raise Fault(
            "UnsupportedDocumentException",
            f"The document has {reading.count} pages; more than one takes a job.",
        )
    return reading.pages[0]
