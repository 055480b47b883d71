"""PP-OCR's detector, run by OpenVINO: ONNX Runtime takes three times as long for the same answer.

PP-OCR's recogniser is as fast there, and its lines are of all widths: OpenVINO prepares itself anew
for each. So that one stays with ONNX Runtime.

Imported, OpenVINO would tell Google Analytics so (openvino.tools.ovc, without asking), unless the
package with which it does is missing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_SETTINGS = {
    "PERFORMANCE_HINT": "LATENCY",
    # the same answer on every processor
    "INFERENCE_PRECISION_HINT": "f32",
    # Tesseract's threads run on the same processors
    "ENABLE_CPU_PINNING": False,
}


def detector(model: Path, threads: int) -> Callable[[Any], Any]:
    """Loads the detector; one caller at a time.

    Args:
        model: Its ONNX file.
        threads: How many processors it may use.

    Returns:
        Takes a batch of pictures (batch, channel, row, column) and answers for each pixel how
        likely it is text, 0 to 1, in the same form.
    """
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino

    compiled = openvino.Core().compile_model(
        model, "CPU", {**_SETTINGS, "INFERENCE_NUM_THREADS": threads}
    )
    request = compiled.create_infer_request()

    def detect(pictures: Any) -> Any:
        request.infer({0: pictures}, share_inputs=True)
        return request.get_output_tensor(0).data

    return detect
