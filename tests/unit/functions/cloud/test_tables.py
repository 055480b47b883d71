from typing import Any

import pytest

from qs_cloud.change import Change
from qs_cloud.errors import CloudCallError
from qs_cloud.items import from_item, to_item
from qs_cloud.table import Table, change_together


@pytest.fixture
def table(aws: None) -> Table[dict[str, Any]]:
    found: Table[dict[str, Any]] = Table("qscreen-test-runs", "run_id", "run", dict)
    assert found.create({"run_id": "r1", "status": "queued", "n": 1, "list": ["a"], "gone": None})
    return found


def test_values_come_back_as_they_went_in() -> None:
    values = {"t": "x", "n": 3, "yes": True, "no": False, "l": ["a", "b"], "empty": []}
    assert from_item(to_item(values)) == values
    assert to_item({"absent": None}) == {}


def test_other_kinds_of_attributes_are_refused() -> None:
    with pytest.raises(ValueError, match="kind B"):
        from_item({"x": {"B": b"1"}})


def test_a_key_is_taken_only_once(table: Table[Any]) -> None:
    assert table.create({"run_id": "r1", "status": "other"}) is False
    assert table.get("r1") == {"run_id": "r1", "status": "queued", "n": 1, "list": ["a"]}
    assert table.get("r2") is None


def test_a_change_sets_appends_and_removes(table: Table[Any]) -> None:
    change = Change(
        set={"status": "acting", "owner": "o"},
        append={"list": ["b", "c"], "new": ["x"]},
        remove=("n",),
        equals={"status": "queued"},
    )
    assert table.change("r1", change) == {
        "run_id": "r1",
        "status": "acting",
        "owner": "o",
        "list": ["a", "b", "c"],
        "new": ["x"],
    }


@pytest.mark.parametrize(
    "change",
    [
        Change(set={"x": "1"}, equals={"status": "acting"}),
        Change(set={"x": "1"}, unless={"status": "queued"}),
        Change(set={"x": "1"}, none_of={"status": ("queued", "failed")}),
        Change(set={"x": "1"}, missing=("status",)),
    ],
)
def test_a_condition_that_fails_changes_nothing(table: Table[Any], change: Change) -> None:
    before = table.get("r1")
    assert table.change("r1", change) is None
    assert table.get("r1") == before


def test_a_missing_attribute_has_no_value_to_refuse(table: Table[Any]) -> None:
    change = Change(set={"x": "1"}, unless={"flag": True}, none_of={"status": ("failed",)})
    assert table.change("r1", change) is not None


def test_a_change_never_creates_an_item(table: Table[Any]) -> None:
    assert table.change("r2", Change(set={"x": "1"})) is None
    assert table.get("r2") is None


def test_several_changes_are_made_all_or_none(table: Table[Any]) -> None:
    table.create({"run_id": "r2", "status": "queued"})
    wrong = Change(set={"x": "1"}, equals={"status": "acting"})
    right = Change(set={"x": "1"})
    assert change_together("try", (table, "r1", right), (table, "r2", wrong)) is False
    assert "x" not in table.get("r1")
    assert change_together("try", (table, "r1", right), (table, "r2", right)) is True
    assert (table.get("r1")["x"], table.get("r2")["x"]) == ("1", "1")


def test_a_table_that_is_not_there_is_a_typed_error(aws: None) -> None:
    missing: Table[Any] = Table("nowhere", "run_id", "run", dict)
    for work in (
        lambda: missing.get("r"),
        lambda: missing.create({"run_id": "r"}),
        lambda: missing.change("r", Change(set={"x": "1"})),
        lambda: missing.delete("r"),
        lambda: missing.page("by_owner", ("owner", "o"), 5, None),
        lambda: change_together("try it", (missing, "r", Change(set={"x": "1"}))),
    ):
        with pytest.raises(CloudCallError, match="safe to try again"):
            work()
