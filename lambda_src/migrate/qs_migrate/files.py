"""Migration files: ``NNNN_name.sql``, numbered without gaps from 0001."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"(?P<number>[0-9]{4})_[a-z0-9_]+\.sql")


class MigrationError(Exception):
    """The migrations are not what the database or the order demands."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration.

    Attributes:
        number: Four digits.
        name: Name of its file.
        sql: Its statements.
    """

    number: str
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the statements, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read_migrations(folder: Path) -> tuple[Migration, ...]:
    """Read a folder of migrations.

    Args:
        folder: Folder with the files.

    Returns:
        The migrations in their order.

    Raises:
        MigrationError: If the folder has none, a file's name does not fit, or a number is
            missing or given twice.
    """
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise MigrationError(
                f"{path.name} is no name of a migration. Call it NNNN_what_it_does.sql."
            )
        found.append(Migration(match["number"], path.name, path.read_text(encoding="utf-8")))
    expected = [f"{place:04d}" for place in range(1, len(found) + 1)]
    if not found or [migration.number for migration in found] != expected:
        names = ", ".join(migration.name for migration in found) or "none"
        raise MigrationError(
            f"The migrations are not numbered from 0001 without gaps or doubles: {names}. "
            "Give the new one the next number."
        )
    return tuple(found)
