from pathlib import Path

import pytest
from qs_migrate.files import MigrationError, read_migrations
from qs_migrate.migrating import MIGRATIONS


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text("SELECT 1;")


def test_the_functions_own_migrations_are_in_order() -> None:
    found = read_migrations(MIGRATIONS)
    assert found[0].number == "0001"


def test_order_and_checksum_come_from_the_files(tmp_path: Path) -> None:
    write(tmp_path, "0002_b.sql", "0001_a.sql")
    first, second = read_migrations(tmp_path)
    assert (first.name, second.name) == ("0001_a.sql", "0002_b.sql")
    assert first.checksum == "17db4fd369edb9244b9f91d9aeed145c3d04ad8ba6e95d06247f07a63527d11a"


@pytest.mark.parametrize(
    "names",
    [(), ("0002_a.sql",), ("0001_a.sql", "0003_b.sql"), ("0001_a.sql", "0001_b.sql")],
)
def test_gaps_and_doubles_are_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    write(tmp_path, *names)
    with pytest.raises(MigrationError, match="numbered"):
        read_migrations(tmp_path)


def test_a_name_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "0001_a.sql", "1_b.sql")
    with pytest.raises(MigrationError, match=r"1_b\.sql"):
        read_migrations(tmp_path)
