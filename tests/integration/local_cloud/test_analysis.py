"""The analysis of a screen by the deployed definitions, with the real engines behind them."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from local_cloud_support import eventually, prepared
from PIL import Image, ImageDraw, ImageFont

from qs_reading.geometry import Size, to_ratios
from qs_reading.regions import BANDS, bands
from qs_reading.screen_reading import merged_screen, reading_of
from qs_reading.text_reading import asked_of
from qscreen.wire import Rect, Snapshot

MACHINES = Path(__file__).parents[3] / "modules" / "compute" / "state_machines"
BUCKET = "analysed"
SIZE = Size(width=900, height=500)


def png(draw: Callable[[ImageDraw.ImageDraw], None]) -> bytes:
    image = Image.new("RGB", (SIZE.width, SIZE.height), "white")
    draw(ImageDraw.Draw(image))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def definition(name: str, **values: str) -> dict[str, Any]:
    text = (MACHINES / f"{name}.asl.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(re.sub(r"\$\{(\w+)\}", lambda one: values[one[1]], text))
    return found


@pytest.fixture(scope="module")
def analyse(client: Any, role: Callable[..., str]) -> Callable[..., dict[str, Any]]:
    """Runs the state ``Analyse`` of a run as it is deployed; returns the execution's output."""
    client("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"}
    )
    # An analysis has no time to wait for the packages of its engines.
    empty = png(lambda draw: None)
    prepared(lambda: client("rekognition").detect_text(Image={"Bytes": empty}))
    prepared(lambda: client("comprehend").detect_dominant_language(Text="Hello, my friend"))
    sfn = client("stepfunctions")
    own = role(
        "analysing",
        {"Service": "states.amazonaws.com"},
        [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    )
    # As long as a busy machine may need for a picture.
    express = sfn.create_state_machine(
        name="analysis",
        type="EXPRESS",
        roleArn=own,
        definition=json.dumps(
            definition("analysis", partition="aws", bucket=BUCKET, analysis_seconds="120")
        ),
    )["stateMachineArn"]

    def run(request: dict[str, Any], *, machine: str = express) -> dict[str, Any]:
        numbers = {
            "max_attempts": "3",
            **{
                f"{name}_seconds": "150"
                for name in ("heartbeat", "observe", "plan", "act", "confirm", "finish", "analysis")
            },
        }
        arns = {f"{name}_arn": "-" for name in ("dispatch", "planner", "recorder")}
        state = definition("run", partition="aws", analysis_arn=machine, **numbers, **arns)
        whole = {
            "StartAt": "Analyse",
            "States": {
                "Analyse": state["States"]["Analyse"],
                "Plan": {"Type": "Pass", "End": True},
            },
        }
        outer = sfn.create_state_machine(
            name=f"outer-{time.monotonic_ns()}", roleArn=own, definition=json.dumps(whole)
        )
        execution = sfn.start_execution(
            stateMachineArn=outer["stateMachineArn"],
            input=json.dumps({"planning": {"answer": {"analysis": request}}, "observation": {}}),
        )["executionArn"]

        def ended() -> Any:
            found = sfn.describe_execution(executionArn=execution)
            return found if found["status"] != "RUNNING" else None

        found = eventually(ended, 180)
        assert found["status"] == "SUCCEEDED", found
        output: dict[str, Any] = json.loads(found["output"])
        return output

    return run


def put(client: Any, key: str, data: bytes) -> dict[str, Any]:
    client("s3").put_object(Bucket=BUCKET, Key=key, Body=data)
    folder = key.rpartition("/")[0]
    return {"picture_key": key, "result_key": f"{folder}/analysis.json", "document": False}


def result(client: Any, request: dict[str, Any]) -> list[dict[str, Any]]:
    body = client("s3").get_object(Bucket=BUCKET, Key=request["result_key"])["Body"].read()
    found: list[dict[str, Any]] = json.loads(body)
    return found


def table(draw: ImageDraw.ImageDraw) -> None:
    font = ImageFont.load_default(22)
    for row, cells in enumerate((("Item", "Price"), ("Rent", "900"), ("Power", "120"))):
        for column, text in enumerate(cells):
            x, y = 60 + column * 250, 60 + row * 60
            draw.rectangle((x, y, x + 250, y + 60), outline="black", width=2)
            draw.text((x + 20, y + 16), text, fill="black", font=font)


def test_a_picture_is_read_and_what_was_read_lies_beside_it(
    client: Any, analyse: Callable[..., dict[str, Any]]
) -> None:
    font = ImageFont.load_default(24)
    request = put(
        client,
        "runs/run-1/cmd-1/screen.png",
        png(lambda draw: draw.text((120, 200), "Approve the order", fill="black", font=font)),
    )
    output = analyse(request)
    assert output["observation"]["analysis"] == {"Status": "SUCCEEDED"}
    found = result(client, request)
    assert "Approve" not in json.dumps(output), "executions hold keys, and no text of a screen"
    reading = reading_of(found, SIZE)
    assert [line.text for line in reading.lines] == ["Approve the order"]
    assert found[1:] == [{}, {}, {}, {}], "what was not asked for is left out"
    tree = Snapshot.model_validate(
        {
            "id": "snap-1",
            "device_id": "dev-1",
            "taken_at": "2026-11-23T09:00:00Z",
            "screen": {"width": SIZE.width, "height": SIZE.height},
            "duration_ms": 5,
        }
    )
    (element,) = merged_screen(tree, reading).added
    assert element.rect is not None
    assert abs(element.rect.x - 120) < 12
    assert abs(element.rect.y - 204) < 14


def test_a_table_is_read_with_its_cells_and_what_no_engine_has_is_named(
    client: Any, analyse: Callable[..., dict[str, Any]]
) -> None:
    request = put(client, "runs/run-2/cmd-1/screen.png", png(table))
    output = analyse({**request, "document": True, "labels": True})
    assert output["observation"]["analysis"] == {"Status": "SUCCEEDED"}
    reading = reading_of(result(client, request), SIZE)
    (found,) = reading.tables
    assert [cell.text for cell in found.cells] == ["Item", "Price", "Rent", "900", "Power", "120"]
    said = {one.what: one.unavailable for one in reading.readings}
    assert said == {
        "lines": None,
        "labels": "Rekognition.AccessDeniedException",
        "tables": None,
        "fields": None,
    }


def test_a_picture_that_is_none_is_an_analysis_without_text(
    client: Any, analyse: Callable[..., dict[str, Any]]
) -> None:
    request = put(client, "runs/run-3/cmd-1/screen.png", b"no picture")
    analyse(request)
    (text, *_) = result(client, request)
    assert text == {"text": None, "unavailable": "Rekognition.InvalidImageFormatException"}


def test_an_analysis_that_cannot_be_started_leads_to_the_plan(
    analyse: Callable[..., dict[str, Any]],
) -> None:
    gone = "arn:aws:states:ap-northeast-2:000000000000:stateMachine:gone"
    output = analyse({"picture_key": "runs/r/c/a.png", "result_key": "r"}, machine=gone)
    assert output["observation"]["analysis"]["Error"] == "Sfn.StateMachineDoesNotExist"


SCREEN = Size(width=1440, height=900)


def page_full_of_text() -> tuple[bytes, list[str]]:
    """A screen of 22 lines of eight words, more than one answer holds; and its words."""
    image = Image.new("RGB", (SCREEN.width, SCREEN.height), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(18)
    names = ("table", "green", "paper", "river", "window", "garden", "copper", "winter")
    words = []
    heads = re.findall("..", "abcadefoguhaimjakelamonaopparasatoumvawiexye")
    for row, head in enumerate(heads):
        line = [f"{head}{name}" for name in names]
        words += line
        for column, word in enumerate(line):
            draw.text((40 + column * 170, 20 + row * 40), word, fill="black", font=font)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue(), words


def test_a_screen_with_more_text_than_one_answer_is_read_whole_in_its_time(
    client: Any, analyse: Callable[..., dict[str, Any]]
) -> None:
    data, words = page_full_of_text()
    request = put(client, "runs/run-4/cmd-1/screen.png", data)
    whole_picture = Rect(x=0, y=0, width=SCREEN.width, height=SCREEN.height)
    regions = [to_ratios(band, SCREEN) for band in bands(whole_picture)]
    began = time.perf_counter()
    analyse(request)
    alone = time.perf_counter() - began
    once = reading_of(result(client, request), SCREEN)
    assert once.truncated, "one answer has at most 100 words"
    began = time.perf_counter()
    output = analyse({**request, "regions": regions})
    seconds = time.perf_counter() - began
    assert "abtable" not in json.dumps(output)
    found = reading_of(result(client, request), SCREEN)
    assert not found.truncated
    assert found.readings[0].regions == BANDS
    read = [word for line in found.lines for word in line.text.split()]
    assert abs(len(read) - len(words)) <= 2, "what two regions read is there once"
    assert len(set(words) & set(read)) >= 0.95 * len(words), sorted(set(words) - set(read))
    assert len(once.lines) < len(found.lines)
    # On a busy machine the whole picture takes longer too.
    assert seconds < max(10, 2 * alone), (seconds, alone)


def text_of_a_mail(client: Any, folder: str, text: str) -> dict[str, Any]:
    client("s3").put_object(Bucket=BUCKET, Key=f"{folder}/text.txt", Body=text.encode())
    return {"text_key": f"{folder}/text.txt", "result_key": f"{folder}/analysis.json"}


def understood(
    client: Any, analyse: Callable[..., dict[str, Any]], request: dict[str, Any]
) -> list[dict[str, Any]]:
    """What an analysis has found."""
    analyse(request)
    return result(client, request)


def test_a_text_is_understood_and_only_what_it_is_leaves_the_analysis(
    client: Any, analyse: Callable[..., dict[str, Any]]
) -> None:
    request = text_of_a_mail(
        *(client, "runs/run-5/cmd-1"),
        "Could you please send the invoice to John Smith? My phone number is +1 415 555 0132 and "
        "my card is 4111 1111 1111 1111. Thank you very much for your kind help with this matter.",
    )
    found = understood(client, analyse, request)
    assert found[:3] == [{}, {}, {}], "without a picture nothing is read off one"
    said = asked_of(found)
    assert said.languages[0] == "en"
    assert {"CREDIT_DEBIT_NUMBER", "PHONE"} <= set(said.personal_data)
    assert said.complete
    stored = json.dumps(found)
    assert "4111" not in stored
    assert "John" not in stored


def test_a_korean_text_has_a_language_and_its_personal_data_is_said_to_be_unread(
    client: Any, analyse: Callable[..., dict[str, Any]]
) -> None:
    request = text_of_a_mail(
        client, "runs/run-6/cmd-1", "안녕하세요. 내일 회의 일정을 알려 주시기 바랍니다. 감사합니다."
    )
    said = asked_of(understood(client, analyse, request))
    assert said.languages[0] == "ko"
    assert [(one.what, one.unavailable) for one in said.readings] == [
        ("languages", None),
        ("personal_data", "Comprehend.UnsupportedLanguageException"),
    ]
    assert said.complete


def test_what_no_engine_has_is_named_and_the_rest_is_had(
    client: Any, analyse: Callable[..., dict[str, Any]]
) -> None:
    request = text_of_a_mail(client, "runs/run-7/cmd-1", "Please send the report to everybody.")
    arn = "arn:aws:comprehend:ap-northeast-2:000000000000:document-classifier-endpoint/qscreen-x"
    said = asked_of(understood(client, analyse, {**request, "classifier_arn": arn}))
    assert said.languages[0] == "en"
    assert [(one.what, one.unavailable) for one in said.readings if one.what == "intent"] == [
        ("intent", "Comprehend.ResourceNotFoundException")
    ]
    gone = {**request, "text_key": "runs/run-7/cmd-1/none.txt"}
    analyse(gone)
    (unavailable,) = {one.unavailable for one in asked_of(result(client, gone)).readings}
    assert unavailable is not None
    assert unavailable.startswith("S3.")
