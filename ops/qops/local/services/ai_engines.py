"""Rekognition, Textract and Comprehend: what would need a model is not answered.

moto answers these with fixed results; an invented result is worse than none.
"""

from __future__ import annotations

from qops.local.router.registry import Answer, Call, Fault, operation

_REKOGNITION = (
    *("CompareFaces", "DetectCustomLabels", "DetectFaces", "DetectLabels", "DetectText"),
    *("DetectModerationLabels", "DetectProtectiveEquipment", "GetFaceSearch", "GetTextDetection"),
    *("RecognizeCelebrities", "SearchFaces", "SearchFacesByImage", "StartFaceSearch"),
    *("StartTextDetection", "StartLabelDetection", "GetLabelDetection", "IndexFaces"),
)
_TEXTRACT = (
    *("AnalyzeDocument", "AnalyzeExpense", "AnalyzeID", "DetectDocumentText"),
    *("GetDocumentAnalysis", "GetDocumentTextDetection", "GetExpenseAnalysis"),
    *("StartDocumentAnalysis", "StartDocumentTextDetection", "StartExpenseAnalysis"),
)
_COMPREHEND = (
    *("BatchDetectDominantLanguage", "BatchDetectEntities", "BatchDetectKeyPhrases"),
    *("BatchDetectSentiment", "BatchDetectSyntax", "BatchDetectTargetedSentiment"),
    *("ClassifyDocument", "ContainsPiiEntities", "DetectDominantLanguage", "DetectEntities"),
    *("DetectKeyPhrases", "DetectPiiEntities", "DetectSentiment", "DetectSyntax"),
    *("DetectTargetedSentiment", "DetectToxicContent"),
)


async def refuse(call: Call) -> Answer:
    """Says that nothing here can answer."""
    message = f"The local cloud does not implement {call.service} {call.operation}."
    raise Fault("NotImplementedByEmulator", message)


for _service, _operations in (
    ("rekognition", _REKOGNITION),
    ("textract", _TEXTRACT),
    ("comprehend", _COMPREHEND),
):
    operation(_service, *_operations)(refuse)
