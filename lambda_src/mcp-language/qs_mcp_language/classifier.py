"""A trained classifier of Comprehend, where an endpoint of one is in the function's settings."""

import os
from collections.abc import Mapping
from typing import Any

from qs_cloud import clients
from qs_mcp_language.chunks import Chunk
from qs_mcp_language.comprehend import MOST_CLASSIFIED_BYTES, ask_first
from qs_mcp_language.models import Classified, Label, Source


def by_classifier(variable: str, text: str) -> Classified | None:
    """Ask a classifier about the beginning of a text, as much of it as one call takes.

    Args:
        variable: Environment variable with the ARN of its endpoint.
        text: The text.

    Returns:
        What it answers; None where no endpoint is set.

    Raises:
        ToolFault: If it does not answer.
    """
    endpoint = os.environ.get(variable, "").strip()
    if not endpoint:
        return None

    def call(chunk: Chunk) -> Mapping[str, Any]:
        return clients.comprehend().classify_document(Text=chunk.text, EndpointArn=endpoint)

    answer = ask_first("classify the text", call, text, MOST_CLASSIFIED_BYTES)
    # A classifier of one class answers classes, one of several labels answers labels.
    found = [*answer.get("Classes", ()), *answer.get("Labels", ())]
    ranked = sorted(found, key=lambda one: -float(one["Score"]))
    labels = [Label(label=str(one["Name"]), score=float(one["Score"])) for one in ranked]
    first = labels[0] if labels else Label(label="unclear", score=0)
    return Classified(
        label=first.label,
        score=first.score,
        alternatives=labels[1:],
        evidence=[],
        source=Source.COMPREHEND,
    )
