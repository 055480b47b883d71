"""The tools of the server ``vision``."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from qs_cloud.config import variable
from qs_mcp import Risk, ToolFault, ToolServer, caller
from qs_mcp.ownership import Handles
from qs_mcp_vision import rekognition
from qs_mcp_vision.models import ElementsFound, LabelsFound, TextFound
from qs_mcp_vision.pictures import Picture, read_picture
from qs_mcp_vision.snapshots import read_snapshot, run_snapshot
from qs_reading.caching import key_of, remembered
from qs_reading.geometry import Region, bounded, inside
from qs_reading.merging import merge
from qs_reading.models import Found, Label, Line, Source
from qs_reading.words import folded, relevance
from qscreen.wire import Rect, Role, Snapshot

CUSTOM_LABELS = "QS_CUSTOM_LABELS_VERSION_ARN"


server = ToolServer(
    "vision",
    title="Vision",
    instructions=(
        "Reads pictures of screens: text, elements of the user interface, labels. Pictures are "
        "named by their key in the platform's bucket, as the effects of a run (before_key, "
        "after_key) or an upload give it; only your own can be read. All places are pixels of "
        "the picture, from its top left corner."
    ),
    listed=Path(__file__).with_name("tools.json"),
)

PictureKey = Annotated[
    str,
    Field(
        description="Key of a PNG or JPEG: runs/..., devices/... or uploads/...",
        min_length=1,
        max_length=1024,
    ),
]
RegionOfPicture = Annotated[
    Region | None, Field(description="Only this part, pixels of the picture; null for all of it.")
]
LeastConfidence = Annotated[
    float, Field(description="Leave out what is less sure, percent.", ge=0, le=100)
]


class _Lines(BaseModel):
    lines: tuple[Line, ...]
    truncated: bool


class _Labels(BaseModel):
    labels: tuple[Label, ...]


@server.tool(
    title="Read the text of a picture",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def read_text(
    picture: PictureKey,
    region: RegionOfPicture = None,
    words: Annotated[bool, Field(description="Also give each word with its place.")] = False,
    min_confidence: LeastConfidence = 50,
) -> TextFound:
    """Read the text on a picture of a screen, or on a part of it, line by line.

    Gives lines in reading order with their places and how sure the reading is. Numbers of cards,
    identity papers and the like are masked. `truncated` says that there is more text than can be
    read at once: ask for a region then. To act on something, use find_elements instead.
    """
    opened = _open(picture)
    part = _part(region, opened)
    found, cached = _lines(opened, part)
    lines = tuple(line for line in found.lines if line.confidence >= min_confidence)
    return TextFound(
        picture=opened.size,
        region=part,
        text="\n".join(line.text for line in lines),
        lines=lines if words else tuple(line.model_copy(update={"words": ()}) for line in lines),
        truncated=found.truncated,
        cached=cached,
    )


@server.tool(
    title="Find elements of the user interface",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def find_elements(
    picture: Annotated[
        str | None,
        Field(description="Key of a PNG or JPEG; null for the tree alone.", max_length=1024),
    ] = None,
    text: Annotated[
        str | None, Field(description="Words on or in the element.", min_length=1, max_length=200)
    ] = None,
    role: Annotated[Role | None, Field(description="Only elements of this role.")] = None,
    region: RegionOfPicture = None,
    run_id: Annotated[
        str | None, Field(description="Take the tree of this run's snapshot.", max_length=64)
    ] = None,
    snapshot_id: Annotated[
        str | None,
        Field(description="Which snapshot of the run; null for the latest.", max_length=64),
    ] = None,
    snapshot_key: Annotated[
        str | None, Field(description="Or key of a snapshot.json.", max_length=1024)
    ] = None,
    snapshot: Annotated[Snapshot | None, Field(description="Or the snapshot itself.")] = None,
    limit: Annotated[int, Field(description="Most elements.", ge=1, le=500)] = 50,
) -> ElementsFound:
    """Find buttons, fields, menus and texts on a screen, by words, by role, by place.

    Merges the accessibility tree of a snapshot (run_id, snapshot_key or snapshot) with the text
    read on the picture. `source` says who knows the element: tree, ocr or both. An element that
    only OCR sees has no role, and a role asked for leaves it out. With a text, the best come
    first; without, the order is the tree's, then the reading order. Places are pixels of the
    picture; without a picture, of the screen.
    """
    if snapshot_id is not None and run_id is None:
        raise ToolFault(
            "Nothing was looked for.",
            "A snapshot's id names a snapshot of a run, and no run is given.",
            "Pass run_id with it.",
        )
    handles = _handles()
    tree = _tree(handles, run_id, snapshot_id, snapshot_key, snapshot)
    if picture is None and tree is None:
        raise ToolFault(
            "Nothing was looked for.",
            "There is neither a picture nor a snapshot.",
            "Pass picture, or one of run_id, snapshot_key and snapshot.",
        )
    opened = _open(picture, handles) if picture is not None else None
    part = _part(region, opened)
    lines, cached = _lines(opened, part) if opened else (_Lines(lines=(), truncated=False), False)
    every = merge(tree, lines.lines, opened.size if opened else None)
    fitting = _fitting(every, text, role, part)
    return ElementsFound(
        picture=opened.size if opened else None,
        region=part,
        snapshot_id=tree.id if tree else None,
        elements=fitting[:limit],
        total=len(fitting),
        truncated=lines.truncated or (tree.truncated if tree else False),
        cached=cached,
    )


@server.tool(
    title="Say what a picture shows",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def labels(
    picture: PictureKey,
    region: RegionOfPicture = None,
    min_confidence: LeastConfidence = 55,
    limit: Annotated[int, Field(description="Most labels.", ge=1, le=100)] = 30,
) -> LabelsFound:
    """Say what a picture shows in general: things, scenes, kinds of screens.

    With a region, only labels that have a place and lie in it. For text use read_text, for
    buttons and fields find_elements.
    """
    opened = _open(picture)
    part = _part(region, opened)
    make = partial(rekognition.detect_labels, opened, part, min_confidence, limit)
    return _labels(opened, part, "labels", make, min_confidence, limit)


@server.tool(
    title="Find what the platform's own model knows",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def custom_labels(
    picture: PictureKey,
    region: RegionOfPicture = None,
    min_confidence: LeastConfidence = 50,
    limit: Annotated[int, Field(description="Most labels.", ge=1, le=100)] = 50,
) -> LabelsFound:
    """Find elements of user interfaces by the platform's own trained model.

    Only where an environment has such a model (Rekognition Custom Labels) and it is running;
    otherwise the tool says so, and find_elements is the way.
    """
    version = os.environ.get(CUSTOM_LABELS, "").strip()
    if not version:
        raise ToolFault(
            "The picture was not analysed.",
            "This environment has no trained model of elements.",
            f"Use find_elements, or ask the operator to train a model and set {CUSTOM_LABELS}.",
        )
    opened = _open(picture)
    part = _part(region, opened)
    make = partial(rekognition.detect_custom_labels, opened, part, version, min_confidence, limit)
    return _labels(opened, part, "custom_labels", make, version, min_confidence, limit)


def _handles() -> Handles:
    return Handles(runs=variable("QS_RUNS_TABLE"), devices=variable("QS_DEVICES_TABLE"))


def _bucket() -> str:
    return variable("QS_SCREENSHOTS_BUCKET")


def _open(key: str, handles: Handles | None = None) -> Picture:
    (handles or _handles()).check(key, caller())
    return read_picture(_bucket(), key)


def _part(region: Region | None, picture: Picture | None) -> Rect | None:
    if region is None:
        return None
    if picture is None:
        return Rect(x=region.x, y=region.y, width=region.width, height=region.height)
    part = bounded(region, picture.size)
    if part is None:
        raise ToolFault(
            "Nothing was read.",
            "The region lies outside of the picture, which has "
            f"{picture.size.width} x {picture.size.height} pixels.",
            "Pass a region inside of it.",
        )
    return part


def _tree(
    handles: Handles,
    run_id: str | None,
    snapshot_id: str | None,
    snapshot_key: str | None,
    snapshot: Snapshot | None,
) -> Snapshot | None:
    if sum(one is not None for one in (run_id, snapshot_key, snapshot)) > 1:
        raise ToolFault(
            "Nothing was looked for.",
            "More than one snapshot is named.",
            "Pass only one of run_id, snapshot_key and snapshot.",
        )
    if run_id is not None:
        handles.check_run(run_id, caller())
        return run_snapshot(_bucket(), run_id, snapshot_id)
    if snapshot_key is not None:
        handles.check(snapshot_key, caller())
        return read_snapshot(_bucket(), snapshot_key)
    return snapshot


def _lines(picture: Picture, part: Rect | None) -> tuple[_Lines, bool]:
    def make() -> _Lines:
        lines, truncated = rekognition.detect_lines(picture, part)
        return _Lines(lines=lines, truncated=truncated)

    key = key_of(caller().user_id, picture.fingerprint, part, "text")
    return remembered(key, _Lines, make)


def _labels(
    picture: Picture,
    part: Rect | None,
    operation: str,
    make: Callable[[], tuple[Label, ...]],
    *options: object,
) -> LabelsFound:
    key = key_of(caller().user_id, picture.fingerprint, part, operation, *options)
    found, cached = remembered(key, _Labels, lambda: _Labels(labels=make()))
    return LabelsFound(picture=picture.size, region=part, labels=found.labels, cached=cached)


def _fitting(
    every: tuple[Found, ...], text: str | None, role: Role | None, part: Rect | None
) -> tuple[Found, ...]:
    found = [
        one
        for one in every
        if (role is None or one.role is role)
        and (part is None or (one.rect is not None and inside(one.rect, part) >= 0.5))
    ]
    if text is None:
        return tuple(found)
    query = folded(text)
    scored = []
    for one in found:
        score = max(
            relevance(query, folded(words)) for words in (one.name, one.text or "", one.value or "")
        )
        if score:
            scored.append(one.model_copy(update={"score": score}))
    # Of what fits equally well, an element that can be acted on goes before a mere text.
    return tuple(sorted(scored, key=lambda one: (-(one.score or 0), one.source is Source.OCR)))
