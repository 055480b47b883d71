"""Writes or checks the files of a folder."""

from pathlib import Path

from qops.diagram.answers import DiagramAnswer, DiagramFile
from qops.diagram.layout import place
from qops.diagram.pictures import pictures_of
from qops.diagram.snapshot import Snapshot, dump, load
from qops.diagram.writers import drawio, mermaid, svg
from qops.errors import UsageError

SNAPSHOT = "platform.json"


def load_snapshot(folder: Path) -> Snapshot:
    """Read the snapshot of a folder.

    Args:
        folder: Where the diagrams are.

    Raises:
        UsageError: There is none, or it is broken.
    """
    file = folder / SNAPSHOT
    if not file.is_file():
        raise UsageError(
            f"There is no snapshot {file}.",
            next_step="Make one: qops diagram --env prod --declared, or name a plan with --plan.",
        )
    return load(file.read_text(encoding="utf-8"), str(file))


def files_of(snapshot: Snapshot) -> dict[str, str]:
    """All files and their contents.

    Args:
        snapshot: What is drawn.

    Returns:
        By name, the snapshot first.
    """
    files = {SNAPSHOT: dump(snapshot)}
    for picture in pictures_of(snapshot):
        placed = place(picture)
        for suffix, write in (("drawio", drawio), ("svg", svg), ("mmd", mermaid)):
            files[f"{picture.name}.{suffix}"] = write(placed)
    return files


def draw(snapshot: Snapshot, folder: Path, *, source: str, check: bool) -> DiagramAnswer:
    """Write what differs, or say what does.

    Args:
        snapshot: What is drawn.
        folder: Where the files are.
        source: Where the snapshot is from, for the person.
        check: Whether nothing is written.
    """
    found = []
    for name, text in files_of(snapshot).items():
        file = folder / name
        old = file.read_text(encoding="utf-8") if file.is_file() else None
        if old == text:
            found.append(DiagramFile(file=str(file), state="unchanged"))
        elif check:
            state = DiagramFile(file=str(file), state="missing" if old is None else "stale")
            found.append(state)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            found.append(DiagramFile(file=str(file), state="written"))
    return DiagramAnswer(source=source, of=snapshot.environment, files=found)
