"""What the demo asks for, and what must be on the disk afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qops.errors import QopsError


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal with its oracle.

    Attributes:
        words: What is submitted.
        filename: File that must exist afterwards.
        content: Its bytes, exactly.
    """

    words: str
    filename: str
    content: bytes


GOALS: tuple[Goal, ...] = (
    Goal(
        words="메모장에 '회의 3시, 2층'이라고 쓰고 memo.txt로 저장해 줘",
        filename="memo.txt",
        content="회의 3시, 2층".encode(),
    ),
    Goal(
        words="Write 'Meeting at 3, floor 2' in the text editor and save it as memo-en.txt",
        filename="memo-en.txt",
        content=b"Meeting at 3, floor 2",
    ),
)


FIVE_STEP_GOALS: tuple[Goal, ...] = (
    Goal(
        words=(
            "메모장을 열고 '첫 줄'이라고 쓰고 엔터를 누르고 '둘째 줄'이라고 쓰고 "
            "five.txt로 저장해 줘"
        ),
        filename="five.txt",
        content="첫 줄\n둘째 줄".encode(),
    ),
    Goal(
        words=(
            "Open the text editor, type 'first line', press enter, type 'second line' "
            "and save it as five-en.txt"
        ),
        filename="five-en.txt",
        content=b"first line\nsecond line",
    ),
)
"""Goals of five steps each (open, type, press, type, save), on which a run's time is measured."""


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What the oracle found on the disk.

    Attributes:
        right: Whether the file has exactly the bytes that were asked for.
        found: What is there, for a person.
    """

    right: bool
    found: str


class LeftoverError(QopsError):
    """A file of an earlier demo cannot be removed."""

    code = "leftover"


def remove_old_files(documents: Path, goals: Sequence[Goal] = GOALS) -> None:
    """Remove what an earlier demo left, so that the oracle cannot see old files.

    Args:
        documents: The device's document folder; made if need be.
        goals: Whose files.

    Raises:
        LeftoverError: A file cannot be removed.
    """
    documents.mkdir(parents=True, exist_ok=True)
    for goal in goals:
        try:
            (documents / goal.filename).unlink(missing_ok=True)
        except OSError as error:
            raise LeftoverError(
                f"{goal.filename} of an earlier demo cannot be removed.",
                why=str(error),
                next_step=f"Remove it from {documents} yourself.",
            ) from error


def check_file(documents: Path, goal: Goal) -> FileCheck:
    """Compare the file on the disk with what was asked for, byte for byte.

    Args:
        documents: The device's document folder.
        goal: The goal.
    """
    try:
        content = (documents / goal.filename).read_bytes()
    except FileNotFoundError:
        return FileCheck(False, f"{goal.filename} does not exist")
    except OSError as error:
        return FileCheck(False, f"{goal.filename}: {error.strerror}")
    if content == goal.content:
        return FileCheck(True, f"{goal.filename}, {len(content)} bytes, as asked")
    return FileCheck(
        False,
        f"{goal.filename} has {len(content)} bytes {content[:80]!r} "
        f"instead of {len(goal.content)} bytes {goal.content!r}",
    )
