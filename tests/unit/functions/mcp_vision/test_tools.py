import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import ANY, Stubber
from qs_mcp_vision import rekognition
from qs_mcp_vision.pictures import MOST_BYTES
from qs_mcp_vision.server import custom_labels, find_elements, labels, read_text, server

from qs_cloud.cache import CacheUnavailableError
from qs_cloud.errors import CloudCallError
from qs_mcp import ToolFault
from qs_mcp.caller import Caller
from qs_reading import caching, detections
from qs_reading.geometry import Region
from qs_reading.models import Source
from qs_reading.regions import BANDS
from qscreen.wire import Rect, Role

from .conftest import KEY, detection, png

Put = Callable[..., str]
LINES = [
    detection(0, "File Edit", (0.01, 0.02, 0.2, 0.04)),
    detection(1, "저장", (0.13, 0.21, 0.04, 0.04)),
    detection(2, "File", (0.01, 0.02, 0.09, 0.04), parent=0),
    detection(3, "Edit", (0.12, 0.02, 0.09, 0.04), parent=0),
    detection(4, "저장", (0.13, 0.21, 0.04, 0.04), parent=1),
]
SNAPSHOT = {
    "id": "snap-1",
    "device_id": "dev-1",
    "taken_at": "2026-11-23T09:00:00Z",
    "screen": {"width": 1000, "height": 500},
    "elements": [
        {
            "id": "e1",
            "role": "window",
            "name": "Editor",
            "rect": {"x": 0, "y": 0, "width": 1000, "height": 500},
        },
        {
            "id": "e2",
            "role": "button",
            "name": "저장",
            "parent": "e1",
            "rect": {"x": 100, "y": 100, "width": 120, "height": 30},
        },
    ],
    "duration_ms": 5,
}


class Store:
    """Stands for Redis."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.seconds: list[int] = []
        self.down = False

    def get(self, key: str) -> str | None:
        if self.down:
            raise CacheUnavailableError("down")
        return self.values.get(key)

    def put(self, key: str, value: str, seconds: int) -> None:
        if self.down:
            raise CacheUnavailableError("down")
        self.values[key] = value
        self.seconds.append(seconds)


@pytest.fixture
def store(user: Caller, monkeypatch: pytest.MonkeyPatch) -> Store:
    found = Store()
    monkeypatch.setenv("QS_CACHE_SECRET_ARN", "qscreen-test/redis")
    monkeypatch.setattr(caching, "_store", lambda arn: found)
    return found


def test_text_with_places_in_pixels(user: Caller, put: Put, seen: Stubber) -> None:
    seen.add_response("detect_text", {"TextDetections": LINES}, {"Image": {"Bytes": png()}})
    found = read_text(put(), words=True)
    assert found.text == "File Edit\n저장"
    assert found.lines[0].rect == Rect(x=10, y=10, width=200, height=20)
    assert [word.text for word in found.lines[0].words] == ["File", "Edit"]
    assert (found.picture.width, found.picture.height) == (1000, 500)
    assert not found.cached
    assert not found.truncated


def test_numbers_of_cards_are_masked(user: Caller, put: Put, seen: Stubber) -> None:
    detections = [
        detection(0, "card 4111 1111 1111 1111", (0, 0, 0.5, 0.1)),
        detection(1, "4111", (0.1, 0, 0.1, 0.1), parent=0),
    ]
    seen.add_response("detect_text", {"TextDetections": detections})
    found = read_text(put(), words=True)
    assert "4111" not in found.model_dump_json()


def test_a_region_is_asked_for_as_ratios(user: Caller, put: Put, seen: Stubber) -> None:
    box = {"Left": 0.1, "Top": 0.2, "Width": 0.9, "Height": 0.1}
    seen.add_response(
        "detect_text",
        {"TextDetections": LINES[1:2]},
        {"Image": ANY, "Filters": {"RegionsOfInterest": [{"BoundingBox": box}]}},
    )
    found = read_text(put(), Region(x=100, y=100, width=5000, height=50))
    assert found.region == Rect(x=100, y=100, width=900, height=50)


def test_a_region_outside_of_the_picture_is_refused(user: Caller, put: Put) -> None:
    with pytest.raises(ToolFault, match="1000 x 500"):
        read_text(put(), Region(x=1000, y=0, width=5, height=5))


def test_a_picture_full_of_text_is_read_in_bands(
    user: Caller, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    class Client:
        def detect_text(self, **arguments: Any) -> Any:
            asked.append(arguments.get("Filters"))
            if "Filters" not in arguments:
                many = [detection(9, "w", (0, 0, 0.1, 0.1), parent=0)] * detections.MOST_WORDS
                return {"TextDetections": [detection(0, "top", (0, 0.01, 0.1, 0.02)), *many]}
            box = arguments["Filters"]["RegionsOfInterest"][0]["BoundingBox"]
            # A line on the border of two bands is whole in one of them and halved in the other.
            return {
                "TextDetections": [
                    detection(0, f"at {round(box['Top'], 2)}", (0, box["Top"] + 0.04, 0.3, 0.02))
                ]
            }

    monkeypatch.setattr(rekognition, "client", Client)
    found = read_text(put())
    assert len(asked) == 1 + BANDS
    assert [one.text for one in found.lines] == [
        *("top", "at 0.0", "at 0.12", "at 0.29", "at 0.45", "at 0.62", "at 0.79"),
    ]
    assert not found.truncated


def test_elements_of_a_run_say_who_knows_them(user: Caller, put: Put, seen: Stubber) -> None:
    put("runs/run-1/cmd-0/snapshot.json", json.dumps(SNAPSHOT).encode())
    seen.add_response("detect_text", {"TextDetections": LINES})
    found = find_elements(put(), run_id="run-1")
    assert [(one.id, one.source) for one in found.elements] == [
        ("e1", Source.TREE),
        ("e2", Source.BOTH),
        ("o1", Source.OCR),
    ]
    assert found.snapshot_id == "snap-1"


def test_elements_by_text_and_role(user: Caller, put: Put) -> None:
    put("runs/run-1/cmd-0/snapshot.json", json.dumps(SNAPSHOT).encode())
    key = "runs/run-1/cmd-0/snapshot.json"
    assert [one.id for one in find_elements(snapshot_key=key, text="저장").elements] == ["e2"]
    assert [one.id for one in find_elements(snapshot_key=key, role=Role.WINDOW).elements] == ["e1"]
    assert find_elements(snapshot_key=key, text="없는 것").elements == ()
    place = Region(x=90, y=90, width=200, height=60)
    assert [one.id for one in find_elements(snapshot_key=key, region=place).elements] == ["e2"]
    limited = find_elements(snapshot_key=key, limit=1)
    assert (len(limited.elements), limited.total) == (1, 2)


def test_a_snapshot_of_a_run_by_its_id(user: Caller, put: Put) -> None:
    put("runs/run-1/cmd-0/snapshot.json", json.dumps(SNAPSHOT).encode())
    later = {**SNAPSHOT, "id": "snap-2", "elements": [], "taken_at": "2099-01-01T00:00:00Z"}
    put("runs/run-1/cmd-9/snapshot.json", json.dumps(later).encode())
    assert find_elements(run_id="run-1", snapshot_id="snap-1").total == 2
    # S3 tells the same second of both.
    assert find_elements(run_id="run-1").snapshot_id == "snap-2"
    with pytest.raises(ToolFault, match="none of this id"):
        find_elements(run_id="run-1", snapshot_id="snap-9")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({}, "neither a picture nor a snapshot"),
        ({"snapshot_id": "snap-1"}, "no run is given"),
        ({"run_id": "run-1", "snapshot_key": KEY}, "More than one"),
    ],
)
def test_arguments_that_do_not_go_together(
    user: Caller, arguments: dict[str, Any], why: str
) -> None:
    with pytest.raises(ToolFault, match=why):
        find_elements(**arguments)


def test_a_broken_snapshot_is_said(user: Caller, put: Put) -> None:
    with pytest.raises(ToolFault, match="not a snapshot"):
        find_elements(snapshot_key=put("runs/run-1/cmd-0/snapshot.json", b"{}"))


@pytest.mark.parametrize(
    "key",
    [
        "runs/run-2/cmd-1/s1.png",
        "runs/run-9/cmd-1/s1.png",
        "runs/run-1/../run-2/cmd-1/s1.png",
        "devices/dev-2/s1.png",
        "uploads/user-2/up-1/a.png",
        "uploads/user-1/../user-2/a.png",
        "templates/a.png",
        "runs/run-1/",
    ],
)
def test_what_is_not_the_callers_own_does_not_exist(user: Caller, put: Put, key: str) -> None:
    with pytest.raises(ToolFault, match="no object with this key"):
        read_text(put(key))


def test_an_empty_id_names_no_run(user: Caller) -> None:
    with pytest.raises(ToolFault, match="no object with this key"):
        find_elements(run_id="")


@pytest.mark.parametrize("key", [KEY, "devices/dev-1/now.png", "uploads/user-1/up-1/내 화면.png"])
def test_what_is_the_callers_own_is_read(user: Caller, put: Put, seen: Stubber, key: str) -> None:
    seen.add_response("detect_text", {"TextDetections": []})
    assert read_text(put(key)).text == ""


def test_labels_by_place(user: Caller, put: Put, seen: Stubber) -> None:
    answer = {
        "Labels": [
            {"Name": "Page", "Confidence": 98.0, "Parents": [{"Name": "Text"}]},
            {
                "Name": "Person",
                "Confidence": 80.0,
                "Instances": [
                    {"BoundingBox": {"Left": 0.5, "Top": 0.5, "Width": 0.1, "Height": 0.2}},
                    {"BoundingBox": {"Left": 0.0, "Top": 0.0, "Width": 0.1, "Height": 0.2}},
                ],
            },
        ]
    }
    for _ in range(2):
        seen.add_response(
            "detect_labels", answer, {"Image": ANY, "MaxLabels": 30, "MinConfidence": 55}
        )
    assert [one.name for one in labels(put()).labels] == ["Page", "Person"]
    (found,) = labels(put(), Region(x=400, y=200, width=600, height=300)).labels
    assert found.rects == (Rect(x=500, y=250, width=100, height=100),)


def test_custom_labels_need_a_model(user: Caller, put: Put) -> None:
    with pytest.raises(ToolFault, match="no trained model"):
        custom_labels(put())


def test_custom_labels_of_the_model(
    user: Caller, put: Put, seen: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = "arn:aws:rekognition:ap-northeast-2:123456789012:project/p/version/v/1"
    monkeypatch.setenv("QS_CUSTOM_LABELS_VERSION_ARN", arn)
    box = {"Left": 0.1, "Top": 0.2, "Width": 0.1, "Height": 0.1}
    seen.add_response(
        "detect_custom_labels",
        {"CustomLabels": [{"Name": "icon", "Confidence": 91.26, "Geometry": {"BoundingBox": box}}]},
        {"ProjectVersionArn": arn, "Image": ANY, "MinConfidence": 50, "MaxResults": 50},
    )
    (found,) = custom_labels(put()).labels
    assert (found.name, found.confidence) == ("icon", 91.3)
    assert found.rects == (Rect(x=100, y=100, width=100, height=50),)
    seen.add_client_error("detect_custom_labels", "ResourceNotReadyException")
    with pytest.raises(ToolFault, match="not running"):
        custom_labels(put())


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("InvalidImageFormatException", "not a PNG or JPEG"),
        ("ImageTooLargeException", "larger than Rekognition takes"),
        ("AccessDeniedException", "may not do this"),
        ("ExpiredTokenException", "credentials"),
        ("InvalidS3ObjectException", "cannot read the object"),
        ("ResourceNotFoundException", "does not exist"),
        ("NotImplementedByEmulator", "no engine"),
    ],
)
def test_refusals_of_rekognition(
    user: Caller, put: Put, seen: Stubber, code: str, why: str
) -> None:
    seen.add_client_error("detect_text", code, "secret text of the service")
    with pytest.raises(ToolFault, match=why) as caught:
        read_text(put())
    assert "secret" not in str(caught.value)


def test_throttling_is_said_and_passes(user: Caller, put: Put, seen: Stubber) -> None:
    seen.add_client_error("detect_text", "ThrottlingException", http_status_code=400)
    with pytest.raises(ToolFault, match="too often"):
        read_text(put())
    seen.add_response("detect_text", {"TextDetections": LINES})
    assert read_text(put()).text


def test_a_service_that_stays_silent(user: Caller, put: Put) -> None:
    rekognition.client.cache_clear()

    def silent(**event: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://rekognition")

    rekognition.client().meta.events.register_first("before-send.rekognition.DetectText", silent)
    try:
        with pytest.raises(ToolFault, match="did not answer in time"):
            read_text(put())
    finally:
        rekognition.client.cache_clear()


def test_an_error_without_advice_stays_a_cloud_error(user: Caller, put: Put, seen: Stubber) -> None:
    seen.add_client_error("detect_text", "SomethingNewException")
    with pytest.raises(CloudCallError, match="SomethingNewException"):
        read_text(put())


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"%PDF-1.7 ...", "a PDF"),
        (b"GIF89a" + bytes(40), "a GIF"),
        (b"", "empty"),
        (b"hello", "unknown"),
        (b"\x89PNG\r\n\x1a\n", "broken"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "broken"),
    ],
)
def test_what_is_no_picture_is_not_sent(user: Caller, put: Put, data: bytes, why: str) -> None:
    with pytest.raises(ToolFault, match=why):
        read_text(put(data=data))


def test_a_jpeg_says_its_size(user: Caller, put: Put, seen: Stubber) -> None:
    frame = b"\xff\xc0\x00\x0b\x08\x01\xf4\x03\xe8\x01\x01\x11\x00"
    data = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0" + frame + b"\xff\xd9"
    seen.add_response("detect_text", {"TextDetections": []})
    found = read_text(put(data=data))
    assert (found.picture.width, found.picture.height) == (1000, 500)


def test_a_picture_that_is_too_large_is_not_read(user: Caller, put: Put) -> None:
    with pytest.raises(ToolFault, match="bytes, and Rekognition takes"):
        read_text(put(data=png() + bytes(MOST_BYTES)))


def test_a_large_picture_is_handed_over_by_its_key(user: Caller, put: Put, seen: Stubber) -> None:
    place = {"Bucket": "qscreen-test-screenshots", "Name": KEY}
    seen.add_response("detect_text", {"TextDetections": []}, {"Image": {"S3Object": place}})
    read_text(put(data=png() + bytes(6 * 1024 * 1024)))


def test_a_picture_that_is_gone(user: Caller) -> None:
    with pytest.raises(ToolFault, match="no such object"):
        read_text(KEY)


def test_the_same_screen_is_analysed_once(
    store: Store, user: Caller, put: Put, seen: Stubber
) -> None:
    seen.add_response("detect_text", {"TextDetections": LINES})
    first = read_text(put())
    second = read_text(put("devices/dev-1/again.png"))
    assert (first.cached, second.cached) == (False, True)
    assert first.lines == second.lines
    # Elements of the same picture come from the same reading.
    assert find_elements(put(), text="저장").cached
    assert all(key.startswith("vision:user-1:") for key in store.values)
    assert store.seconds == [caching.SECONDS]


def test_another_picture_region_or_operation_is_another_answer(
    store: Store, user: Caller, put: Put, seen: Stubber
) -> None:
    for _ in range(3):
        seen.add_response("detect_text", {"TextDetections": LINES})
    seen.add_response("detect_labels", {"Labels": []})
    read_text(put())
    read_text(put(), Region(x=0, y=0, width=10, height=10))
    read_text(put(data=png(shade=7)))
    labels(put())
    assert len(store.values) == 4


def test_without_the_cache_it_is_only_slower(
    store: Store, user: Caller, put: Put, seen: Stubber
) -> None:
    store.down = True
    for _ in range(2):
        seen.add_response("detect_text", {"TextDetections": LINES})
        assert not read_text(put()).cached


def test_an_answer_of_another_release_is_made_anew(
    store: Store, user: Caller, put: Put, seen: Stubber
) -> None:
    for _ in range(2):
        seen.add_response("detect_text", {"TextDetections": LINES})
    read_text(put())
    store.values = dict.fromkeys(store.values, '{"old": 1}')
    assert not read_text(put()).cached


def test_every_tool_only_reads() -> None:
    assert list(server.tools) == ["read_text", "find_elements", "labels", "custom_labels"]
    assert all(tool.read_only and not tool.destructive for tool in server.tools.values())
    for tool in server.tools.values():
        assert tool.definition.output_schema


def test_our_own_work_on_a_cached_picture_is_short(
    store: Store, user: Caller, put: Put, seen: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [detection(n, f"line {n} of the page", (0.01, n / 100, 0.3, 0.008)) for n in range(90)]
    seen.add_response("detect_text", {"TextDetections": many})
    read_text(put())
    elements = [
        {
            "id": f"e{n}",
            "role": "label",
            "name": f"line {n} of the page",
            "rect": {"x": 10, "y": n * 5, "width": 300, "height": 5},
        }
        for n in range(90)
    ]
    key = put(
        "runs/run-1/cmd-0/snapshot.json", json.dumps({**SNAPSHOT, "elements": elements}).encode()
    )
    best = 1.0
    for _ in range(5):
        began = time.process_time()
        found = find_elements(KEY, snapshot_key=key, text="line 7")
        best = min(best, time.process_time() - began)
    assert found.cached
    # With four calls of the emulated tables and buckets in it.
    assert best < 0.2
