"""A word that a real program only paints: pressed where it stands, and nowhere else."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from desktop_programs import PATIENCE_SECONDS, PATIENT, Running, programs
from painted_window import painted
from PIL import Image, ImageOps

from qagent.act import Executor, placing
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Node, Picture
from qagent.desktop.ocr import RecognizedText
from qagent.policy import Policy, load_policy
from qagent.stop import StopSignal
from qscreen.wire import Click, Effect, Rect, Role, Step, Target

PAGE = """<!doctype html><meta charset=utf-8><title>Painted form</title>
<style>body{margin:0}</style><p style="margin:0;height:40px">A canvas</p>
<canvas id=c width=600 height=300></canvas>
<script>
const c=document.getElementById("c"),g=c.getContext("2d");
g.fillStyle="white";g.fillRect(0,0,600,300);g.fillStyle="black";g.font="24px sans-serif";
g.fillText("Approve",200,150);
let clicks=0;
c.onclick=e=>{clicks++;document.title=`Painted form: ${clicks} at ${e.offsetX},${e.offsetY}`};
</script>"""


@pytest.fixture
def page(backend: DesktopBackend) -> Iterator[Running]:
    with programs(backend) as started:
        yield started.page(PAGE, "Painted form")


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(
        f"version: 1\ndocuments: {tmp_path}\nscreenshots: true\n"
        "allow: {risks: [look, navigate, edit], apps: [Chromium]}\n",
        encoding="utf-8",
    )
    return load_policy(path)


@pytest.fixture(autouse=True)
def reads_ink(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that takes all ink of a picture for one word, at the place where it really is.

    Tesseract is the user's to install; places and pixels are what this is about.
    """

    def recognize(picture: Picture, stop: StopSignal) -> tuple[RecognizedText, ...]:
        size = (picture.width, picture.height)
        image = Image.frombytes("RGB", size, picture.bgra, "raw", "BGRX").convert("L")
        box = ImageOps.invert(image).point(lambda value: 255 if value > 128 else 0).getbbox()
        if box is None:
            return ()
        left, top, right, bottom = box
        rect = Rect(x=left, y=top, width=right - left, height=bottom - top)
        return (RecognizedText("Approve", rect, 0.9),)

    monkeypatch.setattr(placing, "recognize", recognize)
    monkeypatch.setenv("QAGENT_LANG", "en")


def document(backend: DesktopBackend, window: Node) -> Rect:
    nodes = backend.look(PATIENT, window=window).nodes
    (rect,) = {node.rect for node in nodes if node.role is Role.DOCUMENT and node.rect is not None}
    assert rect is not None
    return rect


def press(backend: DesktopBackend, policy: Policy, region: Rect) -> Effect:
    step = Step(id="s1", action=Click(target=Target(name="Approve")), because="test", region=region)
    return Executor(backend, policy, StopSignal()).perform(step)


def title(backend: DesktopBackend) -> str:
    return next(one.name for one in backend.windows() if "Painted form" in one.name)


def test_a_painted_word_is_pressed_where_it_stands(
    backend: DesktopBackend, page: Running, policy: Policy
) -> None:
    place = document(backend, page.window)
    # Where the platform read it some seconds ago: about there.
    region = Rect(x=place.x + 196, y=place.y + 40 + 128, width=100, height=28)
    effect = press(backend, policy, region)
    assert effect.error is None, effect.evidence
    assert effect.route == "pointer"
    # The page says it when it has got the click.
    StopSignal().wait_until(lambda: "at " in title(backend), PATIENCE_SECONDS)
    said = title(backend)
    assert "1 at " in said, said
    x, y = map(int, said.rsplit("at ", 1)[1].split(" ")[0].split(","))
    assert 200 <= x <= 300
    assert 130 <= y <= 155


def test_where_nothing_is_painted_any_more_nothing_is_pressed(
    backend: DesktopBackend, page: Running, policy: Policy
) -> None:
    place = document(backend, page.window)
    effect = press(backend, policy, Rect(x=place.x + 400, y=place.y + 240, width=80, height=24))
    assert (effect.outcome, effect.error) == ("refused", "target_not_found")
    assert "at " not in title(backend)


def test_a_place_that_another_window_covers_is_not_pressed(
    backend: DesktopBackend,
    page: Running,
    policy: Policy,
) -> None:
    place = document(backend, page.window)
    region = Rect(x=place.x + 196, y=place.y + 40 + 128, width=100, height=28)
    with painted(dict(os.environ), {"Approve": (region.x, region.y)}) as over:
        effect = press(backend, policy, region)
        assert (effect.outcome, effect.error) == ("refused", "target_not_found")
        assert "Another window lies over" in effect.evidence
        assert over.poll() is None
    assert "at " not in title(backend)
