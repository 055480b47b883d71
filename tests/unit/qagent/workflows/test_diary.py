"""A recorder that is killed leaves a recording, or a file that is refused in clear words."""

from pathlib import Path

import pytest

from qagent.home import HomeError
from qagent.workflows.diary import Diary, Recorded, recover
from qagent.workflows.model import Gap, GapReason, Variable, VariableKind, WorkflowStep
from qscreen.wire import PressKeys


def step(number: int) -> WorkflowStep:
    return WorkflowStep(id=f"s{number}", action=PressKeys(keys=("f5",)), because="키")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "w" / "x.recording.jsonl"


def test_each_step_is_on_disk_when_it_is_noted(path: Path) -> None:
    diary, recorded = Diary(path), Recorded()
    for number in (1, 2, 3):
        recorded.steps.append(step(number))
        diary.note(recorded)
        assert recover(path).steps == recorded.steps
    recorded.steps.pop()
    recorded.gaps.append(Gap(after="s2", reason=GapReason.HIDDEN))
    recorded.inputs.append(Variable(name="secret_1", kind=VariableKind.SECRET))
    diary.note(recorded)
    recorded.steps.append(step(3))
    diary.note(recorded)
    diary.close()
    found = recover(path)
    assert (found.steps, found.gaps, found.inputs) == (
        recorded.steps,
        recorded.gaps,
        recorded.inputs,
    )
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_line_that_the_recorder_was_killed_in_is_left_out(path: Path) -> None:
    diary, recorded = Diary(path), Recorded([step(1), step(2)])
    diary.note(recorded)
    diary.close()
    whole = path.read_bytes()
    start = whole.rstrip(b"\n").rfind(b"\n") + 1
    for end in range(start + 1, len(whole) - 1):
        path.write_bytes(whole[:end])
        assert recover(path).steps == [step(1)], end


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"[]\n", 1),
        (b'{"recording": 2}\n', 1),
        (b'{"recording": 1}\n{"step": {}}\n{"gap": {"after": "s0", "reason": "hidden"}}\n', 2),
        (b'{"recording": 1}\n\xff\xfe\n{"gap": {"after": "s0", "reason": "hidden"}}\n', 2),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(path: Path, content: bytes, line: int) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(HomeError, match=f"[Ll]ine {line} ") as error:
        recover(path)
    assert error.value.repair


def test_a_recording_that_is_not_there_says_so(path: Path) -> None:
    with pytest.raises(HomeError, match="cannot be read"):
        recover(path)
