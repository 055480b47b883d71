import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from example_runs import (
    analysed_run,
    effect,
    finished_run,
    not_understood_run,
    png,
    refused_run,
    report_of,
)

from qops.report.html import render_report, write_report
from qops.report.model import shown_run
from qops.report.pictures import Picture, PictureError, StepPictures
from qscreen.wire import Rect

PICTURES = {"s2": StepPictures(Picture.parse(png(144, 90)), Picture.parse(png(144, 90)))}
VOID = {"meta", "img", "input", "rect", "br", "link"}


class Reader(HTMLParser):
    """Collects tags and text; fails on tags that do not nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag, attributes) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def read(run, pictures=None, **options) -> Reader:
    shown = shown_run(report_of(run), pictures or {}, **options)
    return Reader(render_report([shown], title="T", environment="local"))


def test_a_report_shows_goal_steps_effects_stages_and_audit() -> None:
    page = read(finished_run(), PICTURES, check="on disk: memo.txt")
    for part in (
        "메모장에 '회의 3시, 2층'이라고 쓰고 memo.txt로 저장해 줘",
        "type_text: 회의 3시, 2층",
        "save_as: memo.txt",
        "confirmed",
        "accessibility",
        "120 ms",
        "act 0.75 s",
        "2.50 s",
        "grammar, 1 attempt",
        "#7 " + "ab" * 32,
        "on disk: memo.txt",
        "emulated",
    ):
        assert part in page.text, part


def test_it_is_self_contained_and_runs_nothing() -> None:
    shown = shown_run(report_of(finished_run()), PICTURES)
    page = render_report([shown], title="T", environment="local")
    assert not re.search(r'(src|href)="(?!data:)', page)
    assert "<script" not in page
    assert "url(" not in page
    assert "prefers-color-scheme: dark" in page


def test_the_target_is_marked_in_the_pictures_own_pixels() -> None:
    page = read(finished_run(), PICTURES)
    views = [a["viewbox"] for tag, a in page.tags if tag == "svg"]
    rects = [a for tag, a in page.tags if tag == "rect"]
    assert views == ["0 0 144 90"] * 2
    assert {k: rects[0][k] for k in ("x", "y", "width", "height")} == {
        "x": "10", "y": "20", "width": "30", "height": "40",
    }  # fmt: skip
    assert sum(tag == "img" for tag, _ in page.tags) == 2


def test_what_was_not_understood_is_marked_and_escaped() -> None:
    page = read(not_understood_run())
    assert ("b", {}) not in page.tags
    assert "<b>춤춰</b>" in page.text
    assert any(tag == "mark" for tag, _ in page.tags)
    assert "'춤추다'라는 동작을 모릅니다." in page.text
    assert "메모장을 열어 줘" in page.text


def test_a_refusal_and_steps_that_were_not_reached_are_shown() -> None:
    page = read(refused_run())
    assert "refused : denied_by_policy" in page.text.replace("refused:", "refused :")
    assert "not reached" in page.text
    assert "The device's policy does not allow editing." in page.text


def test_what_was_read_off_a_picture_is_told_with_its_engine_and_time() -> None:
    page = read(analysed_run())
    assert (
        "picture: read · rekognition 14 lines, textract no tables (Textract.BadDocument) · 12 "
        "added to the tree · the picture holds more · 812 ms · because the tree is empty"
    ) in page.text
    assert "picture: failed · 20000 ms · because the tree does not hold" in page.text
    assert "The picture could not be read (States.Timeout)." in page.text


def test_every_id_is_used_once_with_two_runs_on_a_page() -> None:
    one = shown_run(report_of(finished_run()), PICTURES)
    two = shown_run(report_of(finished_run(run_id="run-02")), PICTURES)
    page = Reader(render_report([one, two], title="T", environment="local"))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids)) > 0


def test_writing_leaves_no_half_file(tmp_path: Path) -> None:
    file = tmp_path / "reports" / "r.html"
    shown = shown_run(report_of(finished_run()), {})
    write_report(file, [shown], title="T", environment="local")
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    "data", [b"", b"<html>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff" + b"\0" * 40]
)
def test_what_is_no_png_is_refused(data: bytes) -> None:
    with pytest.raises(PictureError):
        Picture.parse(data)


def test_a_window_is_not_marked_before_the_step_that_opens_it() -> None:
    steps = ("s1", "s2")
    effects = tuple(effect(name, target_rect=Rect(x=1, y=2, width=3, height=4)) for name in steps)
    pictures = dict.fromkeys(steps, PICTURES["s2"])
    opened, typed, _ = shown_run(report_of(finished_run(effects=effects)), pictures).steps
    assert opened.before is not None
    assert opened.before.rect is None
    for picture in (opened.after, typed.before, typed.after):
        assert picture is not None
        assert picture.rect == (1, 2, 3, 4)
