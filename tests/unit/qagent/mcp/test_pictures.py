"""Pictures by handle, and reading text in them."""

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qagent.desktop.base import MissingProgramError, Picture
from qagent.desktop.linux import ocr
from qagent.desktop.parts import cut
from qagent.mcp.pictures import Shelf
from qagent.stop import StoppedError, StopReason, StopSignal
from qscreen.wire import Rect

HEAD = "\t".join(
    (
        *("level", "page_num", "block_num", "par_num", "line_num", "word_num"),
        *("left", "top", "width", "height", "conf", "text"),
    )
)
WORDS = (
    "1\t1\t0\t0\t0\t0\t0\t0\t200\t100\t-1\t",
    "5\t1\t1\t1\t1\t1\t10\t20\t20\t20\t96.5\t월간",
    "5\t1\t1\t1\t1\t2\t32\t20\t20\t20\t90.5\t매출",
    "5\t1\t1\t1\t1\t3\t64\t22\t40\t18\t95\tQ4",
    '5\t1\t2\t1\t1\t1\t10\t60\t30\t20\t80\t"OK',
    "5\t1\t2\t1\t2\t1\t10\t90\t30\t20\t-1\tnoise",
    "5\t1\t2\t1\t3\t1\t10\t90\t30\t20\t50\t ",
)
TABLE = "\n".join((HEAD, *WORDS)) + "\n"


def test_pictures_are_their_owners_and_the_oldest_goes(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "pictures", most=2)
    kept = [shelf.put(bytes([number]), 1, 1) for number in range(3)]
    assert [shelf.read(one.uri) for one in kept] == [None, b"\1", b"\2"]
    assert not kept[0].path.exists()
    assert stat.S_IMODE(kept[1].path.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept[1].path.parent.stat().st_mode) == 0o700
    assert len({one.uri for one in kept}) == 3
    kept[1].path.unlink()
    assert shelf.read(kept[1].uri) is None
    shelf.close()
    assert not kept[2].path.exists()


def test_what_a_killed_process_left_is_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    ended = subprocess.Popen(["true"])
    ended.wait()
    for name in (str(ended.pid), str(os.getppid())):
        (folder / name).mkdir(parents=True)
        (folder / name / "a.png").write_bytes(b"x")
    Shelf(folder)
    assert [one.name for one in folder.iterdir()] == [str(os.getppid())]


def test_a_part_of_a_picture_has_its_pixels() -> None:
    picture = Picture(3, 2, bytes(range(24)))
    part = cut(picture, Rect(x=1, y=1, width=9, height=9))
    assert part == Picture(2, 1, bytes(range(16, 24)))
    assert cut(picture, Rect(x=3, y=0, width=1, height=1)) is None


def test_words_become_lines_and_korean_syllables_one_word() -> None:
    lines = ocr.lines_of(TABLE, 2)
    assert [one.text for one in lines] == ["월간매출 Q4", '"OK']
    assert lines[0].rect == Rect(x=5, y=10, width=47, height=10)
    assert lines[0].confidence == 0.94


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a program named tesseract on the path."""

    def put(languages: str, reads: str = "") -> None:
        (tmp_path / "table").write_text(TABLE, encoding="utf-8")
        script = tmp_path / "tesseract"
        script.write_text(
            "#!/bin/sh\n"
            f'if [ "$1" = --list-langs ]; then printf "List:\\n{languages}\\n"; exit; fi\n'
            f'echo "$@ $OMP_THREAD_LIMIT" > {tmp_path}/asked\n'
            f"{reads or f'wc -c > {tmp_path}/size; cat {tmp_path}/table'}\n",
            encoding="utf-8",
        )
        script.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    return put


def test_the_program_gets_the_picture_twice_as_large(program: Any, tmp_path: Path) -> None:
    program("eng\\nkor")
    lines = ocr.recognize(Picture(10, 5, bytes(200)), StopSignal())
    assert lines[0].text == "월간매출 Q4"
    assert (tmp_path / "asked").read_text().split() == [
        *("stdin", "stdout", "-l", "kor+eng", "--psm", "11", "tsv", "1")
    ]
    assert int((tmp_path / "size").read_text()) >= 20 * 10 * 3


def test_a_program_that_takes_its_time_is_waited_for(program: Any, tmp_path: Path) -> None:
    program("eng", f"sleep 0.3; wc -c > {tmp_path}/size; cat {tmp_path}/table")
    # Larger than a pipe holds: the rest of it goes over while the program is waited for.
    lines = ocr.recognize(Picture(600, 400, bytes(960_000)), StopSignal())
    assert lines[0].text == "월간매출 Q4"
    assert int((tmp_path / "size").read_text()) >= 1200 * 800 * 3


def test_a_program_without_the_languages_or_none_at_all_names_the_repair(
    program: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("deu")
    for _ in range(2):
        with pytest.raises(MissingProgramError) as caught:
            ocr.recognize(Picture(1, 1, bytes(4)), StopSignal())
        assert "tesseract-ocr-kor" in caught.value.repair
        monkeypatch.setenv("PATH", "/nowhere")


def test_reading_can_be_stopped(program: Any) -> None:
    program("eng", "exec sleep 60")
    stop = StopSignal()
    stop.wait_until(lambda: None, 0)
    probe = stop.wait_until

    def soon(*arguments: Any, **named: Any) -> Any:
        stop.set(StopReason.USER)
        return probe(*arguments, **named)

    stop.wait_until = soon  # type: ignore[method-assign]
    with pytest.raises(StoppedError):
        ocr.recognize(Picture(1, 1, bytes(4)), stop)


def test_text_in_a_picture_is_redacted_placed_and_found(
    call: Callable[..., Any], program: Any, write_policy: Callable[..., None]
) -> None:
    person = "5\t1\t3\t1\t1\t1\t0\t0\t30\t20\t80\tkim@example.com"
    program("eng", f"cat > /dev/null; printf '{HEAD}\\n{person}\\n{WORDS[4]}\\n'")
    region = {"x": 10, "y": 20, "width": 50, "height": 50}
    found = call("read_screen_text", region=region)
    assert found.fault is None, found.text
    assert "kim@example.com" not in found.text
    assert found.structured["lines"][0]["text"] == "[redacted:email]"
    assert found.structured["lines"][1]["rect"] == [15, 50, 15, 10]
    assert call("read_screen_text", query="ok").structured["found"] == 1
    write_policy("data: {read: [labels, values]}")
    assert call("read_screen_text").fault.code == "denied_by_policy"
    write_policy("data: {leave: [labels]}")
    assert call("read_screen_text").fault.code == "denied_by_policy"


def test_without_an_engine_the_repair_is_told(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    fault = call("read_screen_text").fault
    assert fault.code == "missing_program"
    assert "apt-get install tesseract-ocr" in fault.repair


def test_no_picture_leaves_where_the_policy_lets_none(
    call: Callable[..., Any], write_policy: Callable[..., None], form: Any
) -> None:
    write_policy()
    for tool in ("capture_screen", "mark_elements"):
        assert call(tool).fault.code == "denied_by_policy"
    write_policy("screenshots: true")
    assert call("mark_elements").structured["marks"]
    outside = call("capture_screen", region={"x": 500, "y": 0, "width": 5, "height": 5})
    assert outside.fault.code == "bad_arguments"
